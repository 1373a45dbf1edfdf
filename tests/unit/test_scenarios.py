"""What runs through several bodies names itself at each of them, so that it can be found to be one matter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from schemas.contracts import source
from tests.support.normalised import normalise_file
from tests.support.scenarios import SCENARIOS, write_scenario

Claims = Mapping[str, list[dict[str, Any]]]


def read(name: str, folder: Path) -> dict[str, Claims]:
    found: dict[str, Claims] = {}
    for one, path in write_scenario(name, folder).items():
        staged = normalise_file(source(one), path)
        assert not any(staged.records["is_quarantined"].to_pylist()), one
        found[one] = {entity: table.to_pylist() for entity, table in staged.claims.items()}
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_record_of_a_scenario_can_be_used_and_is_about_a_right(name: str, tmp_path: Path) -> None:
    for claims in read(name, tmp_path).values():
        assert claims["case"]
        assert all(case["ip_right_type"] and case["stage"] for case in claims["case"])


def test_a_penalty_that_was_sued_is_named_by_the_court_and_upheld(tmp_path: Path) -> None:
    found = read("upheld", tmp_path)
    (penalty,) = found["amr_zj_penalties"]["case"]
    court = found["court_hz_administrative_cases"]
    (reference,) = court["case_reference"]
    assert (reference["link_type"], reference["other_case_no"]) == ("REVIEWS", penalty["case_no"])
    assert [d["outcome"] for d in court["decision"]] == ["REJECTED"]
    assert [c["disposition"] for c in found["psb_zj_case_events"]["case"]] == [None, "NOT_FILED"]
    report = found["hotline_12315_intake"]
    assert [c["complaint_outcome"] for c in report["complaint"]] == ["FILED"]
    assert [r["other_case_no"] for r in report["case_reference"]] == [penalty["case_no"]]


def test_a_case_that_is_not_prosecuted_goes_to_the_regulator_that_punishes_it(tmp_path: Path) -> None:
    found = read("returned", tmp_path)
    (transfer,) = found["pro_zj_prosecutions"]["transfer"]
    (punished,) = found["amr_gd_penalties"]["case"]
    assert transfer["transfer_type"] == "CRIMINAL_TO_ADMIN"
    assert transfer["to_agency_name"] == punished["agency_name"]
    (decision,) = found["amr_gd_penalties"]["decision"]
    assert decision["decided_on"] > transfer["sent_on"]
    assert {c["security_class"] for c in found["pro_zj_prosecutions"]["case"]} == {"GENERAL"}


def test_of_three_marks_two_are_confiscated_and_the_silent_holder_s_goods_are_released(tmp_path: Path) -> None:
    found = read("shipment", tmp_path)
    cases = found["customs_sh_detentions"]["case"]
    assert len({case["case_id"] for case in cases}) == 2
    assert [case["disposition"] for case in cases] == [None, None, "RELEASED"]
    penalty = found["customs_sh_penalties"]
    assert {right["right_no"] for right in penalty["ip_right"]} == {"T2020-99731", "T2016-45490"}
    assert {r["other_case_no"] for r in penalty["case_reference"]} == {cases[0]["case_no"]}
