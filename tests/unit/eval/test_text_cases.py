"""Agree, refuse and disagree, over cases of other projects' kinds."""

from __future__ import annotations

from pathlib import Path

from infra.eval.text_cases import evaluate
from tests.unit.eval.folders import shares, write_lines


def money(raw: str, number: str, currency: str = "元", how: str = "accurate") -> list[object]:
    return [raw, {"num": number, "case": currency, "definition": how}]


def test_a_vague_or_foreign_amount_is_rightly_refused(tmp_path: Path) -> None:
    cases = [
        money("1.2万元", "12000.00"),
        money("十块三毛", "10.30"),
        money("1.2万元", "12.00"),
        money("约5万元", "50000.00", how="blur"),
        money("45564.44美元", "45564.44", "美元"),
        ["3000.00", "4000.00"],
    ]
    write_lines(tmp_path / "money_parser_cases.jsonl", cases)
    measured = evaluate(tmp_path)
    found = shares(measured)
    assert (measured.records, measured.accepted) == (5, 3)
    assert [found[f"exact amount in 元: {verdict}"] for verdict in ("agree", "refuse", "disagree")] == [(1, 3)] * 3
    assert found["vague amount: refuse, rightly"] == (1, 1)
    assert found["amount in a foreign currency: refuse, rightly"] == (1, 1)
    assert measured.errors == {"lost: exact amount in 元 unparseable": 1, "wrong: exact amount in 元 read otherwise": 1}


def test_numerals_are_read_whole_with_a_part_and_digit_by_digit(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "cn2an_cases.jsonl", [["一百零一", 101], ["十点五", 10.5], ["二〇〇二", "2002"], ["一百二", 120]]
    )
    write_lines(
        tmp_path / "an2cn_cases.jsonl", [[11, ["十一", "壹拾壹", "壹拾壹元整", "一一"]], ["零", "零", "零元整", "零"]]
    )
    write_lines(tmp_path / "money_extractor_cases.jsonl", [["赔偿5元", [{"text": "5元"}]], ["没有金额", []]])
    measured = evaluate(tmp_path)
    found = shares(measured)
    assert found["numeral: agree"] == (2, 3)
    assert found["numeral digit by digit: agree"] == (1, 1)
    assert found["spelt amount: agree"] == (1, 1)
    assert found["amount cut out of a sentence: read"] == (1, 1)
    assert "2 lines carry no answer, or are addresses, and were left out" in measured.notes
    assert [(item.value, item.found) for item in measured.disagreements] == [("一百二", "unparseable")]


def test_a_place_is_judged_by_the_code_that_it_is_today(tmp_path: Path) -> None:
    old = ["湖北省襄樊市", False, True, {"full_location": "湖北省襄阳市", "detail": ""}]
    unknown = ["示例县", False, True, {"full_location": "湖北省襄阳市", "detail": ""}]
    address = [
        "湖北省襄阳市小水街222号",
        False,
        True,
        {"full_location": "湖北省襄阳市小水街222号", "detail": "小水街222号"},
    ]
    write_lines(tmp_path / "location_parser_cases.jsonl", [old, unknown, address])
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (2, 1)
    assert shares(measured)["place: refuse"] == (1, 2)
