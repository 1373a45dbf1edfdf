"""Dates and moments as bodies write them; a damaged or ambiguous one is refused, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from transforms.normalise.cleaners.characters import fold_width, is_masked, is_placeholder, is_scientific
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.numerals import NUMERAL, read_digits, read_numeral

LOCAL_ZONE = "Asia/Shanghai"
FIRST_YEAR, LAST_YEAR = 1900, 2100
NO_END = (date(2099, 12, 31), date(9999, 12, 31))
"""What systems write for a day that there is not, such as the end of what does not end."""
FIRST_SERIAL, LAST_SERIAL = 20000, 80000
# Day 0 of the two spreadsheet date systems; the 1900 system counts a 29 February 1900 that never was.
SERIAL_BASES = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}

# Counts from 1970 in UTC: how long they are since 1973, and back to 1966, and the microseconds of one of them.
EPOCHS = {"s": (re.compile(r"-?[0-9]{9,10}(?:\.[0-9]{1,9})?"), 1_000_000), "ms": (re.compile(r"-?[0-9]{12,13}"), 1_000)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CLOCK = (
    r"(?:[T ]?\s*(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_NUMBER = rf"[{NUMERAL}廿卅Oo0-9]"
_FORMS = (
    re.compile(
        r"(?P<year>[0-9]{4})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})(?![0-9])" + _CLOCK,
        re.IGNORECASE,
    ),
    re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?![0-9])" + _CLOCK, re.IGNORECASE),
    re.compile(
        rf"(?P<year>{_NUMBER}{{4}}) ?年 ?(?P<month>{_NUMBER}{{1,2}}) ?月 ?(?P<day>{_NUMBER}{{1,3}}) ?[日号]" + _CLOCK,
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})"
        r"(?P<fraction>)(?P<offset>)"
    ),
)
# A month or a year in place of a day; with a point it could be a number (2026.1 is January or October).
_COARSE = re.compile(
    rf"(?P<dashed>[0-9]{{4}})[-/](?P<dashed_month>[0-9]{{1,2}})"
    rf"|(?P<year>{_NUMBER}{{4}}) ?年 ?(?:(?P<month>{_NUMBER}{{1,2}}) ?月份?)?"
)
_PERIOD = re.compile(
    r"(?P<year>(?:19|20)[0-9]{2}) ?(?:年度?)? ?"
    r"(?:(?P<half>[上下])半年|-?Q(?P<quarter>[1-4])|第?(?P<named>[1-4一二三四]) ?季度?)?",
    re.IGNORECASE,
)
_QUARTERS = {"一": "1", "二": "2", "三": "3", "四": "4"}
# A date of which a part may be hidden.
_HIDDEN = re.compile(r"[0-9*×]{2,4}[-/.年][0-9*×]{1,2}[-/.月][0-9*×]{1,2}日?")
_SERIAL = re.compile(r"(?P<days>[0-9]{5})(?:\.(?P<part>[0-9]{1,15}))?")


def clean_date(raw: str | None, base: str = "1900", epoch: str = "", zone: str = LOCAL_ZONE) -> Cleaned:
    """Return a calendar day; a moment with an offset, or counted in `epoch`, is the day that it was in `zone`."""
    text = fold_width(raw or "")
    if not text:
        return EMPTY
    if is_placeholder(text):
        return refused("placeholder")
    outcome = _moment(text, base, zone, epoch)
    if isinstance(outcome, str):
        return refused(outcome)
    return Cleaned(outcome.astimezone(_zone(zone)).date() if _has_offset(outcome) else outcome.date(), None)


def clean_day_or_period(raw: str | None, base: str = "1900", epoch: str = "", zone: str = LOCAL_ZONE) -> Cleaned:
    """Return a calendar day; of a month or a year that stands for one its first, whose precision stands beside it."""
    day = clean_date(raw, base, epoch, zone)
    if day.reason != "unparseable":
        return day
    found = _coarse(fold_width(raw or ""))
    return found if isinstance(found, Cleaned) else Cleaned(found[0], None)


def clean_date_precision(raw: str | None, base: str = "1900", epoch: str = "", zone: str = LOCAL_ZONE) -> Cleaned:
    """Return MONTH or YEAR of what is no whole day; nothing of a day, and of what `day_or_period` refuses."""
    found = _coarse(fold_width(raw or ""))
    is_day = clean_date(raw, base, epoch, zone).reason != "unparseable"
    return EMPTY if is_day or isinstance(found, Cleaned) else Cleaned(found[1], None)


def _coarse(text: str) -> tuple[date, str] | Cleaned:
    match = _COARSE.fullmatch(text)
    if match is None:
        return refused("unparseable")
    told = match["month"] or match["dashed_month"]
    year = _number(match["year"] or match["dashed"], of_year=True)
    month = _number(told, of_year=False) if told else 1
    if year is None or month is None:
        return refused("unparseable")
    if not 1 <= month <= 12:
        return refused("impossible_date")
    if year in {day.year for day in NO_END} and (not told or month == 12):
        return refused("placeholder")
    return (
        (date(year, month, 1), "MONTH" if told else "YEAR")
        if FIRST_YEAR <= year <= LAST_YEAR
        else refused("out_of_range")
    )


def clean_period(raw: str | None) -> Cleaned:
    """Return a year, half-year or quarter as 2026, 2026H1 or 2026Q3."""
    text = fold_width(raw or "")
    if not text:
        return EMPTY
    if is_placeholder(text):
        return refused("placeholder")
    match = _PERIOD.fullmatch(text)
    if not match:
        return refused("unparseable")
    if match["half"]:
        return Cleaned(f"{match['year']}H{'上下'.index(match['half']) + 1}", None)
    quarter = match["quarter"] or _QUARTERS.get(match["named"], match["named"])
    return Cleaned(f"{match['year']}Q{quarter}" if quarter else match["year"], None)


def clean_timestamp(raw: str | None, zone: str = LOCAL_ZONE, base: str = "1900", epoch: str = "") -> Cleaned:
    """Return a moment in UTC; without an offset it is local time of `zone`, a bare day is its midnight there.

    A number is one of `epoch` (s or ms since 1970 in UTC) only where that is told.
    """
    text = fold_width(raw or "")
    if not text:
        return EMPTY
    if is_placeholder(text):
        return refused("placeholder")
    outcome = _moment(text, base, zone, epoch)
    if isinstance(outcome, str):
        return refused(outcome)
    says_time = ":" in text or _says_time(text) or _is_count(text, epoch)
    return Cleaned(outcome.astimezone(UTC), None if says_time else "date_only")


def _is_count(text: str, epoch: str) -> bool:
    return bool(epoch) and EPOCHS[epoch][0].fullmatch(text) is not None


def _moment(text: str, base: str, zone: str, epoch: str) -> datetime | str:
    if _is_count(text, epoch):
        return _from_epoch(text, epoch, zone)
    if serial := _SERIAL.fullmatch(text):
        return _from_serial(serial, base, zone)
    for form in _FORMS:
        if match := form.fullmatch(text):
            return _from_match(match, zone)
    if is_scientific(text):
        return "scientific_notation"
    return "masked" if _HIDDEN.fullmatch(text) and is_masked(text) else "unparseable"


def _from_serial(match: re.Match[str], base: str, zone: str) -> datetime | str:
    days = int(match["days"])
    if not FIRST_SERIAL <= days <= LAST_SERIAL:
        return "unparseable"
    # The last moments of a day are of that day, however they are rounded.
    seconds = min(round(float(f"0.{match['part'] or 0}") * 86400), 86399)
    moment = datetime.combine(SERIAL_BASES[base], time(), _zone(zone)) + timedelta(days=days, seconds=seconds)
    if moment.date() in NO_END:
        return "placeholder"
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else "out_of_range"


def _from_epoch(text: str, epoch: str, zone: str) -> datetime | str:
    moment = _EPOCH + timedelta(microseconds=int(Decimal(text) * EPOCHS[epoch][1]))
    return moment if FIRST_YEAR <= moment.astimezone(_zone(zone)).year <= LAST_YEAR else "out_of_range"


def _from_match(match: re.Match[str], zone: str) -> datetime | str:
    year, month, day = (_number(match[part], of_year=part == "year") for part in ("year", "month", "day"))
    if year is None or month is None or day is None:
        return "unparseable"
    try:
        whole = date(year, month, day)
    except (ValueError, OverflowError):
        return "impossible_date"
    if whole in NO_END:
        return "placeholder"
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return "out_of_range"
    try:
        clock = time(int(match["hour"] or 0), int(match["minute"] or 0), int(match["second"] or 0), _micros(match))
        return datetime.combine(whole, clock, _offset(match["offset"]) or _zone(zone))
    except ValueError:
        return "unparseable"


def _number(text: str, *, of_year: bool) -> int | None:
    text = text.replace("O", "零").replace("o", "零")
    if text.isascii():
        return int(text)
    if of_year:
        digits = "".join(c if c.isascii() else read_digits(c) or "?" for c in text)
        return int(digits) if digits.isdigit() else None
    number = read_numeral(text.replace("廿", "二十").replace("卅", "三十"))
    return number if number is not None else _padded(text)


def _padded(text: str) -> int | None:
    digits = read_digits(text)
    return int(digits) if digits and len(digits) == 2 and digits[0] == "0" else None


def _micros(match: re.Match[str]) -> int:
    return int((match["fraction"] or "").ljust(6, "0")[:6])


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59:
        raise ValueError(text)
    return timezone((-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes))


def _says_time(text: str) -> bool:
    return (len(text) == 14 and text.isdigit()) or (_SERIAL.fullmatch(text) is not None and "." in text)


def _has_offset(moment: datetime) -> bool:
    return not isinstance(moment.tzinfo, ZoneInfo)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
