"""What a number format of a spreadsheet shows: a day, a share, or a number and the unit that is printed beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, Literal

from transforms.errors import DeliveryRefused
from transforms.normalise.cleaners.amount import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Sequence

# ECMA-376 part 1, 18.8.30, with the formats of Chinese, Japanese and Korean installations.
_MOMENT_IDS: Final = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_PERCENT_IDS: Final = frozenset({9, 10})
_LITERAL: Final = re.compile(r'"[^"]*"|[\\!].|_.|\*.')
_ELAPSED: Final = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_MOMENT: Final = re.compile(r"[ymdhs年月日时分秒]", re.IGNORECASE)
# A quoted text, an escaped character, a blank as wide as one, a currency or colour, the digits, anything else.
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|(?P<blank>[_*].)|\[(?P<bracketed>[^\]]*)\]'
    r"|(?P<digits>(?:G/)?(?:General|通用格式)|[0#?.,%]+)|(?P<bare>.)",
    re.IGNORECASE | re.DOTALL,
)
_CURRENCY: Final = re.compile(r"\$(?P<sign>[^-]+)(?:-(?P<place>[0-9A-F]+))?", re.IGNORECASE)
_JAPAN: Final = "411"
# What says how much one is; other words count things, and ¥ is what an amount is in anyhow.
_UNIT: Final = re.compile(rf"[万亿萬億]|^[百千]$|^[百千]?[元圆圓]整?$|{FOREIGN.pattern}", re.IGNORECASE)
_CONDITION: Final = re.compile(r"\[[<>=]")
# Each comma behind the last digit leaves three of them out.
_THOUSANDS: Final = re.compile(r"[0#?](,+)(?![0#?,])")
_PLACES: Final = re.compile(r"[0#?]")
# Excel takes 255.
_LONGEST: Final = 1_000
# A double has up to 309 digits before its point.
_PRINTED: Final = re.compile(
    r"(?P<before>[^0-9.,]*+)(?P<number>[0-9][0-9,]{0,500}+(?:\.[0-9]{1,500}+)?+)(?P<after>[^0-9]*+)"
)
_MOST_DIGITS: Final = 400
_FURTHEST: Final = 12


@dataclass(frozen=True, slots=True)
class Format:
    """What a format shows; nobody knows of one that is damaged, or mixed of several units.

    A number is printed between `before` and `after`, with its point `shift` digits further to the left.
    """

    kind: Literal["number", "moment", "percent", "damaged", "mixed"]
    before: str = ""
    after: str = ""
    shift: int = 0


NUMBER: Final = Format("number")
MOMENT: Final = Format("moment")
PERCENT: Final = Format("percent")
DAMAGED: Final = Format("damaged")
_MIXED: Final = Format("mixed")


def format_of(number: int, code: str | None) -> Format:
    """Say what a number format shows, by its code, or by its number where it is one that needs no code."""
    if code is None:
        return MOMENT if number in _MOMENT_IDS else PERCENT if number in _PERCENT_IDS else NUMBER
    return _of_code(code) if len(code) <= _LONGEST else DAMAGED


def _of_code(code: str) -> Format:
    plain = _LITERAL.sub("", code.partition(";")[0])
    if "%" in plain:
        return PERCENT
    if _ELAPSED.search(plain):
        return NUMBER
    plain = _BRACKETED.sub("", plain)
    if "general" not in plain.lower() and _MOMENT.search(plain):
        return MOMENT
    has_conditions = bool(_CONDITION.search(code))
    # Zero is the same in every unit.
    sections = _sections(code)[: 3 if has_conditions else 2]
    shown = {_section(section) for section in sections if _shows_number(section)}
    if len(shown) > 1 or (has_conditions and shown - {NUMBER}):
        # It takes the number to say which.
        return _MIXED
    return shown.pop() if shown else NUMBER


def _shows_number(section: str) -> bool:
    return any(token["digits"] for token in _TOKEN.finditer(section))


def _sections(code: str) -> list[str]:
    """Return the formats of numbers, without conditions of positive, negative and zero ones; a fourth is of texts."""
    sections, begin = list[str](), 0
    for token in _TOKEN.finditer(code):
        if token["bare"] == ";":
            sections.append(code[begin : token.start()])
            begin = token.end()
    return [*sections, code[begin:]][:3]


def _section(code: str) -> Format:
    # By turns what is printed as it stands, and digits.
    parts = [""]
    for token in _TOKEN.finditer(code):
        if bool(token["digits"]) == bool(len(parts) % 2):
            parts.append("")
        parts[-1] += token["digits"] or _literal(token)
    before, after = _units(parts[0], parts[-1] if len(parts) > 2 and len(parts) % 2 else "")
    thousands = _THOUSANDS.search("\n".join(parts[1::2]))
    shift = 3 * len(thousands[1]) if thousands else 0
    if (shift or before or after) and parts[2:-1:2].count(".") == 1:
        # In China numbers are parted by four digits: 0!.0,"万" prints 35000 as 3.5万.
        place = parts.index(".", 2)
        shift += len(_PLACES.findall("".join(parts[place + 1 :: 2])))
    return Format("number", before, after, shift)


def _units(before: str, after: str) -> tuple[str, str]:
    # Signs and brackets are those of negative numbers.
    before, after = (part.strip(" -+()（）") for part in (before, after))
    return before if _UNIT.search(before) else "", after if _UNIT.search(after) else ""


def _literal(token: re.Match[str]) -> str:
    currency = _CURRENCY.fullmatch(token["bracketed"] or "")
    if currency:
        return "JPY" if currency["place"] and currency["place"].endswith(_JAPAN) else currency["sign"]
    return token["quoted"] or token["escaped"] or token["bare"] or ""


def format_at(formats: Sequence[Format], style: int) -> Format:
    """Return the format of a style; raises DeliveryRefused where it is not known, as the number may be a day."""
    return sure(formats[style] if 0 <= style < len(formats) else DAMAGED) if formats else NUMBER


def sure(shown: Format) -> Format:
    """Return a format that says what a number is; raises DeliveryRefused."""
    if shown is DAMAGED:
        what = "the format of a number is damaged, so that it cannot be told from a day"
        raise DeliveryRefused(what, "the workbook", "save the workbook again, and send it")
    if shown is _MIXED:
        what = "the format of a number prints it in one unit or another"
        raise DeliveryRefused(what, "the workbook", "give its cells a plain number format, and send the workbook again")
    return shown


def format_printed(text: str, value: str) -> Format:
    """Say what a format shows, by a number and the text that it is printed as."""
    if not text or text == value:
        return NUMBER
    found = _PRINTED.fullmatch(text)
    try:
        stored = Decimal(value).copy_abs()
    except InvalidOperation:
        return NUMBER
    if found is None or not stored.is_finite() or abs(stored.adjusted()) > _MOST_DIGITS:
        return NUMBER
    before, after = _units(found["before"], found["after"])
    printed = _plain(found["number"])
    for shift in range(_FURTHEST):
        if any(_is_rounded(stored.scaleb(-shift), one, is_moved=shift > 0) for one in printed):
            return Format("number", before, after, shift) if before or after or shift else NUMBER
    return _MIXED if before or after else NUMBER


def _plain(printed: str) -> list[str]:
    """Return a number as a program writes it: a comma stands between thousands, or before the decimals."""
    is_decimal = "." not in printed and printed.count(",") == 1
    return [printed.replace(",", ""), *([printed.replace(",", ".")] if is_decimal else [])]


def _is_rounded(value: Decimal, printed: str, *, is_moved: bool) -> bool:
    places = len(printed.partition(".")[2])
    # Whatever is moved far enough is printed as 0.
    return abs(value - Decimal(printed)) * 2 <= Decimal(1).scaleb(-places) and not (is_moved and not Decimal(printed))
