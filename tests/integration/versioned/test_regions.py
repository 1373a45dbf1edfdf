"""Who asks for a region finds the cases of what it was before: the bridge of regions says what the cleaner says."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest

from tests.integration.versioned.records import Line, id_of
from transforms.normalise.cleaners.regions import region_changes, regions_on
from transforms.normalise.cleaners.vocabulary import read_vocabulary

CASES_OF = """
select c.case_no from marts.fct_case c
where exists (
    select from marts.bridge_region_successor b
    where b.region_code = c.region_code and b.heir_code = '{}' and b.valid_to is null)
order by c.case_no
"""


@pytest.fixture(scope="module")
def line(empty: Line) -> Line:
    """Make a warehouse with a case of a region that is gone and one of its heir."""
    empty.record(empty.admit(), "r")
    for number, region in {"old": "330103", "new": "330105", "other": "330106"}.items():
        empty.say("case", case_id=id_of(number), proceeding="PENALTY", case_no=number, region_code=region)
    empty.release()
    return empty


def test_a_region_finds_the_cases_of_its_predecessors(line: Line) -> None:
    assert line.read(CASES_OF.format("330105")) == [("new",), ("old",)]
    assert line.read(CASES_OF.format("330106")) == [("other",)]
    assert line.read(CASES_OF.format("330103")) == []


def test_every_region_has_become_on_every_day_of_change_what_the_cleaner_says(line: Line) -> None:
    spans = defaultdict(list)
    for code, heir, since, until in line.read(
        "select region_code, heir_code, valid_from, valid_to from marts.bridge_region_successor"
    ):
        spans[code].append((heir, since, until or date.max))
    days = [day + timedelta(shift) for day in region_changes() for shift in (-1, 0)]
    codes = {row["region_code"] for row in read_vocabulary("region")}
    assert spans.keys() == codes
    for code in codes:
        for day in days:
            found = sorted(heir for heir, since, until in spans[code] if since <= day < until)
            assert found == sorted(regions_on(code, day)), (code, day)
