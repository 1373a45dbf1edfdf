"""Codes of organisations: unified social credit code (GB 32100) and organisation code (GB 11714)."""

from __future__ import annotations

import re

from transforms.normalise.cleaners.characters import compact, is_identifier_placeholder, is_masked, is_scientific
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ORG_CHECKS = "0X987654321"
"""Check character by remainder of the weighted sum: 11 - remainder, with 10 as X and 11 as 0."""

# First character: registering authority; second: kinds that it registers (GB 32100-2015, table 1).
ENTITY_KINDS = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "1239",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "123",
    "A": "19",
    "N": "1239",
    "Y": "1",
}
AUTHORITY_TYPES = frozenset(first + second for first, kinds in ENTITY_KINDS.items() for second in kinds)
_INDEX = {character: place for place, character in enumerate(ALPHABET)}
_CHARSET = re.compile(f"[{ALPHABET}]+")
_REGION = re.compile("[0-9]{6}")
_ORG_CODE = re.compile(r"([0-9A-Z]{8})-?([0-9X])")


def clean_uscc(raw: str | None) -> Cleaned:
    """Return a credit code whose check character holds; a failed organisation check is a warning."""
    code = compact(raw or "")
    if not code:
        return EMPTY
    problem = _problem(code)
    if problem and is_identifier_placeholder(code):
        problem = "placeholder"
    elif problem and is_masked(code):
        problem = "masked"
    if problem:
        return refused(problem)
    return Cleaned(code, None if org_check(code[8:16]) == code[16] else "org_check_failed")


def _problem(code: str) -> str | None:
    if is_scientific(code):
        return "scientific_notation"
    if len(code) != 18:
        return "length"
    if not _CHARSET.fullmatch(code) or not _REGION.fullmatch(code[2:8]):
        return "charset"
    if code[:2] not in AUTHORITY_TYPES:
        return "authority_type"
    return None if credit_check(code[:17]) == code[17] else "check_digit_failed"


def credit_check(body: str) -> str:
    """Return the check character of the first 17 characters of a credit code."""
    total = sum(_INDEX[character] * weight for character, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def org_check(body: str) -> str:
    """Return the check character of the first 8 characters of an organisation code."""
    total = sum(ORG_ALPHABET.index(character) * weight for character, weight in zip(body, ORG_WEIGHTS, strict=True))
    return ORG_CHECKS[total % 11]


def clean_org_code(raw: str | None) -> Cleaned:
    """Return an organisation code as nine characters, without the hyphen."""
    code = compact(raw or "")
    if not code:
        return EMPTY
    match = _ORG_CODE.fullmatch(code)
    if match and not is_identifier_placeholder(code):
        body, check = match.groups()
        return Cleaned(body + check, None) if org_check(body) == check else refused("check_digit_failed")
    if is_identifier_placeholder(code):
        return refused("placeholder")
    if is_masked(code):
        return refused("masked")
    return refused("scientific_notation" if is_scientific(code) else "format")
