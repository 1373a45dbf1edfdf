"""A view is read on from where it was read to, whatever single rows say of their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from transforms.collect.reached import Reached
from transforms.errors import Terminal

NOW = datetime(2026, 11, 29, 7, tzinfo=UTC)
LOOK_BACK = timedelta(minutes=10)
TO_COME = datetime(2099, 1, 1, tzinfo=UTC)

Row = tuple[int, datetime | None, str]


def reading(before: dict[str, Any], rows: list[Row], look_back: timedelta | None = LOOK_BACK) -> tuple[list[int], Any]:
    """Read rows as the view gives them; return the ids that are new, and the watermark."""
    reached = Reached(before, look_back)
    return [own for own, changed, digest in rows if reached.take(own, changed, digest, NOW)], reached.watermark()


@pytest.mark.parametrize("look_back", [LOOK_BACK, None])
@pytest.mark.parametrize("untimed", [TO_COME, None])
def test_a_row_without_a_time_that_has_come_moves_nothing_and_is_sent_once(
    look_back: timedelta | None, untimed: datetime | None
) -> None:
    ids, before = reading({}, [(1, NOW - LOOK_BACK, "a"), (2, untimed, "b")], look_back)
    assert ids == [1, 2]
    assert before["at"] == (NOW - LOOK_BACK).isoformat()
    ids, after = reading(before, [(3, NOW, "c"), (2, untimed, "b")], look_back)
    assert (ids, after["at"], after["id"]) == ([3], NOW.isoformat(), 3)
    assert reading(after, [(2, untimed, "changed")], look_back)[0] == [2]
    assert reading(after, [(2, NOW, "mended")], look_back)[0] == [2]


def test_a_view_without_any_time_is_read_from_its_beginning_again() -> None:
    ids, before = reading({}, [(1, None, "a")])
    assert (ids, Reached(before, LOOK_BACK).since) == ([1], None)
    assert reading(before, [(2, NOW, "b"), (1, None, "a")])[0] == [2]
    assert reading({}, []) == ([], {})


def test_rows_that_were_sent_from_the_window_are_skipped() -> None:
    _, before = reading({}, [(1, NOW - 2 * LOOK_BACK, "a"), (2, NOW, "b")])
    assert before["recent"] == {"2": "b"}
    assert Reached(before, LOOK_BACK).since == NOW - LOOK_BACK
    assert reading(before, [(3, NOW - LOOK_BACK / 2, "late"), (2, NOW, "b")])[0] == [3]


def test_a_view_that_tells_no_time_at_all_is_refused() -> None:
    with pytest.raises(Terminal, match="more than 10,000 rows of the view tell no time of change"):
        reading({}, [(own, None, "a") for own in range(10_001)])


@pytest.mark.parametrize("first", [datetime.min.replace(tzinfo=UTC), datetime(1, 1, 1, 0, 5, tzinfo=UTC)])
def test_the_first_time_that_there_is_is_one_that_has_come(first: datetime) -> None:
    """Systems write it for none."""
    ids, before = reading({}, [(1, first, "a")])
    assert (ids, Reached(before, LOOK_BACK).since) == ([1], datetime.min.replace(tzinfo=UTC))
    assert reading(before, [(1, first, "a"), (2, NOW, "b")])[0] == [2]
