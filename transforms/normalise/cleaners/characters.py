"""Characters that exports leave behind, and the ways to write that a cell holds nothing or is masked."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache

from opencc import OpenCC

# C0 and C1 controls but tab, line feed and carriage return; zero-width, bidirectional and byte-order marks.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# Spreadsheets write control characters as _xHHHH_ (ECMA-376, ST_Xstring).
_EXCEL_ESCAPE = re.compile(r"_x00(0[9AaDd]|[01][0-9A-Fa-f])_")
_BREAK_TAG = re.compile(r"<\s*br\s*/?\s*>|</\s*(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?\s*(?:p|div|span|font|b|i|u|strong|em|a|img|table|tbody|thead|tr|td|th|ul|ol|li|h[1-6]|sup|sub|o:p)"
    r"(?:\s+[^<>]*=[^<>]*)?\s*/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8}\d{0,2});")
_LINE_BREAK = re.compile(r"\s*[\n\u0085\u2028\u2029]\s*")
_BLANKS = re.compile(r"[^\S\n]+")
SUSPECT = (
    "[\\x00-\\x1f\\x7f-\\xa0\\xad\\u1680\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\ufeff<&]"
    "|_x00|  |^[ '＇]| $"
)
"""What a text may hold that `strip_remnants` would change; without it the text is returned as it is."""
_SUSPECT = re.compile(SUSPECT)
_QUOTES = "'\"`‘’“”´＇"
_PLACEHOLDER = re.compile(
    r"[-—―–‐‒−]+|/+|\\+|×+|无|不详|未载明|暂无|n/?a|null|[(]null[)]|待补充"
    # Databases and programs write these for nothing, spreadsheets where a formula fails.
    r"|\\n|undefined|#(?:n/a|ref!|value!|name\?|div/0!|null!|num!)",
    re.IGNORECASE,
)
# In capitals these are marks too; identifiers are all in capitals.
_NOTHING = re.compile(r"[Nn]one|nan|NaN|NaT|nil")
_NOTHING_IN_CAPITALS = re.compile("NONE|NAN|NAT|NIL")
_EMPTY_WORDS = re.compile(r"0|空", re.IGNORECASE)
_ZEROS = re.compile(r"0[0-]*X?")
_MASK = re.compile(r"[*×✱•●■□◆○〇某]")
_X_RUN = re.compile(r"X{3,}")
# Excel shows long numbers as 9.2341E+17: the digits behind are lost.
_HAN_BLOCKS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:\.\d+E[-+]?\d+|E[-+]\d+)", re.IGNORECASE)


def strip_remnants(raw: str) -> str:
    """Return the text without markup, escapes, invisible characters and surplus blanks; line breaks are kept."""
    if not _SUSPECT.search(raw):
        return raw
    text = raw
    while True:
        cleaner = _stripped_once(text)
        if cleaner == text:
            return text
        text = cleaner


def _stripped_once(text: str) -> str:
    if "_x00" in text:
        text = _EXCEL_ESCAPE.sub("\n", text)
    if "<" in text:
        text = _TAG.sub("", _BREAK_TAG.sub("\n", text))
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    text = _BLANKS.sub(" ", _INVISIBLE.sub("", text))
    text = _LINE_BREAK.sub("\n", text).strip()
    if text[:1] in ("'", "＇") and text.count(text[0]) == 1:
        text = text[1:].lstrip()
    return text


def simplified(text: str) -> str:
    """Return a text in simplified characters, for comparing: a few stand in simplified texts too (乾县)."""
    if text.isascii() or _variants().isdisjoint(text):
        return text
    converted: str = _to_simplified().convert(text)
    return converted


@cache
def variants() -> str:
    """Return the characters that are written otherwise in simplified texts."""
    characters = [chr(code) for first, last in _HAN_BLOCKS for code in range(first, last + 1)]
    # Line by line, for OpenCC converts some pairs of characters otherwise than each of them.
    converted = _to_simplified().convert("\n".join(characters)).split("\n")
    return "".join(one for one, other in zip(characters, converted, strict=True) if other != one)


@cache
def _variants() -> frozenset[str]:
    return frozenset(variants())


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def compact(raw: str) -> str:
    """Return an identifier in NFKC and upper case, without blanks, quotes and remnants."""
    text = raw
    while True:
        if not (text.isascii() and text.isalnum()):
            text = unicodedata.normalize("NFKC", strip_remnants(text))
            text = "".join(text.split()).strip(_QUOTES)
        upper = text.upper()
        if upper == text and (text.isascii() or unicodedata.is_normalized("NFKC", text)):
            return text
        text = upper


def fold_width(raw: str) -> str:
    """Return a date or number in NFKC, without remnants and outer quotes; inner blanks are single spaces."""
    text = strip_remnants(raw)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.strip(_QUOTES).split())


def is_placeholder(text: str) -> bool:
    """Say whether a date or an amount stands for nothing (DOMAIN D11); 0 is a value there."""
    return _PLACEHOLDER.fullmatch(text) is not None or _NOTHING.fullmatch(text) is not None


def is_text_placeholder(text: str) -> bool:
    """Say whether a text stands for nothing: also 0, 空 and a run of asterisks."""
    return is_placeholder(text) or _EMPTY_WORDS.fullmatch(text) is not None or text.strip("*") == ""


def is_identifier_placeholder(text: str) -> bool:
    """Say whether an identifier stands for nothing: also 0, 空 and a run of zeros."""
    return (
        _PLACEHOLDER.fullmatch(text) is not None
        or _NOTHING_IN_CAPITALS.fullmatch(text) is not None
        or _ZEROS.fullmatch(text) is not None
        or text == "空"
    )


def is_masked(text: str) -> bool:
    """Say whether characters were replaced by a mask; a run of X counts, so ask about invalid values only."""
    return _MASK.search(text) is not None or _X_RUN.search(text) is not None


def is_scientific(text: str) -> bool:
    """Say whether a spreadsheet has turned the number into scientific notation."""
    return _SCIENTIFIC.fullmatch(text) is not None
