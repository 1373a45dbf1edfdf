"""Marts that only one source fills hold what it delivers."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from tests.integration.line.line import Line, Taken
from tests.support.generate import generate
from tests.support.penalties_swapped import ID_NO, KIND, USCC
from transforms.collect.deliver import deliver_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.defects import Answers

EVALUATIONS, VARIETIES, TRANSFERS = "ipc_zj_evaluations", "agri_ah_penalties", "amr_zj_transfers"
ADJUDICATIONS, PROSECUTIONS = "pipa_js_adjudications", "pro_zj_prosecutions"
INTAKE, REQUESTS, CULTURE = "hotline_12315_intake", "customs_de_requests", "cult_lz_penalties"
SEIZURES = "customs_nl_seizures"
SWAPPED = "amr_gd_penalties"
MASKED_CODE, MASKED_ID = "914403********01", "4403**********0000"
FILED = """
select count(*) as cases, count(*) filter (where c.is_ip and c.case_type = 'PV_PENALTY') as penalties,
    count(i.norm_value) as filed, count(r.right_no) as rights, count(distinct r.right_no) as varieties
from marts.fct_case as c
left join marts.bridge_case_identifier as i using (case_id)
left join marts.bridge_case_right as b using (case_id)
left join marts.dim_ip_right as r on b.right_id = r.right_id and r.right_type = 'PV'
where c.body_id = 'agri_ah'
"""
SEALED = """
select count(*) as measures, count(*) filter (where is_extended) as extended,
    count(*) filter (where ended_on - started_on = 60) as longer, count(legal_basis) as based,
    count(*) filter (where measure_outcome in ('LIFTED', 'CONFISCATED')) as ended
from marts.fct_case_measure where body_id = 'agri_ah'
"""
SUSPENDED = """
select sanction_type, count(duration_months) as lasting, count(surcharge_cny) as late, count(licence) as licences
from marts.fct_sanction where body_id = 'agri_ah' group by 1 having count(duration_months) + count(surcharge_cny) > 0
"""
NUMBERS = """
select count(*) as numbers, count(c.case_id) as of_cases, count(*) filter (where i.norm_value = c.case_no) as own,
    count(d.decision_id) as of_decisions, count(*) filter (where c.security_class = 'CASE_SECRET') as secret
from marts.bridge_case_identifier as i
left join marts.fct_case as c using (case_id)
left join marts.fct_decision as d on i.case_id = d.case_id and i.norm_value = d.doc_no
where i.body_id = '{}'
"""
TOLD = """
select i.id_type, i.check_status, i.is_masked, i.norm_value, i.masked_value, p.name_display
from marts.bridge_party_identifier as i join marts.dim_party as p using (party_id)
where i.body_id = 'amr_gd' and (i.is_masked or i.check_status = 'FAILED')
"""
SENT = """
select count(*) as sent, count(*) filter (where transfer_outcome = 'ACCEPTED') as accepted,
    count(*) filter (where transfer_outcome in ('REJECTED', 'RETURNED')) as declined, count(reject_reason) as reasons,
    count(from_case_no) as numbered, count(transfer_outcome) as told, max(decided_on - acknowledged_on) as longest
from marts.fct_transfer where transfer_type = 'ADMIN_TO_CRIMINAL' and body_id = 'amr_zj'
"""
SCORES = """
select count(*) as scores, count(distinct s.institution_id) as institutions, count(i.name) as named,
    count(s.value) as valued, min(s.period) || max(s.period) as period
from marts.fct_institution_score as s left join marts.dim_service_institution as i using (institution_id)
"""
INTAKEN = """
select m.kind, count(*) as told, count(c.case_id) as cases, count(distinct m.complaint_no) as numbers,
    count(*) filter (where m.complaint_outcome = 'SETTLED') as settled, count(m.mediated_amount_cny) as amounts,
    min(m.mediated_amount_cny) as least, max(m.referred_on - m.received_on) as referred_after,
    max(m.accepted_on - m.received_on) as accepted_after, count(c.filed_on) as filed
from marts.fct_complaint as m left join marts.fct_case as c using (case_id)
where m.body_id = 'hotline_cn' group by m.kind order by m.kind
"""
ASKED = """
select count(*) as asked, count(distinct request_no) as numbers, count(assistance_status) as stated,
    count(request_type) as typed, count(received_on) as received, count(refusal_ground) as grounds,
    count(*) filter (where assistance_status = 'REFUSED') as refused, count(executed_on) as executed,
    bool_and(direction = 'IN' and partner_code = 'DE' and translation_language = 'zh') as is_german,
    max(received_on - sent_on) as travelled, max(returned_on - executed_on) as returned_after
