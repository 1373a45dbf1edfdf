"""Gate candidate judges what a release adds and removes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql

from quality.candidate import judge_candidate
from quality.suites import Rule, Suite
from tests.integration.gates.ledger import AMR, results, stage
from tests.integration.gates.marts import CASE, DECISION, MODELS, RELEASE, SANCTION, TRADEMARK, Marts, table
from transforms.connections import Connections
from transforms.errors import GateRefused

SHANGHAI = "11310000000001011P"
# On the first of its month, but of no day.
MONTH = {"event_id": 4, "case_id": 1, "event_on": "2026-03-01", "event_precision": "MONTH"}


def test_a_release_in_order_passes_and_is_judged_by_every_rule(warehouse: Connections, marts: Marts) -> None:
    marts.note()
    verdict = judge_candidate(warehouse, RELEASE)
    assert verdict.passed, verdict.failures
    assert verdict.warnings == ()
    counted = marts.ledger.execute(
        "select count(*), bool_and(passed), count(value) = count(*), min(release_id), max(gate) from ops.gate_result"
    ).fetchone()
    assert counted == (56, True, True, RELEASE, "candidate")


@pytest.mark.parametrize(
    ("model", "row", "failed"),
    [
        ("fct_case", CASE | {"case_id": None}, "keyIsThere"),
        ("fct_case", CASE, "keyIsUnique"),
        ("fct_case", CASE | {"case_id": 2, "is_ip": False}, "isIpHasRight"),
        ("fct_case", CASE | {"case_id": 2, "ip_right_type": None}, "isIpHasRight"),
        ("fct_case", CASE | {"case_id": 2, "goods_value_cny": -1}, "amountsAreNotNegative"),
        ("fct_decision", DECISION | {"decision_id": 2, "case_id": 9}, "caseExists"),
        ("fct_sanction", SANCTION | {"sanction_id": 2, "decision_id": 9}, "decisionExists"),
        ("fct_sanction", SANCTION | {"sanction_id": 2, "amount_cny": -0.01}, "amountIsNotNegative"),
        ("fct_case_event", {"event_id": 2, "case_id": 9}, "caseExists"),
        ("fct_case_event", MONTH | {"event_on": "2026-03-09"}, "periodBeginsOnItsFirstDay"),
        ("fct_case_event", MONTH | {"event_precision": "YEAR"}, "periodBeginsOnItsFirstDay"),
        ("fct_case_event", MONTH | {"event_at": "2026-03-01T00:00Z"}, "periodBeginsOnItsFirstDay"),
        ("fct_goods_item", {"item_id": 1, "case_id": 1, "value_cny": -1}, "valueIsNotNegative"),
        ("fct_judicial_outcome", {"outcome_id": 1, "case_id": 1, "fine_cny": -1}, "amountsAreNotNegative"),
        ("bridge_case_reference", {"reference_id": 1, "case_id": 1, "other_case_id": 9}, "otherCaseExists"),
        ("bridge_case_reference", {"reference_id": 1, "case_id": 1, "other_case_id": 1}, "otherCaseExists"),
        ("bridge_case_party", {"case_id": 1, "party_id": 1, "role": "INFRINGER"}, "keyIsUnique"),
        ("bridge_case_party", {"case_id": 1, "party_id": 9, "role": "AGENT"}, "bothEndsExist"),
    ],
)
def test_a_broken_row_of_the_release_stops_it(
    warehouse: Connections, marts: Marts, model: str, row: dict[str, Any], failed: str
) -> None:
    marts.add(model, row).note()
    verdict = judge_candidate(warehouse, RELEASE)
    assert not verdict.passed
    assert [failure.split()[0] for failure in verdict.failures] == [f"{model}.{failed}"]


@pytest.mark.parametrize(
    ("model", "row", "warned"),
    [
        ("fct_case", CASE | {"case_id": 2, "closed_on": "2023-12-31"}, "filedBeforeClosed"),
        ("fct_case", CASE | {"case_id": 2, "filed_on": "2999-01-01"}, "filedUntilToday"),
        ("fct_decision", DECISION | {"decision_id": 2, "decided_on": "2999-01-01"}, "decidedUntilTomorrow"),
        ("fct_decision", DECISION | {"decision_id": 2, "decided_on": "2024-01-01"}, "filedBeforeDecided"),
        ("fct_case", CASE | {"case_id": 2, "has_illegal_transition": True}, "movedAsAllowed"),
        ("fct_decision", DECISION | {"decision_id": 2, "served_on": "2024-02-02"}, "servedAndPublishedInOrder"),
        ("fct_decision", DECISION | {"decision_id": 2, "published_on": "2024-02-02"}, "servedAndPublishedInOrder"),
        ("fct_transfer", {"transfer_type": "ADMIN_TO_CRIMINAL", "sent_on": "2024-02-02"}, "policeHaveAnswered"),
        ("fct_sanction", SANCTION | {"sanction_id": 2, "amount_cny": 300.01}, "customsFineWithinLaw"),
        ("fct_case", CASE | {"case_id": 2, "suspended_days": -1}, "suspendedWithinCase"),
        ("fct_case", CASE | {"case_id": 2, "closed_on": "2024-01-12", "suspended_days": 11}, "suspendedWithinCase"),
        ("fct_case", CASE | {"case_id": 2, "agency_uscc": SHANGHAI, "region_code": "330106"}, "agencyActsAtHome"),
        ("fct_decision", DECISION | {"decision_id": 3}, "imposesSomething"),
        ("fct_decision", DECISION | {"decision_id": 2, "publicity_end_on": "2027-04-04"}, "publicityEndsInTime"),
        (
            "fct_decision",
            DECISION | {"decision_id": 2, "published_on": "2024-02-20", "publicity_end_on": "2027-02-21"},
            "publicityEndsInTime",
        ),
    ],
)
def test_a_doubtful_row_of_the_release_warns(
    warehouse: Connections, marts: Marts, model: str, row: dict[str, Any], warned: str
) -> None:
    marts.add(model, row).note()
    verdict = judge_candidate(warehouse, RELEASE)
    assert verdict.passed
    assert [warning.split()[0] for warning in verdict.warnings] == [f"{model}.{warned}"]


@pytest.mark.parametrize(("days", "warns"), [(30, False), (31, True), (32, True), (33, False)])
def test_who_waits_for_the_police_is_told_once_when_their_days_are_over(
    warehouse: Connections, marts: Marts, days: int, warns: bool
) -> None:
    """Release 1 was published two days ago; what was over then was told then."""
    row = marts.ledger.execute("select (current_date - %s)::text", (days,)).fetchone()
    sent = {"transfer_type": "ADMIN_TO_CRIMINAL", "sent_on": row[0] if row else None}
    marts.add("fct_transfer", sent, released=1).note()
    warned = [warning.split()[0] for warning in judge_candidate(warehouse, RELEASE).warnings]
    assert warned == (["ledger.policeHaveAnsweredSince"] if warns else [])


@pytest.mark.parametrize(
    ("model", "row"),
    [
        ("fct_case", CASE | {"case_id": 2, "closed_on": "2024-01-12", "suspended_days": 10}),
        ("fct_case", CASE | {"case_id": 2, "agency_uscc": SHANGHAI, "region_code": "310104"}),
        ("fct_case", CASE | {"case_id": 7, "agency_uscc": SHANGHAI, "region_code": "330106"}),
        ("fct_decision", DECISION | {"decision_id": 3, "outcome": "NO_PUNISH_MINOR"}),
        ("fct_decision", DECISION | {"decision_id": 2, "publicity_end_on": "2027-04-03"}),
        ("fct_decision", DECISION | {"decision_id": 4, "publicity_end_on": "2029-04-03"}),
    ],
)
def test_a_row_that_only_looks_doubtful_does_not_warn(
    warehouse: Connections, marts: Marts, model: str, row: dict[str, Any]
) -> None:
    marts.add(model, row).note()
    assert judge_candidate(warehouse, RELEASE).warnings == ()


@pytest.mark.parametrize(
    ("said", "fine", "warns"),
    [
        ({"illegal_turnover_cny": 50_000}, 250_000, False),
        ({"illegal_turnover_cny": 50_000}, 250_000.01, True),
        ({"illegal_turnover_cny": 100_000}, 500_000, False),
        ({"illegal_turnover_cny": 100_000}, 500_000.01, True),
        ({"illegal_turnover_cny": 1}, 250_000, False),
        ({"illegal_turnover_cny": 49_999.99}, 250_000.01, True),
        ({"illegal_turnover_cny": None}, 1_000_000, False),
        ({"illegal_turnover_cny": 1, "violation_on": "2027-01-02"}, 250_001, True),
        ({"illegal_turnover_cny": 1, "violation_on": "2014-04-30"}, 250_001, False),
        ({"illegal_turnover_cny": 1, "violation_on": None, "decided_on": "2014-05-01"}, 250_001, True),
        ({"illegal_turnover_cny": 1, "case_type": "PAT_COUNTERFEIT"}, 250_001, False),
    ],
)
def test_a_trademark_fine_above_what_the_law_of_the_day_allows_warns(
    warehouse: Connections, marts: Marts, said: dict[str, Any], fine: float, warns: bool
) -> None:
    marts.add("fct_case", TRADEMARK | {"case_id": 2} | said, released=1)
    marts.add("fct_sanction", SANCTION | {"sanction_id": 2, "case_id": 2, "amount_cny": fine}).note()
    warned = [warning.split()[0] for warning in judge_candidate(warehouse, RELEASE).warnings]
    assert warned == (["fct_sanction.trademarkFineWithinLaw"] if warns else [])


@pytest.mark.parametrize(
    ("right", "warns"),
    [
        ({"granted_on": "2024-01-02"}, True),
        ({"expires_on": "2023-12-31"}, True),
        ({"granted_on": "2024-01-01", "expires_on": "2024-01-01"}, False),
        ({}, False),
    ],
)
def test_a_right_that_was_not_in_force_on_the_day_of_the_act_warns(
    warehouse: Connections, marts: Marts, right: dict[str, Any], warns: bool
) -> None:
    marts.add("fct_case", TRADEMARK | {"case_id": 2}, released=1).add("dim_ip_right", {"right_id": 2} | right)
    marts.add("bridge_case_right", {"case_id": 2, "right_id": 2}).note()
    warned = [warning.split()[0] for warning in judge_candidate(warehouse, RELEASE).warnings]
    assert warned == (["bridge_case_right.rightWasInForce"] if warns else [])


def test_a_punishment_by_no_authority_warns(warehouse: Connections, marts: Marts) -> None:
    marts.add("fct_case", CASE | {"case_id": 2, "agency_uscc": "91110000600037341L"})
    marts.add("fct_decision", DECISION | {"decision_id": 2, "case_id": 2}).note()
    assert [w.split()[0] for w in judge_candidate(warehouse, RELEASE).warnings] == ["fct_decision.punishedByAuthority"]


def test_an_event_of_a_year_without_a_calendar_warns(warehouse: Connections, marts: Marts) -> None:
    for day, is_working in (("2025-12-31", True), ("2026-01-01", None)):
        marts.add("dim_date", {"date_on": day, "is_working_day": is_working}, released=1)
    marts.add("fct_case_event", {"event_id": 2, "case_id": 1, "event_on": "2025-12-31"})
    marts.add("fct_case_event", {"event_id": 3, "case_id": 1, "event_on": "2026-01-01"})
    marts.add("fct_case_event", MONTH).note()
    told = judge_candidate(warehouse, RELEASE).warnings
    assert [warning.split()[0] for warning in told] == ["fct_case_event.workingDaysAreKnown"]


def test_models_that_the_release_leaves_alone_pass(warehouse: Connections, marts: Marts) -> None:
    for model in MODELS:
        marts.ledger.execute(sql.SQL("update {} set released_in = 1").format(table(model)))
    marts.note()
    assert judge_candidate(warehouse, RELEASE).passed
    assert results(marts.ledger, value=None) == []


def test_rows_of_earlier_releases_are_not_judged(warehouse: Connections, marts: Marts) -> None:
    marts.add("fct_case", CASE | {"case_id": 7, "goods_value_cny": -1}, released=1)
    marts.add("fct_decision", DECISION | {"decision_id": 7, "case_id": 99}, released=1).note()
    assert judge_candidate(warehouse, RELEASE).passed


def test_a_case_that_goes_and_leaves_its_decision_stops_the_release(warehouse: Connections, marts: Marts) -> None:
    marts.add("fct_case", CASE | {"case_id": 5}, released=1, retired=RELEASE)
    marts.add("fct_decision", DECISION | {"decision_id": 5, "case_id": 5}, released=1).note()
    verdict = judge_candidate(warehouse, RELEASE)
    assert [f.split()[0] for f in verdict.failures] == ["fct_case.noDecisionIsLeft"]
    assert [w.split()[0] for w in verdict.warnings] == ["fct_case.fewGone"]


def test_a_changed_case_has_not_gone(warehouse: Connections, marts: Marts) -> None:
    marts.add("fct_case", CASE | {"goods_value_cny": 1}, released=1, retired=RELEASE)
    marts.ledger.execute("update marts_v.fct_sanction set amount_cny = 0")
    marts.note()
    verdict = judge_candidate(warehouse, RELEASE)
    assert (verdict.passed, verdict.warnings) == (True, ())


def test_rows_that_the_gate_does_not_see_stop_the_release(warehouse: Connections, marts: Marts) -> None:
    marts.note()
    marts.ledger.execute(
        "alter table marts_v.fct_case enable row level security;"
        "create policy few on marts_v.fct_case for select to gate using (case_id > 1)"
    )
    failures = judge_candidate(warehouse, RELEASE).failures
    assert "fct_case.seenIsNoted" in {f.split()[0] for f in failures}


def test_a_release_without_a_ledger_row_stops(warehouse: Connections, marts: Marts) -> None:
    failures = judge_candidate(warehouse, RELEASE).failures
    assert "ledger.isNoted" in {f.split()[0] for f in failures}


def test_books_that_do_not_balance_stop_the_release(warehouse: Connections, marts: Marts) -> None:
    marts.note()
    only = stage(marts.ledger, AMR)
    marts.ledger.execute(
        "update ops.slice set state = 'admitted', sent = 100, d_current = 99 where slice_id = %s", (only,)
    )
    verdict = judge_candidate(warehouse, RELEASE)
    assert [f.split()[0] for f in verdict.failures] == ["ledger.booksBalance"]
    marts.ledger.execute("update ops.slice set d_quarantined = 1")
    assert judge_candidate(warehouse, RELEASE).passed


def test_a_rule_that_cannot_be_judged_stops_and_quotes_no_value(warehouse: Connections, marts: Marts) -> None:
    marts.note()
    told = {"severity": "warn", "reason": "It is only a test."}
    rules = [
        Rule(model="fct_none", name="isAbsent", query="select 1 from added", **told),
        Rule(model="fct_case", name="hasNoColumn", query="select nothing from added", **told),
        Rule(model="fct_case", name="quotes", query="select 1 from added where case_type::int > 0", **told),
        Rule(model="fct_case", name="hasNoSuchKey", expectation="not_null", arguments={"column": "nothing"}, **told),
    ]
    failures = judge_candidate(warehouse, RELEASE, Suite(rules=tuple(rules))).failures
    assert len(failures) == 4
    assert not any(CASE["case_type"] in failure for failure in failures)
    assert "InvalidTextRepresentation" in next(f for f in failures if "quotes" in f)


def test_a_release_that_is_not_being_built_is_not_judged(warehouse: Connections, marts: Marts) -> None:
    with pytest.raises(GateRefused, match="release 1 is not being built"):
        judge_candidate(warehouse, 1)
