"""Records that come again: defects D20 and D21."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.contracts import source
from tests.unit.normalise.penalty import penalty
from transforms.normalise.record import Staged

OWN = source("amr_zj_penalties")
HUB = replace(OWN, source="credit_cn_penalties", body_id="credit_cn")
AGENCY, NUMBER = "处罚机关统一社会信用代码", "行政处罚决定书文号"
USCC = "113301060000020144"


def ids(*records: Staged) -> set[tuple[str, str]]:
    """Return the ids of the cases and decisions that the records claim."""
    return {
        (entity, value.as_py())
        for staged in records
        for entity in ("case", "decision")
        for value in staged.claims[entity][f"{entity}_id"]
    }


@pytest.mark.parametrize(
    "written", ["杭西市监处罚〔2026〕1号", "杭西市监处罚﹝２０２６﹞００１号", "杭西市监处罚[2026]1号"]
)
def test_d20_one_penalty_from_its_authority_and_a_platform_is_one_case_and_one_decision(written: str) -> None:
    assert len(ids(penalty(OWN, **{AGENCY: USCC}), penalty(HUB, **{AGENCY: USCC, NUMBER: written}))) == 2


def test_d20_without_the_code_of_the_authority_a_number_is_unique_in_its_body_only() -> None:
    platform_of_body = replace(HUB, body_id=OWN.body_id)
    assert len(ids(penalty(OWN), penalty(platform_of_body))) == 2
    assert len(ids(penalty(OWN), penalty(HUB))) == 4
    assert len(ids(penalty(OWN), penalty(OWN, **{AGENCY: USCC}))) == 4


def test_d20_one_number_of_two_authorities_is_two_cases() -> None:
    other = "11330100000001038L"
    assert len(ids(*(penalty(HUB, **{AGENCY: code}) for code in (USCC, other)))) == 4


def test_d21_a_record_that_is_sent_again_has_the_same_key_and_image() -> None:
    first, again = penalty(), penalty(处罚决定日期="2026年5月11日")
    changed = penalty(处罚内容="罚款2000元（已更正）")
    for name in ("record_key", "image"):
        assert first.records[name].to_pylist() == again.records[name].to_pylist()
    assert first.records["record_key"].to_pylist() == changed.records["record_key"].to_pylist()
    assert first.records["image"].to_pylist() != changed.records["image"].to_pylist()
