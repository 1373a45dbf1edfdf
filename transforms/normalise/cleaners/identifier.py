"""Identifiers without a grammar of their own, and the identity number of natural persons (GB 11643)."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256

from transforms.normalise.cleaners.characters import compact, is_identifier_placeholder, is_masked, is_scientific
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused

_RESIDENT = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
# A form of each country and edition, and no check that all of them have.
_TRAVEL = re.compile(r"(?=.*[0-9])[0-9A-Z()/-]{5,20}")
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"


def absent(code: str) -> Cleaned | None:
    """Return the outcome for a compact identifier that is empty, a placeholder, masked or spoilt by a spreadsheet."""
    if not code:
        return EMPTY
    if is_identifier_placeholder(code):
        return refused("placeholder")
    if is_masked(code):
        return refused("masked")
    return refused("scientific_notation") if is_scientific(code) else None


def clean_identifier(raw: str | None) -> Cleaned:
    """Return an identifier in half-width capitals without blanks."""
    code = compact(raw or "")
    return absent(code) or Cleaned(code, None)


def clean_digest(raw: str | None) -> Cleaned:
    """Return the SHA-256 of an identifier in its canonical form, so that it can be compared without being kept."""
    code = compact(raw or "")
    return absent(code) or Cleaned(sha256(code.encode()).hexdigest(), None)


def clean_resident_id(raw: str | None, received: date | None = None) -> Cleaned:
    """Return an identity number in the 18-character form; nobody is born after the day on which it was `received`.

    The region is not looked up, it may be historical.
    """
    code = compact(raw or "")
    if (outcome := absent(code)) is not None:
        return outcome
    if not _RESIDENT.fullmatch(code):
        return refused("charset" if len(code) in (15, 18) else "length")
    if len(code) == 15:
        body = code[:6] + "19" + code[6:]
        code = body + resident_check(body)
    born = _birth_date(code[6:14])
    if born is None or (received is not None and born > received):
        return refused("birth_date")
    return Cleaned(code, None) if resident_check(code[:17]) == code[17] else refused("check_digit_failed")


def clean_person_no(raw: str | None, id_type: str | None = None, received: date | None = None) -> Cleaned:
    """Return the number of a document of a natural person; `id_type` is a code of the vocabulary of that name.

    An identity card is checked as `clean_resident_id` does, and a number that passes is that of one. A passport or
    permit has no check digit that all countries share, and of a document of no known kind none is known.
    """
    resident = clean_resident_id(raw, received)
    if id_type == "RID" or resident.value is not None:
        return resident
    code = compact(raw or "")
    if (outcome := absent(code)) is not None:
        return outcome
    return Cleaned(code, "no_check_digit") if _TRAVEL.fullmatch(code) else refused("charset")


def resident_check(body: str) -> str:
    """Return the check character of the first 17 digits of an identity number."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def _birth_date(digits: str) -> date | None:
    if not "1800" <= digits[:4] <= "2100":
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
