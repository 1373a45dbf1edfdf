"""Set `cn_text_parsing`: cases that other projects test their parsers with; where we differ, why.

The page of the cleaners tells each `why` with its figure; a difference without one is a mistake of ours.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from infra.eval.measured import Measured, Tally
from transforms.normalise import cleaners
from transforms.normalise.cleaners.cleaned import Cleaned
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.vocabulary import read_vocabulary

PAGE: Final = Path(cleaners.__file__).parent / "README.md"
"""The page of the cleaners."""
UNEXPLAINED: Final = "unexplained"
_SILENT: Final = "leading zero"
_FEN: Final = Decimal("0.01")
# Addresses and variants of characters.
_LEFT_OUT: Final = ("addr.csv", "testcases.json")
_DIGIT: Final = "零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖"
_ROW: Final = re.compile(r"^\| ([a-z ]+) \| (\d+) \| \S+ \| [^|]+ \| [^|]+ \|$", re.MULTILINE)


class Case(NamedTuple):
    """One case: what they expect and what we find; `hint` is what else they say of it."""

    kind: str
    raw: str
    expected: object
    found: Cleaned
    agrees: bool
    hint: str = ""

    @property
    def why(self) -> str:
        """Return why we differ, where we do; what is read otherwise untold has no explanation but a leading zero."""
        known = EXPLANATIONS if self.found.reason else {_SILENT: EXPLANATIONS[_SILENT]}
        explanations = (why for why, explains in known.items() if explains(self))
        return "" if self.agrees else next(explanations, UNEXPLAINED)


def evaluate(folder: Path) -> Measured:
    """Compare every case of the files of a folder; a case that we read otherwise counts by its `why`."""
    tally = Tally()
    whys: Counter[str] = Counter()
    for case in compare(folder):
        tally.take(case.why)
        tally.judge(f"{case.kind}: as they read it", case.agrees)
        if case.why:
            whys[case.why] += 1
            told = case.found.reason if case.found.value is None else case.found.value
            tally.disagree(case.kind, f"{case.kind}: {case.why}", case.raw, case.expected, told)
    if whys[UNEXPLAINED]:
        tally.fail("wrong: case read otherwise, unexplained", whys[UNEXPLAINED])
    notes = [f"{whys.total()} cases read otherwise, {whys[UNEXPLAINED]} unexplained", *_page(whys)]
    notes += [f"{name} is not there" for name in _FILES if not (folder / name).exists()]
    notes += [f"{name} was left out: no cleaner gives such an answer" for name in _LEFT_OUT if (folder / name).exists()]
    return tally.measured(notes=tuple(notes))


def compare(folder: Path) -> Iterator[Case]:
    """Yield every case of the files of a folder that carries an answer."""
    for name, read in _FILES.items():
        if (folder / name).exists():
            for line in (folder / name).read_text("utf-8").splitlines():
                yield from read(json.loads(line))


def _page(whys: Mapping[str, int]) -> Iterator[str]:
    told = {why: int(count) for why, count in _ROW.findall(PAGE.read_text("utf-8"))}
    for why in EXPLANATIONS:
        if told.get(why, 0) != whys[why]:
            yield f"the page of the cleaners tells {told.get(why, 0)} of {why}, here are {whys[why]}"


# A line is what its project wrote down: a list of a text, and of numbers or objects.
def _money(line: Any) -> Iterator[Case]:
    match line:
        case [str(raw), {"num": number, "case": currency, "definition": str(how)}]:
            found = cleaner("amount").plain(raw)
            agrees = how == "accurate" and currency == "元" and found.value == Decimal(number)
            yield Case("amount", raw, number, found, agrees, how)


def _spans(line: Any) -> Iterator[Case]:
    for span in line[1]:
        found = cleaner("amount").plain(span["text"])
        yield Case("amount", span["text"], "an amount", found, found.value is not None)


def _numeral(line: Any) -> Iterator[Case]:
    raw, told = line
    name = "integer" if not re.search(r"[点.元圆]", raw) and re.search("[^0-9.万亿]", raw) else "amount"
    found = cleaner(name).plain(raw)
    yield Case("numeral", raw, told, found, found.value == Decimal(str(told)) and not isinstance(told, str))


def _spelt(line: Any) -> Iterator[Case]:
    match line:
        case [int() | float() as number, words]:
            for raw in words[:3] if isinstance(words, list) else [words]:
                found = cleaner("amount").plain(raw)
                read = found.value if isinstance(found.value, Decimal) else None
                agrees = read is not None and abs(read - Decimal(str(number))) < _FEN
                yield Case("numeral", raw, number, found, agrees)


def _place(line: Any) -> Iterator[Case]:
    raw, told = line[0], line[-1]
    deepest = told["county"] or told["city"] or told["province"]
    found = cleaner("region").plain(raw)
    names = (row["name_zh"] for row in read_vocabulary("region") if row["region_code"] == found.value)
    yield Case("place", raw, deepest, found, deepest in names, told["detail"])


_FILES: Final[dict[str, Callable[[Any], Iterator[Case]]]] = {
    "money_parser_cases.jsonl": _money,
    "money_extractor_cases.jsonl": _spans,
    "cn2an_cases.jsonl": _numeral,
    "an2cn_cases.jsonl": _spelt,
    "location_parser_cases.jsonl": _place,
}
EXPLANATIONS: Final[dict[str, Callable[[Case], bool]]] = {
    "foreign currency": lambda case: case.found.reason == "foreign_currency",
    "vague": lambda case: case.hint.startswith("blur") or bool(re.search(r"[-~至到]|含|上下|以上", case.raw)),
    "spoken unit": lambda case: bool(re.search("[块毛]", case.raw)),
    "below a fen": lambda case: case.found.reason == "rounded",
    "negative": lambda case: case.found.reason == "negative",
    "digit by digit": lambda case: bool(re.fullmatch(rf"负?[{_DIGIT}0-9]{{2,}}(?:点[{_DIGIT}]+)?", case.raw)),
    _SILENT: lambda case: bool(re.fullmatch("0[0-9]+", case.raw)) and case.found.value == int(case.raw),
    "unit left out": lambda case: bool(re.search(rf"[百千万萬][{_DIGIT}]$", case.raw)),
    "two scripts": lambda case: bool(re.search("[0-9]", case.raw) and re.search("[十百千零]", case.raw)),
    "address": lambda case: case.found.reason == "unmapped" and bool(case.hint),
}
"""Why we differ, by the name under which the page of the cleaners explains it."""
