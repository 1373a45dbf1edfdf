"""Read archived records again, and what contracts promise."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.terminal import DryRun, Json, say, show_json, show_rows

if TYPE_CHECKING:
    from infra.runs.replay import Replayed
    from schemas.contracts import SourceContract

Name = Annotated[str, typer.Argument(help="The source.")]


def replay(
    source: Annotated[str, typer.Option(help="Whose records are read again.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of receipt, in China.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day of receipt, in China.")],
    contract: Annotated[
        str | None, typer.Option(help="Read all of them by this version; else each by the one in force for it.")
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Read archived records again by the code of today, and let in what changes.

    Example: [bold]casebridge replay --source amr_zj_penalties --from 2026-05-01 --to 2026-05-31 --dry-run[/].
    """
    newest = _contract(source)
    _run(newest, _version(source, contract) if contract else None, first.date(), last.date(), dry_run, as_json)


def check(
    source: Name,
    contract: Annotated[
        Path | None, typer.Option(help="The changed contract; else the one in schemas/sources.", exists=True)
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what a changed contract would change in all that was ever received, and change nothing.

    Example: [bold]casebridge source check amr_zj_penalties[/].
    """
    from schemas.released import judged

    newest = _contract(source)
    changed = _read(contract, newest) if contract else newest
    say(judged(changed))
    _run(newest, changed, None, None, True, as_json)


def release(source: Name) -> None:
    """Write down what a contract promises from now on: edits that break it need a new version.

    Example: [bold]casebridge source release amr_zj_penalties[/].
    """
    from schemas.contracts import ContractError
    from schemas.released import release as write
    from transforms.errors import ContractBroken

    _contract(source)
    try:
        say(f"written: {write(source)}")
    except ContractError as error:
        raise ContractBroken(f"{error.path.name}: {error.where}", str(error.path), error.remedy) from error


def promises(as_json: Json = False) -> None:
    """Compare every contract with what was released of it; exit 1 where an edit breaks it.

    Example: [bold]casebridge source promises[/].
    """
    from schemas.released import all_wrongs

    rows = [{"contract": w.path.name, "wrong": w.where, "remedy": w.remedy} for w in all_wrongs()]
    show_rows(rows, as_json, "every contract keeps what was released of it")
    if rows:
        raise typer.Exit(1)


def _run(
    newest: SourceContract, only: SourceContract | None, first: date | None, last: date | None, dry: bool, as_json: bool
) -> None:
    from infra.runs.replay import replay as run
    from infra.settings import connections
    from transforms.replay.plan import Asked

    done = run(connections(), Asked(newest, first, last, only, getpass.getuser()), dry_run=dry, progress=say)
    if as_json:
        show_json(done.to_dict())
    else:
        _show(done)
    if done.refused:
        raise typer.Exit(1)


def _show(done: Replayed) -> None:
    told = done.report
    say(f"{told.records:,} records were read again, {told.unchanged:,} as before, {told.rekeyed:,} under another key")
    show_rows(told.became, empty="no record changes")
    coming = [{name: entity[name] for name in ("entity", "appeared", "gone")} for entity in told.entities]
    if any(one["appeared"] or one["gone"] for one in coming):
        show_rows([one for one in coming if one["appeared"] or one["gone"]])
    changed = ((entity["entity"], field) for entity in told.entities for field in entity["fields"])
    examples = [_example(entity, field, e) for entity, field in changed for e in field["examples"]]
    show_rows(examples, empty="no field changes")
    for word, rows in (("caught by", told.caught), ("freed from", told.freed), ("doubtful otherwise", told.doubts)):
        if rows:
            say(f"{word}:")
            show_rows([{**row, "keys": ", ".join(filter(None, row["keys"]))} for row in rows])
    if done.ended:
        say("ended, for another case has their number now:")
        show_rows(done.ended)
    moved = {state: change for state, change in done.books.items() if change}
    if moved:
        say(f"books: {', '.join(f'{state} {change:+,}' for state, change in moved.items())}")
    if done.warned:
        say(done.warned)
    say(done.refused or _ended(done))


def _ended(done: Replayed) -> str:
    if done.admission_id is None:
        return "nothing was written"
    is_as_before = not (done.report.became or done.report.doubts)
    return "everything stays as it was" if is_as_before else f"let in as admission {done.admission_id}"


def _example(entity: str, field: Mapping[str, Any], example: Mapping[str, Any]) -> dict[str, Any]:
    return {"entity": entity, "field": field["field"], "records": field["records"], **example}


def _contract(source: str) -> SourceContract:
    from schemas.contracts import source as find
    from schemas.versions import older
    from transforms.errors import ContractBroken
    from transforms.normalise.cleaners.named import require_cleaners

    try:
        found = find(source)
    except KeyError as error:
        raise ContractBroken(str(error.args[0]), "the source", "`casebridge sources` lists them") from error
    for one in (found, *older(found)):
        require_cleaners(one)
    return found


def _version(source: str, wanted: str) -> SourceContract:
    from schemas.versions import version_named
    from transforms.errors import ContractBroken
    from transforms.normalise.cleaners.named import require_cleaners

    try:
        found = version_named(source, wanted)
    except KeyError as error:
        raise ContractBroken(str(error.args[0]), "--contract", "name one of those versions") from error
    require_cleaners(found)
    return found


def _read(path: Path, newest: SourceContract) -> SourceContract:
    """Read a contract that lies anywhere: the folder of a contract is its body, here it is that of the newest."""
    from schemas.contracts import ContractError, read_source
    from transforms.errors import ContractBroken
    from transforms.normalise.cleaners.named import require_cleaners

    try:
        found = read_source(path)
    except ContractError as error:
        raise ContractBroken(error.where, str(error.path), error.remedy) from error
    require_cleaners(found)
    if found.source != newest.source:
        raise ContractBroken(f"it is a contract of {found.source}", str(path), f"give one with the id {newest.source}")
    return replace(found, body_id=newest.body_id)


def register(app: typer.Typer) -> None:
    """Add the command of this module; those about one contract stand under `source`."""
    app.command(rich_help_panel="Line")(replay)
