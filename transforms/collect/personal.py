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
# Within a number, where people and narrow columns break it.
_GAP: Final = r"[\s\-－]?"
# In every number that is looked for.
_LONG: Final = re.compile(rf"\d(?:{_GAP}\d){{{SHORTEST - 1}}}")
# GB 11643: region, date of birth, sequence, check character; digits may be full-width.
_IDENTITY: Final = re.compile(
    rf"(?<![0-9A-Za-z])\d{{6}}{_GAP}\d{{4}}{_GAP}\d\d{_GAP}\d\d{_GAP}\d{{3}}{_GAP}[\dXxＸｘ](?![0-9A-Za-z])"
)
# Until 1999: without century and check character. Of six regions of the country, of who may still be alive.
_OLD_IDENTITY: Final = re.compile(
    rf"(?<![\dA-Za-z.])(?=[1-6１-６])\d{{6}}{_GAP}(?![0０])\d{{6}}{_GAP}\d{{3}}(?![\dA-Za-z])"
)
_CHINA: Final = rf"(?:(?:[+＋]|[0０]{{2}})?[8８][6６]{_GAP})?"
_MOBILE: Final = re.compile(rf"(?<![\dA-Za-z.])({_CHINA}[1１][3-9３-９]\d){_GAP}\d{{4}}{_GAP}(\d{{4}})(?![\dA-Za-z])")
_DASHES: Final = dict.fromkeys(map(ord, "-－"))
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

    def hide(found: re.Match[str]) -> str:
        return _hidden(found[0], received)

    text = _IDENTITY.sub(hide, text)
    text = _OLD_IDENTITY.sub(hide, text) if is_words else text
    return _MOBILE.sub(r"\1****\2", text)


def _hidden(text: str, received: date) -> str:
    number = clean_resident_id(text.translate(_DASHES), received).value
    return mask(number) if isinstance(number, str) and int(number[6:10]) + _LIABLE_AT <= received.year else text
