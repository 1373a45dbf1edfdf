"""Two masked people of one name in one decision are two records; none of them supersedes the other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.onboard.trial import envelope_value
from schemas.contracts import source
from tests.support.normalised import normalise_values
from tests.unit.normalise.sent_rows import SHANDONG, ZHEJIANG

JIANGSU = {
    "penDecNo": "宁秦市监处罚〔2026〕11号",
    "penType_CN": "罚款",
    "penContent": "依据《商标法》第六十条，罚款10000元",
    "penAm": "1.0",
    "penAuth_CN": "南京市秦淮区市场监督管理局",
    "penDecIssDate": "2026-05-11",
    "publicDate": "2026-05-12",
}
# Each source with the label of a party's name.
SOURCES = {
    "amr_js_penalties": (JIANGSU, "entName"),
    "amr_sd_penalties": (SHANDONG, "CF_XDR_MC"),
    "amr_zj_penalties": (ZHEJIANG, "行政相对人名称"),
}
MASKS = ("430***92", "512***17", "430*************92", "512*************17")


def keys(name: str, *rows: Mapping[str, str]) -> list[str]:
    contract = source(name)
    made = normalise_values(contract, [envelope_value(contract, row) for row in rows])
    assert not any(made.records["is_quarantined"].to_pylist()), made.rules.to_pylist()
    found: list[str] = made.records["record_key"].to_pylist()
    return found


def number_labels(name: str) -> list[str]:
    contract = source(name)
    return [f.label for f in contract.fields if f.name in ("infringer_uscc", "infringer_id_token")]


@pytest.mark.parametrize(("name", "number"), [(n, label) for n in SOURCES for label in number_labels(n)])
def test_people_whose_masked_numbers_differ_are_told_apart_in_every_order(name: str, number: str) -> None:
    row, called = SOURCES[name]
    people = [row | {called: "张某某", number: mask} for mask in MASKS]
    told = dict(zip(MASKS, keys(name, *people), strict=True))
    assert len({*told.values()}) == len(MASKS)
    for order in permutations(range(3)):
        assert keys(name, *(people[place] for place in order)) == [told[MASKS[place]] for place in order]


@pytest.mark.parametrize("name", SOURCES)
def test_a_name_that_is_not_masked_is_the_key_whatever_its_number(name: str) -> None:
    row, called = SOURCES[name]
    number = number_labels(name)[0]
    one, two, three = keys(name, *(row | {called: "张三", number: told} for told in ("430***92", "512***17", "")))
    assert one == two == three


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(MASKS), min_size=1, max_size=5))
def test_a_masked_person_who_comes_again_has_the_same_key(masks: list[str]) -> None:
    people = [SHANDONG | {"CF_XDR_MC": "张某某", "CF_XDR_SFZ": mask} for mask in masks]
    found = keys("amr_sd_penalties", *people)
    assert len({*found}) == len({*masks})
    assert keys("amr_sd_penalties", *people[::-1]) == found[::-1]
