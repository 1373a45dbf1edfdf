"""How the bench shows what it measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.cli.terminal import show_rows

if TYPE_CHECKING:
    from pathlib import Path

    from infra.bench.figures import Timed

_STATEMENT = 100
_DLT = """dlt, the same records into the same PostgreSQL: it appends them raw, without cleaning.
It gets the bureau's CSV as it is, and the records of the other sources, most of whose files it cannot read, decoded
beforehand, as JSON lines"""


def show_measured(name: str, measured: dict[str, Any]) -> None:
    """Print the tables of a run: `latency`, `readers` or `bench`."""
    if name == "latency":
        show_rows([{"part": part, "seconds": value} for part, value in measured["median"].items()])
        print(
            f"inbox to marts over {measured['files']} files: p50 {measured['p50']:.1f} s, p95 {measured['p95']:.1f} s"
        )
        return
    if name == "bench":
        _show_run(measured)
    _show_readers(measured["readers"])


def show_compared(measured: dict[str, Any], earlier: dict[str, Any], path: Path) -> None:
    """Print the figures of a run beside those of the one in a file."""
    from infra.bench.compare import compare

    print(f"Beside {path}, of {earlier.get('begun', 'unknown time')}")
    show_rows(compare(measured, earlier), empty="the two have no figure in common")


def _show_run(measured: dict[str, Any]) -> None:
    from infra.bench.figures import table

    print("Books by source, recounted from the rows: what was handed over, and what became of it")
    show_rows([_book(row) for row in measured["books"]["sources"]])
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
    print("What a record of each source costs one processor, without Spark; rows and bytes are a record's")
    show_rows(measured["costs"])
    print("Seconds of processor by step, all batches together (two cores give two a second)")
    show_rows(measured["cpu"])
    print("The costliest statements of admit; those of the other steps are in the file")
    show_rows([_statement(row) for row in measured["statements"]["admit"]])
    print("Peak memory")
    show_rows(measured["memory"])
    if measured["dlt"]:
        print(_DLT)
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


def _book(row: dict[str, Any]) -> dict[str, Any]:
    from transforms.ledger.books import STATES

    names = ("handed_over", "sent", *STATES)
    return {"source": row["source"], **{name: f"{row.get(name, 0):,}" for name in names}, "balanced": row["balanced"]}


def _statement(row: dict[str, Any]) -> dict[str, Any]:
    each = " ".join(f"{seconds:.1f}" for seconds in row["each_s"])
    return {**row, "each_s": each, "statement": row["statement"][:_STATEMENT]}


def _peer(row: dict[str, Any]) -> dict[str, Any]:
    return {"way": row["way"], "records": f"{row['records']:,}", "records_per_s": f"{row['records_per_s'] or 0:,}"}


def _runs(measured: dict[str, Any]) -> list[Timed]:
    from infra.bench.figures import Timed

    return [Timed(**run) for run in measured["runs"]]
