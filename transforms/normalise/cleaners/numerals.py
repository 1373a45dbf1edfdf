"""Chinese numerals, strictly: what could be read in two ways (一百二, 十三万五) is not read."""

from __future__ import annotations

import re

_SIMPLE = str.maketrans(
    "〇○◯零壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟萬億两兩",
    "零零零零一二二三三三四五六六七八九十百千万亿二二",
)
_DIGITS = "零一二三四五六七八九"
_SECTION = re.compile(
    r"(?P<lead>零)?(?:(?P<千>[一二三四五六七八九])千)?"
    r"(?:(?P<gap百>零)?(?P<百>[一二三四五六七八九])百)?"
    r"(?:(?P<gap十>零)?(?P<十>[一二三四五六七八九])?(?P<ten>十))?"
    r"(?:(?P<gap一>零)?(?P<一>[一二三四五六七八九]))?"
)
NUMERAL = "〇○零一二三四五六七八九十百千万亿壹贰貳叁參叄肆伍陆陸柒捌玖拾佰仟萬億两兩"
"""Every character that a Chinese numeral may hold."""


def read_numeral(text: str) -> int | None:
    """Return the whole number below 10^16 that a Chinese numeral spells, or None."""
    simple = text.translate(_SIMPLE)
    if simple == "零":
        return 0
    head, hundred_million, tail = simple.rpartition("亿")
    if not hundred_million:
        return _below_hundred_million(simple, follows=False)
    high = _below_hundred_million(head, follows=False)
    low = _below_hundred_million(tail, follows=True) if tail else 0
    return None if not high or low is None else high * 10**8 + low


def read_digits(text: str) -> str | None:
    """Return the digits that a numeral spells one by one (二〇二四), or None."""
    digits = [_DIGITS.find(character) for character in text.translate(_SIMPLE)]
    return "".join(map(str, digits)) if digits and min(digits) >= 0 else None


def _below_hundred_million(text: str, *, follows: bool) -> int | None:
    head, ten_thousand, tail = text.partition("万")
    if not ten_thousand:
        return _below_ten_thousand(text, follows=follows)
    high = _below_ten_thousand(head, follows=follows, bare_ok=True)
    low = _below_ten_thousand(tail, follows=True) if tail else 0
    return None if not high or low is None else high * 10**4 + low


def _below_ten_thousand(text: str, *, follows: bool, bare_ok: bool = False) -> int | None:
    match = _SECTION.fullmatch(text)
    if match is None or not text or text == "零":
        return None
    if match["lead"] and not follows:
        return None
    ones_bare = match["一"] and not match["gap一"] and not match["ten"]
    higher = match["千"] or match["百"] or (follows and not match["lead"] and not bare_ok)
    if ones_bare and higher:
        return None
    place = {"千": 1000, "百": 100, "十": 10, "一": 1}
    total = sum(_DIGITS.index(match[unit]) * value for unit, value in place.items() if match[unit])
    return total + (10 if match["ten"] and not match["十"] else 0)
