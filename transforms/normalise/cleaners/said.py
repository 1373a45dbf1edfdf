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
_BEFORE = r"(?:人民币|RMB|¥|:|\((?:大写|小写|人民币)\))*+"
_AMOUNT = rf"{_NUMBER}(?:[{NUMERAL}0-9]角)?(?:[{NUMERAL}0-9]分)?"
_IN_BRACKETS = r"(?:\([^()]{0,30}\))?"
_CONFISCATED = "没收"
# One sum of a fine and of gains that are confiscated.
_FINE_AND_GAINS = "罚没款"
_DENIED = "(?:不予|免予|免于|免除|撤销|取消|不再)(?:行政|给予|[并加]?处以?)*"
# What goes on to another number; 元至…银行缴纳, 元到15日 and 元-没收 go on to none.
_GOES_ON = rf"{_BEFORE}(?:[0-9][0-9,.]*+(?![^\W百千万亿元圆]|[-/])|[{NUMERAL}]+[百千万亿元圆])"
_LIMIT = rf"以[上下内]|[至到~—–-]+(?={_GOES_ON})"
_LAW_LISTS = re.compile(r"有下列(?:行为|情形)之一")


class Said(NamedTuple):
    """How a text names the amount of a sanction: its word, and the plainest form, which the column form reads.

    `every` finds what is named, also to deny it or as a limit; `near` a number that stands with the word all the same.
    """

    word: str
    plain: str
    every: re.Pattern[str]
    near: re.Pattern[str]


def _again(place: str) -> str:
    """Match a bracket that only says the amount again, in words or in digits."""
    number = rf"(?P<{place}_again>{_AMOUNT}|[0-9][0-9,.]{{2,}}+)"
    return rf"[整正]?\((?:大写|小写|人民币|RMB|¥|[:即])*+{number}[整正]?\)"


@cache
def said_pattern(sanction: str) -> Said | None:
    """Return how texts name the amount of a sanction, None for a code that is no sanction."""
    row = next((row for row in read_vocabulary("sanction_type") if row["code"] == sanction), None)
    if row is None:
        return None
    word = re.escape(row["term_zh"])
    imposed = rf"处以?{_BEFORE}(?P<ahead>{_AMOUNT})[整正]?(?:{_again('ahead')}|{_IN_BRACKETS})的?{word}"
    if taken := row["term_zh"].partition(_CONFISCATED)[2]:
        word = rf"{_CONFISCATED}(?:其|当事人|全部|上述|的)*+{taken}"
        imposed = rf"{taken}{_BEFORE}(?P<ahead>{_AMOUNT})[整正]?(?:{_again('ahead')})?(?:依法|全部|予以)*+"
        # What is confiscated may also stand behind the word.
        imposed += rf"{_CONFISCATED}(?=[^\w]|$|[并处罚上])"
    stated = (
        rf"{word}(?:金额|数额|共计|合计|总计|[共计为]|,[计即])*+{_BEFORE}(?P<behind>{_AMOUNT})(?:{_again('behind')})?"
    )
    every = rf"(?P<denied>{_DENIED})?(?:{stated}|{imposed})(?P<limit>{_LIMIT})?"
    number = rf"[0-9{NUMERAL}][0-9{NUMERAL}.,]*+[元圆]"
    near = rf"{word}(?:[^。,;、]{{0,15}}?{number}|{_BEFORE}(?:[0-9][0-9.]*+(?![%次年月日天])|[{NUMERAL}]{{2}}))"
    near += rf"|(?<![0-9{NUMERAL}.,]){number}(?!以[上下内])[^。,;、并]{{0,6}}{word}"
    near += rf"|{word}[,:、]{_BEFORE}{number}(?!以[上下内])|{_FINE_AND_GAINS}[^。,;、]{{0,15}}?{number}"
    if taken:
        near += rf"|{_CONFISCATED}[^。,;、]{{0,15}}?{taken}[^。,;、]{{0,15}}?{number}"
        near += rf"|{taken}{_BEFORE}{number},?(?:依法|全部|予以)++{_CONFISCATED}"
    plain = rf"{re.escape(row['term_zh'])}(?P<yuan>[0-9]{{1,15}}(?:\.[0-9]{{1,2}})?)元"
    return Said(row["term_zh"], plain, re.compile(every), re.compile(near))


def said_amounts(sanction: str, text: str) -> Iterator[Decimal]:
    """Yield the amounts in 元 that a text names for a sanction; what it quotes or denies is not said."""
    pattern = said_pattern(sanction)
    for match in pattern.every.finditer(_folded(text)) if pattern else ():
        if match["denied"] or match["limit"]:
            continue
        again = match["behind_again"] or match["ahead_again"]
        told = dict.fromkeys((_amount(match), read_amount(again, "元") if again else _amount(match)))
        yield from (amount for amount in told if isinstance(amount, Decimal))


def _folded(text: str) -> str:
    return fold_width(strip_quotations(text)).replace(" ", "")


def clean_said_amount(raw: str | None, sanction: str) -> Cleaned:
    """Return the one amount in 元 that a text names for a sanction; several are ambiguous, and law names none."""
    pattern = said_pattern(sanction)
    if not (raw and pattern) or not all(map(raw.__contains__, pattern.word)) or says_law(raw):
        return EMPTY
    named = {*said_amounts(sanction, raw)} - {Decimal(0)}
    if len(named) > 1:
        return refused("ambiguous")
    if named:
        return Cleaned(named.pop(), None)
    rest = pattern.every.sub(_unread, _folded(raw))
    return refused("unparseable") if pattern.near.search(rest) else EMPTY


def _unread(match: re.Match[str]) -> str:
    """Return what is left of an amount to be looked at again: nothing where it was read."""
    return "。" if isinstance(_amount(match), Decimal) else match[0]


def _amount(match: re.Match[str]) -> Decimal | str:
    return read_amount(match["behind"] or match["ahead"], "元")


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
