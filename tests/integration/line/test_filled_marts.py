"""Marts that only one source fills hold what it delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.line.line import Line, Taken
from tests.support.generate import generate
from transforms.collect.deliver import deliver_file

if TYPE_CHECKING:
    from tests.support.defects import Answers

EVALUATIONS = "ipc_zj_evaluations"
SCORES = """
select count(*) as scores, count(distinct s.institution_id) as institutions, count(i.name) as named,
    count(s.value) as valued, min(s.period) || max(s.period) as period
from marts.fct_institution_score as s left join marts.dim_service_institution as i using (institution_id)
"""
NOTICED = """
select count(*) as notices, count(r.right_id) as rights, count(p.party_id) as shops, count(n.listing_hash) as listings,
    count(*) filter (where n.measured_at > n.noticed_at) as measured,
    count(*) filter (where n.outcome = 'RELEASED') as released,
    count(*) filter (where c.stage = 'CLOSED') as closed
from marts.fct_platform_notice as n
inner join marts.fct_case as c using (case_id)
left join marts.dim_ip_right as r using (right_id)
left join marts.dim_party as p on n.shop_party_id = p.party_id
where n.body_id = 'plat_taohuo'
"""


@pytest.fixture(scope="module")
def delivered(line: Line, first: Taken) -> dict[str, Answers]:
    """Let bodies deliver that fill a mart alone, and take it to a release."""
    found = {}
    for source in (EVALUATIONS,):
        made = generate(source, 120, 7, line.folder)
        assert deliver_file(line.stack, source, made.paths[0]).state == "closed"
        found[source] = made.answers
    line.integrate()
    return found


def test_every_institution_has_its_scores(line: Line, delivered: dict[str, Answers]) -> None:
    (scores,) = line.read(SCORES)
    assert scores["scores"] == scores["named"] == delivered[EVALUATIONS].usable > 100
    assert scores["scores"] - delivered[EVALUATIONS].doubtful == scores["valued"]
    assert (
        scores["institutions"] == line.one("select count(*) from marts.dim_service_institution", role="analyst") >= 20
    )
    assert scores["period"] == "20252025"


def test_every_notice_names_shop_and_listing_and_most_a_right(line: Line, delivered: dict[str, Answers]) -> None:
    (noticed,) = line.read(NOTICED)
    cases = line.one("select count(*) from marts.fct_case where body_id = 'plat_taohuo'", role="analyst")
    assert noticed["notices"] == noticed["shops"] == noticed["listings"] == cases > 30
    assert noticed["rights"] >= cases - 3
    assert noticed["measured"] > cases - 5
    assert 0 < noticed["released"] <= noticed["closed"] < cases
