"""Words about a trade secret are not loaded (DOMAIN P13)."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.normalised import normalise_values
from tests.unit.normalise.array_source import FIELDS, contract, document
from tests.unit.normalise.penalty import penalty

SECRET = "配方甲乙丙"


def test_the_facts_of_a_trade_secret_are_not_loaded_and_that_is_told() -> None:
    basis = "《反不正当竞争法》第十条（侵犯商业秘密）"
    staged = penalty(处罚依据=basis, 违法事实=SECRET, 处罚内容=f"罚款2000元；没收违法所得350元；{SECRET}")
    assert staged.claims["case"]["ip_right_type"].to_pylist() == ["TS"]
    assert SECRET not in str([table.to_pylist() for table in staged.claims.values()])
    told = {(found["field"], found["reason"]) for found in staged.findings.to_pylist()}
    assert {("facts", "trade_secret"), ("content", "trade_secret")} <= told
    assert staged.counts["facts", "invalidValues"] == staged.counts["", "quarantined"] == 0
    assert staged.records["has_finding"].to_pylist() == [False]


def test_so_are_the_words_of_a_case_that_may_be_about_one() -> None:
    for article in ("第九条", "第十条"):
        staged = penalty(处罚依据=f"《反不正当竞争法》{article}", 违法事实=SECRET, 违法行为类型=SECRET)
        assert staged.claims["case"]["ip_right_type"].to_pylist() == [None]
        assert SECRET not in str([table.to_pylist() for table in staged.claims.values()])
        told = {(found["field"], found["reason"]) for found in staged.findings.to_pylist()}
        assert {("ip_right_type", "ambiguous"), ("facts", "trade_secret"), ("title", "trade_secret")} <= told


def test_other_facts_are_loaded() -> None:
    staged = penalty(违法事实=SECRET)
    assert staged.claims["case"]["facts"].to_pylist() == [SECRET]


def test_goods_of_a_trade_secret_have_no_words(tmp_path: Path) -> None:
    right = ("ip_right_type", "cause", "ip_right_type", "PUBLIC")
    known = contract(tmp_path, document((*FIELDS, right)))
    record = {"caseNo": "(2026)浙01刑初1号", "court": "浙江省杭州市中级人民法院"}
    goods = {"goods[].name": [SECRET, "鞋"], "goods[].qty": ["1", "2"]}
    values = [json.dumps(record | goods | {"cause": cause}) for cause in ("侵犯商业秘密", "假冒注册商标")]
    staged = normalise_values(known, values)
    lines = staged.claims["goods_item"].select(["description", "quantity"]).to_pylist()
    assert [(line["description"], line["quantity"]) for line in lines] == [
        (None, 1),
        (None, 2),
        (SECRET, 1),
        ("鞋", 2),
    ]
    told = [(found["row_number"], found["field"], found["reason"]) for found in staged.findings.to_pylist()]
    assert {reason for row, field, reason in told if field.startswith("line_description")} == {"trade_secret"}
