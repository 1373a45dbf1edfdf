"""What the ledger knows: account, releases, gates, quarantine, sources, deliveries."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from infra.cli.terminal import DryRun, Json, Yes, confirm, say, show_json, show_rows

Source = Annotated[str | None, typer.Option(help="Only this source.")]
Limit = Annotated[int, typer.Option(help="At most so many rows, newest first.")]


def account(
    source: Source = None,
    recount: Annotated[bool, typer.Option(help="Count the rows themselves too, and compare.")] = False,
    as_json: Json = False,
) -> None:
    """Show the accounting identity; exit 1 when it does not balance. Example: [bold]casebridge account --recount[/]."""
    from infra.settings import connections
    from transforms.ledger.books import account as read_account

    found = read_account(connections(), source, recount=recount)
    if as_json:
        show_json(found)
    else:
        show_rows(found["sources"], empty="no source has sent anything yet")
        say("balanced" if found["balanced"] else "NOT balanced")
    if not found["balanced"]:
        raise typer.Exit(1)


def releases(limit: Limit = 20, as_json: Json = False) -> None:
    """List the releases, newest first. Example: [bold]casebridge releases --json[/]."""
    from infra.settings import connections
    from transforms.ledger.books import RELEASES, listing

    show_rows(listing(connections(), RELEASES, limit=limit), as_json, "no release yet: run `casebridge integrate`")


def gates(
    release: Annotated[int | None, typer.Argument(help="The release; else the newest results.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what did not pass.")] = False,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """List what the gates found, value beside bound. Example: [bold]casebridge gates 3 --failed[/]."""
    from infra.settings import connections
    from transforms.ledger.books import GATES, listing

    show_rows(listing(connections(), GATES, release=release, failed=failed, limit=limit), as_json, "no gate has run")


def quarantine(context: typer.Context, source: Source = None, limit: Limit = 50, as_json: Json = False) -> None:
    """List the open quarantine items, with rule and remedy. Example: [bold]casebridge quarantine --limit 10[/]."""
    if context.invoked_subcommand:
        return
    from infra.settings import connections
    from transforms.ledger.books import QUARANTINE, listing

    show_rows(listing(connections(), QUARANTINE, source=source, limit=limit), as_json, "nothing is quarantined")


def quarantine_admit(
    item: Annotated[int, typer.Argument(help="Number of the item, as `casebridge quarantine` lists it.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the ledger, and told by the receipts of both deliveries.")],
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Give a re-used number to the later case: its item is let in, and the case before it ends.

    The way back: when the body sends the case before again, that is set aside in turn, and its item can be admitted.
    Items of other rules are not decided on. Example: [bold]casebridge quarantine admit 12 --reason "asked them"[/].
    """
    from infra.runs.reused import admit_item, check_item
    from infra.settings import connections

    found = check_item(connections(), item)
    say(f"item {item} of {found.source}: {found.record_key}, set aside because: {', '.join(found.rules)}")
    if not (dry_run or found.is_admitted):
        confirm(f"Admit item {item}, and end what has its number?", yes)
    done = admit_item(connections(), item, reason, getpass.getuser(), dry_run=dry_run)
    if as_json:
        show_json(asdict(done))
    else:
        show_rows(done.ended, empty="no record ends")
    if done.is_repeated:
        say(f"{done.decided_by} admitted it before ({done.decided_reason}): nothing changes")
    else:
        say(f"let in as admission {done.admission_id}" if done.admission_id else "nothing was written")


def deliveries(source: Source = None, limit: Limit = 50, as_json: Json = False) -> None:
    """List the deliveries, newest first. Example: [bold]casebridge deliveries --source amr_zj_penalties[/]."""
    from infra.settings import connections
    from transforms.ledger.books import DELIVERIES, listing

    show_rows(listing(connections(), DELIVERIES, source=source, limit=limit), as_json, "nothing was delivered yet")


def receipt(
    delivery: Annotated[str, typer.Argument(help="The delivery, as its receipt names it.")],
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """Show what became of a delivery until now, also after its receipt. Example: [bold]casebridge receipt ID[/]."""
    from infra.settings import connections
    from transforms.ledger.fate import fate

    found = fate(connections(), delivery, limit)
    if as_json:
        show_json(found)
        return
    say(
        f"{found['source']}, {found['file_name'] or 'without a file'}: {found['state']}, {found['sent']:,} records sent"
    )
    if found["reason"]:
        say(f"{found['reason']}: {found['remedy']}")
    show_rows(found["states"], empty="no record of it was admitted yet")
    if found["without_row"]:
        say(f"{found['without_row']:,} repeat what was known, are held or are under way")
    show_rows(found["later"], empty="nothing happened to them since")


def sources(
    as_json: Json = False,
    markdown: Annotated[bool, typer.Option(help="Print the table of README.md.")] = False,
) -> None:
    """List the sources that have a contract. Example: [bold]casebridge sources[/]."""
    from schemas.contracts import sources as read_sources
    from schemas.page import write_table
    from transforms.normalise.cleaners.named import require_cleaners

    for contract in read_sources().values():
        require_cleaners(contract)
    if markdown:
        print(write_table(), end="")
        return
    rows = [
        {
            "source": c.source,
            "body": c.body_id,
            "kind": c.body_kind,
            "mode": c.mode,
            "fetched": c.fetch.kind,
            "cadence": c.cadence,
            "version": c.version,
            "title": c.title,
        }
        for c in read_sources().values()
    ]
    show_rows(rows, as_json)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (account, releases, gates, deliveries, receipt, sources):
        app.command(rich_help_panel="Ledger")(command)
    items = typer.Typer(invoke_without_command=True)
    items.callback()(quarantine)
    items.command("admit")(quarantine_admit)
    app.add_typer(items, name="quarantine", rich_help_panel="Ledger")
