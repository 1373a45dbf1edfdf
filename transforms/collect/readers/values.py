"""What a spreadsheet means by a number: as it prints, a moment or a share where its format says so (D04, D14)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Final, Literal

from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

_DIGITS: Final = 15
_FIRST_MARCH_1900: Final = 61
_DAY_BEFORE_1900: Final = datetime(1899, 12, 31)  # noqa: DTZ001  # spreadsheets know no zones
_DAY_ZERO_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001  # spreadsheets know no zones
_SECONDS: Final = 86_400
_LAST_SERIAL: Final = 2_958_466
# ECMA-376 part 1, 18.8.30, with the formats of Chinese, Japanese and Korean installations.
_MOMENT_IDS: Final = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_PERCENT_IDS: Final = frozenset({9, 10})
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_MOMENT: Final = re.compile(r"[ymdhs年月日时分秒]", re.IGNORECASE)


Format = Literal["number", "moment", "percent", "damaged"]
"""What a number format shows: a number, a date or a time of day, or hundredths; nobody knows of one that is damaged."""


def format_of(number: int, code: str | None) -> Format:
    """Say what a number format shows, by its code, or by its number where it is one that needs no code."""
    if code is None:
        return "moment" if number in _MOMENT_IDS else "percent" if number in _PERCENT_IDS else "number"
    plain = _LITERAL.sub("", code.partition(";")[0])
    if "%" in plain:
        return "percent"
    if _ELAPSED.search(plain):
        return "number"
    plain = _BRACKETED.sub("", plain)
    return "moment" if "general" not in plain.lower() and _MOMENT.search(plain) else "number"


def format_at(formats: Sequence[Format], style: int) -> Format:
    """Return the format of a style; raises DeliveryRefused where it is not known, as the number may be a day."""
    if not formats:
        return "number"
    shown = formats[style] if 0 <= style < len(formats) else "damaged"
    if shown == "damaged":
        what = "the format of a number is damaged, so that it cannot be told from a day"
        raise DeliveryRefused(what, "the workbook", "save the workbook again, and send it")
    return shown


def number_text(value: float) -> str:
    """Return a number as a spreadsheet prints it.

    Of more than 15 digits it has lost some, and prints in scientific notation: so it is never taken for an identifier.
    """
    if abs(value) >= 10**_DIGITS:
        mantissa, _, exponent = f"{value:.5E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent}"
    text = format(value, f".{_DIGITS}g")
    if "e" in text:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


def percent_text(value: float) -> str:
    """Return a share as a spreadsheet prints it, with all its digits: 0.9615 is 96.15%."""
    return format((Decimal(format(value, f".{_DIGITS}g")) * 100).normalize() + 0, "f") + "%"


def cell_text(raw: str, shown: Format = "number", *, is_1904: bool = False) -> str:
    """Return the text of a number cell from what is stored."""
    if shown == "number" and raw.isdecimal() and len(raw) <= _DIGITS and raw.isascii():
        return raw
    try:
        value = float(raw)
    except ValueError:
        return raw
    return shown_text(value, shown, is_1904=is_1904) if isfinite(value) else raw


def shown_text(value: float, shown: Format, *, is_1904: bool) -> str:
    """Return the text of a number as its format shows it."""
    if not isfinite(value):
        return str(value)
    if shown == "percent":
        return percent_text(value)
    return (moment_text(value, is_1904=is_1904) if shown == "moment" else None) or number_text(value)


def moment_text(serial: float, *, is_1904: bool) -> str | None:
    """Return the ISO form of a serial number in either date system; None where it names no moment."""
    if not 0 <= serial < _LAST_SERIAL:
        return None
    seconds = round(serial * _SECONDS)
    days, rest = divmod(seconds, _SECONDS)
    clock = timedelta(seconds=rest)
    if serial < 1 and not is_1904:
        return f"{_DAY_ZERO_1904 + clock:%H:%M:%S}" if rest else None
    # The 1900 system counts a 29 February 1900 that never was: number 60.
    if not is_1904 and days == _FIRST_MARCH_1900 - 1:
        return None
    day = _DAY_ZERO_1904 if is_1904 else _DAY_BEFORE_1900
    moment = day + timedelta(days=days - (days >= _FIRST_MARCH_1900 and not is_1904)) + clock
    return moment.isoformat(sep=" ") if rest else moment.date().isoformat()
