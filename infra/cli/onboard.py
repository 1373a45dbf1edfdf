"""A new source: the command `source new`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.terminal import DryRun, Json, Yes, confirm, say, show_json, show_rows

if TYPE_CHECKING:
    from infra.onboard.choices import Question
    from infra.onboard.draft import Draft
    from infra.runs.onboard import Ask, Proposed

# Bytes that are read within some two seconds.
_LARGE = 20_000_000
Named = Annotated[str | None, typer.Option(help="Id of the source: its body, then what it sends.")]
Body = Annotated[str | None, typer.Option(help="Id of the body that sends it.")]
Kind = Annotated[str | None, typer.Option(help="Kind of the body, where the body is new: AMR, CUS, COURT ….")]
Mode = Annotated[str | None, typer.Option(help="snapshot, incremental or event.")]
Cadence = Annotated[str | None, typer.Option(help="continuous, 5min, hourly or daily.")]
Key = Annotated[str | None, typer.Option(help="Fields of the record key, joined by commas, in order.")]
SourceTime = Annotated[str | None, typer.Option(help="Field that says when a record changed, or `receipt`.")]
Withdrawn = Annotated[str | None, typer.Option(help="Value of the status column that withdraws, or `never`.")]
Stands = Annotated[str | None, typer.Option(help="Values of the status column that stand, joined by commas.")]
Unit = Annotated[list[str] | None, typer.Option(help="Unit of a column of amounts: 'label=万元'; repeatable.")]
Map = Annotated[
    list[str] | None, typer.Option("--map", help="'label=field:cleaner' or 'label=known label'; repeatable.")
]
Ignore = Annotated[list[str] | None, typer.Option(help="A column that is not wanted; repeatable.")]
GoldenRows = Annotated[int, typer.Option(help="Made-up records in the golden pair.")]
Sheet = Annotated[str, typer.Option(help="The sheet that is read, by name or number.")]
RecordPath = Annotated[str, typer.Option(help="The way to the records in JSON or XML, joined by dots.")]
Out = Annotated[Path | None, typer.Option(help="The checkout to write into; else this one.")]


def new(
    path: Annotated[Path, typer.Argument(help="A file as the body sends it.")],
    source: Named = None,
    body: Body = None,
    kind: Kind = None,
    mode: Mode = None,
    cadence: Cadence = None,
    key: Key = None,
    source_time: SourceTime = None,
    withdrawn: Withdrawn = None,
    stands: Stands = None,
    unit: Unit = None,
    maps: Map = None,
    ignore: Ignore = None,
    golden_rows: GoldenRows = 10,
    sheet: Sheet = "",
    record_path: RecordPath = "",
    out: Out = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Profile a sample, write a contract and a golden pair for it, and show what it would become.

    Example: [bold]casebridge source new may.csv --source amr_fj_penalties --body amr_fj --dry-run[/].
    """
    from infra.onboard.choices import Choices, named
    from infra.onboard.propose import Said
    from infra.runs.onboard import begin_source, propose_source

    choices = Choices(source, body, kind, mode, cadence, named(key), source_time, withdrawn, named(stands))
    said, ask = Said(tuple(maps or ()), tuple(ignore or ()), tuple(unit or ())), _ask if sys.stdin.isatty() else None
    if path.is_file() and path.stat().st_size > _LARGE:
        say(f"the whole file is read, {path.stat().st_size // 1_000_000:,} MB: that takes a while, twice")
    draft = begin_source(path, choices, said, sheet, record_path, ask)
    proposed = propose_source(draft, golden_rows, ask) if as_json else _shown(draft, golden_rows, ask)
    written = [] if dry_run else _write(proposed, out, yes)
    if as_json:
        show_json({**proposed.to_dict(), "written": [str(path) for path in written]})


def _shown(draft: Draft, golden_rows: int, ask: Ask | None) -> Proposed:
    from infra.runs.onboard import propose_source

    _show_columns(draft)
    proposed = propose_source(draft, golden_rows, ask)
    _show_trial(proposed)
    return proposed


def _write(proposed: Proposed, out: Path | None, yes: bool) -> list[Path]:
    from infra.runs.onboard import ROOT, write_source

    confirm(f"Write the contract and the golden pair of {proposed.choices.source}?", yes)
    written = write_source(proposed, out or ROOT)
    for place in written:
        say(f"written: {place}")
    return written


def _ask(question: Question) -> str:
    choice = f" ({', '.join(question.allowed)})" if question.allowed else ""
    while True:
        answer: str = typer.prompt(question.asks + choice, default=question.default, err=True)
        if not question.allowed or answer in question.allowed:
            return answer
        say(f"{answer!r} is none of these")


def _show_columns(draft: Draft) -> None:
    from infra.runs.onboard import described

    sample = draft.sample
    written = ", ".join(filter(None, (sample.format, sample.encoding)))
    header = f"header in row {sample.header_row}, " if sample.header_row else ""
    say(f"{written}: {header}{len(sample.rows):,} records looked at")
    if sample.nameless:
        say(f"left out, since the header names nothing there: column {', '.join(map(str, sample.nameless))}")
    for label, places in sample.twice.items():
        say(f"left out, since several columns are called {label}: {', '.join(map(str, places))}")
    show_rows([_column_row(column) for column in described(draft.placed())])


def _show_trial(proposed: Proposed) -> None:
    shown = proposed.to_dict()
    trial = proposed.trial
    say(f"of {trial.records} records {trial.accepted} would be accepted ({trial.doubtful} with a doubtful value)")
    say(f"quarantined: {trial.quarantined}; withdrawals: {trial.withdrawals}")
    counted = {"rule": trial.rules, "finding": trial.findings}
    rows = [{"what": what, "which": k, "records": n} for what, found in counted.items() for k, n in found.items()]
    terms = [
        {"what": "unmapped term", "which": f"{label}: {term}", "records": n}
        for label, found in trial.unmapped_terms.items()
        for term, n in found.items()
    ]
    show_rows([*rows, *terms], empty="no rule fails, nothing is doubtful")
    for why in trial.would_hold:
        say(f"a delivery like this would be held: {why}")
    for step in shown["next"]:
        say(f"next: {step}")


def _column_row(column: dict[str, Any]) -> dict[str, Any]:
    return {
        "column": column["column"],
        "type": column["type"],
        "filled": f"{column['filled']:.0%}",
        "becomes": column["becomes"],
        "as": "; ".join(column["fields"]) or "; maybe ".join([column["why"], *column["candidates"][:1]]),
        "classification": column["classification"],
        "examples": " | ".join(column["examples"]),
    }
