"""The bench: what the line takes, what it holds, and what dlt takes for the same records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.cli.terminal import Json, say, show_json, show_rows

ReaderBytes = Annotated[int, typer.Option(min=1_000_000, help="Bytes of text in the file of each shape that is read.")]
Earlier = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="The file of an earlier run, to compare with.")
]


def bench(
    rows: Annotated[int, typer.Option(min=400, help="Records in all, as many of each source.")] = 1_000_000,
    sources: Annotated[str, typer.Option(help="Only these sources, with commas between them; else all.")] = "",
    batches: Annotated[int, typer.Option(min=2, help="Batches; the first is cold, the others are warm.")] = 4,
    without_dlt: Annotated[bool, typer.Option("--without-dlt", help="Leave the comparison out.")] = False,
    latency: Annotated[bool, typer.Option("--latency", help="Only the time from inbox to marts by Airflow.")] = False,
    reader_bytes: ReaderBytes = 50_000_000,
    readers: Annotated[bool, typer.Option("--readers", help="Only the readers of files.")] = False,
    shapes: Annotated[str, typer.Option(help="Only the readers of these, as csv,xlsx; else all.")] = "",
    against: Earlier = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the JSON file; else bench/ in the home.")] = None,
    as_json: Json = False,
) -> None:
    """Measure the line on a stack of its own. Example: [bold]casebridge bench --rows 100000 --without-dlt[/]."""
    from infra.bench.readers import chosen_shapes, run_readers
    from infra.bench.run import run_bench, run_latency
    from infra.bench.tables import compared, tables
    from infra.settings import settings

    read = chosen_shapes(shapes)
    earlier = _read(against) if against else {}
    folder = out or settings().home / "bench"
    if latency:
        name, measured = "latency", run_latency(say)
    elif readers:
        name, measured = "readers", {"readers": run_readers(reader_bytes, say, read)}
    else:
        measured = run_bench(rows, say, sources=sources, batches=batches, with_dlt=not without_dlt)
        name, measured["readers"] = "bench", run_readers(reader_bytes, say, read)
    path = _keep(folder, name, measured)
    if as_json:
        show_json(measured)
    else:
        for title, shown in (*tables(name, measured), *([compared(measured, earlier)] if earlier else [])):
            print(title)
            show_rows(shown)
    say(f"written to {path}")
    _judge(measured)


def _judge(measured: dict[str, Any]) -> None:
    problems = list(_problems(measured))
    for problem in problems:
        say(problem)
    if problems:
        raise typer.Exit(1)


def _problems(measured: dict[str, Any]) -> Iterator[str]:
    from infra.bench.readers import growing

    for shape in growing(measured.get("readers", [])):
        yield f"the memory of the reader of {shape} GROWS with the file"
    if not measured.get("books", {}).get("balanced", True):
        yield "the books do NOT balance: see `books` in that file"


def _keep(folder: Path, name: str, measured: dict[str, Any]) -> Path:
    import json
    from datetime import UTC, datetime

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(measured, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path


def _read(path: Path) -> dict[str, Any]:
    import json

    from transforms.errors import CasebridgeError

    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise CasebridgeError("this is not the file of a run", str(path), "name a file that the bench wrote") from error
    return found


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(rich_help_panel="Stack")(bench)
