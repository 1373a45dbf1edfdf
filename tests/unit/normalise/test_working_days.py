"""The calendar of working days: DOMAIN 2.13, trap 3."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import CasebridgeError
from transforms.normalise.working_days import add_working_days, is_working_day

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2025, 9, 30), 3, date(2025, 10, 11)),
        (date(2025, 9, 15), 20, date(2025, 10, 17)),
        (date(2025, 9, 15), 30, date(2025, 10, 31)),
        (date(2025, 9, 15), 50, date(2025, 11, 28)),
        (date(2025, 9, 15), 0, date(2025, 9, 15)),
    ],
)
def test_a_limit_in_working_days_ends_as_published(start: date, days: int, end: date) -> None:
    assert add_working_days(start, days) == end


@pytest.mark.parametrize("day", [date(2026, 2, 14), date(2026, 10, 10)])
def test_a_weekend_may_be_made_up_for(day: date) -> None:
    assert day.weekday() == 5
    assert is_working_day(day)


def test_the_seed_is_the_calendar_of_the_package() -> None:
    days = [FIRST + timedelta(days=ahead) for ahead in range((LAST - FIRST).days + 1)]
    assert [day for day in days if is_working_day(day) != is_workday(day)] == []


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2027, 1, 1)])
def test_a_year_without_calendar_fails_loudly(day: date) -> None:
    with pytest.raises(CasebridgeError, match=f"the working days of {day.year} are not known") as told:
        is_working_day(day)
    assert "2004 to 2026" in told.value.where
    assert told.value.remedy


def test_a_limit_that_runs_into_an_unknown_year_fails_loudly() -> None:
    with pytest.raises(CasebridgeError, match="2027"):
        add_working_days(date(2026, 12, 20), 20)


@given(st.dates(FIRST, date(2026, 6, 1)), st.integers(1, 60), st.integers(1, 60))
def test_limits_add_up(start: date, one: int, other: int) -> None:
    assert add_working_days(add_working_days(start, one), other) == add_working_days(start, one + other)
    assert is_working_day(add_working_days(start, one))
