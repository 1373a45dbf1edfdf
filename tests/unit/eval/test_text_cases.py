"""Cases of other projects, on made-up files of the same form: alike, explained or not; and the page that explains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.eval.text_cases import EXPLANATIONS, PAGE, Case, compare, evaluate
from tests.unit.eval.folders import shares, write_lines
from transforms.normalise.cleaners.registry import cleaner

TEXT = PAGE.read_text("utf-8")
ROWS = re.findall(r"^\| ([a-z ]+) \| (\d+) \| (\S+) \| [^|]+ \| ([^|]+) \|$", TEXT, re.MULTILINE)


def cases(folder: Path, name: str, *lines: object) -> list[Case]:
    write_lines(folder / name, lines)
    return list(compare(folder))


def test_every_explanation_is_on_the_page_and_true() -> None:
    assert {why for why, *_ in ROWS} == set(EXPLANATIONS)
    for why, _, example, said in ROWS:
        value, reason = cleaner("region" if why == "address" else "amount").plain(example)
        assert f"`{reason or value}`" in said


def test_the_sum_of_the_page_is_right() -> None:
    found = re.search(r"(\d+) cases, (\d+) alike, (\d+) not, 0 of them unexplained", TEXT)
    assert found
    total, alike, unlike = map(int, found.groups())
    assert total == alike + unlike
    assert sum(int(count) for _, count, *_ in ROWS) == unlike


@pytest.mark.parametrize(
    ("told", "raw", "agrees", "why"),
    [
        ({"num": "3500.00", "case": "元", "definition": "accurate"}, "3500元", True, ""),
        ({"num": "300.00", "case": "美元", "definition": "accurate"}, "300美元", False, "foreign currency"),
        ({"num": "3000.00", "case": "元", "definition": "blur"}, "大约3000元", False, "vague"),
        ({"num": "3.00", "case": "元", "definition": "accurate"}, "三块", False, "spoken unit"),
        ({"num": "3501.00", "case": "元", "definition": "accurate"}, "3500元", False, "unexplained"),
        ({"num": "3500.00", "case": "元", "definition": "blur"}, "3500元", False, "unexplained"),
    ],
)
def test_an_amount_agrees_or_is_explained(
    told: dict[str, str], raw: str, agrees: bool, why: str, tmp_path: Path
) -> None:
    (case,) = cases(tmp_path, "money_parser_cases.jsonl", [raw, told])
    assert (case.agrees, case.why) == (agrees, why)


@pytest.mark.parametrize(
    ("raw", "told", "agrees", "why"),
    [
        ("三百零五", 305, True, ""),
        ("三点五", 3.5, True, ""),
        ("负三", -3, True, ""),
        ("三百五", 350, False, "unit left out"),
        ("三五〇", 350, False, "digit by digit"),
        ("035", "035", False, "leading zero"),
        ("3百05", 305, False, "two scripts"),
        ("三百零五", 306, False, "unexplained"),
        ("350", 351, False, "unexplained"),
    ],
)
def test_a_numeral_agrees_or_is_explained(raw: str, told: object, agrees: bool, why: str, tmp_path: Path) -> None:
    (case,) = cases(tmp_path, "cn2an_cases.jsonl", [raw, told])
    assert (case.agrees, case.why) == (agrees, why)


def test_a_place_agrees_or_is_explained(tmp_path: Path) -> None:
    told = {"province": "浙江省", "city": "杭州市", "county": "余杭区"}
    known, address = cases(
        tmp_path,
        "location_parser_cases.jsonl",
        ["浙江省杭州市余杭区", False, False, {**told, "detail": ""}],
        ["浙江省杭州市余杭区青禾路5号", False, False, {**told, "detail": "青禾路5号"}],
    )
    assert (known.agrees, known.why) == (True, "")
    assert (address.agrees, address.why) == (False, "address")


def test_spelt_amounts_and_amounts_in_a_sentence_are_compared(tmp_path: Path) -> None:
    words = ["三百零五", "叁佰零伍", "叁佰零伍元整", "三零五"]
    assert [one.agrees for one in cases(tmp_path, "an2cn_cases.jsonl", [305, words], words)] == [True] * 3
    (tmp_path / "an2cn_cases.jsonl").unlink()
    (span,) = cases(tmp_path, "money_extractor_cases.jsonl", ["罚款305元。", [{"text": "305元"}]])
    assert span.agrees


def test_each_case_is_accepted_or_counted_by_its_why(tmp_path: Path) -> None:
    write_lines(tmp_path / "cn2an_cases.jsonl", [["三百零五", 305], ["三百五", 350], ["三百零五", 306]])
    address = {"province": "浙江省", "city": "杭州市", "county": "余杭区", "detail": "青禾路5号"}
    write_lines(tmp_path / "location_parser_cases.jsonl", [["浙江省杭州市余杭区青禾路5号", False, False, address]])
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (4, 1)
    assert measured.quarantined == {"unit left out": 1, "unexplained": 1, "address": 1}
    assert shares(measured)["numeral: as they read it"] == (1, 3)
    assert measured.errors == {"wrong: case read otherwise, unexplained": 1}
    assert [item.value for item in measured.disagreements] == ["三百五", "三百零五", ""], "an address is never told"
    assert measured.notes[0] == "3 cases read otherwise, 1 unexplained"
    assert "the page of the cleaners tells 4 of unit left out, here are 1" in measured.notes
