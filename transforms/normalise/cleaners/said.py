"""What the words of a decision say of an amount, and whether they are only quoted law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from transforms.normalise.cleaners.amount import read_amount
from transforms.normalise.cleaners.characters import fold_width
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.numerals import NUMERAL
from transforms.normalise.cleaners.text import strip_quotations
from transforms.normalise.cleaners.vocabulary import read_vocabulary

FACTOR = ("factor_10000", "differs_from_text")
"""Reasons of an amount that the words contradict: by the factor between 元 and 万元, or otherwise."""

_TEN_THOUSAND = 10_000
_NUMBER = rf"(?:[0-9][0-9,]*+(?:\.[0-9]++)?[百千万亿]*+|[{NUMERAL}]++)[元圆]"
_AMOUNT = rf"(?:人民币|RMB|¥)?:?({_NUMBER}(?:[{NUMERAL}0-9]角)?(?:[{NUMERAL}0-9]分)?)"
_LAW_LISTS = re.compile(r"有下列(?:行为|情形)之一")


class Said(NamedTuple):
    """How a text names the amount of a sanction: its word, and the plainest form, which the column form reads."""

    word: str
    plain: str
    every: re.Pattern[str]


@cache
def said_pattern(sanction: str) -> Said | None:
    """Return how texts name the amount of a sanction, None for a code that is no sanction."""
    row = next((row for row in read_vocabulary("sanction_type") if row["code"] == sanction), None)
    if row is None:
        return None
    word = re.escape(row["term_zh"])
    every = rf"{word}(?:金额|共计|合计|计)?:?{_AMOUNT}|处以?{_AMOUNT}的?{word}"
    return Said(row["term_zh"], rf"{word}(?P<yuan>[0-9]{{1,15}}(?:\.[0-9]{{1,2}})?)元", re.compile(every))


def said_amounts(sanction: str, text: str) -> Iterator[Decimal]:
    """Yield the amounts in 元 that a text names for a sanction; what it quotes is not said."""
    pattern = said_pattern(sanction)
    if pattern is None:
        return
    for match in pattern.every.finditer(fold_width(strip_quotations(text)).replace(" ", "")):
        amount = read_amount(next(filter(None, match.groups())), "元")
        if isinstance(amount, Decimal):
            yield amount


def clean_said_amount(raw: str | None, sanction: str) -> Cleaned:
    """Return the one amount in 元 that a text names for a sanction; several are ambiguous, and law names none."""
    named = set() if not raw or says_law(raw) else {*said_amounts(sanction, raw)} - {Decimal(0)}
    if len(named) > 1:
        return refused("ambiguous")
    return Cleaned(named.pop(), None) if named else EMPTY


def compare_amount(sanction: str, text: str, amount: Decimal) -> str | None:
    """Return why an amount is in doubt beside a text; none where one that it names, or their sum, is the amount."""
    named = list(said_amounts(sanction, text))
    said = {*named, sum(named, Decimal(0))} - {Decimal(0)}
    if not said or amount in said:
        return None
    is_factor = any(amount in (one * _TEN_THOUSAND, one / _TEN_THOUSAND) for one in said)
    return FACTOR[0] if is_factor else FACTOR[1]


def says_law(text: str) -> bool:
    """Say whether a text is an article of a law, such as 有下列行为之一的, and nothing beside it."""
    own = strip_quotations(text).strip(" 。，；：:、\n")
    return _LAW_LISTS.search(text) is not None and (not own or _LAW_LISTS.match(own) is not None)
