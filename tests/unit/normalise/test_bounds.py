"""A number or a name that no such thing can have is told and left out; the case goes on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from schemas.contracts import entities, source
from tests.support.normalised import normalise_values, read_values
from tests.unit.normalise.array_source import FIELDS, contract, document
from transforms.normalise.record import Staged

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests/golden"


@pytest.mark.parametrize(
    ("months", "kept"), [("6", 6), ("1200", 1200), ("1201", None), ("20270101", None), ("-3", None)]
)
def test_a_day_in_the_place_of_months_is_no_duration(months: str, kept: int | None) -> None:
    staged = plant_penalty(months)
    assert staged.claims["sanction"]["duration_months"].to_pylist() == [kept]
    told = {(found["field"], found["reason"]) for found in staged.findings.to_pylist()}
    assert (("duration_months", "out_of_range") in told) == (kept is None)
    assert staged.records["has_finding"].to_pylist() == [kept is None]


def plant_penalty(months: str) -> Staged:
    known = source("agri_ah_penalties")
    labels = {item.name: item.label for item in known.fields}
    given = {labels[name]: value for name, value in SAID.items()} | {labels["duration_months"]: months}
    return normalise_values(known, [json.dumps(dict.fromkeys(known.labels) | given, ensure_ascii=False)])


SAID = {
    "case_no": "皖农（种子）罚〔2026〕1号",
    "agency_name": "合肥市农业农村局",
    "infringer_name_raw": "合肥青禾种业有限公司",
    "sanction_types": "暂扣许可证件",
    "legal_basis": "《植物新品种保护条例》第三十九条",
    "updated_at": "2026-05-12 09:30:00",
}


@pytest.mark.parametrize("quantity", ["-12", "223320261234567890"])
def test_of_goods_there_are_never_fewer_than_none_nor_more_than_a_column_holds(tmp_path: Path, quantity: str) -> None:
    whole = tuple((*field[:2], "integer", field[3]) if field[0] == "line_quantity" else field for field in FIELDS)
    known = contract(tmp_path, document(whole))
    record = {"caseNo": "(2026)浙01刑初1号", "court": "浙江省杭州市中级人民法院"}
    goods = {"goods[].name": ["鞋", "包"], "goods[].qty": ["7", quantity]}
    staged = normalise_values(known, [json.dumps(record | goods)])
    assert staged.claims["goods_item"]["quantity"].to_pylist() == [7, None]
    told = [(found["field"], found["reason"]) for found in staged.findings.to_pylist()]
    assert [reason for field, reason in told if field.startswith("line_quantity")] == ["out_of_range"]


def test_every_number_that_a_gate_wants_positive_has_a_least() -> None:
    attributes = {f"{name}.{a.name}": a for name, entity in entities().items() for a in entity.attributes}
    for name in ("goods_item.quantity", "judicial_outcome.term_months", "sanction.duration_months"):
        bounds = attributes[name].bounds
        assert bounds is not None
        assert bounds[0] == 0


@pytest.mark.parametrize(
    ("said", "code", "reason"),
    [("CN", "CN", None), ("中国", "CN", None), ("德国", "DE", None), ("火星", None, "unmapped")],
)
def test_a_country_is_a_code_whatever_cleaner_reads_it(said: str, code: str | None, reason: str | None) -> None:
    """A name taken for a code would make a party of China a foreign one."""
    known = source("pipa_js_adjudications")
    item = known.field_named("requester_country_code")
    assert item.cleaner == "identifier"
    record = json.loads(next(read_values(known, GOLDEN / known.source / "raw.xml"))) | {item.label: said}
    staged = normalise_values(known, [json.dumps(record, ensure_ascii=False)])
    found = {told["reason"] for told in staged.findings.to_pylist() if told["field"] == item.name}
    countries = {row["country_code"] for row in staged.claims["party"].to_pylist()}
    assert (countries - {None}, found) == ({code} - {None}, {reason} - {None})


def test_a_weight_in_parts_is_a_quantity_of_goods_and_no_number_of_pieces() -> None:
    known = source("agri_ah_penalties")
    labels = {item.name: item.label for item in known.fields}
    weight = {labels[name]: value for name, value in SAID.items()} | {labels["goods_quantity"]: "1,200.5"}
    record = dict.fromkeys(known.labels) | weight | {labels["goods_description"]: "稻种"}
    staged = normalise_values(known, [json.dumps(record, ensure_ascii=False)])
    assert [str(value) for value in staged.claims["goods_item"]["quantity"].to_pylist()] == ["1200.50"]
    assert staged.claims["case"]["goods_quantity"].to_pylist() == [None]


@pytest.mark.parametrize(("length", "is_kept"), [(300, True), (301, False), (9_000, False)])
def test_a_page_in_the_place_of_a_name_is_told_and_left_out(length: int, is_kept: bool) -> None:
    text = next(iter(read_values(source("platform_notices"), GOLDEN / "platform_notices/raw.jsonl")))
    staged = normalise_values(source("platform_notices"), [json.dumps(json.loads(text) | {"platform": "字" * length})])
    assert staged.records["is_quarantined"].to_pylist() == [False]
    assert staged.claims["case"]["agency_name"].to_pylist() == ["字" * length if is_kept else None]
    told = [found["reason"] for found in staged.findings.to_pylist() if found["field"] == "agency_name"]
    assert told == ([] if is_kept else ["length"])


def test_a_record_whose_key_fills_a_page_is_quarantined_without_it() -> None:
    known = source("platform_notices")
    text = next(iter(read_values(known, GOLDEN / "platform_notices/raw.jsonl")))
    staged = normalise_values(known, [json.dumps(json.loads(text) | {"noticeId": "A" * 601})])
    assert staged.records["record_key"].to_pylist() == [None]
    assert [(found["rule"], found["field"]) for found in staged.rules.to_pylist()] == [("key_too_long", "notice_id")]


@pytest.mark.parametrize("page", ["字" * 9_000, "<html><body>403 Forbidden</body></html>"])
def test_a_page_in_the_place_of_a_document_number_tells_its_row_and_field(page: str) -> None:
    known = source("amr_zj_penalties")
    item = known.field_named("case_no")
    rows = [json.loads(text) for text in read_values(known, GOLDEN / known.source / "raw.csv")][:2]
    staged = normalise_values(known, [json.dumps(rows[0]), json.dumps(rows[1] | {item.label: page})])
    assert [key is None for key in staged.records["record_key"].to_pylist()] == [False, True]
    told = [(found["row_number"], found["rule"], found["field"]) for found in staged.rules.to_pylist()]
    assert told == [(staged.records["row_number"].to_pylist()[1], "format", item.name)]


# What a cleaner makes of a list, a grammar or a table is never long.
SHORT = {"basis", "case_type", "hs_code", "indicator_code", "period", "region_code", "role", "transfer_type"}


def test_every_text_that_a_mart_has_an_index_of_has_a_greatest_length() -> None:
    indexed = {
        name
        for model in (ROOT / "dbt_project/models/marts").glob("*.sql")
        for names in re.findall(r"'columns': \[([^]]*)\]|unique_key=(\[[^]]*\]|'[^']*')", model.read_text("utf-8"))
        for name in re.findall(r"\w+", "".join(names))
    }
    texts = {
        f"{entity}.{a.name}": a.bounds
        for entity, contract in entities().items()
        for a in contract.attributes
        if a.name in indexed - SHORT and a.sql_type == "text"
    }
    assert len(texts) > 10
    assert [name for name, bounds in texts.items() if bounds is None] == []
