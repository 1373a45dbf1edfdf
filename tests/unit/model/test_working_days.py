"""The calendar of working days: DOMAIN 2.13, trap 3; dim_date counts by it."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta

from chinese_calendar import is_workday

from schemas.contracts import ROOT
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


def test_nothing_but_dim_date_and_the_functions_that_fail_reads_the_calendar() -> None:
    """A figure that counts working days elsewhere would be null where a year is missing: decision 0028."""
    root = ROOT.parent
    built = [*(root / "dbt_project/models").rglob("*.sql"), *(root / "schemas/packs").rglob("*.yaml")]
    readers = {path.stem for path in built if re.search(r"working_day", path.read_text("utf-8"))}
    assert readers == {"dim_date"}
    written = (root / "infra/migrations/sql").glob("*.sql")
    functions = {path.stem for path in written if "working_day_no" in path.read_text("utf-8")}
    assert functions == {"working_days", "working_day_after"}
