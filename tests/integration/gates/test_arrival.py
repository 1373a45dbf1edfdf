"""Gate arrival judges each slice of a batch for itself, and what nobody measured stops."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from infra.runs.held import READ_BY_WHAT_STANDS
from infra.stack.doctor import TWO_KEYS
from quality.arrival import judge_arrival
from tests.integration.gates.ledger import AMR, BOUNDS, FENCE, PLATFORM, results, stage
from transforms.connections import Connections
from transforms.errors import GateRefused


def test_one_slice_fails_and_the_other_goes_on(warehouse: Connections, ledger: psycopg.Connection[Any]) -> None:
    bad, good = stage(ledger, AMR, measures={("", "quarantined"): 34}), stage(ledger, PLATFORM)
    verdicts = {v.slice_id: v for v in judge_arrival(warehouse, 1, FENCE)}
    assert not verdicts[bad].passed
    assert "quarantined is 34, promised at most 10" in verdicts[bad].failures[0]
    assert verdicts[good].passed
    assert verdicts[good].failures == ()
    assert results(ledger) == [(bad, "quarantined", "stop", 34)]


def test_every_result_is_written_with_its_value_and_its_bound(
    warehouse: Connections, ledger: psycopg.Connection[Any]
) -> None:
    stage(ledger, AMR, measures={("", "quarantined"): 4.5})
    judge_arrival(warehouse, 1, FENCE)
    row = ledger.execute(
        "select gate, batch_id, source, body_id, value, bound, passed, reason <> '' from ops.gate_result "
        "where expectation = 'quarantined' and bound = 'at most 10'"
    ).fetchall()
    assert row == [("arrival", 1, AMR, "amr_zj", 4.5, "at most 10", True, True)]
    expected = {b.metric for b in BOUNDS} | {"lostRecords", "missingOffsets", "absent", "rowCount"}
    assert {expectation for _, expectation, *_ in results(ledger, passed=True)} >= expected


def test_a_warning_is_written_and_stops_nothing(warehouse: Connections, ledger: psycopg.Connection[Any]) -> None:
    only = stage(ledger, AMR, measures={("infringer_uscc", "invalidValues"): 60})
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert verdict.passed
    assert results(ledger) == [(only, "invalidValues", "warn", 60)]


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_what_nobody_measured_stops_even_where_the_bound_only_warns(
    warehouse: Connections, ledger: psycopg.Connection[Any], value: float | None
) -> None:
    only = stage(ledger, AMR, measures={("infringer_uscc", "invalidValues"): value})
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert not verdict.passed
    assert "infringer_uscc.invalidValues was not measured" in verdict.failures[0]
    assert results(ledger) == [(only, "invalidValues", "stop", None)]


def test_measures_of_an_older_attempt_do_not_count(warehouse: Connections, ledger: psycopg.Connection[Any]) -> None:
    stage(ledger, AMR, fence=FENCE - 1)
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert not verdict.passed
    assert any("rowCount was not measured" in failure for failure in verdict.failures)
    assert any("lostRecords is 100" in failure for failure in verdict.failures)


def test_a_measure_that_stands_twice_was_not_measured(warehouse: Connections, ledger: psycopg.Connection[Any]) -> None:
    stage(ledger, AMR)
    ledger.execute("insert into staged.measure select * from staged.measure where metric = 'quarantined'")
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert any("quarantined was not measured" in failure for failure in verdict.failures)


@pytest.mark.parametrize(
    ("staged", "failed"),
    [
        ({"lost": 1}, {"lostRecords"}),
        ({"declared": 101}, {"undeclaredRecords"}),
        ({"measures": {("", "rowCount"): 99.0}}, {"unprofiledRecords"}),
        ({"measures": {("", "absent"): 21.0}}, {"absent"}),
        ({"measures": {("", "absent"): 1.0, ("", "unreadableKeys"): 1.0}}, {"doubtfulAbsences"}),
        ({"measures": {("", "absent"): 0.0, ("", "unreadableKeys"): 1.0}}, set()),
        ({"measures": {("", "absent"): 20.0}, "declared": 100}, set()),
        ({"rows": 0, "measures": {("decided_on", "nullValues"): None}}, set()),
    ],
)
def test_the_common_bounds_hold_for_every_source(
    warehouse: Connections, ledger: psycopg.Connection[Any], staged: dict[str, Any], failed: set[str]
) -> None:
    stage(ledger, AMR, **staged)
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert {expectation for _, expectation, *_ in results(ledger)} == failed
    assert verdict.passed is not bool(failed)


def test_a_held_snapshot_tells_its_rows_without_a_key(warehouse: Connections, ledger: psycopg.Connection[Any]) -> None:
    only = stage(ledger, AMR, measures={("", "absent"): 1.0, ("", "unreadableKeys"): 5.0})
    ledger.execute("update staged.record set record_key = null, is_quarantined = true where row_number > 95")
    ledger.execute(
        "insert into staged.quarantine_rule "
        "select slice_id, fence, source, delivery_id, row_number, 'format', 'case_no', '', '' from staged.record "
        "where row_number > 96"
    )
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    delivery = f"of delivery {AMR}-{FENCE}"
    rows = f"row 96 {delivery}, row 97 (case_no: format) {delivery}, row 98 (case_no: format) {delivery} and 2 more"
    assert verdict.slice_id == only
    assert verdict.failures[-1] == f"without a readable key: {rows}"


@pytest.mark.parametrize(("rows", "bad", "passed"), [(1, 1, True), (4, 3, True), (4, 4, False), (100, 11, False)])
def test_a_share_of_few_records_says_nothing(
    warehouse: Connections, ledger: psycopg.Connection[Any], rows: int, bad: int, passed: bool
) -> None:
    stage(ledger, PLATFORM, rows=rows, measures={("", "quarantined"): 100 * bad / rows})
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert verdict.passed is passed


def test_a_held_slice_is_judged_again_only_where_it_was_staged_again(
    warehouse: Connections, ledger: psycopg.Connection[Any]
) -> None:
    again, other = stage(ledger, AMR), stage(ledger, PLATFORM, fence=FENCE - 1)
    ledger.execute("update ops.slice set state = 'held'")
    assert [v.slice_id for v in judge_arrival(warehouse, 1, FENCE)] == [again]
    assert not results(ledger, slice_id=other)


def test_a_source_without_a_contract_is_held(warehouse: Connections, ledger: psycopg.Connection[Any]) -> None:
    stage(ledger, AMR)
    ledger.execute("update ops.slice set source = 'gone'")
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert "contract" in verdict.failures[0]


def test_a_batch_without_slices_does_not_pass(warehouse: Connections, ledger: psycopg.Connection[Any]) -> None:
    with pytest.raises(GateRefused, match="batch 1 has no slice"):
        judge_arrival(warehouse, 1, FENCE)


def _taken(ledger: psycopg.Connection[Any], slice_id: int, version: str, state: str) -> None:
    ledger.execute("update ops.slice set state = %s where slice_id = %s", (state, slice_id))
    ledger.execute(
        "update ops.delivery set contract_version = %s from ops.slice s "
        "where s.slice_id = %s and delivery_id = any(s.deliveries)",
        (version, slice_id),
    )


@pytest.mark.parametrize(
    ("before", "now", "passed"), [("1.3.0", "2.2.0", False), ("2.2.0", "1.3.0", False), ("2.1.0", "2.2.0", True)]
)
def test_a_slice_whose_keys_are_not_those_of_what_stands_is_held(
    warehouse: Connections, ledger: psycopg.Connection[Any], before: str, now: str, passed: bool
) -> None:
    admitted, waiting = stage(ledger, AMR, fence=FENCE - 1), stage(ledger, AMR)
    _taken(ledger, admitted, before, "admitted")
    _taken(ledger, waiting, now, "planned")
    (verdict,) = judge_arrival(warehouse, 1, FENCE)
    assert verdict.passed is passed
    assert results(ledger) == ([] if passed else [(waiting, "otherKeys", "stop", 1)])


def test_a_slice_that_was_received_before_a_replay_with_a_newer_contract_is_read_by_that_one(
    warehouse: Connections, ledger: psycopg.Connection[Any]
) -> None:
    admitted, waiting = stage(ledger, AMR, fence=FENCE - 1), stage(ledger, AMR)
    for stands, received, passed in (("2.2.0", "1.3.0", True), ("1.3.0", "2.2.0", False), ("2.2.0", "2.1.0", True)):
        _taken(ledger, admitted, stands, "admitted")
        _taken(ledger, waiting, received, "held")
        ledger.execute(READ_BY_WHAT_STANDS, {"source": AMR, "slice": waiting})
        (verdict,) = judge_arrival(warehouse, 1, FENCE)
        assert verdict.passed is passed
    versions = "select contract_version from ops.delivery d join ops.slice s on d.delivery_id = any(s.deliveries)"
    assert ledger.execute(f"{versions} where slice_id = %s", (waiting,)).fetchall() == [("2.1.0",)]


def test_records_that_stand_under_two_keys_are_found(ledger: psycopg.Connection[Any]) -> None:
    one, other = stage(ledger, AMR, fence=FENCE - 1), stage(ledger, AMR)
    keys = {"keys": json.dumps([{"source": AMR, "major": "2", "others": ["1"]}])}
    for version, state, found in (
        ("2.2.0", "admitted", None),
        ("1.3.0", "held", None),
        ("1.3.0", "discarded", None),
        ("1.3.0", "admitted", AMR),
    ):
        _taken(ledger, one, "2.1.0", "admitted")
        _taken(ledger, other, version, state)
        assert ledger.execute(TWO_KEYS, keys).fetchone() == (found,)
