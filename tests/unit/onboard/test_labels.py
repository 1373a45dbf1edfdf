"""The vocabulary of labels says what a column is, by its words and never by its number."""

from __future__ import annotations

import pytest

from infra.onboard.labels import candidates, readings_of, unit_in
from schemas.contracts import CLASSIFICATIONS, entities, sources
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.vocabulary import codes_of, read_vocabulary

LAXER = {("PUBLIC", "PI_BASIC"), ("PUBLIC", "PI_SENSITIVE"), ("PI_BASIC", "PI_SENSITIVE")}
# Fields that order or withdraw a record without becoming an attribute.
ORDERING = {"updated_at", "record_state"}


def fields(label: str, body_kind: str = "AMR") -> list[str]:
    return [reading.field for reading in readings_of(label, body_kind)]


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("行政相对人代码_1（统一社会信用代码）", "infringer_uscc"),
        ("行政相对人代码_2 (统一社会信用代码)", "infringer_uscc"),
        ("代码－２（统一社会信用代码）", "infringer_uscc"),
        ("CF_XDR_SHXYM", "infringer_uscc"),
        ("处罚机关（统一社会信用代码）", "agency_uscc"),
        ("处罚机关代码（统一社会信用代码）", "agency_uscc"),
        ("ＣＦ＿ＷＳＨ", "case_no"),
        ("罚款金额（元）", "fine_cny"),
        ("penAuth_CN", "agency_name"),
        ("当事人统一社会信用代码", "infringer_uscc"),
        ("被处罚人统一社会信用代码", "infringer_uscc"),
        ("当事人社会信用代码", "infringer_uscc"),
        ("相对人统一社会信用代码", "infringer_uscc"),
    ],
)
def test_a_label_is_read_by_its_words(label: str, field: str) -> None:
    assert fields(label)[0] == field


def test_the_bracket_decides_and_a_bare_number_says_nothing() -> None:
    assert fields("行政相对人代码_2（工商注册号）") == ["registration_norm_value"]
    assert fields("代码_3（组织机构代码）") == ["organisation_norm_value"]
    assert fields("行政相对人代码_2") == []
    assert fields("数据来源代码（统一社会信用代码）") == []
    assert fields("处罚机关代码（组织机构代码）") == []


@pytest.mark.parametrize(
    "label",
    [
        *("处罚决定日期（撤销）", "罚款金额（减免，万元）", "罚款金额（已缴）", "没收金额（件）", "货值金额（港元）"),
        *("处罚有效期（月）", "行政处罚决定书文号（原处罚）", "统一社会信用代码（法定代表人所在单位）"),
        *("编号（行政处罚决定书文号及序号）", "罚款金额（2026-01-01）"),
    ],
)
def test_words_in_a_bracket_make_it_another_thing(label: str) -> None:
    assert fields(label) == []
    assert candidates(label, "text", "AMR") or fields("编号") == [""]


@pytest.mark.parametrize(
    ("label", "like"),
    [
        *(("处罚决定日期（必填）", "处罚决定日期"), ("处罚决定日期（yyyy-MM-dd）", "处罚决定日期")),
        *(
            ("罚款金额（单位：元）", "罚款金额"),
            ("罚款金额（人民币万元，选填）", "罚款金额"),
            ("罚款金额（元）", "罚款金额"),
        ),
        *(("处罚机关（全称）", "处罚机关"), ("统一社会信用代码（18位）", "统一社会信用代码")),
        ("处罚有效期（年/月/日）", "处罚有效期"),
        ("处罚类别（多选）", "处罚类别"),
        ("处罚决定日期（必填，格式：YYYY-MM-DD）", "处罚决定日期"),
        ("处罚决定日期（格式如2026-01-01）", "处罚决定日期"),
        ("处罚决定日期（例如：2026年1月1日）", "处罚决定日期"),
        ("处罚决定日期（格式为yyyy年mm月dd日，单选）", "处罚决定日期"),
        ("行政处罚决定书文号（示例）", "行政处罚决定书文号"),
    ],
)
def test_a_bracket_that_says_how_a_cell_is_written_changes_nothing(label: str, like: str) -> None:
    assert fields(label) == fields(like) != []


def test_the_code_of_a_party_is_known_where_there_is_one_party() -> None:
    for label in ("当事人统一社会信用代码", "被处罚人（统一社会信用代码）", "当事人社会信用代码"):
        assert fields(label, "CUS") == ["infringer_uscc", "credit_norm_value"], label
        assert fields(label, "PIPA") == fields(label, "COURT") == [], label


