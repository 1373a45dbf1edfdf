"""The arithmetic of the bench, and what dlt is given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
import xlrd
from typer.testing import CliRunner

from infra.bench.books import compare_books
from infra.bench.compare import compare
from infra.bench.feed import PUSHED, Handed, chosen_sources, total
from infra.bench.figures import Timed, rate, shares, spread, summary, table
from infra.bench.peer import WAYS
from infra.bench.peer_load import arrow_tables, read_rows
from infra.bench.reader_files import WRITERS
from infra.bench.readers import SOURCE, chosen_shapes, growing, judge_memory, read_file, run_readers
from infra.bench.run import against
from infra.cli.bench import register
from schemas.contracts import source, sources
from tests.support.generate import SOURCES
from transforms.errors import CasebridgeError

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
    (table_,) = arrow_tables([path])
    assert table_.to_pylist() == [{"a": "甲", "b__c": "1", "b__d": None}]


def test_every_source_with_a_made_up_body_is_mixed_unless_some_are_named() -> None:
    assert chosen_sources("") == list(SOURCES)
    assert chosen_sources("court_hz_cases, amr_zj_penalties,court_hz_cases") == ["court_hz_cases", "amr_zj_penalties"]
    with pytest.raises(CasebridgeError, match="nobody"):
        chosen_sources("court_hz_cases,nobody")
    assert set(PUSHED) == {name for name in SOURCES if sources()[name].is_pushed}


def test_what_a_source_sent_in_several_loads_is_added_up() -> None:
    loads = [{"a": Handed(10, 1.0), "b": Handed(5, 0.5)}, {"a": Handed(12, 2.0)}]
    assert total(loads) == {"a": Handed(22, 3.0), "b": Handed(5, 0.5)}


@pytest.mark.parametrize(("is_balanced", "code"), [(True, 0), (False, 1)])
def test_the_command_fails_where_books_do_not_balance_and_keeps_the_figures(
    is_balanced: bool, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.bench.run.run_bench", lambda *_, **__: {"books": {"balanced": is_balanced}})
    monkeypatch.setattr("infra.bench.readers.run_readers", lambda *_: [])
    alone = typer.Typer()
    register(alone)
    done = CliRunner().invoke(alone, ["--json", "--out", str(tmp_path)])
    assert done.exit_code == code
    (kept,) = tmp_path.glob("bench-*.json")
    assert json.loads(kept.read_text("utf-8"))["books"]["balanced"] is is_balanced


def test_books_balance_only_where_all_that_was_handed_over_was_sent_and_nothing_waits() -> None:
    def book(source: str, **other: Any) -> dict[str, Any]:
        return {"source": source, "sent": 10, "balanced": True, "in_flight": 0, **other}

    def unbalanced(*books: dict[str, Any], **handed_over: int) -> list[str]:
        found = compare_books(list(books), handed_over)
        assert found["balanced"] == all(row["balanced"] for row in found["sources"])
        return [row["source"] for row in found["sources"] if not row["balanced"]]

    assert unbalanced(book("a"), book("b"), a=10, b=10) == []
    assert unbalanced(book("a"), book("b", balanced=False), a=10, b=10) == ["b"]
    assert unbalanced(book("a", in_flight=3), a=10) == ["a"]
    assert unbalanced(book("a"), a=11) == ["a"]
    assert unbalanced(book("a"), a=10, lost=5) == ["lost"]
    assert unbalanced(book("a"), book("nobodys"), a=10) == ["nobodys"]
    assert compare_books([], {})["balanced"] is False


def test_two_runs_stand_side_by_side_by_the_figures_that_either_has() -> None:
    then = {
        "produce": {"runs": 1, "median": 1000},
        "warm": {"records_per_s": {"admit": {"runs": 3, "median": 200.0}}},
        "dlt": [{"way": "a", "records_per_s": None}],
    }
    now = {
        "produce": {"runs": 1, "median": 1500},
        "warm": {"records_per_s": {"admit": {"runs": 3, "median": 100.0}, "W1": {"runs": 3, "median": 4000.0}}},
        "readers": [{"shape": "csv", "rows_per_s": 7, "peak_mb": 60}],
    }
    rows = {row["figure"]: (row["then"], row["now"], row["now_is"]) for row in compare(now, then)}
    assert rows == {
        "produce, records/s": ("1,000", "1,500", "1.50 x"),
        "warm admit, records/s": ("200", "100", "0.50 x"),
        "warm W1, records/s": ("", "4,000", ""),
        "reader of csv, rows/s": ("", "7.00", ""),
        "reader of csv, peak MB": ("", "60", ""),
    }


def test_a_reader_is_named_by_the_first_word_of_its_shape() -> None:
    assert chosen_shapes("") == list(WRITERS)
    assert chosen_shapes("xlsx,CSV") == ["csv", "xlsx, texts in the cells", "xlsx, texts shared"]
    with pytest.raises(CasebridgeError, match="docx"):
        chosen_shapes("csv,docx")


def test_a_workbook_of_excel_97_is_as_large_as_wanted_and_its_last_sheet_is_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.bench.xls_files.XLS_ROWS", 50)
    path = tmp_path / "book.xls"
    assert WRITERS["xls"](path, ["a", "b"], 100_000) == 49
    assert path.stat().st_size == pytest.approx(100_000, rel=0.05)
    book = xlrd.open_workbook(path)
    assert [sheet.nrows for sheet in book.sheets()].count(50) == book.nsheets - 1 > 20
    assert book.sheet_by_index(book.nsheets - 1).row_values(0) == ["a", "b"]


def test_the_last_sheet_of_a_workbook_of_excel_97_is_read_though_rows_stand_in_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.bench.xls_files.XLS_ROWS", 50)
    path = tmp_path / "book.xls"
    WRITERS["xls"](path, sorted(source(SOURCE).labels), 300_000)
    assert read_file("xls", path)["rows"] == 49


def test_every_shape_is_written_and_read() -> None:
    told: list[str] = []
    measured = run_readers(30_000, told.append)
    assert [row["shape"] for row in measured] == list(WRITERS)
    assert len(told) == 4 * len(WRITERS)
    assert all(row["rows"] > 10 and row["peak_mb"] >= row["mb_before"] > 0 for row in measured)
    assert all(row["peak_mb_of_a_tenth"] > 0 for row in measured)
    assert growing(measured) == []


@pytest.mark.parametrize(
    ("size", "small", "whole", "told"),
    [
        (50_000_000, 83, 85, "constant"),
        (2_000_000_000, 83, 99, "constant"),
        (2_000_000_000, 83, 100, "GROWS"),
        (50_000_000, 90, 140, "GROWS"),
        (20_000_000, 83, 84, "too small to tell"),
        (20_000_000, 83, 110, "GROWS"),
    ],
)
def test_the_memory_of_a_reader_grows_or_is_constant(size: int, small: int, whole: int, told: str) -> None:
    assert judge_memory(size, small, whole) == told


@pytest.mark.parametrize(("memory", "code"), [("constant", 0), ("GROWS", 1)])
def test_the_command_fails_where_the_memory_of_a_reader_grows(
    memory: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = dict.fromkeys(
        ("file_mb", "text_mb", "rows", "rows_per_s", "mb_before", "peak_mb_of_a_tenth", "peak_mb"), 7
    )
    monkeypatch.setattr("infra.bench.readers.run_readers", lambda *_: [{"shape": "csv", **counts, "memory": memory}])
    alone = typer.Typer()
    register(alone)
    done = CliRunner().invoke(alone, ["--readers", "--out", str(tmp_path)])
    assert done.exit_code == code
    assert memory in done.output
    assert ("the memory of the reader of csv GROWS" in done.output) == bool(code)
