"""Working days in China, with the weekends that are made up for and the holidays of each year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from transforms.errors import CasebridgeError
from transforms.normalise.cleaners.vocabulary import read_vocabulary

_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Say whether a day is a working day; raises CasebridgeError for a year whose calendar is not known."""
    if day.year not in _years():
        years = _years()
        raise CasebridgeError(
            f"the working days of {day.year} are not known",
            f"schemas/vocabularies/working_day.csv holds {min(years)} to {max(years)}",
            "add the days that the State Council's holiday notice for that year makes free or working",
        )
    return _exceptions().get(day, day.weekday() < _SATURDAY)


def add_working_days(start: date, days: int) -> date:
    """Return the day on which a limit of `days` working days ends; the day of the start does not count."""
    day = start
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


@cache
def _exceptions() -> Mapping[date, bool]:
    rows = read_vocabulary("working_day")
    return {date.fromisoformat(row["day"]): row["is_working"] == "true" for row in rows}


@cache
def _years() -> frozenset[int]:
    return frozenset(day.year for day in _exceptions())
