"""Several parties under one name: defects D08 and D09 where a contract reads one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.normalise.array_source import normalised
from tests.unit.normalise.penalty import penalty

NAME, CODE = "行政相对人名称", "行政相对人代码_1（统一社会信用代码）"
USCC = "91110000600037341L"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("青禾公司、松石公司", "several_parties"),
        ("青禾公司等3人", "more_parties"),
        ("青禾公司；松石公司等3人", "more_parties"),
        ("杭州青禾有限公司，杭州松石有限公司", "several_parties"),
        ("张三 李四", "several_parties"),
        ("杭州青禾鞋业有限公司 杭州乙贸易有限公司", "several_parties"),
    ],
)
def test_d08_a_code_beside_the_name_of_several_parties_is_of_none_of_them(name: str, reason: str) -> None:
    staged = penalty(**{NAME: name, CODE: USCC})
    party = staged.claims["party"].to_pylist()[0]
    assert party["uscc"] is None
    assert staged.claims["party_identifier"].to_pylist() == []
    assert party["party_id"] != penalty(**{CODE: USCC}).claims["party"]["party_id"][0].as_py()
    told = {(found["field"], found["reason"]) for found in staged.findings.to_pylist()}
    assert told == {("infringer_name_raw", reason), ("infringer_uscc", reason)}
    assert staged.records["has_finding"].to_pylist() == [True]


def test_d08_a_code_beside_one_name_is_its_own() -> None:
    claims = penalty(**{CODE: USCC}).claims
    assert claims["party"]["uscc"].to_pylist() == claims["party_identifier"]["norm_value"].to_pylist() == [USCC]


def test_d08_so_it_is_in_each_element_of_an_array(tmp_path: Path) -> None:
    parties = [{"name": "青禾公司、松石公司", "org": {"code": USCC}}, {"name": "松石公司", "org": {"code": USCC}}]
    made = normalised(tmp_path, {"caseNo": "(2026)浙01民初1号", "parties": parties})
    assert made.claims["party"]["uscc"].to_pylist() == [None, USCC]
