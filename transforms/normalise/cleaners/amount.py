"""Amounts of money in 元, and whole numbers."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from transforms.normalise.cleaners.characters import fold_width, is_masked, is_placeholder, is_scientific
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.numerals import NUMERAL, read_digits, read_numeral

UNITS = {"元": Decimal(1), "千元": Decimal(10**3), "万元": Decimal(10**4), "亿元": Decimal(10**8)}
LARGEST = Decimal("9999999999999999.99")
_FEN = Decimal("0.01")
_BEYOND = 2**63
_MULTIPLES = {
    "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
}  # fmt: skip
_MULTIPLE = "|".join(sorted(_MULTIPLES, key=len, reverse=True))
_CURRENCY = re.compile(r"^(?:人民币|RMB|CNY|¥)+:?|(?:人民币|RMB|CNY)$", re.IGNORECASE)
FOREIGN = re.compile(
    r"美元|美金|欧元|日元|日圆|港元|港币|英镑|韩元|澳元|加元|台币|泰铢|卢布|法郎|新元|[$€£]|USD|EUR|JPY|HKD|GBP|KRW",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"[-−负](?P<bare>.+)|\((?P<booked>[0-9,.]+[万亿]?元?)\)")
_SPLIT_DIGITS = re.compile(r"[0-9]\s+[0-9.,]|[.,]\s+[0-9]")
_WRITTEN = re.compile(
    rf"(?P<whole>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]*)(?P<part>\.[0-9]+)?(?P<multiple>{_MULTIPLE})?(?P<yuan>[元圆])?"
    r"(?:(?P<jiao>[0-9])角)?(?:(?P<fen>[0-9])分)?[整正]?"
)
_SPELT = re.compile(
    rf"(?:(?P<whole>[{NUMERAL}]+?)(?:点(?P<part>[{NUMERAL}]+?)(?P<multiple>{_MULTIPLE})?)?(?P<yuan>[元圆])?)?"
    rf"(?:零?(?P<jiao>[{NUMERAL}])角)?(?:零?(?P<fen>[{NUMERAL}])分)?[整正]?"
)
_SIMPLIFIED = str.maketrans("萬億圓", "万亿圆")
_NUMBER = re.compile(r"(?P<number>[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?) ?%?")
_INTEGER = re.compile(r"[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?")


def clean_amount(raw: str | None, unit: str = "元") -> Cleaned:
    """Return an amount in 元 with two places; a unit in the text wins over the column's `unit`."""
    text = fold_width(raw or "")
    if not text:
        return EMPTY
    if is_placeholder(text):
        return refused("placeholder")
    if _SPLIT_DIGITS.search(text):
        return refused("unparseable")
    text = _CURRENCY.sub("", text.replace(" ", "").translate(_SIMPLIFIED))
    outcome = read_amount(text, unit)
    if isinstance(outcome, Decimal):
        return _in_fen(outcome)
    negative = _NEGATIVE.fullmatch(text)
    if negative:
        size = read_amount(_CURRENCY.sub("", negative["bare"] or negative["booked"]), unit)
        if isinstance(size, Decimal):
            return refused("negative") if size else _in_fen(size)
    return refused(outcome)


def read_amount(text: str, unit: str) -> Decimal | str:
    """Return an unsigned amount in 元 as exact as it is written, or the reason why there is none."""
    if (match := _WRITTEN.fullmatch(text)) and _says_something(match):
        return _from_digits(match, unit)
    if (match := _SPELT.fullmatch(text)) and _says_something(match):
        return _from_numeral(match, unit)
    if FOREIGN.search(text):
        return "foreign_currency"
    if is_scientific(text):
        return "scientific_notation"
    return "masked" if is_masked(text) else "unparseable"


def _says_something(match: re.Match[str]) -> bool:
    small = match["jiao"] or match["fen"]
    if not (match["whole"] or match["part"]):
        return bool(small) and not (match["multiple"] or match["yuan"])
    return not small or bool(match["yuan"])


def _from_digits(match: re.Match[str], unit: str) -> Decimal:
    number = Decimal(f"{match['whole'].replace(',', '') or '0'}{match['part'] or ''}")
    if number > LARGEST:
        return number
    explicit = match["multiple"] or match["yuan"] or match["jiao"] or match["fen"]
    scale = Decimal(_MULTIPLES.get(match["multiple"] or "", 1)) if explicit else UNITS[unit]
    return number * scale + _small(int(match["jiao"] or 0), int(match["fen"] or 0))


def _from_numeral(match: re.Match[str], unit: str) -> Decimal | str:
    whole = read_numeral(match["whole"]) if match["whole"] else 0
    part = read_digits(match["part"]) if match["part"] else ""
    jiao, fen = (read_digits(match[name] or "零") for name in ("jiao", "fen"))
    if whole is None or part is None or jiao is None or fen is None:
        return "unparseable"
    number = Decimal(f"{whole}.{part or 0}") * _MULTIPLES.get(match["multiple"] or "", 1)
    has_unit = match["yuan"] or match["jiao"] or match["fen"] or set(match.group()) & set("万亿萬億")
    if unit != "元" and number and not has_unit:
        return "unit_ambiguous"
    return number + _small(int(jiao), int(fen))


def _small(jiao: int, fen: int) -> Decimal:
    return Decimal(jiao * 10 + fen) * _FEN


def _in_fen(amount: Decimal) -> Cleaned:
    if amount > LARGEST:
        return refused("overflow")
    rounded = amount.quantize(_FEN, ROUND_HALF_UP)
    return Cleaned(rounded, None if rounded == amount else "rounded") if rounded <= LARGEST else refused("overflow")


def clean_number(raw: str | None) -> Cleaned:
    """Return a number with two places; a per-cent sign is left out, so 85.3% is 85.30."""
    text = fold_width(raw or "")
    if not text:
        return EMPTY
    if is_placeholder(text):
        return refused("placeholder")
    match = _NUMBER.fullmatch(text)
    if not match:
        return refused("scientific_notation" if is_scientific(text) else "masked" if is_masked(text) else "unparseable")
    number = Decimal(match["number"].replace(",", ""))
    return _in_fen(number) if abs(number) <= LARGEST else refused("overflow")


def clean_integer(raw: str | None) -> Cleaned:
    """Return a whole number of 64 bits."""
    text = fold_width(raw or "")
    if not text:
        return EMPTY
    if is_placeholder(text):
        return refused("placeholder")
    if _INTEGER.fullmatch(text):
        written = Decimal(text.replace(",", ""))
        # Python makes an integer of a million digits in a minute.
        number: int | None = int(written) if -_BEYOND <= written < _BEYOND else _BEYOND
    else:
        size = read_numeral(text.removeprefix("负"))
        number = -size if size and text.startswith("负") else size
    if number is None:
        is_hidden = is_masked(text) and not set(text) <= set(NUMERAL)
        return refused("scientific_notation" if is_scientific(text) else "masked" if is_hidden else "unparseable")
    return Cleaned(number, None) if -_BEYOND <= number < _BEYOND else refused("overflow")


def clean_quantity(raw: str | None) -> Cleaned:
    """Return how much there is of goods, with two places: whole as `integer` reads it, or in parts, as a weight is."""
    whole = clean_integer(raw)
    if whole.reason == "unparseable" and "%" not in fold_width(raw or ""):
        return clean_number(raw)
    if not isinstance(whole.value, int):
        return whole
    return Cleaned(Decimal(whole.value).quantize(_FEN), None) if abs(whole.value) <= LARGEST else refused("overflow")
