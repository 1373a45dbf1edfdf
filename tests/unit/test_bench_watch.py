"""How the bench adds up what processes and statements took."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from infra.bench.cpu import Cpu
from infra.bench.memory import MB, Memory
from infra.bench.processes import Groups, find_groups
from infra.bench.statements import Statements
from infra.bench.tables import tables


class Process:
    """A process that took some time and holds some memory."""

    def __init__(self, seconds: float, held: int = 0) -> None:
        self.seconds, self.held = seconds, held

    def cpu_times(self) -> SimpleNamespace:
        if self.seconds < 0:
            raise psutil.NoSuchProcess(1)
        return SimpleNamespace(user=self.seconds, system=1.0)

    def memory_full_info(self) -> SimpleNamespace:
        return SimpleNamespace(rss=self.held * MB, pss=self.held * MB // 2)


def groups(**processes: list[Process]) -> Groups:
    return cast("Groups", processes)


def test_processor_seconds_belong_to_the_step_in_which_they_were_taken() -> None:
    cpu, old, young = Cpu(), Process(100), Process(2)
    cpu.look(groups(postgres=[old]), "")
    old.seconds = 103
    cpu.look(groups(postgres=[old, young]), "admit")
    old.seconds = 104
    cpu.look(groups(postgres=[old, young], idle=[]), "")
    young.seconds = 2.5
    cpu.look(groups(postgres=[old, young]), "gate")
    assert cpu.rows() == [{"step": "admit", "postgres": 6.0}, {"step": "gate", "postgres": 0.5}]


def test_a_process_that_ended_keeps_what_was_seen_of_it() -> None:
    cpu, worker = Cpu(), Process(0)
    cpu.look(groups(workers=[worker]), "land")
    worker.seconds = 2
    cpu.look(groups(workers=[worker]), "land")
    worker.seconds = -1
    cpu.look(groups(workers=[worker]), "land")
    assert cpu.rows() == [{"step": "land", "workers": 2.0}]


def test_a_service_that_this_program_started_is_no_other_process_of_it() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as service:
        found = find_groups({"postgres": service.pid, "kafka": 2**22 + 1})
        assert [process.pid for process in found["postgres"]] == [service.pid]
        assert sum(service.pid in [p.pid for p in processes] for processes in found.values()) == 1
        assert found["driver (python)"] == [psutil.Process()]
        assert "kafka" not in found


def test_peaks_are_of_the_largest_process_and_of_all_together() -> None:
    memory = Memory()
    memory.look(groups(workers=[Process(0, 200), Process(0, 100)]))
    memory.look(groups(workers=[Process(0, 150)]))
    (row,) = memory.rows()
    assert row == {
        "process": "workers",
        "processes": 2,
        "peak_rss_mb_of_the_largest": 200,
        "peak_pss_mb_of_all": 150,
    }


def test_statements_add_up_over_the_batches_and_the_costliest_come_first() -> None:
    statements = Statements("", "")
    counted: dict[str, Any] = {"calls": 1, "rows": 10, "wal_mb": 2.5, "read_mb": 0, "temp_mb": 0}
    for seconds in (1.0, 2.5):
        statements.add("admit", {**counted, "query": "insert  into a\n select 1", "seconds": seconds})
    statements.add("admit", {**counted, "query": "commit", "seconds": 4.0})
    statements.add("gate", {**counted, "query": "select 1", "seconds": 0.1})
    rows = statements.rows(2)
    assert [row["statement"] for row in rows["admit"]] == ["commit", "insert into a select 1"]
    assert (rows["admit"][1]["seconds"], rows["admit"][1]["each_s"]) == (pytest.approx(3.5), [1.0, 2.5])
    assert (rows["admit"][1]["calls"], rows["admit"][1]["wal_mb"]) == (2, 5)
    assert len(rows["gate"]) == 1
    assert len(statements.rows(1)["admit"]) == 1


def test_a_run_is_shown_as_titled_tables_and_long_statements_are_cut() -> None:
    row = {"seconds": 3.0, "each_s": [1.0, 2.0], "calls": 2, "statement": "s" * 500}
    timed = {"records": 10, "seconds": {"land": 1.0, "normalise": 1.0, "gate": 1.0, "admit": 2.0}}
    run: dict[str, Any] = {
        "books": {"sources": [{"source": "a", "handed_over": 10, "sent": 10, "current": 10, "balanced": True}]},
        "produce": {"median": 1000},
        "session_start_s": 3,
        **{kind: {"runs": [timed]} for kind in ("cold", "warm")},
        "model": {"seconds": {"model": 2.0}, "records_per_s": {"model": 5}},
        "costs": [],
        "cpu": [],
        "memory": [],
        "statements": {"admit": [row]},
        "dlt": [{"way": "w", "records": 10, "records_per_s": None}],
        "warm_w1_against_dlt": {},
        "readers": [],
    }
    shown = dict(tables("bench", run))
    by_word = {title.split()[0]: rows for title, rows in shown.items()}
    assert len(by_word) == len(shown) == 9
    assert by_word["Books"][0]["current"] == "10"
    assert "produce: 1,000 records/s" in next(title for title in shown if title.startswith("Where"))
    statement = next(rows for title, rows in shown.items() if title.startswith("The costliest"))[0]
    assert (statement["each_s"], len(statement["statement"])) == ("1.0 2.0", 100)
    assert by_word["dlt,"][0]["records_per_s"] == "0"
    assert list(dict(tables("readers", {"readers": []}))) == list(shown)[-1:]
