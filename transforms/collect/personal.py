"""Numbers of persons in columns that are not for them: a name, the facts of a case, a tax number (DOMAIN P04, P06)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from transforms.collect.protect import mask
from transforms.normalise.cleaners.identifier import clean_resident_id

if TYPE_CHECKING:
    from datetime import date

SHORTEST: Final = 11
"""Characters of the shortest number that is looked for, that of a mobile telephone."""
# GB 11643: region, date of birth, sequence, check character; digits may be full-width.
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])\d{6}[ -]?\d{4}[ -]?\d\d[ -]?\d\d[ -]?\d{3}[ -]?[\dXxＸｘ](?![0-9A-Za-z])"
)
_MOBILE: Final = re.compile(r"(?<![0-9A-Za-z.])(1[3-9][0-9])[0-9]{4}([0-9]{4})(?![0-9A-Za-z])")
# Who is younger is no party: 14 is the age of criminal and of administrative liability (Criminal Law 17, APL 30).
_LIABLE_AT: Final = 14


def hide_numbers(text: str, received: date) -> str:
    """Return a text with the identity and mobile numbers of persons in it masked; what only looks like one stays.

    Numbers of cases are made of a region, a day and a sequence too, but of days of our time.
    """
    return _MOBILE.sub(r"\1****\2", _IDENTITY.sub(lambda found: _hidden(found[0], received), text))


def _hidden(text: str, received: date) -> str:
    number = clean_resident_id(text, received).value
    return mask(number) if isinstance(number, str) and int(number[6:10]) + _LIABLE_AT <= received.year else text
