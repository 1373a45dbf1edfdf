"""Records that come again: defects D20 and D21."""

from __future__ import annotations

from dataclasses import replace

from schemas.contracts import source
from tests.unit.normalise.penalty import penalty


def test_d20_one_penalty_from_two_sources_of_a_body_is_one_case_and_one_decision() -> None:
    own = source("amr_zj_penalties")
    hub = replace(own, source="hub_zj_penalties")
    one, two = penalty(own), penalty(hub, 行政处罚决定书文号="杭西市监处罚﹝２０２６﹞００１号")
    for entity, key in (("case", "case_id"), ("decision", "decision_id")):
        assert one.claims[entity][key].to_pylist() == two.claims[entity][key].to_pylist()


def test_d21_a_record_that_is_sent_again_has_the_same_key_and_image() -> None:
    first, again = penalty(), penalty(处罚决定日期="2026年5月11日")
    changed = penalty(处罚内容="罚款2000元（已更正）")
    for name in ("record_key", "image"):
        assert first.records[name].to_pylist() == again.records[name].to_pylist()
    assert first.records["record_key"].to_pylist() == changed.records["record_key"].to_pylist()
    assert first.records["image"].to_pylist() != changed.records["image"].to_pylist()
