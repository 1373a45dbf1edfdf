"""The line itself: deliver, integrate, and what a person decides about held slices and abandoned releases."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.terminal import DryRun, Json, Yes, confirm, say, show_json, show_rows

Reason = Annotated[str, typer.Option(help="Why; kept in the ledger.")]
SliceId = Annotated[int, typer.Argument(help="Number of the held slice.")]


def deliver(
    path: Annotated[Path, typer.Argument(help="The file, as the body would send it.")],
    source: Annotated[str, typer.Option(help="The source that it is a delivery of.")],
    period: Annotated[str | None, typer.Option(help="The period that it covers, where the body declares one.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return when its records are in marts, or cannot be.")] = False,
    timeout: Annotated[int, typer.Option(help="Seconds that --wait waits; then exit 2.")] = 600,
    as_json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Hand a file over as a body would.

    Example: [bold]casebridge deliver may.csv --source amr_zj_penalties --wait[/].
    """
    from infra.runs.deliver import DONE, REFUSED, check, deliver_and_follow

    shown: dict[str, Any]
    if dry_run:
        shown = check(path, source)
        exit_code = REFUSED if shown["state"] == "refused" else DONE
    else:
        outcome = deliver_and_follow(path, source, period, timeout if wait else None, say)
        shown = {**outcome.receipt, "became": outcome.became, "release": outcome.release}
        exit_code = outcome.exit_code
    if as_json:
        show_json(shown)
    else:
        show_rows([{"fact": k, "value": v} for k, v in shown.items() if v not in (None, "", [], {})])
    if exit_code:
        raise typer.Exit(exit_code)


def integrate(as_json: Json = False) -> None:
    """Take everything that waits to a published release, here and now. Example: [bold]casebridge integrate[/]."""
    from infra.runs.integrate import integrate as run
    from infra.settings import connections

    done = run(connections(), say)
    if as_json:
        show_json(asdict(done))
    else:
        show_rows([_batch_row(asdict(b)) for b in done.batches], empty="no batch: nothing waits in Kafka")
        show_rows([asdict(done.release)] if done.release else [], empty="no release: nothing changed")
    held = any(b.held for b in done.batches)
    if held or (done.release and done.release.state == "abandoned" and done.release.rows_changed):
        raise typer.Exit(1)


def _batch_row(batch: dict[str, Any]) -> dict[str, Any]:
    held = ", ".join(f"{k}: {v}" for k, v in batch["held"].items())
    return {**batch, "slices": ", ".join(map(str, batch["slices"])), "held": held}


def _decide(slice_id: int, decision: str, reason: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    from infra.runs.held import check_held, decide
    from infra.settings import connections

    row = check_held(connections(), slice_id)
    say(f"slice {slice_id} of {row['source']}: {row['sent']} records, held because: {row['held_reason']}")
    if dry_run:
        return
    confirm(f"{decision.capitalize()} slice {slice_id}?", yes)
    done = decide(connections(), slice_id, decision, reason, getpass.getuser())
    if as_json:
        show_json(asdict(done))
    else:
        say(f"{decision}: slice {slice_id}; admitted {list(done.admitted)}, still held {done.still_held}")


def slice_admit(
    slice_id: SliceId, reason: Reason, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Admit a held slice all the same. Example: [bold]casebridge slice admit 12 --reason "checked by phone"[/]."""
    _decide(slice_id, "admit", reason, yes, dry_run, as_json)


def slice_discard(
    slice_id: SliceId, reason: Reason, yes: Yes = False, dry_run: DryRun = False, as_json: Json = False
) -> None:
    """Quarantine all records of a held slice. Example: [bold]casebridge slice discard 12 --reason "wrong year"[/]."""
    _decide(slice_id, "discard", reason, yes, dry_run, as_json)


def slice_list(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None, as_json: Json = False
) -> None:
    """List the held slices. Example: [bold]casebridge slice list[/]."""
    from infra.settings import connections
    from transforms.ledger.books import SLICES, listing

    show_rows(listing(connections(), SLICES, source=source, limit=500), as_json, "no slice is held")


def release_retry(as_json: Json = False) -> None:
    """Build again what an abandoned release had taken. Example: [bold]casebridge release retry[/]."""
    from infra.runs.integrate import release
    from infra.settings import connections

    made = release(connections(), retry=True)
    if as_json:
        show_json(asdict(made) if made else None)
    else:
        show_rows([asdict(made)] if made else [], empty="nothing waits for a release")
    if made and made.state == "abandoned" and made.rows_changed:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(rich_help_panel="Line")(deliver)
    app.command(rich_help_panel="Line")(integrate)
    slices = typer.Typer(no_args_is_help=True, help="Held slices. Example: [bold]casebridge slice list[/].")
    slices.command("list")(slice_list)
    slices.command("admit")(slice_admit)
    slices.command("discard")(slice_discard)
    app.add_typer(slices, name="slice", rich_help_panel="Line")
    release = typer.Typer(no_args_is_help=True, help="Releases. Example: [bold]casebridge release retry[/].")
    release.callback()(_release_group)
    release.command("retry")(release_retry)
    app.add_typer(release, name="release", rich_help_panel="Line")


def _release_group() -> None:
    """Group the commands about one release."""
