"""Terms to codes, several values in a cell, and what legal bases and native statuses mean."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from schemas.contracts import sources
from transforms.errors import ContractBroken
from transforms.normalise.cleaners.classification import NO_CODE, UNREAD, clean_ip_case_type, clean_ip_right_type
from transforms.normalise.cleaners.laws import law_title
from transforms.normalise.cleaners.lists import clean_list, split_list
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.spans import Span
from transforms.normalise.cleaners.statuses import dated
from transforms.normalise.cleaners.vocabulary import VOCABULARIES, clean_code, clean_no_penalty, read_vocabulary

TABLES = sorted(VOCABULARIES.glob("*.csv"))
CODE_LISTS = [path.stem for path in TABLES if path.read_text("utf-8").startswith("code,")]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("法人及非法人组织", "LEGAL"),
        ("个体工商户", "SOLE"),
        (" 自然人 ", "PERSON"),
        ("PERSON", "PERSON"),
        ("natural person", "PERSON"),
    ],
)
def test_a_term_becomes_its_code(raw: str, code: str) -> None:
    assert clean_code(raw, vocabulary="party_type") == (code, None)


def test_a_term_without_code_is_said_to_be_unmapped() -> None:
    assert clean_code("火星人", vocabulary="party_type") == (None, "unmapped")
    assert clean_code("/", vocabulary="party_type") == (None, "placeholder")
    assert clean_code(None, vocabulary="party_type") == (None, None)


def test_a_vocabulary_that_does_not_exist_breaks_the_contract() -> None:
    with pytest.raises(ContractBroken, match=r"known are .*party_type"):
        read_vocabulary("no_such_list")


@pytest.mark.parametrize("vocabulary", CODE_LISTS)
def test_every_code_has_terms_and_evidence_and_every_term_one_code(vocabulary: str) -> None:
    rows = read_vocabulary(vocabulary)
    assert {"code", "term_zh", "term_en", "valid_from", "valid_to", "source"} <= set(rows[0])
    assert all(row["code"] and row["term_zh"] and row["term_en"] and row["source"] for row in rows)
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        for term in filter(None, (row["code"], row["term_zh"], row["term_en"], *row["aliases"].split("|"))):
            assert clean_code(term, vocabulary=vocabulary) == (row["code"], None)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: str(path.stem))
def test_a_vocabulary_file_is_rectangular(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        assert len({len(row) for row in csv.reader(file)}) == 1


def test_a_table_that_is_no_code_list_breaks_the_contract() -> None:
    with pytest.raises(ContractBroken, match="ip_basis is no code list"):
        cleaner("code(vocabulary=ip_basis)")


def test_the_code_lists_of_the_domain_are_there() -> None:
    assert {"party_type", "sanction_type", "ip_right_type", "case_type", "party_role", "outcome", "body_kind"} <= set(
        CODE_LISTS
    )
    assert {"event_type", "measure_type", "stage", "disposition"} <= set(CODE_LISTS)


@pytest.mark.parametrize("vocabulary", sorted(path.stem for path in VOCABULARIES.glob("*.csv")))
def test_what_begins_and_ends_does_so_in_order(vocabulary: str) -> None:
    rows = [row for row in read_vocabulary(vocabulary) if {"valid_from", "valid_to"} <= set(row)]
    assert all(span.since < span.until for span in map(Span.read, rows))


def test_an_order_is_marked_as_no_sanction() -> None:
    orders = {row["code"] for row in read_vocabulary("sanction_type") if row["is_order"] == "true"}
    assert orders == {"ORDER_CORRECT", "ORDER_STOP", "ORDER_DESTROY"}


def test_every_status_leads_to_a_known_stage_and_disposition() -> None:
    stages = {row["code"] for row in read_vocabulary("stage")}
    dispositions = {row["code"] for row in read_vocabulary("disposition")} | {""}
    scopes = {row["code"] for row in read_vocabulary("body_kind")} | set(sources()) | {"*"}
    rows = read_vocabulary("status_stage")
    assert {row["stage"] for row in rows} <= stages
    assert {row["disposition"] for row in rows} <= dispositions
    assert {row["scope"] for row in rows} <= scopes
    assert dated(rows)
    assert {row["security_class"] for row in rows} <= {row["code"] for row in read_vocabulary("security_class")} | {""}


def test_a_move_between_stages_is_ruled_once_on_a_day() -> None:
    moves = [
        {**row, "scope": row["from_stage"], "native_status": row["to_stage"]} for row in read_vocabulary("stage_move")
    ]
    assert dated([{**move, "stage": "", "disposition": "", "security_class": ""} for move in moves])


def test_every_basis_leads_to_known_codes() -> None:
    rights = {row["code"] for row in read_vocabulary("ip_right_type")} | {""}
    types = {row["code"] for row in read_vocabulary("case_type")} | {"", NO_CODE, UNREAD}
    for row in read_vocabulary("ip_basis"):
        assert row["pattern"] or row["provisions"]
        assert row["ip_right_type"] in rights
        assert row["case_type"] in types
        assert bool(row["ip_right_type"]) != bool(row["case_type"])
        assert not row["pattern"] or re.search(row["pattern"], "无关") is None


def test_what_makes_a_type_of_case_is_about_a_right() -> None:
    rows = [row for row in read_vocabulary("ip_basis") if row["case_type"] not in ("", NO_CODE, UNREAD)]
    words = (
        "药品专利",
        "专利调解",
        "商标申请驳回复审决定之后提起的行政诉讼",
        "处罚侵犯知识产权",
        "知识产权非诉执行",
        "商标恶意",
    )
    for row in rows:
        provisions = ([*notation.split("/"), "", ""] for notation in filter(None, row["provisions"].split("|")))
        named = [
            f"《{law_title(law)}》({version or 2026})第{article or 1}条" for law, version, article, *_ in provisions
        ]
        for text in (*named, *words):
            if clean_ip_case_type(text, body_kind=row["body_kind"]).value:
                assert clean_ip_right_type(text) != (None, None), (row["rank"], text)


@pytest.mark.parametrize(
    ("raw", "right", "body_kind", "case_type"),
    [
        ("03070200", "TM", "PSB", "CRIM_INV"),
        ("030710", "TM", "PSB", "CRIM_INV"),
        ("030701", "TM", "PSB", "CRIM_INV"),
        ("03070301", "TM", "PSB", "CRIM_INV"),
        ("030740", "TM", "PSB", "CRIM_INV"),
        ("03070400", "PAT", "PSB", "CRIM_INV"),
        ("030760", "CPR", "PSB", "CRIM_INV"),
        ("03070600", "CPR", "PSB", "CRIM_INV"),
        ("030780", "TS", "PSB", "CRIM_INV"),
        ("030700", "OTHER", "PSB", "CRIM_INV"),
        ("030730", "OTHER", "PSB", "CRIM_INV"),
        ("侵犯知识产权案", "OTHER", "PSB", "CRIM_INV"),
        ("03080200", None, "PSB", None),
        ("规范商标申请注册行为若干规定", "TM", "AMR", "TM_BADFAITH"),
        ("《专利代理条例》第二十五条", "PAT", "AMR", None),
        ("《特殊标志管理条例》", "SPEC", "AMR", None),
        ("违反官方标志保护规定", "SPEC", "AMR", None),
        ("电子商务平台未依法采取必要措施", "OTHER", "AMR", None),
        ("网络域名权属、侵权纠纷", "OTHER", "COURT", "CIV_TRIAL"),
        ("特许经营合同纠纷", "OTHER", "COURT", "CIV_TRIAL"),
        ("不正当竞争纠纷", "OTHER", "COURT", "CIV_TRIAL"),
        ("仿冒纠纷", "OTHER", "COURT", "CIV_TRIAL"),
        ("《反不正当竞争法》第八条", None, "AMR", None),
        ("向深圳市市场监督管理局（知识产权局）申请复议", None, "AMR", None),
        ("对当事人杭州某某知识产权代理有限公司发布虚假广告的行为罚款1000元", None, "AMR", None),
        ("杭州某某知识产权信息科技有限公司，未按规定公示年报", None, "AMR", None),
        ("含国家知识产权战略字样的虚假广告", None, "AMR", None),
        ("侵犯他人知识产权的某某公司", "OTHER", "AMR", None),
        ("《商业特许经营管理条例》第二十四条", None, "AMR", None),
        ("专利调解", "PAT", "PIPA", "PAT_MED"),
        ("《中华人民共和国商标法》第五十七条、第六十条第二款", "TM", "AMR", "TM_PENALTY"),
        ("中华人民共和国商标法/第七章/第六十八条 恶意申请商标注册", "TM", "AMR", "TM_BADFAITH"),
        ("《专利法》第六十八条", "PAT", "AMR", "PAT_COUNTERFEIT"),
        ("假冒专利", "PAT", "AMR", "PAT_COUNTERFEIT"),
        ("《专利法》第六十五条，侵害外观设计专利权", "DES", "PIPA", "PAT_ADJ"),
        ("《反不正当竞争法》侵犯商业秘密", "TS", "AMR", "TS_PENALTY"),
        ("《地理标志产品保护规定》第二十一条", "GI", "AMR", "GI_PENALTY"),
        ("《著作权法》第五十三条", "CPR", "CULT", "CPR_PENALTY"),
        ("《植物新品种保护条例》", "PV", "AGRI", "PV_PENALTY"),
        ("侵害商标权纠纷", "TM", "COURT", "CIV_TRIAL"),
        ("商标侵权", "TM", "AMR", "TM_PENALTY"),
        ("销售侵犯他人商标的商品", "TM", "AMR", "TM_PENALTY"),
        ("侵犯消费者权益，未标明商标", None, "AMR", None),
        ("假冒注册商标罪", "TM", "COURT", "CRIM_TRIAL"),
        ("商标行政管理（商标）", "TM", "COURT", "ADM_TRIAL"),
        ("商标权", "TM", "CUS", "CUS_DETENTION"),
        ("DMCA takedown", "CPR", "PLAT", "PLAT_NOTICE"),
        ("中华人民共和国广告法/第五章法律责任/第五十五条", None, "AMR", None),
        ("深圳经济特区产品质量管理条例", None, "AMR", None),
        ("盗窃罪", None, "COURT", None),
        (None, None, "AMR", None),
    ],
)
def test_a_legal_basis_tells_the_right_and_the_type_of_case(
    raw: str | None, right: str | None, body_kind: str, case_type: str | None
) -> None:
    assert clean_ip_right_type(raw) == (right, None)
    assert clean_ip_case_type(raw, body_kind=body_kind) == (case_type, None)


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("甲公司、乙公司；丙", ["甲公司", "乙公司", "丙"]),
        ("甲公司（北京、上海）;乙公司", ["甲公司（北京、上海）", "乙公司"]),
        ("T2020-99731、T2016-45490、T2023-151552", ["T2020-99731", "T2016-45490", "T2023-151552"]),
        ("a，b,c\nd<br>e", ["a", "b", "c", "d", "e"]),
        ("LEVI STRAUSS & CO., LTD.、乙", ["LEVI STRAUSS & CO., LTD.", "乙"]),
        ("；、", []),
        ("甲）、乙", ["甲）", "乙"]),
    ],
)
def test_a_cell_is_split_outside_brackets(raw: str, parts: list[str]) -> None:
    assert split_list(raw) == parts


def test_a_refused_item_leaves_the_others_with_a_warning() -> None:
    sanctions = cleaner("list(of=code(vocabulary=sanction_type))")
    assert sanctions.plain("罚款;没收违法所得、没收非法财物") == (["FINE", "CONF_GAIN", "CONF_GOODS"], None)
    assert sanctions.plain("罚款；飞升") == (["FINE"], "some_unmapped")
    assert sanctions.plain("飞升") == (None, "unmapped")
    numbers = cleaner("list(of=customs_recordal_no)")
    assert numbers.plain("T2020-99731、T2020-9**1、T20-1") == (["T2020-99731"], "some_format")
    assert numbers.plain("T2020-99731、无、T2020-9**1") == (["T2020-99731"], "some_masked")
    assert numbers.plain("无、T2020-9**1、T20-1") == (None, "format")
    assert sanctions.plain("罚款、罚款、/") == (["FINE"], None)
    assert sanctions.plain("/") == (None, "placeholder")
    assert sanctions.plain("") == (None, None)
    assert sanctions.plain(None) == (None, None)


@pytest.mark.parametrize(
    ("raw", "outcome", "reason"),
    [
        ("不予处罚", "NO_PUNISH", None),
        ("轻微不罚；责令改正", "NO_PUNISH_MINOR", None),
        ("不予处罚、/", "NO_PUNISH", None),
        ("轻微不罚、超时效", None, "ambiguous"),
        ("不予處罰、罚款", None, "ambiguous"),
        ("不予处罚、飞升", None, "unmapped"),
        ("飞升", None, "unmapped"),
        ("责令改正、飞升", None, "unmapped"),
        ("罚款、飞升", None, None),
        ("罚款", None, None),
        ("责令改正", None, None),
        ("无", None, None),
    ],
)
def test_kinds_of_penalty_may_say_that_there_is_none(raw: str, outcome: str | None, reason: str | None) -> None:
    assert cleaner("no_penalty").plain(raw) == (outcome, reason)


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("法律、行政法规规定的其他行政处罚", ["OTHER"]),
        ("罚款、法律、行政法规规定的其他行政处罚；警告", ["FINE", "OTHER", "WARN"]),
        ("罚款、警告", ["FINE", "WARN"]),
    ],
)
def test_a_term_that_has_a_separator_of_its_own_is_one_item(raw: str, codes: list[str]) -> None:
    """APL 9(6) is called so by the double-publicity layout."""
    assert cleaner("list(of=code(vocabulary=sanction_type))").plain(raw) == (codes, None)
    assert clean_no_penalty(raw) == (None, None)


def test_an_outcome_is_no_sanction() -> None:
    sanctions = cleaner("list(of=code(vocabulary=sanction_type))")
    assert sanctions.plain("不予处罚") == (None, "no_sanction")
    assert sanctions.plain("不予处罚、责令改正") == (["ORDER_CORRECT"], "some_no_sanction")
    assert sanctions.plain("不予处罚、飞升") == (None, "unmapped")


def test_parts_keep_their_places() -> None:
    codes = cleaner("parts(of=code(vocabulary=sanction_type))")
    assert codes.plain("罚款；罚款") == (["FINE", "FINE"], None)
    assert codes.plain("罚款；飞升；警告") == (["FINE", None, "WARN"], "some_unmapped")
    assert codes.plain("罚款；；警告；") == (["FINE", None, "WARN"], None)
    assert codes.plain("飞升") == (None, "unmapped")
    assert codes.plain("；") == (None, None)


def test_a_warning_of_an_item_is_a_warning_of_the_list() -> None:
    numbers = cleaner("court_case_no")
    old, new = "(2015)闽民终字第1426号", "(2023)京73行初1号"
    assert clean_list(f"{old}、{new}", item=numbers.plain) == ([old, new], "legacy_format")


def test_no_industry_is_of_division_00() -> None:
    assert cleaner("industry_code").plain("A00").reason == "format"
