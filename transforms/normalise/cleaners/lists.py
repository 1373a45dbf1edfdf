"""Several values in one cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

from transforms.normalise.cleaners.characters import strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, FAULTLESS, Cleaned, Value, refused

_OPENING = "（(【[〔［《〈“「『﹝{"
_CLOSING = "）)】]〕］》〉”」』﹞}"
_SEPARATORS = "、；;，,\n/／"
# Between two names in Chinese or two numbers: A/S and 2024/07/30 are one, and a slash alone says that there is nothing.
_HAN = r"\u3400-\u9fff"
_SLASH = re.compile(
    rf"(?<=[{_HAN}）)])\s*[/／]\s*(?=[{_HAN}（(])|(?<=[0-9A-Z-]{{6}})\s*[/／]\s*(?=[0-9A-Z-]{{6}})", re.IGNORECASE
)
# A comma before a company suffix belongs to the name: "LEVI STRAUSS & CO., LTD."
_SUFFIX = re.compile(
    r",\s*(?:co\b|corp|gmbh|inc\b|limited|llc|l\.l\.c|ltd|plc|pte|pty|s\.?a\b|b\.?v\b|n\.?v\b)", re.IGNORECASE
)
# Thousands of one number: a comma in it parts nothing.
_GROUPED = re.compile(r"(?<![0-9,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_MOST_COUNTED = 99
_COUNTS = ("0123456789", "一二三四五六七八九", "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
_MARK = r"[(（]?(?<![{digits}]){number}(?:[、)）]|[.．](?![0-9]))"
_FIRST = re.compile("[(（]?[1一①]")
# Two digits may be one of the values, as classes of goods are.
_PERHAPS_VALUE = re.compile(r"[0-9]{0,2}")


def unnumbered(text: str) -> list[str]:
    """Return what stands behind the numbers of a cell that counts 1、… 2、…, or nothing where it does not."""
    if not _FIRST.match(text):
        return []
    for digits in _COUNTS:
        marks = list(_counted(text, digits))
        ends = (*(mark.start() for mark in marks[1:]), len(text))
        told = [text[mark.end() : end].strip(f"{_SEPARATORS} ") for mark, end in zip(marks, ends, strict=False)]
        if told and not any(map(_PERHAPS_VALUE.fullmatch, told)):
            return told
    return []


def _counted(text: str, digits: str) -> Iterator[re.Match[str]]:
    """Yield the marks of 1, 2, 3 … that follow each other from the beginning of a text."""
    number, match = 1, _mark(digits, 1).match(text)
    while match:
        yield match
        number += 1
        match = _mark(digits, number).search(text, match.end()) if number <= _MOST_COUNTED else None


@cache
def _mark(digits: str, number: int) -> re.Pattern[str]:
    if digits.isascii():
        return re.compile(_MARK.format(digits="0-9", number=number))
    if number > len(digits):
        return re.compile("(?!)")
    if digits == _COUNTS[2]:
        return re.compile(digits[number - 1])
    return re.compile(_MARK.format(digits=f"{digits}十百", number=digits[number - 1]))


def split_list(raw: str, separators: str = _SEPARATORS, terms: re.Pattern[str] | None = None) -> list[str]:
    """Return the parts of a cell between 、；; ，, / or line breaks that stand outside brackets.

    A term that has a separator of its own (复制、发行) is one part where `terms` finds it.
    """
    return [part for part in _split(raw, separators, terms) if part]


def has_separator(term: str) -> bool:
    """Say whether a term would be taken apart in a list."""
    return len(_split(term)) > 1


def _split(raw: str, separators: str = _SEPARATORS, terms: re.Pattern[str] | None = None) -> list[str]:
    text = strip_remnants(raw)
    text = "；".join(unnumbered(text)) or text
    marks = [(match.start(), match[0]) for match in _marks(separators).finditer(text)]
    if all(mark not in separators for _, mark in marks):
        return [text.strip()]
    parts, depth, start = [], 0, 0
    told = {mark for _, mark in marks}
    whole = [*([_GROUPED, _SUFFIX] if "," in told else []), *filter(None, [terms])]
    kept = {place for pattern in whole for match in pattern.finditer(text) for place in range(*match.span())}
    between = _SLASH.finditer(text) if told.intersection("/／") else ()
    slashes = {match.start() + match[0].index(match[0].strip()) for match in between}
    for place, mark in marks:
        if mark in _OPENING:
            depth += 1
        elif mark in _CLOSING:
            depth = max(depth - 1, 0)
        elif depth or place in kept:
            continue
        elif mark not in "/／" or place in slashes:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part.strip() for part in parts]


@cache
def _marks(separators: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(_OPENING + _CLOSING + separators)}]")


def clean_list(raw: str | None, item: Callable[[str | None], Cleaned], terms: re.Pattern[str] | None = None) -> Cleaned:
    """Return the clean values of the parts, each once; if a part is refused, the others stay with a warning."""
    outcomes = [item(part) for part in split_list(raw or "", terms=terms)]
    values: list[Value] = []
    for value, _ in outcomes:
        if value is not None and value not in values:
            values.append(value)
    return _listed(values, outcomes)


def clean_parts(
    raw: str | None, item: Callable[[str | None], Cleaned], terms: re.Pattern[str] | None = None
) -> Cleaned:
    """Return the clean values of the parts in their places, for lists side by side.

    A part that is empty or refused is null; empty places at the end are no parts.
    """
    parts = _split(raw or "", terms=terms)
    while parts and not parts[-1]:
        parts.pop()
    outcomes = [item(part) for part in parts]
    values = [value for value, _ in outcomes]
    return _listed(values if any(value is not None for value in values) else [], outcomes)


def _listed(values: list[Value], outcomes: list[Cleaned]) -> Cleaned:
    lost = [outcome.reason for outcome in outcomes if outcome.value is None and outcome.reason]
    # A fault is told before a value that is hidden, and that before one that there is not.
    worst = min(lost, key=lambda reason: (reason in FAULTLESS, reason == "placeholder"), default=None)
    if values:
        kept = (outcome.reason for outcome in outcomes if outcome.value is not None and outcome.reason)
        return Cleaned(values, next(kept, None) if worst in (None, "placeholder") else f"some_{worst}")
    return refused(worst) if worst else EMPTY


LISTS: Final[Mapping[str, Callable[..., Cleaned]]] = {"list": clean_list, "parts": clean_parts}
