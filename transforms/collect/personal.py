"""Numbers of persons in columns that are not for them: a name, the facts of a case, a tax number (DOMAIN P04, P06)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from transforms.collect.protect import mask
from transforms.normalise.cleaners.characters import strip_remnants
from transforms.normalise.cleaners.identifier import clean_resident_id

if TYPE_CHECKING:
    from datetime import date

    from schemas.contracts import SourceContract

SHORTEST: Final = 11
"""Characters of the shortest number that is looked for, that of a mobile telephone."""
# Hyphens, dashes and the minus sign: keyboards and word processors put any of them.
_DASH: Final = "-－‐‑‒–—―−﹣﹘"
# Within a number, where people and narrow columns break it.
_GAP: Final = rf"\s?(?:[{_DASH}]{{1,2}}\s?)?"
# In every number that is looked for.
_LONG: Final = re.compile(rf"\d(?:{_GAP}\d){{{SHORTEST - 1}}}")
# GB 11643: region, date of birth, sequence, check character; digits may be full-width.
_IDENTITY: Final = re.compile(
    rf"(?<![0-9A-Za-z])(?:\d{_GAP}){{6}}(?:[1１]{_GAP}[9９]|[2２]{_GAP}[0０])(?:{_GAP}\d){{9}}{_GAP}[\dXxＸｘ](?![0-9A-Za-z])"
)
# Until 1999: without century and check character. Of six regions of the country, of who may still be alive.
_OLD_IDENTITY: Final = re.compile(
    rf"(?<![\dA-Za-z.])(?=[1-6１-６])\d{{6}}{_GAP}(?![0０])\d{{6}}{_GAP}\d{{3}}(?![\dA-Za-z])"
)
_CHINA: Final = rf"(?:(?:[+＋]|[0０]{{2}})?[8８][6６]{_GAP})?"
# No check tells it from other numbers: it is looked for in the groups that people write; 19 may begin a year, too.
_GROUPS: Final = (
    *(rf"\d{{{one}}}{_GAP}\d{{{two}}}{_GAP}\d{{{three}}}" for one, two, three in ((3, 4, 4), (3, 3, 5))),
    *(rf"(?![1１][9９])\d{{4}}{_GAP}\d{{{two}}}{_GAP}\d{{{7 - two}}}" for two in (3, 4)),
)
_MOBILE: Final = re.compile(
    rf"(?<![\dA-Za-z.])(?P<china>{_CHINA})(?P<number>(?=[1１][3-9３-９])(?:{'|'.join(_GROUPS)}))(?![\dA-Za-z])"
)
_DASHES: Final = dict.fromkeys(map(ord, _DASH))
_PROSE: Final = re.compile(r"\b(?:text|party_name)\b")
# Who is younger is no party: 14 is the age of criminal and of administrative liability (Criminal Law 17, APL 30).
_LIABLE_AT: Final = 14


def columns_about_persons(contract: SourceContract) -> dict[str, bool]:
    """Return the labels of columns about persons that are not for their numbers, and whether each holds words."""
    numbers = {field.label for field in contract.fields if field.classification == "PI_SENSITIVE"}
    words = dict[str, bool]()
    for field in contract.fields:
        if field.classification == "PI_BASIC" and field.label not in numbers:
            words[field.label] = words.get(field.label, True) and _PROSE.search(field.cleaner) is not None
    return words


def hide_numbers(text: str, received: date, *, is_words: bool = False) -> str:
    """Return a text with the identity and mobile numbers of persons in it masked; what only looks like one stays.

    Numbers of cases are made of a region, a day and a sequence too, but of days of our time. Registrations of
    companies have 15 digits, as identity numbers of before 1999 have: those are looked for among words only.
    """
    hidden = _masked(text, received, is_words=is_words)
    # What a cleaner strips later may stand within a number.
    bare = strip_remnants(text)
    if bare == text:
        return hidden
    shown = _masked(bare, received, is_words=is_words)
    return hidden if shown == bare or strip_remnants(hidden) == shown else shown


def _masked(text: str, received: date, *, is_words: bool) -> str:
    if _LONG.search(text) is None:
        return text

    text = _without_identities(text, received)
    if is_words:
        text = _OLD_IDENTITY.sub(lambda found: _hidden(found[0], received), text)
    return _MOBILE.sub(_hidden_mobile, text)


def _without_identities(text: str, received: date) -> str:
    """Return a text with its identity numbers masked; what looks like one may end within a true one."""
    shown, done, found = list[str](), 0, _IDENTITY.search(text)
    while found:
        hidden = _hidden(found[0], received)
        after = found.start() + 1
        if hidden != found[0]:
            shown += text[done : found.start()], hidden
            done = after = found.end()
        found = _IDENTITY.search(text, after)
    return "".join((*shown, text[done:]))


def _hidden_mobile(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found["number"])
    return f"{found['china']}{digits[:3]}****{digits[-4:]}"


def _hidden(text: str, received: date) -> str:
    number = clean_resident_id(text.translate(_DASHES), received).value
    return mask(number) if isinstance(number, str) and int(number[6:10]) + _LIABLE_AT <= received.year else text
