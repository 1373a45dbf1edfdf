"""What the bodies beside the first four own reaches its marts: cases of each kind, and how cases move between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.line.line import Line, Taken
from tests.support.generate import generate
from transforms.collect.deliver import deliver_file

if TYPE_CHECKING:
    from tests.support.defects import Answers

NATIONAL, COPYRIGHT, ENFORCEMENT = "cnipa_adjudications", "cpr_sc_cases", "court_sz_enforcement"
REVIEWS, ARRESTS, LETTERS, OUTGOING = "gacc_reviews", "pro_js_arrests", "amr_js_transfers", "gacc_requests"
CASES = """
select case_type, count(*) as cases, count(*) filter (where is_ip) as of_rights from marts.fct_case
where body_id = '{}' and case_type in ({}) group by 1 order by 1
"""
RESPONDENTS = """
select case_id, count(*) as respondents, count(distinct left(p.region_code, 2)) as provinces
from marts.fct_case as c
inner join marts.bridge_case_party as b using (case_id)
inner join marts.dim_party as p using (party_id)
where c.body_id = 'cnipa' and c.jurisdiction_level = 'NATIONAL' and b.role = 'RESPONDENT'
group by 1 having count(*) = 3
"""
ROLES = """
select b.role, count(*) as parties, count(d.decision_id) filter (where d.outcome = 'PUNISHED') as punished
from marts.fct_case as c
inner join marts.bridge_case_party as b using (case_id)
left join marts.fct_decision as d using (case_id)
where c.body_id = 'cpr_sc' and b.role <> 'RIGHT_HOLDER' group by 1 order by 1
"""
MOVED = """
select transfer_type, count(*) as sent from marts.fct_transfer
where body_id in ('amr_js', 'cpr_sc', 'court_sz', 'pro_js') group by 1 order by 1
"""
OF_ARRESTS = "select count(*) from marts.{} where body_id = 'pro_js'"
LINKED = """
select r.link_type, count(*) as named from marts.bridge_case_reference as r
inner join marts.fct_case as c using (case_id) where c.body_id in ('court_sz', 'gacc', 'cnipa') group by 1 order by 1
"""


@pytest.fixture(scope="module")
def delivered(line: Line, first: Taken) -> dict[str, Answers]:
    """Let each of them deliver, and take it to a release."""
    found = {}
    for source in (NATIONAL, COPYRIGHT, ENFORCEMENT, REVIEWS, ARRESTS, LETTERS, OUTGOING):
        made = generate(source, 120, 7, line.folder)
        assert deliver_file(line.stack, source, made.paths[0]).state == "closed"
        found[source] = made.answers
    line.integrate()
    return found


@pytest.mark.parametrize(
    ("source", "body"), [(NATIONAL, "cnipa"), (COPYRIGHT, "cpr_sc"), (ENFORCEMENT, "court_sz"), (REVIEWS, "gacc")]
)
def test_every_kind_of_case_is_counted(line: Line, delivered: dict[str, Answers], source: str, body: str) -> None:
    kinds = {kind: count for kind, count in delivered[source].case_types.items() if kind}
    found = {row["case_type"]: row for row in line.read(CASES.format(body, ", ".join(f"'{kind}'" for kind in kinds)))}
    assert {kind: row["cases"] for kind, row in found.items()} == kinds
    assert all(row["cases"] == row["of_rights"] > 10 for row in found.values())


def test_a_major_case_has_respondents_in_several_provinces(line: Line, delivered: dict[str, Answers]) -> None:
    found = line.read(RESPONDENTS)
    assert len(found) > 20
    assert max(row["provinces"] for row in found) == 3
    assert min(row["provinces"] for row in found) >= 2


def test_nobody_is_an_infringer_before_a_penalty(line: Line, delivered: dict[str, Answers]) -> None:
    infringers, respondents = line.read(ROLES)
    assert (infringers["role"], respondents["role"]) == ("INFRINGER", "RESPONDENT")
    assert infringers["parties"] == infringers["punished"] > 60
    assert respondents["parties"] > 20
    assert respondents["punished"] == 0


def test_every_way_between_bodies_is_told_but_what_is_secret(line: Line, delivered: dict[str, Answers]) -> None:
    found = {row["transfer_type"]: row["sent"] for row in line.read(MOVED)}
    assert set(found) == {
        *("ADMIN_TO_CRIMINAL", "COURT_ASSIST", "CRIMINAL_TO_ADMIN", "JURISDICTION", "LEAD_REFERRAL", "PSB_TO_ADMIN"),
    }
    assert min(found.values()) > 10
    supervised = "select count(*) from canonical.transfer where transfer_type = 'FILING_SUPERVISION'"
    assert line.one(supervised, role="modeller") > 5


def test_arrests_are_counted_and_nothing_else(line: Line, delivered: dict[str, Answers]) -> None:
    counted = "select sum(cases) from marts.agg_case_month where case_type = 'CRIM_ARREST'"
    assert line.one(counted, role="analyst") == delivered[ARRESTS].case_types["CRIM_ARREST"] > 100
    for mart in ("fct_case", "fct_case_event", "bridge_case_reference", "fct_transfer"):
        assert line.one(OF_ARRESTS.format(mart), role="analyst") == 0


def test_cases_about_other_cases_name_them(line: Line, delivered: dict[str, Answers]) -> None:
    found = {row["link_type"]: row["named"] for row in line.read(LINKED)}
    damaged = delivered[REVIEWS].findings["reviewed_other_case_no:damaged"]
    assert found["ENFORCES"] == delivered[ENFORCEMENT].usable
    assert found["REVIEWS"] == delivered[REVIEWS].usable - damaged
    assert found["DERIVED_FROM"] > 20


def test_a_request_to_abroad_stands_beside_those_from_abroad(line: Line, delivered: dict[str, Answers]) -> None:
    sent = "select count(*) from marts.fct_assistance_request where direction = 'OUT' and body_id = 'gacc'"
    assert line.one(sent, role="analyst") == delivered[OUTGOING].usable > 100
