"""Find resident identity numbers (GB 11643-1999) in text that may leave the warehouse."""

from __future__ import annotations

import re
import unicodedata

_DIGIT = "[0-9０-９]"
# For a first look at whole columns (RE2 has no look-around): region, date of birth, sequence, check character.
SUSPECT = (
    f"{_DIGIT}{{6}}[ -]?{_DIGIT}{{4}}[ -]?{_DIGIT}{{2}}[ -]?{_DIGIT}{{2}}[ -]?{_DIGIT}{{3}}[ -]?(?:{_DIGIT}|[XxＸｘ])"
)
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])\d{6}[ -]?"
    r"(?:18|19|20)\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?"
    r"\d{3}[ -]?[\dXx](?![0-9A-Za-z])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_USCC = re.compile(r"[1-9ANY][0-9A-HJ-NPQRTUWXY]{17}")
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def holds_resident_id(text: str) -> bool:
    """Say whether the text holds a number with a date of birth and a right check character."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_checked(re.sub("[ -]", "", found)) for found in _NUMBER.findall(plain))


def is_uscc(text: str) -> bool:
    """Say whether the text is a unified social credit code with a right check character (GB 32100-2015)."""
    if not _USCC.fullmatch(text):
        return False
    total = sum(_USCC_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(text[:17]))
    return _USCC_ALPHABET.index(text[17]) == -total % 31


def _is_checked(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == number[17].upper()
