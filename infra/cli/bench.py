"""The bench: what the line takes, what it holds, and what dlt takes for the same records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infra.cli.terminal import Json, say, show_json, show_rows

if TYPE_CHECKING:
    from infra.bench.figures import Timed

_STATEMENT = 100


def bench(
    rows: Annotated[int, typer.Option(min=400, help="Records in all, a quarter of each source.")] = 1_000_000,
    batches: Annotated[int, typer.Option(min=2, help="Batches; the first is cold, the others are warm.")] = 4,
    without_dlt: Annotated[bool, typer.Option("--without-dlt", help="Leave the comparison out.")] = False,
    latency: Annotated[bool, typer.Option("--latency", help="Only the time from inbox to marts by Airflow.")] = False,
    reader_bytes: Annotated[
        int, typer.Option(min=1_000_000, help="Bytes of text in the file of each shape that is read.")
    ] = 50_000_000,
    readers: Annotated[bool, typer.Option("--readers", help="Only the readers of files.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder of the JSON file; else bench/ in the home.")] = None,
    as_json: Json = False,
) -> None:
    """Measure the line on a stack of its own. Example: [bold]casebridge bench --rows 100000 --without-dlt[/]."""
    from infra.bench.readers import run_readers
    from infra.bench.run import run_bench, run_latency
    from infra.settings import settings

    folder = out or settings().home / "bench"
    if latency:
        name, measured = "latency", run_latency(say)
    elif readers:
        name, measured = "readers", {"readers": run_readers(reader_bytes, say)}
    else:
        measured = run_bench(rows, say, batches=batches, with_dlt=not without_dlt)
        name, measured["readers"] = "bench", run_readers(reader_bytes, say)
    path = _keep(folder, name, measured)
    if as_json:
        show_json(measured)
    elif latency:
        show_rows([{"part": part, "seconds": value} for part, value in measured["median"].items()])
        print(
            f"inbox to marts over {measured['files']} files: p50 {measured['p50']:.1f} s, p95 {measured['p95']:.1f} s"
        )
    elif readers:
        _show_readers(measured["readers"])
    else:
        _show(measured)
        _show_readers(measured["readers"])
    say(f"written to {path}")


def _keep(folder: Path, name: str, measured: dict[str, Any]) -> Path:
    import json
    from datetime import UTC, datetime

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(measured, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path


def _show(measured: dict[str, Any]) -> None:
    from infra.bench.figures import table

    print("Where the time goes from Kafka to canonical (W1)")
    show_rows(table({kind: _runs(measured[kind]) for kind in ("cold", "warm")}))
    print(f"Spark session, once and not in W1: {measured['session_start_s']} s")
    print(f"produce: {measured['produce']['median']:,.0f} records/s")
    model = measured["model"]
    print("From canonical to a release")
    show_rows(
        [
            {"step": name, "seconds": f"{seconds:.1f}", "records_per_s": f"{model['records_per_s'][name]:,}"}
            for name, seconds in model["seconds"].items()
        ]
    )
    print("Seconds of processor by step, all batches together (two cores give two a second)")
    show_rows(measured["cpu"])
    print("The costliest statements of admit; those of the other steps are in the file")
    show_rows([_statement(row) for row in measured["statements"]["admit"]])
    print("Peak memory")
    show_rows(measured["memory"])
    if measured["dlt"]:
        print("dlt, the same deliveries into the same PostgreSQL: it appends them raw, from files, without cleaning")
        ratios = measured["warm_w1_against_dlt"]
        show_rows([{**_peer(row), "warm_W1_is": f"{ratios.get(row['way'], 0):.2f} x"} for row in measured["dlt"]])


def _show_readers(measured: list[dict[str, Any]]) -> None:
    print("Readers: a file of each shape, checked and read again by a process of its own")
    show_rows(
        [
            {
                "shape": row["shape"],
                "file_mb": row["file_mb"],
                "text_mb": row["text_mb"],
                "rows": f"{row['rows']:,}",
                "rows_per_s": f"{row['rows_per_s'] or 0:,}",
                "peak_mb": row["peak_mb"],
                "mb_before": row["mb_before"],
            }
            for row in measured
        ]
    )


def _statement(row: dict[str, Any]) -> dict[str, Any]:
    each = " ".join(f"{seconds:.1f}" for seconds in row["each_s"])
    return {**row, "each_s": each, "statement": row["statement"][:_STATEMENT]}


def _peer(row: dict[str, Any]) -> dict[str, Any]:
    return {"way": row["way"], "records": f"{row['records']:,}", "records_per_s": f"{row['records_per_s'] or 0:,}"}


def _runs(measured: dict[str, Any]) -> list[Timed]:
    from infra.bench.figures import Timed

    return [Timed(**run) for run in measured["runs"]]


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command(rich_help_panel="Stack")(bench)
