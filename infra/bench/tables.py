"""What a run measured as titled tables, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from infra.bench.compare import compare
from infra.bench.figures import Timed, table
from transforms.ledger.books import STATES

Rows = list[dict[str, Any]]

_STATEMENT: Final = 100
_DLT: Final = """dlt, the same records into the same PostgreSQL: it appends them raw, without cleaning.
It gets the bureau's CSV as it is, and the records of the other sources, most of whose files it cannot read, decoded
beforehand, as JSON lines"""


def tables(name: str, measured: dict[str, Any]) -> Iterator[tuple[str, Rows]]:
    """Yield the tables of a run: `latency`, `readers` or `bench`."""
    if name == "latency":
        told = (
            f"Inbox to marts over {measured['files']} files: p50 {measured['p50']:.1f} s, p95 {measured['p95']:.1f} s"
        )
        yield told, [{"part": part, "seconds": value} for part, value in measured["median"].items()]
        return
    if name == "bench":
        yield from _run_tables(measured)
    yield (
        "Readers: a file of each shape and one of a tenth, each checked and read again by a process of its own",
        _readers(measured["readers"]),
    )


def compared(measured: dict[str, Any], earlier: dict[str, Any]) -> tuple[str, Rows]:
    """Return the figures of a run beside those of an earlier one."""
    return f"Beside the run of {earlier.get('begun', 'an unknown time')}", compare(measured, earlier)


def _run_tables(measured: dict[str, Any]) -> Iterator[tuple[str, Rows]]:
    model, ratios = measured["model"], measured["warm_w1_against_dlt"]
    yield (
        "Books by source, recounted from the rows: what was handed over, and what became of it",
        [_book(row) for row in measured["books"]["sources"]],
    )
    once = f"Spark session, once and not in W1: {measured['session_start_s']} s"
    produced = f"produce: {measured['produce']['median']:,.0f} records/s"
    yield (
        f"Where the time goes from Kafka to canonical (W1); {produced}; {once}",
        table({kind: [Timed(**run) for run in measured[kind]["runs"]] for kind in ("cold", "warm")}),
    )
    yield (
        "From canonical to a release",
        [
            {"step": name, "seconds": f"{seconds:.1f}", "records_per_s": f"{model['records_per_s'][name]:,}"}
            for name, seconds in model["seconds"].items()
        ],
    )
    yield (
        "What a record of each source costs: to hand it over; and, without Spark, to clean and to write it",
        measured["costs"],
    )
    yield "Seconds of processor by step, all batches together", measured["cpu"]
    yield (
        "The costliest statements of admit, all batches together and each; those of the other steps are in the file",
        [_statement(row) for row in measured["statements"].get("admit", ())],
    )
    yield "Peak memory", measured["memory"]
    if measured["dlt"]:
        yield _DLT, [{**_peer(row), "warm_W1_is": f"{ratios.get(row['way'], 0):.2f} x"} for row in measured["dlt"]]


def _readers(measured: Rows) -> Rows:
    plain = (
        *("shape", "file_mb", "text_mb", "rows", "rows_per_s"),
        *("mb_before", "peak_mb_of_a_tenth", "peak_mb", "growth_mb", "memory"),
    )
    counts = ("rows", "rows_per_s")
    grown = [{**row, "growth_mb": row["peak_mb"] - row["peak_mb_of_a_tenth"]} for row in measured]
    return [{name: f"{row[name] or 0:,}" if name in counts else row[name] for name in plain} for row in grown]


def _book(row: dict[str, Any]) -> dict[str, Any]:
    names = ("handed_over", "sent", *STATES)
    return {"source": row["source"], **{name: f"{row.get(name, 0):,}" for name in names}, "balanced": row["balanced"]}


def _statement(row: dict[str, Any]) -> dict[str, Any]:
    each = " ".join(f"{seconds:.1f}" for seconds in row["each_s"])
    return {**row, "each_s": each, "statement": row["statement"][:_STATEMENT]}


def _peer(row: dict[str, Any]) -> dict[str, Any]:
    return {"way": row["way"], "records": f"{row['records']:,}", "records_per_s": f"{row['records_per_s'] or 0:,}"}
