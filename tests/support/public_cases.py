"""Cases that other projects test their parsers with, against our cleaners; every disagreement has its explanation.

The page of the cleaners lists the explanations; a disagreement without one is a mistake of ours.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from transforms.normalise.cleaners.cleaned import Cleaned
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.vocabulary import read_vocabulary

_FEN = Decimal("0.01")


class Outcome(NamedTuple):
    """One case: what they expect, what we find, and where the two differ, why."""

    file: str
    raw: str
    expected: str
    found: Cleaned
    agrees: bool
    why: str | None


class _Case(NamedTuple):
    raw: str
    expected: object
    found: Cleaned
    agrees: bool
    hint: str = ""


def compare(folder: Path) -> Iterator[Outcome]:
    """Yield the outcome of every case of the files of a folder."""
    for name, cases in _FILES.items():
        for case in cases(folder / name) if (folder / name).exists() else ():
            why = None if case.agrees else next((w for w, explains in EXPLANATIONS.items() if explains(case)), None)
            yield Outcome(name, case.raw, str(case.expected), case.found, case.agrees, why)


def _lines(path: Path) -> Iterator[Any]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines())


def _money(path: Path) -> Iterator[_Case]:
    for case in _lines(path):
        if not isinstance(case[1], dict):
            continue  # ranges without the text that they were read from
        raw, told = case
        found = cleaner("amount").plain(raw)
        is_exact = told["definition"] == "accurate" and told["case"] == "元"
        agrees = is_exact and found.value == Decimal(told["num"])
        yield _Case(raw, told["num"], found, agrees, told["definition"])


def _spans(path: Path) -> Iterator[_Case]:
    for _, spans in _lines(path):
        for span in spans:
            found = cleaner("amount").plain(span["text"])
            yield _Case(span["text"], "an amount", found, found.value is not None)


def _numerals(path: Path) -> Iterator[_Case]:
    for raw, told in _lines(path):
        number = Decimal(str(told))
        name = "integer" if not re.search(r"[点.元圆]", raw) and re.search("[^0-9.万亿]", raw) else "amount"
        found = cleaner(name).plain(raw)
        yield _Case(raw, told, found, found.value == number and not isinstance(told, str))


def _spelt(path: Path) -> Iterator[_Case]:
    for case in _lines(path):
        if not isinstance(case[0], int | float):
            continue  # the same words without their number
        number, words = case
        for raw in words[:3] if isinstance(words, list) else [words]:
            found = cleaner("amount").plain(raw)
            read = found.value if isinstance(found.value, Decimal) else None
            agrees = read is not None and abs(read - Decimal(str(number))) < _FEN
            yield _Case(raw, number, found, agrees)


def _places(path: Path) -> Iterator[_Case]:
    names = {row["region_code"]: row["name_zh"] for row in read_vocabulary("region") if not row["valid_to"]}
    for raw, _, _, told in _lines(path):
        deepest = told["county"] or told["city"] or told["province"]
        found = cleaner("region").plain(raw)
        agrees = names.get(str(found.value)) == deepest
        yield _Case(raw, deepest, found, agrees, told["detail"])


def _identifiers(path: Path) -> Iterator[_Case]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] == "cn_uscc":
                found = cleaner("uscc").plain(row["number"])
                yield _Case(
                    row["number"], row["expected"], found, (found.value is not None) == (row["expected"] == "valid")
                )


_FILES: dict[str, Callable[[Path], Iterator[_Case]]] = {
    "money_parser_cases.jsonl": _money,
    "money_extractor_cases.jsonl": _spans,
    "cn2an_cases.jsonl": _numerals,
    "an2cn_cases.jsonl": _spelt,
    "location_parser_cases.jsonl": _places,
    "identifier_cases.csv": _identifiers,
}
_DIGIT = "零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖"
EXPLANATIONS: dict[str, Callable[[_Case], bool]] = {
    "foreign currency": lambda case: case.found.reason == "foreign_currency",
    "vague": lambda case: case.hint.startswith("blur") or bool(re.search(r"[-~至到]|含|上下|以上", case.raw)),
    "spoken unit": lambda case: bool(re.search("[块毛]", case.raw)),
    "below a fen": lambda case: case.found.reason == "rounded",
    "negative": lambda case: case.found.reason == "negative",
    "digit by digit": lambda case: bool(re.fullmatch(rf"负?[{_DIGIT}0-9]{{2,}}(?:点[{_DIGIT}]+)?", case.raw)),
    "unit left out": lambda case: bool(re.search(rf"[百千万萬][{_DIGIT}]$", case.raw)),
    "two scripts": lambda case: bool(re.search("[0-9]", case.raw) and re.search("[十百千零]", case.raw)),
    "address": lambda case: case.found.reason == "unmapped" and bool(case.hint),
}
"""Why we differ, by the name under which the page of the cleaners explains it."""
