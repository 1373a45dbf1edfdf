"""A cleaner gets the day that another field of the record tells."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from schemas.contracts import SourceContract, source
from schemas.document import Field
from tests.support.normalised import normalise_values
from transforms.errors import ContractBroken
from transforms.normalise.fields import clean_fields


def contract(logic: str) -> SourceContract:
    known = source("amr_zj_penalties")
    item = Field("bases", "处罚依据", logic, False, None, "PUBLIC", "")
    return replace(known, fields=(item, *known.fields))


def record(acted: str | None, decided: str | None, basis: str = "《商标法》第五十四条") -> dict[str, str | None]:
    return {"处罚依据": basis, "违法行为发生日期": acted, "处罚决定日期": decided}


def test_the_day_of_the_act_wins_over_the_day_of_the_decision() -> None:
    documents = [
        record("2026-12-31", "2027-01-20"),
        record("2027-01-02", "2027-01-20"),
        record(None, "2027-01-20"),
        record("不详", "2026-05-01"),
        record(None, None),
    ]
    columns = clean_fields(contract("legal_basis(on=violation_on, by=decided_on)"), documents)
    found = [value[0] for value in columns["bases"].values.to_pylist()]
    assert found == ["TML/2019/54", "TML/2026/54", "TML//54", "TML/2019/54", "TML//54"]
    assert columns["bases"].reasons.to_pylist() == [None, None, "open_version", None, "undated_law"]
    types = columns["case_type"].values.to_pylist()
    assert types == ["TM_PENALTY", "TM_BADFAITH", None, "TM_PENALTY", None]


def test_fields_keep_the_order_of_the_contract() -> None:
    known = contract("legal_basis(on=decided_on)")
    names = [name for name in clean_fields(known, [record(None, None)]) if name in known.field_names]
    assert names == [item.name for item in known.fields]


@pytest.mark.parametrize("name", ["facts", "no_such_field"])
def test_a_day_that_is_no_date_breaks_the_contract(name: str) -> None:
    with pytest.raises(ContractBroken, match=f"'{name}' is no date"):
        clean_fields(contract(f"legal_basis(on={name})"), [record("2026-12-31", None)])


def test_one_case_in_december_and_in_january_has_the_same_type() -> None:
    known = source("amr_zj_penalties")
    rows = [
        record("2026-12-31", "2027-01-20", "《商标法》第五十七条"),
        record("2027-01-02", None, "《商标法》第七十二条"),
    ]
    common = dict.fromkeys(known.labels) | {
        "行政相对人名称": "杭州青禾鞋业有限公司",
        "处罚机关": "杭州市西湖区市场监督管理局",
    }
    values = [
        json.dumps(
            common | row | {"行政处罚决定书文号": f"杭西市监处罚〔2027〕{n}号", "处罚类别": "罚款"}, ensure_ascii=False
        )
        for n, row in enumerate(rows, start=1)
    ]
    cases = normalise_values(known, values).claims["case"].to_pylist()
    assert [(case["case_type"], case["ip_right_type"]) for case in cases] == [("TM_PENALTY", "TM")] * 2
