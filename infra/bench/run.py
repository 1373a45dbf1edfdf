"""Measure the line, and dlt beside it, on a stack of its own; print nothing, return everything."""

from __future__ import annotations

import os
import platform
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psutil

from infra.bench.books import read_books
from infra.bench.costs import cost_by_source
from infra.bench.feed import Load, Say, chosen_sources, hand_over, make_loads, total
from infra.bench.figures import Timed, rate, spread, summary
from infra.bench.line import Line, build_release, measured, read_states, run_batch
from infra.bench.peer import run_peer
from infra.bench.stack import own_stack
from infra.bench.statements import Statements
from infra.bench.watch import Watch
from infra.settings import settings
from infra.stack.process import read_pid
from transforms.connections import Connections

BATCHES: Final = 4
SERVICES: Final = ("postgres", "kafka")
LATENCY_FILES: Final = 20
LATENCY_ROWS: Final = 1000
_MARK: Final = "有限公司"


def run_bench(
    records: int, say: Say, *, sources: str = "", batches: int = BATCHES, with_dlt: bool = True
) -> dict[str, Any]:
    """Measure `records` records in `batches` batches; the first is cold, the others are warm."""
    chosen = chosen_sources(sources)
    begun, began = datetime.now(UTC), perf_counter()
    before = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="casebridge-bench-files-") as made, own_stack(say) as stack:
        folder = Path(made)
        loads = make_loads(folder, records, batches, chosen, say)
        with (
            Statements(stack.dsn("postgres", "postgres"), stack.database) as statements,
            Watch(_pids(), statements) as watch,
        ):
            line = _measure_line(stack, loads, watch, say)
            books = read_books(stack, {source: handed.records for source, handed in total(line.handed).items()})
            peers = run_peer(stack, loads, folder, say) if with_dlt else []
    return {
        "begun": begun.isoformat(timespec="seconds"),
        "machine": {**_machine(), "load_before": before, "load_after": os.getloadavg()},
        "records": sum(load.records for load in loads),
        "batches": batches,
        "sources": chosen,
        "books": books,
        "session_start_s": round(line.session_start, 2),
        "produce": spread([t.records / t.total(("produce",)) for t in line.produce]),
        "cold": {"runs": [asdict(t) for t in line.cold], "records_per_s": summary(line.cold)},
        "warm": {"runs": [asdict(t) for t in line.warm], "records_per_s": summary(line.warm)},
        "states": line.states,
        "model": _model(line),
        "dlt": peers,
        "warm_w1_against_dlt": against(line.warm, peers),
        "memory": watch.memory.rows(),
        "costs": _costs(line),
        "cpu": watch.cpu.rows(),
        "statements": statements.rows(),
        "bench_s": round(perf_counter() - began, 1),
    }


def run_latency(say: Say, files: int = LATENCY_FILES) -> dict[str, Any]:
    """Measure the time from a file in the inbox to `marts` with Airflow, on another stack of its own."""
    from infra.bench.latency import SOURCE, measure, summarise

    with tempfile.TemporaryDirectory(prefix="casebridge-bench-files-") as made:
        load = make_loads(Path(made), LATENCY_ROWS, 1, [SOURCE], say)[0]
        with own_stack(say, with_airflow=True) as stack:
            found = measure(stack, load.files[SOURCE].path, _MARK.encode("gb18030"), files)
    return summarise(found)


def against(runs: Sequence[Timed], peers: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return how many times as many records a second warm W1 takes as each way of dlt."""
    median = summary(runs)["W1"].get("median", 0)
    return {p["way"]: round(median / p["records_per_s"], 2) for p in peers if p["records_per_s"] and median}


def _measure_line(stack: Connections, loads: Sequence[Load], watch: Watch, say: Say) -> Line:
    from transforms.spark import spark_session

    line = Line()
    _produce(stack, loads[0], line, watch, say)
    begin, interrupt = perf_counter(), signal.getsignal(signal.SIGINT)
    with spark_session(stack, sum(load.records for load in loads)) as session:
        line.session_start = perf_counter() - begin
        for number, load in enumerate(loads, start=1):
            if number > 1:
                _produce(stack, load, line, watch, say)
            say(f"batch {number} of {len(loads)}: land, normalise, gate, admit")
            timed, batch = run_batch(session, stack, watch)
            say(f"  {timed.records:,} records from Kafka to canonical in {timed.total():.1f} s")
            (line.warm if number > 1 else line.cold).append(timed)
            line.states.append(read_states(stack, batch))
            if number == len(loads):
                say("what a record of each source costs")
                line.costs = cost_by_source(session, stack, batch)
    # PySpark's handler of Ctrl-C stays behind, and fails once its context has ended.
    signal.signal(signal.SIGINT, interrupt)
    say("model: build, judge and publish the first release")
    line.model, line.nodes = build_release(stack, sum(s["sent"] for s in line.states), watch)
    return line


def _produce(stack: Connections, load: Load, line: Line, watch: Watch, say: Say) -> None:
    say(f"produce {load.records:,} records")
    timed = Timed(load.records)
    with measured(timed, watch, "produce"):
        sent = hand_over(stack, load)
    timed.records = sum(handed.records for handed in sent.values())
    line.handed.append(sent)
    line.produce.append(timed)


def _costs(line: Line) -> list[dict[str, Any]]:
    """Return what a record of each source costs: to hand it over, to clean and to write it."""
    each = {source: handed.seconds / (handed.records or 1) for source, handed in total(line.handed).items()}
    return [{"source": row["source"], "hand_over_us": round(1e6 * each[row["source"]]), **row} for row in line.costs]


def _model(line: Line) -> dict[str, Any]:
    if line.model is None:
        return {}
    steps = {name: rate(line.model.records, s) for name, s in line.model.seconds.items()}
    slowest = sorted(line.nodes, key=lambda node: -node[1])[:8]
    return {
        "records": line.model.records,
        "seconds": line.model.seconds,
        "records_per_s": steps,
        "slowest_nodes_s": dict(slowest),
    }


def _pids() -> dict[str, int]:
    found = {name: read_pid(settings().layout, name) for name in SERVICES}
    return {name: running.pid for name, running in found.items() if running}


def _machine() -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