from marts.fct_assistance_request where body_id = 'customs_de'
"""
SEIZED = """
select count(*) as messages, count(distinct message_no) as numbers, count(*) filter (where version = 2) as corrected,
    bool_and(reporting_country_code = 'NL' and origin_code = 'CN') as is_dutch, max(length(hs6)) as digits,
    count(*) filter (where transit_codes = 'SG、AE') as two_transits,
    count(*) filter (where value is not null and currency is not null and value_basis is not null) as valued
from marts.fct_seizure_message where body_id = 'customs_nl'
"""
SENT_VERSIONS = "select count({}) from canonical.seizure_message"
NOMINAL = "narrative_non_nominal ~ '[0-9]{11}' or conveyance ~ '沪' or product_text ~ 'Ltd'"
PENALISED = """
select count(*) as cases, count(f.amount_cny) as fined,
    count(*) filter (where c.case_type = 'CPR_PENALTY') as copyright,
    coalesce(sum(f.amount_cny), 0)::bigint as fines, count(b.decision_id) as based, count(m.case_id) as preserved,
    max(c.filed_on - m.started_on) as before_filing
from marts.fct_case as c
left join marts.fct_decision as d using (case_id)
left join marts.bridge_decision_basis as b on d.decision_id = b.decision_id and b.law_code = 'COL' and b.article = '53'
left join marts.fct_sanction as f on d.decision_id = f.decision_id and f.sanction_type = 'FINE'
left join marts.fct_case_measure as m on c.case_id = m.case_id and m.measure_type = 'PRESERVE'
where c.body_id = 'cult_lz'
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
    for source in (EVALUATIONS, VARIETIES, TRANSFERS, ADJUDICATIONS, PROSECUTIONS, INTAKE, REQUESTS, CULTURE, SEIZURES):
        made = generate(source, 120, 7, line.folder)
        assert deliver_file(line.stack, source, made.paths[0]).state == "closed"
        found[source] = made.answers
    swapped = _masked(generate(SWAPPED, 120, 7, line.folder).paths[0])
    assert deliver_file(line.stack, SWAPPED, swapped).state == "closed"
    line.integrate()
    return found


def _masked(path: Path) -> Path:
    """Mask the codes of two companies, alike, and the number of one person."""
    head, *rows = csv.reader(path.read_text("utf-16").splitlines(), delimiter="\t")
    place = {label: column for column, label in enumerate(head)}
    companies = [row for row in rows if row[place[KIND]].startswith("法人") and row[place[USCC]]]
    for row in companies[:2]:
        row[place[USCC]] = MASKED_CODE
    next(row for row in rows if row[place[ID_NO]])[place[ID_NO]] = MASKED_ID
    path.write_text("".join("\t".join(row) + "\r\n" for row in (head, *rows)), "utf-16")
    return path


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


def test_an_adjudication_is_known_by_the_number_of_its_decision_too(line: Line, delivered: dict[str, Answers]) -> None:
    (found,) = line.read(NUMBERS.format("pipa_js"))
    assert found["numbers"] == found["of_cases"] == found["of_decisions"] > 20
    assert found["own"] == 0


def test_a_prosecution_is_known_by_numbers_of_police_and_indictment_once_it_is_open(
    line: Line, delivered: dict[str, Answers]
) -> None:
    (found,) = line.read(NUMBERS.format("pro_zj"))
    assert found["numbers"] == found["of_cases"] > found["of_decisions"] > 10
    assert (found["own"], found["secret"]) == (0, 0)


def test_a_plant_variety_penalty_has_its_filing_number_and_its_variety(
    line: Line, delivered: dict[str, Answers]
) -> None:
    (found,) = line.read(FILED)
    assert found["cases"] == found["penalties"] == delivered[VARIETIES].usable > 100
    damaged = delivered[VARIETIES].findings["filing_norm_value:damaged"]
    assert found["filed"] == found["cases"] - damaged
    assert found["cases"] > found["rights"] > 50
    assert found["varieties"] > 5


