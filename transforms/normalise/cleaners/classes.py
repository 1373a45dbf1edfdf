"""Codes of goods and industries."""

from __future__ import annotations

import re

from transforms.normalise.cleaners.characters import compact
from transforms.normalise.cleaners.cleaned import Cleaned, refused
from transforms.normalise.cleaners.identifier import absent

_HS = re.compile(r"[0-9]{6}(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{3})?)?)?")
_HS_SHORT = (5, 7, 9, 12)
"""Lengths of a Harmonised System code whose leading zero a spreadsheet dropped."""
# Divisions of GB/T 4754 begin at 01.
_INDUSTRY = re.compile(r"[A-T]?((?!00)[0-9]{2,4})")
_NICE = re.compile(r"第?0?([1-9]|[1-3][0-9]|4[0-5])类?")


def clean_hs_code(raw: str | None) -> Cleaned:
    """Return a Harmonised System code of 6, 8, 10 or 13 digits, without dots."""
    printed = compact(raw or "")
    code = printed.replace(".", "")
    if (outcome := absent(code)) is not None:
        return outcome
    # A spreadsheet drops the zero of a number; what has dots came as a text.
    restored = printed == code and len(code) in _HS_SHORT and code.isdigit()
    code = f"0{code}" if restored else code
    if not _HS.fullmatch(code) or code[:2] in ("00", "77", "98", "99"):
        return refused("format")
    return Cleaned(code, "leading_zero_restored" if restored else None)


def clean_hs6(raw: str | None) -> Cleaned:
    """Return the six digits of a Harmonised System code that all countries share."""
    code, reason = clean_hs_code(raw)
    return Cleaned(str(code)[:6] if code else None, reason)


def clean_industry_code(raw: str | None) -> Cleaned:
    """Return the digits of a GB/T 4754 code; the section letter follows from the division."""
    code = compact(raw or "")
    if (outcome := absent(code)) is not None:
        return outcome
    match = _INDUSTRY.fullmatch(code)
    return Cleaned(match[1], None) if match else refused("format")


def clean_nice_class(raw: str | None) -> Cleaned:
    """Return a Nice class, 1 to 45."""
    code = compact(raw or "")
    if (outcome := absent(code)) is not None:
        return outcome
    match = _NICE.fullmatch(code)
    return Cleaned(int(match[1]), None) if match else refused("format")
