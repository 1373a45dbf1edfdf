"""The comparison with the cases of other projects, on made-up files of the same form, and the page that explains it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import transforms.normalise.cleaners as package
from tests.support.public_cases import EXPLANATIONS, Outcome, compare
from transforms.normalise.cleaners.registry import cleaner

PAGE = (Path(package.__file__).parent / "README.md").read_text("utf-8")
ROWS = re.findall(r"^\| ([a-z ]+) \| (\d+) \| (\S+) \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)


def outcomes(folder: Path, name: str, *cases: object) -> list[Outcome]:
    (folder / name).write_text("".join(f"{json.dumps(case, ensure_ascii=False)}\n" for case in cases), "utf-8")
    return list(compare(folder))


def test_every_explanation_is_on_the_page_and_true() -> None:
    assert {why for why, *_ in ROWS} == set(EXPLANATIONS)
    for why, _, example, said in ROWS:
        outcome = cleaner("region" if why == "address" else "amount").plain(example)
        assert f"`{outcome.reason}`" in said


def test_the_sum_of_the_page_is_right() -> None:
    found = re.search(r"(\d+) cases, (\d+) alike, (\d+) not", PAGE)
    assert found
    total, alike, unlike = map(int, found.groups())
    assert total == alike + unlike
    assert sum(int(count) for _, count, *_ in ROWS) == unlike


@pytest.mark.parametrize(
    ("told", "raw", "agrees", "why"),
    [
        ({"num": "3500.00", "case": "元", "definition": "accurate"}, "3500元", True, None),
        ({"num": "300.00", "case": "美元", "definition": "accurate"}, "300美元", False, "foreign currency"),
        ({"num": "3000.00", "case": "元", "definition": "blur"}, "大约3000元", False, "vague"),
        ({"num": "3.00", "case": "元", "definition": "accurate"}, "三块", False, "spoken unit"),
        ({"num": "3501.00", "case": "元", "definition": "accurate"}, "3500元", False, None),
    ],
)
def test_an_amount_agrees_or_is_explained(
    told: dict[str, str], raw: str, agrees: bool, why: str | None, tmp_path: Path
) -> None:
    (outcome,) = outcomes(tmp_path, "money_parser_cases.jsonl", [raw, told])
    assert (outcome.agrees, outcome.why) == (agrees, why)


@pytest.mark.parametrize(
    ("raw", "told", "agrees", "why"),
    [
        ("三百零五", 305, True, None),
        ("三点五", 3.5, True, None),
        ("负三", -3, True, None),
        ("三百五", 350, False, "unit left out"),
        ("三五〇", 350, False, "digit by digit"),
        ("3百05", 305, False, "two scripts"),
        ("三百零五", 306, False, None),
    ],
)
def test_a_numeral_agrees_or_is_explained(raw: str, told: float, agrees: bool, why: str | None, tmp_path: Path) -> None:
    (outcome,) = outcomes(tmp_path, "cn2an_cases.jsonl", [raw, told])
    assert (outcome.agrees, outcome.why) == (agrees, why)


def test_a_place_agrees_or_is_explained(tmp_path: Path) -> None:
    told = {"province": "浙江省", "city": "杭州市", "county": "余杭区"}
    known, address = outcomes(
        tmp_path,
        "location_parser_cases.jsonl",
        ["浙江省杭州市余杭区", False, False, {**told, "detail": ""}],
        ["浙江省杭州市余杭区青禾路5号", False, False, {**told, "detail": "青禾路5号"}],
    )
    assert (known.agrees, known.why) == (True, None)
    assert (address.agrees, address.why) == (False, "address")


def test_a_code_that_others_call_valid_must_be_valid(tmp_path: Path) -> None:
    lines = [
        "kind,number,expected",
        "cn_uscc,91110000600037341L,valid",
        "cn_uscc,91110000600037341M,valid",
        "lei,1,valid",
    ]
    (tmp_path / "identifier_cases.csv").write_text("\n".join(lines), "utf-8")
    assert [(outcome.agrees, outcome.why) for outcome in compare(tmp_path)] == [(True, None), (False, None)]


def test_spelt_amounts_and_amounts_in_a_sentence_are_compared(tmp_path: Path) -> None:
    words = ["三百零五", "叁佰零伍", "叁佰零伍元整", "三零五"]
    assert all(one.agrees for one in outcomes(tmp_path, "an2cn_cases.jsonl", [305, words], words))
    (tmp_path / "an2cn_cases.jsonl").unlink()
    (span,) = outcomes(tmp_path, "money_extractor_cases.jsonl", ["罚款305元。", [{"text": "305元"}]])
    assert span.agrees
