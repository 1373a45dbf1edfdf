"""Start a step, kill it with everything that it started, and compare what two warehouses hold in the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import psycopg
import structlog
from psycopg import sql

from transforms.connections import Connections
from transforms.ledger.books import account

ENDS_WITHIN = 300.0
LEAST_KILLS = 5
# A step may be faster than it was when it was measured.
SOON = 0.4
# What depends on how often and in which batches the same records were taken.
_OWN = frozenset({"record_id", "batch_id", "admission_id", "kafka_offset", "quarantine_id", "slice_id"})
_MARKS = frozenset({"superseded_in", "withdrawn_in", "closed_in", "reread_in"})
_COLUMNS = """
select table_name, array_agg(column_name::text order by ordinal_position) from information_schema.columns
where table_schema = 'canonical' or table_schema = 'ops' and table_name in ('quarantine', 'quarantine_rule', 'finding')
group by table_schema, table_name
"""
_MARTS = "select table_name from information_schema.tables where table_schema = 'marts' and table_name <> 'dim_release'"
_TOLD = sql.SQL("select told from (select to_jsonb(t) - 'released_in' as told from marts.{} t) q order by told::text")
_NEXT = {"taken": "land", "landed": "normalise"}
log = structlog.get_logger()


@dataclass(frozen=True)
class Kill:
    """One process killed: its number, the step and batch that it was at, and the seconds after the event before.

    `after` is that event, or the table that it waited for.
    """

    process: int
    step: str
    batch: int | None
    after: str
    seconds: float


class Step:
    """A step of the line in a process group of its own."""

    def __init__(self, stack: Connections, step: str) -> None:
        """Start it."""
        self.step = step
        with (stack.home / "logs" / "killed_steps.log").open("ab") as complaints:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.line.step", str(stack.home), stack.database, step],
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                start_new_session=True,
                env={**os.environ, "CASEBRIDGE_HOME": str(stack.home)},
            )

    def until(self, *events: str) -> dict[str, Any]:
        """Read what it tells until one of these events; an end before that is none."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told = json.loads(line) if line.startswith("{") else {}
            if told.get("event") in events:
                return dict(told)
        return {}

    def finish(self) -> None:
        """Let it run to its end, which must be a good one."""
        out, _ = self.process.communicate(timeout=ENDS_WITHIN)
        assert self.process.returncode == 0, out

    def kill(self, event: str, seconds: float) -> Kill | None:
        """Kill the whole group so many seconds after an event; None where the step was through before that."""
        told = self.until(event)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate(timeout=ENDS_WITHIN)
            killed = Kill(self.process.pid, _NEXT.get(event, self.step), told["batch"], event, round(seconds, 3))
            log.warning("killed", **asdict(killed))
            return killed
        self.finish()
        return None

    def kill_at(self, stack: Connections, table: str, locked_after: str, writes_after: str) -> Kill:
        """Kill the whole group half-way through what it writes between two events: when it waits for a locked table."""
        told = self.until(locked_after)
        assert told, f"{self.step} never came to {locked_after}"
        begin = time.monotonic()
        waiting = "select exists (select from pg_locks where relation = %s::regclass and not granted)"
        with psycopg.connect(stack.dsn("postgres")) as locked, psycopg.connect(stack.dsn("postgres")) as watch:
            locked.execute(f"lock table {table} in share row exclusive mode".encode())
            self.until(writes_after)
            while watch.execute(waiting, (table,)).fetchone() != (True,):
                assert self.process.poll() is None, f"{self.step} never came to {table}"
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate(timeout=ENDS_WITHIN)
        killed = Kill(self.process.pid, self.step, told["batch"], table, round(time.monotonic() - begin, 3))
        log.warning("killed", **asdict(killed))
        return killed


def kill_after(process: subprocess.Popen[str], step: str, seconds: float) -> Kill | None:
    """Kill a process so many seconds from now; None where it was through before that."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        killed = Kill(process.pid, step, None, "start", round(seconds, 3))
        log.warning("killed", **asdict(killed))
        return killed
    return None


def seconds_between(stack: Connections, step: str, *events: str) -> list[float]:
    """Run a step undisturbed and return the seconds between its events."""
    running = Step(stack, step)
    times = []
    for event in events:
        assert running.until(event), f"{step} never came to {event}"
        times.append(time.monotonic())
    running.finish()
    return [after - before for before, after in pairwise(times)]


def warehouse(stack: Connections) -> dict[str, list[Any]]:
    """Return all rows of canonical, quarantine and marts, but for numbers of batches, admissions and releases."""
    with psycopg.connect(stack.dsn("postgres")) as connection:
        found = {name: _rows(connection, name, columns) for name, columns in connection.execute(_COLUMNS).fetchall()}
    with psycopg.connect(stack.dsn("analyst")) as reader:
        for (name,) in reader.execute(_MARTS).fetchall():
            found[f"marts.{name}"] = reader.execute(_TOLD.format(sql.Identifier(name))).fetchall()
    return found


def assert_balanced(stack: Connections) -> None:
    """Assert that the books balance, by the ledger and by the rows themselves."""
    found = account(stack, recount=True)
    assert found["sources"]
    assert found["balanced"], found


def assert_equal(killed: Connections, calm: Connections) -> None:
    """Assert that two warehouses hold the same in the end."""
    found, expected = warehouse(killed), warehouse(calm)
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []
    assert found["record"]
    assert found["marts.fct_case"]


def _rows(connection: psycopg.Connection, name: str, columns: list[str]) -> list[Any]:
    schema = "ops" if name in ("quarantine", "quarantine_rule", "finding") else "canonical"
    is_claim = schema == "canonical" and name != "record"
    chosen = [
        sql.SQL("t.{} is not null" if column in _MARKS else "t.{}").format(sql.Identifier(column))
        for column in columns
        if column not in _OWN
    ]
    origin = [sql.SQL("r.{}").format(sql.Identifier(c)) for c in ("source", "delivery_id", "row_number")]
    return connection.execute(
        sql.SQL("select concat_ws('|', {}) from {} t {} order by 1").format(
            sql.SQL(", ").join(
                [*(origin if is_claim else []), *(sql.SQL("coalesce(({})::text, '∅')").format(c) for c in chosen)]
            ),
            sql.Identifier(schema, name),
            sql.SQL("join canonical.record r using (record_id)" if is_claim else ""),
        )
    ).fetchall()