def test_the_same_word_is_another_thing_at_another_kind_of_body() -> None:
    assert fields("案由", "COURT") == ["title", "case_type", "ip_right_type"]
    assert fields("案由", "AMR") == ["title"]
    assert fields("扣留日期", "AMR") == []


@pytest.mark.parametrize("kind", ["PIPA", "COURT", "AMR"])
@pytest.mark.parametrize("value", ["uscc", "resident_id", "org_code", "text", "code(vocabulary=party_type)"])
def test_whose_a_name_or_a_number_is_no_value_tells(kind: str, value: str) -> None:
    for label in ("petitioner.code", "petitioner.uscc", "petitioner.name", "提起方", "代码"):
        names = [r.field for r in candidates(label, value, kind) if r.cleaner in ("uscc", "party_name")]
        assert names == [], label


def test_the_word_before_a_number_says_whose_it_is() -> None:
    assert fields("请求人代码", "PIPA")[0] == "requester_uscc"
    assert candidates("被请求方代码", "uscc", "PIPA")[0].field == "respondent_uscc"
    assert fields("统一社会信用代码", "PIPA") == fields("统一社会信用代码", "COURT") == []


def test_a_sum_that_is_claimed_from_a_court_is_no_fine() -> None:
    assert fields("标的金额（万元）", "COURT") == fields("诉讼标的额", "COURT") == [""]
    assert "fine_cny" not in [reading.field for reading in candidates("争议额", "amount", "COURT")]


def test_a_kind_of_penalty_is_no_label_of_an_amount() -> None:
    # A cell of a column of penalties would make its row a header.
    assert fields("没收违法所得") == []
    assert fields("没收违法所得（元）") == ["confiscated_cny"]


@pytest.mark.parametrize(
    ("label", "unit"),
    [
        ("罚款金额（万元）", "万元"),
        ("罚款金额(元)", "元"),
        ("罚款金额", None),
        ("fine_wan_yuan", "万元"),
        ("货值万元", "万元"),
        ("处罚金额（万元，必填）", "万元"),
        ("处罚金额（必填，万元）", "万元"),
        ("处罚金额（必填、单位：万元）", "万元"),
        ("处罚金额（人民币万元）", "万元"),
        ("处罚金额（港币万元）", None),
        ("处罚金额（港币，万元）", None),
        ("处罚金额（元、万元）", None),
        ("处罚金额（元，万元）", None),
    ],
)
def test_a_unit_is_taken_from_the_label_only(label: str, unit: str | None) -> None:
    assert unit_in(label) == unit


@pytest.mark.parametrize("row", read_vocabulary("label"), ids=lambda row: f"{row['label']}-{row['field']}")
def test_every_row_names_a_field_that_exists_and_a_cleaner_that_works(row: dict[str, str]) -> None:
    attributes = {a.name for entity in entities().values() for a in entity.attributes} | ORDERING
    attributes |= {"sanction_types", "legal_bases", "fine_cny", "confiscated_cny", "id_token", "agency_key"}
    assert row["classification"] in CLASSIFICATIONS
    assert row["description"].endswith(".")
    assert row["source"]
    assert set(filter(None, row["body_kind"].split("|"))) <= set(codes_of("body_kind").values())
    if row["field"]:
        cleaner(row["transform_logic"].replace("{body_kind}", "AMR"))
        assert any(row["field"] == a or row["field"].endswith(f"_{a}") for a in attributes)


@pytest.mark.parametrize("kind", sorted(set(codes_of("body_kind").values())))
def test_no_label_fills_one_field_twice_or_is_both_wanted_and_not(kind: str) -> None:
    rows = [row for row in read_vocabulary("label") if kind in (row["body_kind"] or kind).split("|")]
    for row in rows:
        for label in (row["label"], *filter(None, row["aliases"].split("|"))):
            found = fields(label, kind)
            assert len(found) == len(set(found)), label
            assert "" not in found or found == [""], label


def test_the_vocabulary_agrees_with_the_contracts_on_what_is_personal() -> None:
    known = [
        (reading, item)
        for contract in sources().values()
        for item in contract.fields
        for reading in readings_of(item.label, contract.body_kind)
        if reading.field == item.name
    ]
    assert len(known) > 20
    laxer = [item.name for reading, item in known if (reading.classification, item.classification) in LAXER]
    assert laxer == []


def test_the_days_of_the_layout_of_2016_are_not_exchanged() -> None:
    assert fields("处罚生效期") == ["effective_on"]
    assert fields("处罚截止期") == ["valid_to"]
