"""A source may be begun from any kind of file, and its golden pair is read by the same reader."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from openpyxl import Workbook

from infra.onboard.propose import Said
from infra.onboard.trial import outcomes
from infra.runs.onboard import Proposed, begin_source, propose_source, write_source
from schemas.contracts import read_source
from tests.support.normalised import normalise_file
from tests.unit.onboard.samples import HEADER, SAID, TOLD, row

ROWS = [row(number) for number in range(1, 13)]
JSON_LABELS = ("penDecNo", "illegActType", "penContent", "penAuth_CN", "penDecIssDate", "party.name")
JSON_SAID = replace(SAID, source="amr_fj_credit", key=("case_no",))
NAMED = Said(maps=("party.name=infringer_name_raw:party_name",))


def records() -> list[dict[str, Any]]:
    made = [
        (f"闽示市监处罚〔2026〕{n}号", "销售侵权商品", "罚款", "示例机关", f"2026-05-{n:02d}") for n in range(1, 13)
    ]
    return [{**dict(zip(JSON_LABELS, values, strict=False)), "party": {"name": f"示例{values[0]}"}} for values in made]


def workbook(folder: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["福建省行政处罚公示表"])
    sheet.merge_cells("A1:Q1")
    for cells in (HEADER, *ROWS):
        sheet.append(list(cells))
    sheet.append(["合计", "12"])
    path = folder / "sample.xlsx"
    book.save(path)
    return path


def page(folder: Path) -> Path:
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in (HEADER, *ROWS))
    path = folder / "sample.xls"
    path.write_text(f"<html><body><table>{lines}</table></body></html>", "utf-8")
    return path


def document(folder: Path) -> Path:
    path = folder / "sample.json"
    path.write_text(json.dumps({"data": {"items": records()}}, ensure_ascii=False), "utf-8")
    return path


def markup(folder: Path) -> Path:
    root = ET.Element("cases")
    for record in records():
        case = ET.SubElement(root, "case")
        for label in JSON_LABELS[:-1]:
            ET.SubElement(case, label).text = record[label]
        ET.SubElement(ET.SubElement(case, "party"), "name").text = record["party"]["name"]
    path = folder / "sample.xml"
    path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
    return path


def check(proposed: Proposed, folder: Path) -> None:
    """The contract can be read, the sample is accepted, and the pair is what the contract makes of it."""
    assert proposed.trial.accepted == proposed.trial.records == 12
    check_pair(proposed, folder)


def check_pair(proposed: Proposed, folder: Path) -> None:
    contract_path, raw, expected = write_source(proposed, folder)
    contract = read_source(contract_path)
    lines = [json.loads(line) for line in expected.read_text("utf-8").splitlines()]
    assert list(outcomes(normalise_file(contract, raw))) == lines[1:]
    assert len(lines) == 11


@pytest.mark.parametrize(("make", "form"), [(workbook, "xlsx"), (page, "html")])
def test_a_sheet_makes_a_source_whatever_its_name_says(tmp_path: Path, make: Any, form: str) -> None:
    proposed = propose_source(begin_source(make(tmp_path), SAID, TOLD), 10, None)
    assert proposed.sample.format == form
    assert proposed.sample.labels == HEADER
    check(proposed, tmp_path)


def test_a_document_makes_a_source_by_the_way_to_its_records(tmp_path: Path) -> None:
    proposed = propose_source(begin_source(document(tmp_path), JSON_SAID, NAMED, record_path="data.items"), 10, None)
    assert proposed.sample.labels == JSON_LABELS
    assert proposed.raw[0] == "raw.json"
    check(proposed, tmp_path)


def test_the_golden_half_of_a_document_has_its_objects(tmp_path: Path) -> None:
    proposed = propose_source(begin_source(document(tmp_path), JSON_SAID, NAMED, record_path="data.items"), 10, None)
    first = json.loads(proposed.raw[1])["data"]["items"][0]
    assert first["party"] == {"name": "示例甲有限公司"}
    assert set(first) == {*JSON_LABELS[:-1], "party"}
    lines = tmp_path / "sample.jsonl"
    texts = [json.dumps(record, ensure_ascii=False) for record in [*records(), {"party": "无", "penDecNo": "无"}]]
    lines.write_text("\n".join(texts), "utf-8")
    check_pair(propose_source(begin_source(lines, JSON_SAID, NAMED), 10, None), tmp_path)


def test_a_pushed_message_is_not_read_within_its_objects(tmp_path: Path) -> None:
    choices = replace(JSON_SAID, mode="event", cadence=None, source_time="receipt")
    made = propose_source(begin_source(document(tmp_path), choices, NAMED, record_path="data.items"), 10, None).made
    (party,) = (one for one in made.placed if one.column.label == "party.name")
    assert (party.fate, party.why_not) == ("unmapped", "of a pushed message no label within an object is read")


def test_markup_makes_a_source_of_the_children_of_its_root(tmp_path: Path) -> None:
    proposed = propose_source(begin_source(markup(tmp_path), JSON_SAID, NAMED), 10, None)
    assert (proposed.sample.format, proposed.raw[0]) == ("xml", "raw.xml")
    check(proposed, tmp_path)


def test_a_chosen_sheet_and_way_are_in_the_contract(tmp_path: Path) -> None:
    made = propose_source(begin_source(workbook(tmp_path), SAID, TOLD, sheet="1"), 10, None)
    assert "{property: sheet, value: '1'}" in made.contract
    found = propose_source(begin_source(document(tmp_path), JSON_SAID, NAMED, record_path="data.items"), 10, None)
    assert "{property: recordPath, value: data.items}" in found.contract


def counting(folder: Path, *odd: object) -> Proposed:
    made = [{**record, "penDecIssDate": 1_767_225_600_000 + n * 86_400_000} for n, record in enumerate(records())]
    for record, value in zip(made, odd, strict=False):
        record["penDecIssDate"] = value
    path = folder / "sample.json"
    path.write_text(json.dumps({"data": {"items": made}}, ensure_ascii=False), "utf-8")
    draft = begin_source(path, JSON_SAID, NAMED, record_path="data.items")
    return propose_source(draft, 10, None)


def test_dates_that_count_from_1970_are_proposed_with_their_zone_and_read(tmp_path: Path) -> None:
    made = counting(tmp_path)
    write_source(made, tmp_path)
    contract = read_source(tmp_path / "schemas/sources/amr_fj/amr_fj_credit.odcs.yaml")
    assert contract.field_named("decided_on").cleaner == "date(epoch=ms, zone=Asia/Shanghai)"
    assert not any("unparseable" in finding for finding in made.trial.findings)
    golden = normalise_file(contract, tmp_path / "tests/golden/amr_fj_credit/raw.json")
    assert str(golden.claims["decision"]["decided_on"][0]) == "2026-05-12"


def test_one_value_that_is_no_count_leaves_the_others_refused(tmp_path: Path) -> None:
    made = counting(tmp_path, "2026-05-11")
    assert made.trial.findings["decided_on:unparseable"] == 11
    assert "date" in [r.cleaner for _, r in made.made.readings if r.field == "decided_on"]


def test_a_label_that_nobody_knows_is_told_as_a_count_where_its_name_says_a_date(tmp_path: Path) -> None:
    (tmp_path / "sample.jsonl").write_text('{"punishDate": 1767225600000}\n{"punishDate": 1767312000000}\n', "utf-8")
    (column,) = begin_source(tmp_path / "sample.jsonl", JSON_SAID, Said()).placed()
    assert column.column.kind == "date(epoch=ms, zone=Asia/Shanghai)"
    assert {r.cleaner for r in column.candidates} == {"date(epoch=ms, zone=Asia/Shanghai)"}


PARTIES = Said(
    maps=(
        *("parties[].name=party_name_raw:party_name", "parties[].role=party_role:code(vocabulary=party_role)"),
        "parties[].idNo=party_id_token:resident_id",
    )
)


def several(count: int) -> list[dict[str, str]]:
    return [{"name": f"示例{n}有限公司", "role": "被告", "idNo": "11010519491231002X"} for n in range(count)]


@pytest.mark.parametrize("shape", ["json", "xml"])
def test_an_array_of_parties_is_proposed_as_rows_of_its_elements(shape: str, tmp_path: Path) -> None:
    made = [{**record, "parties": several(n % 3 + 1)} for n, record in enumerate(records())]
    path = tmp_path / f"sample.{shape}"
    if shape == "json":
        path.write_text(json.dumps({"data": {"items": made}}, ensure_ascii=False), "utf-8")
    else:
        root = ET.Element("cases")
        for record in made:
            case = ET.SubElement(root, "case")
            for label in JSON_LABELS[:-1]:
                ET.SubElement(case, label).text = record[label]
            for one in record["parties"]:
                element = ET.SubElement(case, "parties")
                for label, value in one.items():
                    ET.SubElement(element, label).text = value
        path.write_bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
    where = "data.items" if shape == "json" else "cases.case"
    draft = begin_source(path, JSON_SAID, PARTIES, record_path=where)
    proposed = propose_source(draft, 10, None)
    write_source(proposed, tmp_path)
    contract = read_source(tmp_path / "schemas/sources/amr_fj/amr_fj_credit.odcs.yaml")
    claims = {claim.entity: claim for claim in contract.claims}
    assert (claims["party"].each, claims["case_party"].each, claims["case"].each) == ("parties", "parties", {})
    assert claims["case_party"].constants == {}
    folder = tmp_path / "tests/golden/amr_fj_credit"
    lines = [json.loads(line) for line in (folder / "expected.jsonl").read_text("utf-8").splitlines()]
    staged = normalise_file(contract, next(folder.glob("raw.*")))
    assert list(outcomes(staged)) == lines[1:]
    assert len(staged.claims["party"]) > len(staged.records)
    assert any(finding.startswith("party_id_token[1]") for line in lines[1:] for finding in line["findings"])
    assert (proposed.trial.records, proposed.trial.accepted) == (12, 12)
    assert "11010519491231002X" not in json.dumps(proposed.to_dict())
