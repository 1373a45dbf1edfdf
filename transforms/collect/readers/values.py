"""What a spreadsheet means by a number: as it prints, a moment or a share where its format says so (D04, D14)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Final

from transforms.collect.readers.formats import NUMBER

if TYPE_CHECKING:
    from transforms.collect.readers.formats import Format

_DIGITS: Final = 15
_FIRST_MARCH_1900: Final = 61
_DAY_BEFORE_1900: Final = datetime(1899, 12, 31)  # noqa: DTZ001  # spreadsheets know no zones
_DAY_ZERO_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001  # spreadsheets know no zones
_SECONDS: Final = 86_400
# The day after 9999-12-31.
_LAST_SERIAL: Final = 2_958_466
_BEFORE_1904: Final = 1_462


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


def cell_text(raw: str, shown: Format = NUMBER, *, is_1904: bool = False) -> str:
    """Return the text of a number cell from what is stored."""
    if shown is NUMBER and raw.isdecimal() and len(raw) <= _DIGITS and raw.isascii():
        return raw
    try:
        value = float(raw)
    except ValueError:
        return raw
    return shown_text(value, shown, is_1904=is_1904) if isfinite(value) else raw


def shown_text(value: float, shown: Format, *, is_1904: bool) -> str:
    """Return the text of a number as its format shows it, with the unit that it prints."""
    if not isfinite(value):
        return str(value)
    if shown.kind == "percent":
        return percent_text(value)
    moment = moment_text(value, is_1904=is_1904) if shown.kind == "moment" else None
    text = number_text(value)
    if shown.shift:
        text = format(Decimal(text).scaleb(-shown.shift).normalize() + 0, "f")
    return moment or f"{shown.before}{text}{shown.after}"


def moment_text(serial: float, *, is_1904: bool) -> str | None:
    """Return the ISO form of a serial number in either date system; None where it names no moment.

    It is of the day that has begun; of half a millisecond, doubles of our time have lost track.
    """
    if not 0 <= serial < _LAST_SERIAL:
        return None
    days, rest = divmod(round(serial * _SECONDS * 1_000), _SECONDS * 1_000)
    if days >= _LAST_SERIAL - _BEFORE_1904 * is_1904:
        return None
    seconds = min(round(rest / 1_000), _SECONDS - 1)
    clock = timedelta(seconds=seconds)
    if not days and not is_1904:
        return f"{_DAY_ZERO_1904 + clock:%H:%M:%S}" if seconds else None
    # The 1900 system counts a 29 February 1900 that never was: number 60.
    if not is_1904 and days == _FIRST_MARCH_1900 - 1:
        return None
    day = _DAY_ZERO_1904 if is_1904 else _DAY_BEFORE_1900
    moment = day + timedelta(days=days - (days >= _FIRST_MARCH_1900 and not is_1904)) + clock
    return moment.isoformat(sep=" ") if seconds else moment.date().isoformat()
