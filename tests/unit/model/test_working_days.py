"""The calendar of working days: DOMAIN 2.13, trap 3; dim_date counts by it."""

from __future__ import annotations

import csv
from datetime import date, timedelta

from chinese_calendar import is_workday

from transforms.model.sources import VOCABULARIES


def _exceptions() -> dict[date, bool]:
    with (VOCABULARIES / "working_day.csv").open(encoding="utf-8", newline="") as file:
        return {date.fromisoformat(row["day"]): row["is_working"] == "true" for row in csv.DictReader(file)}


def test_the_seed_is_the_calendar_of_the_package() -> None:
    exceptions, first, last = _exceptions(), date(2004, 1, 1), date(2026, 12, 31)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    assert [day for day in days if exceptions.get(day, day.weekday() < 5) != is_workday(day)] == []


def test_no_year_is_left_out_between_two_known_ones() -> None:
    """A count of working days that runs over such a year would be short."""
    years = {day.year for day in _exceptions()}
    assert years == set(range(min(years), max(years) + 1))
