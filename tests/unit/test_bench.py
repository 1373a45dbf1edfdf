"""The arithmetic of the bench, and what dlt is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.bench.figures import Timed, rate, shares, spread, summary, table
from infra.bench.peer import WAYS
from infra.bench.peer_load import arrow_tables, read_rows
from infra.bench.reader_files import WRITERS
from infra.bench.readers import run_readers
from infra.bench.run import against

SECONDS = {"land": 1.0, "normalise": 2.0, "gate": 0.5, "admit": 1.5}


def test_a_rate_of_nothing_is_not_zero() -> None:
    assert rate(100, 4.0) == 25
    assert rate(0, 4.0) is None
    assert rate(100, 0.0) is None


def test_a_spread_tells_how_many_runs_it_is_of() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"runs": 3, "median": 2.0, "least": 1.0, "greatest": 3.0}
    assert spread([]) == {"runs": 0}


def test_a_step_that_runs_twice_adds_up() -> None:
    timed = Timed(1)
    for _ in range(2):
        with timed.step("land"):
            before = dict(timed.seconds)
    assert timed.seconds["land"] > before["land"]


def test_w1_is_its_four_steps_and_nothing_else() -> None:
    timed = Timed(1000, {**SECONDS, "publish": 99.0})
    assert timed.total() == pytest.approx(5.0)
    assert summary([timed])["W1"]["median"] == 200
    assert summary([timed])["admit"]["median"] == pytest.approx(666.667)


def test_shares_are_of_all_runs_together() -> None:
    assert shares([Timed(1, SECONDS), Timed(1, SECONDS)]) == {"land": 20, "normalise": 40, "gate": 10, "admit": 30}
    assert shares([]) == {}


def test_the_table_has_a_row_for_each_step_and_one_for_w1() -> None:
    rows = table({"cold": [Timed(1000, SECONDS)], "warm": [Timed(1000, SECONDS), Timed(2000, SECONDS)]})
    assert [row["step"] for row in rows] == ["land", "normalise", "gate", "admit", "W1"] * 2
    cold, warm = rows[4], rows[9]
    assert (cold["records_per_s"], cold["least_to_greatest"]) == ("200", "one run")
    assert (warm["records_per_s"], warm["least_to_greatest"]) == ("300", "200 to 400 (2 runs)")
    assert warm["records"] == "3,000"


def test_dlt_is_compared_by_its_median_rate() -> None:
    peers: list[dict[str, Any]] = [{"way": "a", "records_per_s": 100}, {"way": "none", "records_per_s": None}]
    assert against([Timed(1000, SECONDS)], peers) == {"a": 2.0}
    assert against([], peers) == {}


def test_every_way_of_dlt_runs_with_one_worker_and_two() -> None:
    assert len({way.told for way in WAYS}) == len(WAYS) == 6
    assert sorted(way.workers for way in WAYS) == [1, 1, 1, 2, 2, 2]


def test_dlt_gets_what_was_sent_and_nothing_that_is_not_json(tmp_path: Path) -> None:
    path = tmp_path / "sent.jsonl"
    path.write_text(json.dumps({"a": "甲", "b": {"c": 1, "d": None}}) + '\n{"a": "乙\n', "utf-8")
    assert list(read_rows(path)) == [{"a": "甲", "b": {"c": 1, "d": None}}]
    (table_,) = arrow_tables(path)
    assert table_.to_pylist() == [{"a": "甲", "b__c": "1", "b__d": None}]


def test_every_shape_is_written_and_read() -> None:
    told: list[str] = []
    measured = run_readers(20_000, told.append)
    assert [row["shape"] for row in measured] == list(WRITERS)
    assert len(told) == len(WRITERS)
    assert all(row["rows"] > 10 and row["peak_mb"] >= row["mb_before"] > 0 for row in measured)
