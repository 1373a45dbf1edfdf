"""Goods name what holds them and sanctions what they take; events tell more than their day, and which they replaced."""

from __future__ import annotations

from datetime import date

import pytest

from tests.integration.line.line import COURT, Line, Taken
from tests.support.generate import generate
from transforms.collect.deliver import collect_due, deliver_file

CULTURE = "cult_lz_penalties"
HELD = """
select count(*) as lines, count(*) filter (where m.measure_type = 'DETAIN_GOODS' and m.case_id = g.case_id) as held
from marts.fct_goods_item as g left join marts.fct_case_measure as m using (measure_id) where g.body_id = 'customs_sh'
"""
CONFISCATED = """
select s.sanction_type, count(*) as sanctions, count(g.item_id) as taking
from marts.fct_sanction as s left join marts.fct_goods_item as g using (item_id, case_id)
where s.body_id = 'cult_lz' group by 1
"""
DETAILED = """
select count(*) as events, count(detail ->> 'status') as told, count(distinct detail ->> 'status') as statuses
from marts.fct_case_event where body_id = 'plat_taohuo'
"""
REPLACING = """
select case_id, event_type, event_on, supersedes_event_id from marts.fct_case_event
where body_id = 'court_hz' and supersedes_event_id is not null
"""


@pytest.fixture(scope="module")
def delivered(line: Line, first: Taken) -> Line:
    """Let the culture team deliver beside the four bodies."""
    deliver_file(line.stack, CULTURE, generate(CULTURE, 120, 7, line.folder).paths[0])
    line.integrate()
    return line


def test_lines_of_goods_name_what_detains_them_and_a_confiscation_what_it_takes(delivered: Line) -> None:
    (held,) = delivered.read(HELD)
    assert held["lines"] == held["held"] > 100
    by_kind = {row["sanction_type"]: row for row in delivered.read(CONFISCATED)}
    confiscations = by_kind.pop("CONF_GOODS")
    assert confiscations["taking"] == confiscations["sanctions"] > 20
    assert {row["taking"] for row in by_kind.values()} == {0}


def test_every_event_of_a_notice_tells_the_status_that_it_brought(delivered: Line) -> None:
    (found,) = delivered.read(DETAILED)
    assert found["events"] == found["told"] > 100
    assert found["statuses"] >= 4


def test_a_day_that_the_court_corrects_is_an_event_that_names_the_one_before(delivered: Line) -> None:
    before = delivered.one("select max(release_id) from marts.dim_release", role="analyst")
    assert delivered.read(REPLACING) == []
    delivered.court().change(6, filed_on=date(2020, 1, 2))
    assert len(collect_due(delivered.stack, COURT)) == 1
    delivered.integrate()
    (event,) = delivered.read(REPLACING)
    assert (event["event_type"], event["event_on"]) == ("case.filed", date(2020, 1, 2))
    replaced = "select case_id, event_type from marts.fct_case_event where event_id = '{}'"
    query = replaced.format(event["supersedes_event_id"])
    assert delivered.read(query) == []
    assert delivered.read(query, before) == [{"case_id": event["case_id"], "event_type": "case.filed"}]
