"""Packs: build what a recipient gets, list what was built, and prove what a recipient got."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.terminal import DryRun, Json, say, show_json, show_rows

if TYPE_CHECKING:
    from transforms.extract.build import Built
    from transforms.extract.package import Counts

Recipient = Annotated[str, typer.Option(help="Whose packs; a folder under schemas/packs.")]
Release = Annotated[int | None, typer.Option(help="A published release; else the newest.")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The date that stands for today; else today in Shanghai."),
]
PublicKey = Annotated[
    Path | None, typer.Option(help="The key that you were given; else outbox/public_keys/casebridge.pub of this home.")
]
Previous = Annotated[
    Path | None,
    typer.Option(help="The folder of the pack before: prove too that the delta makes the new pack of it."),
]


def build(
    recipient: Recipient, release: Release = None, as_of: AsOf = None, as_json: Json = False, dry_run: DryRun = False
) -> None:
    """Build and sign the packs of a recipient. Example: [bold]casebridge pack build --recipient cnipa[/]."""
    from infra.logging import configure
    from infra.runs.extract import extract, plan
    from infra.settings import connections, settings

    configure(settings().log_level)
    day = as_of.date() if as_of else None
    made = (plan if dry_run else extract)(connections(), recipient, release, day)
    if as_json:
        show_json([_shown(pack) for pack in made])
        return
    show_rows([_row(pack) for pack in made])
    for pack in made:
        if pack.since:
            say(f"changes since {pack.since}, in its files *_delta:")
            show_rows(_changes(pack.changes), empty="none")
        else:
            say(f"{pack.name.pack_id} is the first pack by its contract and rules: it tells no changes")
        if pack.state == "known":
            say(f"{pack.name.pack_id} is known: it was signed before and is the same, so nothing was written")
        if not dry_run:
            say(f"verify it with: casebridge pack verify {pack.path}")


def list_(
    recipient: Annotated[str | None, typer.Option(help="Only the packs of this recipient.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many rows, newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """List the packs that were built, newest first. Example: [bold]casebridge pack list --recipient cnipa[/]."""
    from infra.settings import connections
    from transforms.ledger.books import PACKS, listing

    if recipient:
        from infra.runs.extract import contracts_of

        contracts_of(recipient)
    found = listing(connections(), PACKS, recipient=recipient, limit=limit)
    if as_json:
        show_json(found)
        return
    show_rows([_line(pack) for pack in found], empty="no pack was built yet: casebridge pack build --recipient cnipa")


def verify(
    path: Annotated[Path, typer.Argument(help="The folder of the pack.")],
    public_key: PublicKey = None,
    previous: Previous = None,
    as_json: Json = False,
) -> None:
    """Prove a pack with the key that the recipient was given. Example: [bold]casebridge pack verify PATH[/]."""
    from infra.settings import settings
    from transforms.extract.apply import verify_delta
    from transforms.extract.sign import PUBLIC_KEY
    from transforms.extract.verify import verify as prove

    chosen = settings()
    given = public_key or (chosen.outbox or chosen.home / "outbox") / PUBLIC_KEY
    proved = prove(path, given)
    if previous:
        verify_delta(path, previous, given)
    if as_json:
        show_json({"verified": True, "delta_verified": previous is not None, **asdict(proved)})
        return
    show_rows([{"file": name, "rows": rows} for name, rows in proved.rows.items()])
    say(f"verified: {proved.pack_id} is whole and was signed with the key {proved.key_id}")
    if previous:
        say(f"verified: its delta makes {proved.pack_id} of {proved.since}")


def _shown(pack: Built) -> dict[str, Any]:
    return {
        "pack_id": pack.name.pack_id,
        "recipient": pack.name.recipient,
        "pack": pack.name.pack,
        "release": pack.name.release,
        "as_of": pack.name.as_of,
        "state": pack.state,
        "path": pack.path,
        "digest": pack.digest,
        "key_id": pack.key_id,
        "rows": pack.rows,
        "since": pack.since,
        "changes": pack.changes,
    }


def _line(pack: dict[str, Any]) -> dict[str, Any]:
    changed = sum(row["rows"] for row in _changes(pack["changes"])) if pack["since"] else None
    return {
        "pack": pack["pack_id"],
        "rows": sum(pack["rows"].values()),
        "changed": changed,
        "since": pack["since"],
        "built_at": pack["built_at"],
    }


def _row(pack: Built) -> dict[str, Any]:
    rows = ", ".join(f"{table} {count}" for table, count in pack.rows.items())
    return {"pack": pack.name.pack_id, "state": pack.state, "rows": rows, "path": pack.path}


def _changes(changes: Counts) -> list[dict[str, Any]]:
    return [
        {"table": table, "change": change, "cause": cause, "rows": rows}
        for table, by_change in changes.items()
        for change, by_cause in by_change.items()
        for cause, rows in by_cause.items()
    ]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    pack = typer.Typer(
        no_args_is_help=True, help="What a recipient gets. Example: casebridge pack build --recipient cnipa"
    )
    for command in (build, verify):
        pack.command()(command)
    pack.command("list")(list_)
    app.add_typer(pack, name="pack", rich_help_panel="Packs")
