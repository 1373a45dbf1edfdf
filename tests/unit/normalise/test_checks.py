"""Checks of a whole record through normalise: defects D07, D23, D24, D26, D27."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.contracts import source
from tests.support.normalised import normalise_values
from tests.unit.normalise.penalty import penalty
from transforms.normalise.cleaners.said import compare_amount, said_amounts
from transforms.normalise.record import Staged


def trial(**changed: str | None) -> Staged:
    known = source("court_hz_cases")
    record = dict.fromkeys(known.labels) | changed
    return normalise_values(known, [json.dumps(record, ensure_ascii=False)])


def findings(staged: Staged) -> list[tuple[str, str]]:
    return [(found["field"], found["reason"]) for found in staged.findings.to_pylist()]


def rules(staged: Staged) -> list[tuple[str, str]]:
    return [(rule["field"], rule["rule"]) for rule in staged.rules.to_pylist()]


def test_a_sound_record_has_no_finding() -> None:
    assert findings(penalty()) == []
    assert penalty().records["has_finding"].to_pylist() == [False]


def test_d12_a_masked_value_is_told_and_is_no_defect() -> None:
    staged = penalty(**{"行政相对人代码_1（统一社会信用代码）": "92330106MA***"})
    assert findings(staged) == [("infringer_uscc", "masked")]
    assert staged.records["has_finding"].to_pylist() == [False]
    assert staged.counts["", "findings"] == 0
    assert staged.counts["infringer_uscc", "invalidValues"] == 1


def test_d12_a_masked_value_excuses_no_other() -> None:
    staged = penalty(**{"行政相对人代码_1（统一社会信用代码）": "92330106MA***", "罚款金额（万元）": "2000"})
    assert staged.counts["", "findings"] == 1


def test_d07_a_factor_of_ten_thousand_is_flagged_and_not_mended() -> None:
    staged = penalty(**{"罚款金额（万元）": "2000"})
    assert findings(staged) == [("fine_cny", "factor_10000")]
    assert staged.claims["sanction"]["amount_cny"].to_pylist() == [Decimal("20000000.00"), Decimal("350.00")]
    assert staged.records["has_finding"].to_pylist() == [True]
    assert findings(penalty(**{"罚款金额（万元）": "0.00002"})) == [("fine_cny", "factor_10000")]


@pytest.mark.parametrize(
    "words", ["没收违法所得{}元", "没收其违法所得{}元", "没收全部违法所得{}元", "违法所得{}元予以没收"]
)
def test_an_amount_is_compared_with_every_wording_of_it(words: str) -> None:
    assert findings(penalty(处罚内容=words.format(350))) == []
    assert findings(penalty(处罚内容=words.format(3500000))) == [("confiscated_cny", "factor_10000")]


@pytest.mark.parametrize(
    ("kinds", "outcome", "told"),
    [
        ("罚款、没收违法所得", "PUNISHED", []),
        ("罚款、没收违法所得、飞升", "PUNISHED", [("sanction_types", "some_unmapped")]),
        ("飞升", None, [("sanction_types", "unmapped")]),
        ("轻微不罚、超时效", None, [("sanction_types", "no_sanction"), ("outcome", "ambiguous")]),
    ],
)
def test_nobody_is_taken_for_punished_where_no_kind_of_penalty_is_known(
    kinds: str, outcome: str | None, told: list[tuple[str, str]]
) -> None:
    staged = penalty(处罚类别=kinds)
    assert [row["outcome"] for row in staged.claims["decision"].to_pylist()] == [outcome]
    assert findings(staged) == told


def test_an_amount_that_no_penalty_takes_is_told() -> None:
    lost = [("fine_cny", "no_such_sanction"), ("confiscated_cny", "no_such_sanction")]
    warned = penalty(处罚类别="警告")
    assert findings(warned) == lost
    assert warned.records["has_finding"].to_pylist() == [False]
    assert findings(penalty(处罚类别="没收违法所得")) == lost[:1]
    nothing = {"罚款金额（万元）": "0", "没收违法所得、没收非法财物的金额（万元）": "", "处罚内容": "警告"}
    assert findings(penalty(**{"处罚类别": "警告", **nothing})) == []


def test_a_kind_of_penalty_that_is_not_understood_is_told_and_not_its_amount() -> None:
    staged = penalty(处罚类别="罚酒、警告")
    assert {reason for _, reason in findings(staged)} == {"some_unmapped"}
    assert staged.records["has_finding"].to_pylist() == [True]
    assert (staged.counts["", "findings"], staged.counts["sanction_types", "invalidValues"]) == (1, 1)


def test_kinds_of_penalty_that_nobody_knows_are_a_finding_and_an_empty_cell_quarantines() -> None:
    staged = penalty(处罚类别="罚没")
    assert (rules(staged), findings(staged)) == ([], [("sanction_types", "unmapped")])
    assert staged.records["has_finding"].to_pylist() == [True]
    assert staged.claims["sanction"].num_rows == 0
    assert staged.claims["decision"]["outcome"].to_pylist() == [None]
    assert rules(penalty(处罚类别="")) == [("sanction_types", "missing")]
    assert rules(penalty(处罚类别="无")) == [("sanction_types", "placeholder")]


def test_a_decision_not_to_punish_is_an_outcome_and_no_sanction() -> None:
    staged = penalty(处罚类别="不予处罚、责令改正")
    assert staged.claims["decision"]["outcome"].to_pylist() == ["NO_PUNISH"]
    assert staged.claims["sanction"]["sanction_type"].to_pylist() == ["ORDER_CORRECT"]
    assert staged.records["has_finding"].to_pylist() == [False]
    alone = penalty(处罚类别="轻微不罚")
    assert (rules(alone), alone.claims["decision"]["outcome"].to_pylist()) == ([], ["NO_PUNISH_MINOR"])
    both = penalty(处罚类别="不予处罚、罚款")
    assert both.claims["decision"]["outcome"].to_pylist() == [None]
    assert {("sanction_types", "some_no_sanction"), ("outcome", "ambiguous")} <= {*findings(both)}


def test_an_item_that_is_only_hidden_or_not_there_is_no_fault() -> None:
    known = source("amr_zj_penalties")
    fields = [
        replace(one, cleaner="list(of=doc_no)", required=False) if one.name == "sanction_types" else one
        for one in known.fields
        if one.name != "outcome"
    ]
    changed = replace(known, fields=tuple(fields), claims=known.claims[:2])
    masked = penalty(changed, 处罚类别="杭市监处罚〔2026〕1号、杭市监处罚〔2026〕*号、无")
    assert findings(masked) == [("sanction_types", "some_masked")]
    assert masked.records["has_finding"].to_pylist() == [False]
    assert masked.counts["sanction_types", "invalidValues"] == 0


def test_an_amount_that_several_kinds_share_is_of_none_of_them_and_told() -> None:
    known = source("amr_zj_penalties")
    kinds = {"FINE": "fine_cny", "CONF_GAIN": "confiscated_cny", "CONF_GOODS": "confiscated_cny"}
    claims = tuple(replace(claim, amounts=kinds) if claim.amounts else claim for claim in known.claims)

    def made(types: str) -> Staged:
        return penalty(replace(known, claims=claims), 处罚类别=types)

    def sums(types: str) -> dict[str, str | None]:
        rows = made(types).claims["sanction"].to_pylist()
        return {row["sanction_type"]: row["amount_cny"] and str(row["amount_cny"]) for row in rows}

    assert sums("罚款、没收非法财物") == {"FINE": "2000.00", "CONF_GOODS": "350.00"}
    both = {"CONF_GOODS": None, "CONF_GAIN": None, "FINE": "2000.00"}
    assert sums("没收非法财物、没收违法所得、罚款") == both
    assert findings(made("没收非法财物、没收违法所得、罚款")) == [("confiscated_cny", "joint_amount")]
    assert made("没收非法财物、没收违法所得、罚款").records["has_finding"].to_pylist() == [False]


def test_d07_text_and_number_are_compared() -> None:
    assert findings(penalty(**{"罚款金额（万元）": "0.35"})) == [("fine_cny", "differs_from_text")]
    assert findings(penalty(**{"没收违法所得、没收非法财物的金额（万元）": "0.35"})) == [
        ("confiscated_cny", "differs_from_text")
    ]
    assert findings(penalty(处罚内容="给予行政处罚")) == []
    assert findings(penalty(**{"罚款金额（万元）": ""})) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("罚款2000元", ["2000.00"]),
        ("处以人民币２，０００．５０元的罚款", ["2000.50"]),
        ("罚款人民币贰万叁仟元整", ["23000.00"]),
        ("1.罚款0.35万元；2.没收违法所得350元", ["3500.00"]),
        ("罚款：3000元，合计罚款5000元", ["3000.00", "5000.00"]),
        ("依照“处五万元以下罚款，罚款50000元”的规定，罚款2000元", ["2000.00"]),
        ("警告", []),
        ("处" + "万" * 4000 + "罚款", []),
    ],
)
def test_d07_d27_an_amount_is_read_where_the_decision_says_it(text: str, said: list[str]) -> None:
    assert [f"{amount:.2f}" for amount in said_amounts("FINE", text)] == said


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_d07_one_amount_or_their_sum_agrees(one: int, other: int) -> None:
    text = f"罚款{one}元，并处罚款{other}元"
    for amount in (one, other, one + other):
        assert compare_amount("FINE", text, Decimal(amount)) is None
    assert compare_amount("FINE", f"罚款{one}元", Decimal(one) * 10000) == "factor_10000"


def test_d23_a_decision_before_the_filing_is_kept_and_flagged() -> None:
    number, filed, decided = (
        next(f.label for f in source("court_hz_cases").fields if f.name == name)
        for name in ("case_no", "filed_on", "judgment_decided_on")
    )
    sound = {number: "(2026)浙01知民初277号", filed: "2026-03-01", decided: "2026-03-01"}
    assert ("judgment_decided_on", "impossible_order") not in findings(trial(**sound))
    assert ("judgment_decided_on", "impossible_order") in findings(trial(**sound | {decided: "2026-02-28"}))


@pytest.mark.parametrize(
    ("label", "text", "field"),
    [
        ("行政相对人名称", "测试公司1", "infringer_name_raw"),
        ("行政相对人名称", "测试", "infringer_name_raw"),
        ("行政处罚决定书文号", "市场【2019】1号", "case_no"),
        ("行政处罚决定书文号", "测试市监处罚〔2026〕1号", "case_no"),
        ("违法事实", "测试数据", "facts"),
    ],
)
def test_d24_a_row_made_to_try_a_system_is_quarantined(label: str, text: str, field: str) -> None:
    assert (field, "test_row") in rules(penalty(**{label: text}))


@pytest.mark.parametrize("name", ["杭州测试仪器有限公司", "浙江软件测试有限公司", "Testo有限公司", "示例咖啡馆"])
def test_d24_a_name_that_only_holds_the_word_is_real(name: str) -> None:
    assert rules(penalty(行政相对人名称=name)) == []


@pytest.mark.parametrize(
    "text", ["无障碍 市人民政府网站 当事人销售侵权商品", "您现在的位置：首页 > 公示", "当事人…… 打印本页 关闭窗口"]
)
def test_d26_text_of_a_web_page_is_flagged(text: str) -> None:
    assert findings(penalty(违法事实=text)) == [("facts", "navigation_text")]


@pytest.mark.parametrize(
    ("text", "is_law"),
    [
        ("“有下列行为之一的，均属侵犯注册商标专用权：（一）未经许可……”", True),
        ("有下列情形之一的，从重处罚", True),
        ("当事人销售侵权商品，“有下列行为之一的，属侵权”", False),
        ("当事人销售侵权商品", False),
    ],
)
def test_d27_law_in_place_of_facts_is_flagged(text: str, is_law: bool) -> None:
    assert findings(penalty(违法事实=text)) == ([("facts", "law_text")] if is_law else [])


def test_a_decision_that_is_over_before_it_is_made_is_told() -> None:
    decided = {"处罚决定日期": "2027-04-01"}
    assert ("valid_to", "impossible_order") in findings(penalty(**decided, 处罚有效期="2026-04-01"))
    assert ("valid_to", "impossible_order") not in findings(penalty(**decided, 处罚有效期="2028-04-01"))
