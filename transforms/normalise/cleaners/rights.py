"""Numbers of intellectual-property rights and of their customs recordal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from transforms.normalise.cleaners.characters import compact
from transforms.normalise.cleaners.cleaned import Cleaned, refused
from transforms.normalise.cleaners.identifier import absent, clean_identifier

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
_RECORDAL = re.compile(r"[TPC](?:19|20)[0-9]{2}-[0-9]{3,6}")
# Declarations of cross-border e-commerce lists carry E after the year.
_DECLARATION = re.compile(r"[0-9]{18}|[0-9]{8}E[0-9]{9}")
_TRADEMARK = re.compile(r"(?:第)?(G?)0*([1-9][0-9]{0,7})([A-Z]?)号?")
_PUBLICATION = re.compile(r"CN[0-9]{7,9}[ABCUYS][0-9]?")
_PATENT_LABEL = re.compile(r"^(?:专利号|申请号)[::]?")
_PATENT = re.compile(r"(?P<mark>ZL|CN)?(?P<body>[0-9]{12}|[0-9]{8})(?:\.?(?P<check>[0-9X]))?")
# As `clean_patent_no` writes a number without its check digit.
_UNCHECKED = re.compile(r"ZL([0-9]{8})|([0-9]{12})")
_KINDS = "12389"
"""Invention, utility model, design, PCT invention, PCT utility model."""
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)


def clean_patent_no(raw: str | None) -> Cleaned:
    """Return the digits of a patent or application number, `body.check`; without a check digit it is a warning."""
    code = _PATENT_LABEL.sub("", compact(raw or ""))
    if (outcome := absent(code)) is not None:
        return outcome
    match = _PATENT.fullmatch(code)
    if match is None:
        return refused("publication_no" if _PUBLICATION.fullmatch(code) else "format")
    body, check = match["body"], match["check"]
    if not _is_patent_body(body) or (len(body) == 8 and not check and not match["mark"]):
        return refused("format")
    if not check:
        return Cleaned(body if len(body) == 12 else f"ZL{body}", "no_check_digit")
    return Cleaned(f"{body}.{check}", None) if patent_check(body) == check else refused("check_digit_failed")


def clean_publication_no(raw: str | None) -> Cleaned:
    """Return the number under which a patent office published a document: country, digits, kind of document."""
    code = compact(raw or "")
    if (outcome := absent(code)) is not None:
        return outcome
    return Cleaned(code, None) if _PUBLICATION.fullmatch(code) else refused("format")


def _is_patent_body(body: str) -> bool:
    """Say whether year and kind can be: eight digits up to September 2003, twelve from October 2003."""
    if len(body) == 8:
        return body[2] in _KINDS and (body[:2] >= "85" or body[:2] <= "03")
    return body[4] in _KINDS and "2003" <= body[:4] <= "2099"


def patent_check(body: str) -> str:
    """Return the check character of 8 or 12 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=False))
    return "0123456789X"[total % 11]


def clean_trademark_no(raw: str | None) -> Cleaned:
    """Return a registration number without 第, 号 and leading zeros; G marks an international registration."""
    code = compact(raw or "")
    if (outcome := absent(code)) is not None:
        return outcome
    match = _TRADEMARK.fullmatch(code)
    return Cleaned("".join(match.groups()), None) if match else refused("format")


def clean_customs_recordal_no(raw: str | None) -> Cleaned:
    """Return a customs recordal number: T, P or C, year, hyphen, three to six digits."""
    code = compact(raw or "").translate(_DASHES)
    if (outcome := absent(code)) is not None:
        return outcome
    return Cleaned(code, None) if _RECORDAL.fullmatch(code) else refused("format")


def clean_right_no(raw: str | None, register: str | None = None) -> Cleaned:
    """Return the number of a right as its register writes it (vocabulary right_register).

    Without a register the form tells: no number of a patent, its publication, a mark or a recordal looks like another.
    """
    if register is not None:
        return _OF_REGISTER.get(register, clean_identifier)(raw)
    outcomes = (clean(raw) for clean in _OF_REGISTER.values())
    other = ("format", "publication_no")
    return next((outcome for outcome in outcomes if outcome.reason not in other), clean_identifier(raw))


def right_key(right_no: str | None, register: str | None = None) -> Cleaned:
    """Return what two records of one right have in common, of a cleaned number; it is compared and never shown.

    The check digit of a patent follows from its other digits: a number that was printed without it has it here.
    """
    match = _UNCHECKED.fullmatch(right_no or "") if register == "PATENT" else None
    if match is None or not _is_patent_body(body := match[1] or match[2]):
        return Cleaned(right_no, None)
    return Cleaned(f"{body}.{patent_check(body)}", None)


_OF_REGISTER: Mapping[str, Callable[[str | None], Cleaned]] = {
    "PATENT": clean_patent_no,
    "PATENT_PUB": clean_publication_no,
    "TRADEMARK": clean_trademark_no,
    "RECORDAL": clean_customs_recordal_no,
}


def clean_customs_declaration_no(raw: str | None) -> Cleaned:
    """Return a customs declaration number of 18 characters."""
    code = compact(raw or "")
    if (outcome := absent(code)) is not None:
        return outcome
    return Cleaned(code, None) if _DECLARATION.fullmatch(code) else refused("format")
