"""Arrays of objects: each element of an array makes a row, known by what it says, and no two arrays are crossed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.contracts import ContractError
from tests.support.normalised import normalise_file, normalise_values
from tests.unit.normalise.array_source import CLAIMS, FIELDS, contract, document, normalised
from transforms.errors import ContractBroken, DeliveryRefused
from transforms.normalise.record import Staged

COMPANY = "91110000600037341L"
ID, WRONG_ID = "11010519491231002X", "110105194912310021"
PARTIES: list[dict[str, Any]] = [
    {"name": "示例甲有限公司", "type": "法人及非法人组织", "role": "原告", "org": {"code": COMPANY}},
    {"name": "王示例", "type": "自然人", "role": "被告", "idNo": ID},
    {"name": "李示例、张示例商行", "role": "被告"},
]
CASE: dict[str, Any] = {
    "caseNo": "（2026）浙01民初1号",
    "court": "示例法院",
    "parties": PARTIES,
    "goods": [{"name": "鞋，黑色", "qty": 3}, {"name": "包", "qty": "12"}],
}


def rows(staged: Staged, entity: str, *names: str) -> list[tuple[Any, ...]]:
    found = staged.claims[entity].to_pylist()
    return [tuple(row[name] for name in names) for row in found]


def findings(staged: Staged) -> set[tuple[str, str]]:
    return {(found["field"], found["reason"]) for found in staged.findings.to_pylist()}


def test_each_element_is_a_party_with_its_place_among_its_role(tmp_path: Path) -> None:
    staged = normalised(tmp_path, CASE)
    assert rows(staged, "party", "name_raw", "party_type", "uscc") == [
        ("示例甲有限公司", "LEGAL", COMPANY),
        ("王示例", "PERSON", None),
        ("李示例、张示例商行", None, None),
    ]
    assert rows(staged, "case_party", "role", "seq") == [("PLAINTIFF", 1), ("DEFENDANT", 1), ("DEFENDANT", 2)]
    assert rows(staged, "party", "party_id") == rows(staged, "case_party", "party_id")
    assert [token is not None for (token,) in rows(staged, "party", "id_token")] == [False, True, False]


def test_two_arrays_of_one_record_are_not_crossed(tmp_path: Path) -> None:
    staged = normalised(tmp_path, CASE)
    assert rows(staged, "goods_item", "description", "quantity") == [
        ("鞋，黑色", Decimal("3.00")),
        ("包", Decimal("12.00")),
    ]
    assert len(staged.claims["party"]) == 3


def test_a_finding_names_the_element(tmp_path: Path) -> None:
    parties = [PARTIES[0], {**PARTIES[1], "idNo": WRONG_ID}, {**PARTIES[2], "org": {"code": "92110000MA***"}}]
    staged = normalised(tmp_path, {**CASE, "parties": parties})
    assert findings(staged) >= {("party_id_token[2]", "check_digit_failed"), ("party_uscc[3]", "masked")}
    assert staged.records["has_finding"].to_pylist() == [True]
    assert staged.counts["party_id_token", "invalidValues"] == 1
    only_masked = normalised(tmp_path, {**CASE, "parties": [PARTIES[0], parties[2] | {"name": "甲商行"}]})
    assert findings(only_masked) == {("party_uscc[2]", "masked")}
    assert only_masked.records["has_finding"].to_pylist() == [False]


@pytest.mark.parametrize("parties", [None, [], "", [{}]])
def test_an_array_without_elements_makes_no_rows(tmp_path: Path, parties: object) -> None:
    staged = normalised(tmp_path, CASE, {**CASE, "caseNo": "（2026）浙01民初2号", "parties": parties})
    assert staged.records["is_quarantined"].to_pylist() == [False, False]
    assert len(staged.claims["party"]) == 3
    assert len(staged.claims["goods_item"]) == 4


def ids(staged: Staged) -> dict[str, str]:
    return dict(rows(staged, "party", "name_raw", "party_id"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parties=st.permutations(PARTIES), goods=st.permutations(CASE["goods"]))
def test_an_element_keeps_its_id_in_any_order(tmp_path: Path, parties: list[Any], goods: list[Any]) -> None:
    first, again = normalised(tmp_path, CASE), normalised(tmp_path, {**CASE, "parties": parties, "goods": goods})
    assert ids(again) == ids(first)
    for entity in ("goods_item", "case_party"):
        keys = ("item_id",) if entity == "goods_item" else ("case_id", "party_id", "role")
        assert set(rows(again, entity, *keys)) == set(rows(first, entity, *keys))


def test_two_elements_that_say_the_same_are_two(tmp_path: Path) -> None:
    masked = {"name": "张某某", "type": "自然人", "role": "被告"}
    staged = normalised(tmp_path, {**CASE, "parties": [masked, masked]})
    assert len(set(rows(staged, "party", "party_id"))) == 2
    assert rows(staged, "case_party", "seq") == [(1,), (2,)]


def test_what_changes_in_one_element_changes_the_record(tmp_path: Path) -> None:
    changed = {**CASE, "parties": [PARTIES[0], PARTIES[1], {**PARTIES[2], "name": "赵示例商行"}]}
    images = [normalised(tmp_path, record).records["image"][0].as_py() for record in (CASE, CASE, changed)]
    assert images[0] == images[1] != images[2]


def test_one_object_where_an_array_is_expected_is_its_only_element(tmp_path: Path) -> None:
    staged = normalised(tmp_path, {**CASE, "parties": PARTIES[0]}, {**CASE, "parties": json.dumps(PARTIES[:2])})
    assert rows(staged, "party", "name_raw") == [("示例甲有限公司",), ("示例甲有限公司",), ("王示例",)]


def test_repeated_elements_of_xml_are_an_array(tmp_path: Path) -> None:
    root = ET.Element("cases")
    for names in (["甲公司"], ["乙公司", "丙公司"]):
        case = ET.SubElement(root, "case")
        ET.SubElement(case, "caseNo").text = f"（2026）浙01民初{len(names)}号"
        for name in names:
            ET.SubElement(ET.SubElement(case, "parties"), "name").text = name
            ET.SubElement(case.findall("parties")[-1], "role").text = "被告"
    path = tmp_path / "delivered.xml"
    path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
    staged = normalise_file(contract(tmp_path), path)
    assert rows(staged, "case_party", "role", "seq") == [("DEFENDANT", 1), ("DEFENDANT", 1), ("DEFENDANT", 2)]


@pytest.mark.parametrize(
    ("parties", "said"),
    [
        (["甲公司", "乙公司"], "no list of objects"),
        ([{"name": "甲公司"}, "乙公司"], "no list of objects"),
        ("甲公司", "no list of objects"),
        ('[{"name": "\\ud800"}]', "no list of objects"),
        ([{"name": "甲"}] * 10_001, "10,001 elements"),
    ],
)
def test_what_is_no_array_of_objects_refuses_the_delivery(tmp_path: Path, parties: object, said: str) -> None:
    with pytest.raises(DeliveryRefused, match=said) as caught:
        normalised(tmp_path, CASE, {**CASE, "parties": parties})
    assert "record 2" in caught.value.what
    assert "甲" not in str(caught.value)


def test_a_required_field_of_an_array_is_required_of_every_element(tmp_path: Path) -> None:
    made = document()
    made["schema"][0]["properties"][2]["required"] = True
    known = contract(tmp_path, made)
    values = [json.dumps(dict.fromkeys(known.labels) | {"caseNo": f"（2026）浙01民初{n}号", "parties[].name": names})
              for n, names in enumerate((["甲公司"], ["甲公司", None], [], None), 1)]  # fmt: skip
    staged = normalise_values(known, values)
    assert staged.records["is_quarantined"].to_pylist() == [False, True, True, True]


def broken(folder: Path, **changed: Any) -> str:
    with pytest.raises(ContractError) as caught:
        contract(folder, document(**changed))
    return str(caught.value)


def test_what_an_array_cannot_be_is_refused_with_the_remedy(tmp_path: Path) -> None:
    key, *rest = FIELDS
    twice = ("party_name_raw", "goods[].maker", "party_name", "PI_BASIC")
    assert "is one value a record" in broken(
        tmp_path, fields=[("case_no", "cases[].no", "doc_no", "PUBLIC"), *rest[:1]], claims=CLAIMS[:1]
    )
    assert "say `each: goods`" in broken(
        tmp_path, fields=[twice if field[0] == twice[0] else field for field in FIELDS]
    )
    deep = ("party_name_raw", "cases[].parties[].name", "party_name", "PI_BASIC")
    assert "within an array" in broken(tmp_path, fields=[key, deep], claims=CLAIMS[:1])
    whole = ("title", "parties", "text", "PUBLIC")
    assert "read whole already" in broken(tmp_path, fields=[*FIELDS, whole])
    court = ("agency_name", "parties[].court", "text", "PUBLIC")
    assert "say `each: parties`" in broken(tmp_path, fields=[key, court, *rest[1:]])
    right = {"entity": "ip_right", "prefix": "line_", "each": "goods", "of": {"holder_party_id": "party_"}}
    number = ("line_right_no", "goods[].right", "identifier", "PUBLIC")
    assert "follow the lists of one claim" in broken(tmp_path, fields=[*FIELDS, number], claims=[*CLAIMS, right])


def test_what_a_check_says_of_a_number_stands_in_its_row(tmp_path: Path) -> None:
    masked = {"name": "甲商行", "role": "被告", "org": {"code": "92110000MA***"}}
    staged = normalised(tmp_path, {**CASE, "parties": [masked, PARTIES[0]]}, {**CASE, "parties": [PARTIES[2]]})
    told = [(row["norm_value"], row["check_status"], row["is_masked"], row["masked_value"])
            for row in staged.claims["party_identifier"].to_pylist()]  # fmt: skip
    assert told == [(None, "MASKED", True, "92110000MA***"), (COMPANY, "PASSED", False, None)]
    assert [mask for (mask,) in rows(normalised(tmp_path, CASE), "party", "id_mask")] == [
        *(None, "110105********002X", None)
    ]


def test_an_element_is_one_value_and_asks_its_own_array(tmp_path: Path) -> None:
    several = ("party_name_raw", "parties[].name", "parts(of=party_name)", "PI_BASIC")
    known = contract(tmp_path, document(fields=[FIELDS[0], several], claims=CLAIMS[:1]))
    with pytest.raises(ContractBroken, match="one value"):
        normalise_values(known, ['{"parties[].name": ["甲公司"]}'])
    right = ("right_right_no", "rights[].no", "right_no(register=right_register)", "PUBLIC")
    register = ("right_register", "rights[].register", "code(vocabulary=right_register)", "PUBLIC")
    claims = [CLAIMS[0], {"entity": "ip_right", "prefix": "right_", "each": "rights"}]
    known = contract(tmp_path, document(fields=[FIELDS[0], right, register], claims=claims))
    value = {"caseNo": "（2026）浙01民初1号", "rights[].no": ["T2022-136490", "第3333018号"]}
    value["rights[].register"] = ["海关备案", "商标注册"]
    staged = normalise_values(known, [json.dumps(value, ensure_ascii=False)])
    assert [number for (number,) in rows(staged, "ip_right", "right_no")] == ["T2022-136490", "3333018"]


def test_events_of_an_array_have_a_detail_each(tmp_path: Path) -> None:
    fields = (
        *FIELDS[:2],
        ("step_event_type", "steps[].what", "code(vocabulary=event_type)", "PUBLIC"),
        ("step_event_on", "steps[].day", "date", "PUBLIC"),
        ("step_detail.place", "steps[].place", "text", "PUBLIC"),
        ("step_detail.court", "court", "text", "PUBLIC"),
    )
    described = document(fields, (CLAIMS[0], {"entity": "case_event", "prefix": "step_", "each": "steps"}))
    path = tmp_path / "delivered.jsonl"
    steps = [{"what": "立案", "day": "2026-05-04"}, {"what": "举行听证", "day": "2026-05-05", "place": "第1法庭"}]
    path.write_text(json.dumps({**CASE, "steps": steps}, ensure_ascii=False) + "\n", "utf-8")
    staged = normalise_file(contract(tmp_path, described), path)
    assert rows(staged, "case_event", "event_type", "detail") == [
        ("case.filed", '{"court":"示例法院"}'),
        ("hearing.held", '{"court":"示例法院","place":"第1法庭"}'),
    ]


def test_a_detail_of_an_array_is_not_told_of_the_record(tmp_path: Path) -> None:
    fields = (*FIELDS, ("event_on", "day", "date", "PUBLIC"), ("detail.names", "parties[].name", "text", "PUBLIC"))
    described = document(fields, (*CLAIMS, {"entity": "case_event", "constants": {"event_type": "case.filed"}}))
    with pytest.raises(ContractError, match=r"claims.case_event.detail.names: is read in the array parties"):
        contract(tmp_path, described)
