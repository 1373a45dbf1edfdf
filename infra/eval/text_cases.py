"""Set `cn_text_parsing`: amounts, numerals and places that other projects test their parsers with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from typing import Any, Final

from infra.eval.measured import Measured, Tally
from transforms.normalise.cleaners.cleaned import Cleaned
from transforms.normalise.cleaners.numerals import read_digits
from transforms.normalise.cleaners.registry import cleaner

# A case is what its project wrote down: a list of a text, and of numbers or objects.
Case = Any

_FEN: Final = Decimal("0.01")
_YUAN: Final = "元"
# Addresses and variants of characters.
_LEFT_OUT: Final = ("addr.csv", "testcases.json")
_NOTES: Final = (
    "accepted: our answer is that of the case, or a refusal where the case is no exact amount in 元",
    "a numeral is read as a whole number, else as an amount; an amount ends at the fen and is not negative",
)


def evaluate(folder: Path) -> Measured:
    """Judge each file of cases by the cleaner that reads such values."""
    tally = Tally()
    present = {name: judge for name, judge in _FILES.items() if (folder / name).exists()}
    judged = [judge(tally, case) for name, judge in present.items() for case in _cases(folder / name)]
    told = [agrees for agrees in judged if agrees is not None]
    notes = [*_NOTES, f"{len(judged) - len(told)} lines carry no answer, or are addresses, and were left out"]
    notes += [f"{name} is not there" for name in _FILES if name not in present]
    notes += [f"{name} was left out: no cleaner gives such an answer" for name in _LEFT_OUT if (folder / name).exists()]
    return tally.measured(len(told), sum(told), notes=tuple(notes))


def _cases(path: Path) -> Iterator[Case]:
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def _answer(tally: Tally, what: str, raw: str, expected: object, found: Cleaned) -> bool:
    """Count whether we agree, refuse or disagree."""
    verdict = "refuse" if found.value is None else "agree" if found.value == expected else "disagree"
    for name in ("agree", "refuse", "disagree"):
        tally.judge(f"{what}: {name}", verdict == name)
    if verdict == "agree":
        return True
    about = f"{what} {found.reason}" if verdict == "refuse" else f"{what} read otherwise"
    tally.fail(f"{'lost' if verdict == 'refuse' else 'wrong'}: {about}")
    tally.disagree("numeral", about, raw, expected, found.reason if found.value is None else found.value)
    return False


def _money(tally: Tally, case: Case) -> bool | None:
    match case:
        case [str(raw), {"num": number, "case": str(currency), "definition": str(how)}]:
            found = cleaner("amount").plain(raw)
        case _:
            return None
    if currency == _YUAN and how == "accurate":
        return _answer(tally, "exact amount in 元", raw, Decimal(number), found)
    kind = "vague amount" if currency == _YUAN else "amount in a foreign currency"
    tally.judge(f"{kind}: refuse, rightly", found.value is None, error=f"wrong: {kind} read as exact 元")
    if found.value is not None:
        tally.disagree("amount", f"{kind} read as exact 元", raw, f"{number} {currency} {how}", found.value)
    return found.value is None


def _spans(tally: Tally, case: Case) -> bool | None:
    texts = [span["text"] for span in case[1]]
    read = [cleaner("amount").plain(text) for text in texts]
    for text, found in zip(texts, read, strict=True):
        tally.judge("amount cut out of a sentence: read", found.value is not None)
        if found.value is None:
            tally.disagree("amount", f"amount cut out of a sentence {found.reason}", text, "", found.reason)
    return all(found.value is not None for found in read) if read else None


def _numeral(tally: Tally, case: Case) -> bool | None:
    raw, expected = case
    if isinstance(expected, str):
        digits = raw if raw.isascii() else read_digits(raw)
        return _answer(
            tally, "numeral digit by digit", raw, expected, Cleaned(digits, None if digits else "not digits")
        )
    found = cleaner("integer").plain(raw)
    if found.value is None:
        found = cleaner("amount").plain(raw)
    return _answer(tally, "numeral", raw, Decimal(str(expected)).quantize(_FEN, ROUND_DOWN), found)


def _spelt(tally: Tally, case: Case) -> bool | None:
    match case:
        case [int() | float() as number, [_, _, str(in_yuan), _]]:
            expected = Decimal(str(number)).quantize(_FEN, ROUND_DOWN)
            return _answer(tally, "spelt amount", in_yuan, expected, cleaner("amount").plain(in_yuan))
    return None


def _place(tally: Tally, case: Case) -> bool | None:
    """Judge places without a street behind them: no cleaner takes an address apart."""
    raw, said = case[0], case[-1]
    wanted = cleaner("region").plain(said["full_location"]).value
    if said["detail"] or wanted is None:
        return None
    return _answer(tally, "place", raw, wanted, cleaner("region").plain(raw))


_FILES: Final[dict[str, Callable[[Tally, Case], bool | None]]] = {
    "money_parser_cases.jsonl": _money,
    "money_extractor_cases.jsonl": _spans,
    "cn2an_cases.jsonl": _numeral,
    "an2cn_cases.jsonl": _spelt,
    "location_parser_cases.jsonl": _place,
}
