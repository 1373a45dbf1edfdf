"""The deliveries that the bench hands over one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.contracts import sources
from tests.support.consecutive import write_consecutive
from tests.support.generate import PENALTIES, SOURCES
from tests.support.shapes import SHAPES

ROWS, COUNT = 60, 3
SNAPSHOTS = [name for name in SOURCES if sources()[name].mode == "snapshot" and name != PENALTIES]


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


@pytest.mark.parametrize("source", [name for name in SOURCES if name not in (PENALTIES, *SNAPSHOTS)])
def test_a_source_that_is_no_snapshot_sends_new_records_each_time(source: str, tmp_path: Path) -> None:
    sent = write_consecutive(source, ROWS, COUNT, 7, tmp_path)
    assert [one.count for one in sent] == [ROWS] * COUNT
    assert all(len(lines(one.records_path)) == ROWS for one in sent)
    together = [line for one in sent for line in lines(one.records_path)]
    # Planted duplicates come twice.
    assert len(set(together)) > len(together) - 5


@pytest.mark.parametrize("source", SNAPSHOTS)
def test_a_snapshot_sends_everything_again_and_some_more(source: str, tmp_path: Path) -> None:
    first, second, third = write_consecutive(source, ROWS, COUNT, 7, tmp_path)
    assert (first.count, second.count, third.count) == (ROWS, ROWS + 1, ROWS + 2)
    assert lines(second.records_path)[:ROWS] == lines(first.records_path)
    assert lines(third.records_path)[: ROWS + 1] == lines(second.records_path)


def test_the_bureau_sends_two_months_in_turn(tmp_path: Path) -> None:
    first, second, third = write_consecutive(PENALTIES, ROWS, COUNT, 7, tmp_path)
    assert first.path != second.path
    assert third == first
    assert first.records_path == first.path


@pytest.mark.parametrize("source", sorted(SHAPES))
def test_a_file_is_of_the_shape_in_which_its_body_delivers(source: str, tmp_path: Path) -> None:
    (sent,) = write_consecutive(source, ROWS, 1, 7, tmp_path)
    assert sent.path.suffix == f".{SHAPES[source].suffix}"
    assert sent.path.stat().st_size > 0
    assert len(lines(sent.records_path)) == sent.count == ROWS
