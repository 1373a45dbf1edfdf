"""A cleaner gets the day that another field of the record tells."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.settings import ROOT
from schemas.contracts import SourceContract, source
from schemas.document import Field
from tests.support.normalised import normalise_values
from tests.unit.normalise import array_source
from tests.unit.normalise.penalty import penalty
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


@pytest.mark.parametrize("value", [{"zh": "甲"}, ["甲", None], [["甲"]], [{}], {}])
@pytest.mark.parametrize("label", ["noticeId", "title", "listingTitle", "platform", "status", "occurredAt"])
def test_an_object_and_a_list_of_others_than_texts_are_no_value(label: str, value: object) -> None:
    raw = (ROOT / "tests/golden/platform_notices/raw.jsonl").read_text("utf-8").splitlines()
    record = json.loads(next(line for line in raw if line.startswith("{")))
    known = source("platform_notices")
    names = [item.name for item in known.fields if item.label == label]
    columns = clean_fields(known, [record, record | {label: value}])
    for name in names:
        assert columns[name].values[1].as_py() is None
        assert columns[name].reasons[1].as_py() == "unparseable"
        assert columns[name].values[0].as_py() == clean_fields(known, [record])[name].values[0].as_py()


def test_a_list_of_texts_and_numbers_is_one_text_of_lines() -> None:
    columns = clean_fields(source("platform_notices"), [{"title": ["甲", 1, 0.5]}, {"title": 3}, {"title": []}])
    assert columns["title"].values.to_pylist() == ["甲\n1\n0.5", "3", None]


def test_what_was_archived_before_its_label_was_sensitive_has_no_token(tmp_path: Path) -> None:
    known = array_source.contract(tmp_path)
    item = Field("suspect_id_token", "idNo", "resident_id", False, None, "PI_SENSITIVE", "")
    made = {"token": "t", "mask": "m", "check": None}
    documents: list[dict[str, Any]] = [
        {"idNo": "11010519491231002X", "parties[].idNo": ["11010519491231002X", made, None]},
        {"idNo": made, "parties[].idNo": None},
        {"idNo": "", "parties[].idNo": "11010519491231002X"},
    ]
    columns = clean_fields(replace(known, fields=(*known.fields, item)), documents)
    found = [
        columns[f"{prefix}_id_{what}"].values.to_pylist()
        for prefix in ("suspect", "party")
        for what in ("token", "mask")
    ]
    assert found == [
        [None, "t", None],
        [None, "m", None],
        [[None, "t", None], None, [None]],
        [[None, "m", None], None, [None]],
    ]
    assert columns["suspect_id_token"].reasons.to_pylist() == ["unprotected", None, None]
    elements = columns["party_id_token"].elements
    assert elements is not None
    assert elements.to_pylist() == [["unprotected", None, None], None, ["unprotected"]]


def test_an_object_in_the_place_of_a_list_is_no_value() -> None:
    known = source("amr_zj_penalties")
    columns = clean_fields(known, [{"处罚类别": {"zh": "罚款"}}, {"处罚类别": ["罚款", "警告"]}])
    assert columns["sanction_types"].values.to_pylist() == [None, ["FINE", "WARN"]]
    assert columns["sanction_types"].reasons.to_pylist() == ["unparseable", None]


def test_a_contract_that_protects_a_label_can_read_what_came_before() -> None:
    known = source("amr_zj_penalties")
    fields = tuple(replace(f, classification="PI_SENSITIVE") if f.name == "facts" else f for f in known.fields)
    staged = penalty(replace(known, fields=fields), 违法事实="销售假鞋")
    assert ("facts", "unprotected") in {(f["field"], f["reason"]) for f in staged.findings.to_pylist()}
    assert staged.records["is_quarantined"].to_pylist() == [False]