def test_a_plant_variety_penalty_tells_what_was_sealed_and_suspended(line: Line, delivered: dict[str, Answers]) -> None:
    (sealed,) = line.read(SEALED)
    assert sealed["measures"] == sealed["based"] == sealed["ended"] > 20
    assert 0 < sealed["extended"] == sealed["longer"] < sealed["measures"]
    by_kind = {row.pop("sanction_type"): row for row in line.read(SUSPENDED)}
    suspended, fined = by_kind.pop("SUSP_LICENCE"), by_kind.pop("FINE")
    assert by_kind == {}
    assert suspended["lasting"] == suspended["licences"] == fined["late"] > 5
    assert (suspended["late"], fined["lasting"], fined["licences"]) == (0, 0, 0)


def test_a_masked_number_is_shown_and_one_of_a_person_is_not(line: Line, delivered: dict[str, Answers]) -> None:
    told = line.read(TOLD)
    masked = [row for row in told if row["is_masked"] and row["masked_value"] == MASKED_CODE]
    assert [(row["id_type"], row["check_status"]) for row in masked] == [("USCC", "MASKED")] * 2
    assert {row["norm_value"] for row in told} == {None}
    persons = "select count(*) from canonical.party_identifier where id_type = 'RID' and is_masked and id_token is null"
    assert line.one(persons, role="modeller") >= 1
    shown = "select count(*) from marts.bridge_party_identifier where id_type = 'RID' or masked_value like '4403**%%'"
    assert line.one(shown, role="analyst") == 0


def test_what_regulators_hand_to_the_police_tells_what_the_police_decided(
    line: Line, delivered: dict[str, Answers]
) -> None:
    (found,) = line.read(SENT)
    assert found["sent"] == delivered[TRANSFERS].usable > 100
    assert found["told"] == found["sent"] - delivered[TRANSFERS].findings["transfer_outcome:unmapped"]
    assert found["reasons"] == found["numbered"] >= found["declined"] > 30
    assert found["accepted"] > 30
    assert found["longest"] == 9


def test_complaints_and_reports_of_one_feed_are_told_apart(line: Line, delivered: dict[str, Answers]) -> None:
    complaints, reports = line.read(INTAKEN)
    assert (complaints["kind"], reports["kind"]) == ("COMPLAINT", "REPORT")
    assert complaints["told"] + reports["told"] == delivered[INTAKE].usable > 100
    for told in (complaints, reports):
        assert told["told"] == told["cases"] == told["numbers"] > 40
        assert told["referred_after"] == 1
    assert complaints["settled"] >= complaints["amounts"] > 0
    assert (complaints["least"] >= 50, complaints["accepted_after"]) == (True, 5)
    assert (reports["settled"], reports["amounts"], reports["accepted_after"]) == (0, 0, None)
    assert reports["filed"] > 5


def test_a_request_from_abroad_tells_how_far_it_is(line: Line, delivered: dict[str, Answers]) -> None:
    (asked,) = line.read(ASKED)
    answers = delivered[REQUESTS]
    assert asked["asked"] == asked["numbers"] == answers.usable > 100
    assert asked["stated"] == asked["asked"] - answers.findings["assistance_status:unmapped"]
    assert asked["typed"] == asked["asked"] - answers.findings["request_type:unmapped"]
    assert asked["received"] == asked["asked"] - answers.findings["received_on:impossible_date"]
    assert asked["grounds"] >= asked["refused"] > 10
    assert (asked["is_german"], asked["travelled"], asked["returned_after"]) == (True, 8, 3)
    assert asked["asked"] > asked["executed"] > 10


def test_a_workbook_of_old_is_read_to_its_penalties(line: Line, delivered: dict[str, Answers]) -> None:
    (found,) = line.read(PENALISED)
    answers = delivered[CULTURE]
    assert found["cases"] == found["copyright"] == found["based"] == answers.usable > 100
    assert found["fined"] == found["cases"] - answers.findings["fine_cny:unparseable"]
    assert found["fines"] == answers.amount_cny
    assert (found["preserved"], found["before_filing"]) == (found["cases"], 2)


def test_a_seizure_message_stands_in_its_highest_version_and_names_nobody(
    line: Line, delivered: dict[str, Answers]
) -> None:
    (seized,) = line.read(SEIZED)
    versions, messages, corrections, nominal = (
        line.one(SENT_VERSIONS.format(what), role="modeller")
        for what in ("*", "distinct message_id", "*) filter (where version = 2", f"*) filter (where {NOMINAL}")
    )
    assert versions == delivered[SEIZURES].usable > 100
    assert seized["messages"] == seized["numbers"] == messages < versions
    assert seized["corrected"] == corrections > 20
    assert nominal == 0
    assert (seized["is_dutch"], seized["digits"]) == (True, 6)
    assert 0 < seized["two_transits"] < seized["valued"] <= seized["messages"]
