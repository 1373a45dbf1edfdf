"""Several values in one cell."""

from __future__ import annotations

import re
from collections.abc import Callable

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
    r"\s*(?:co\b|corp|gmbh|inc\b|limited|llc|l\.l\.c|ltd|plc|pte|pty|s\.?a\b|b\.?v\b|n\.?v\b)", re.IGNORECASE
)


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
    parts, depth, start = [], 0, 0
    whole = {place for match in terms.finditer(text) for place in range(*match.span())} if terms else ()
    slashes = {match.start() + match[0].index(match[0].strip()) for match in _SLASH.finditer(text)}
    for place, character in enumerate(text):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(depth - 1, 0)
        elif character not in separators or depth or place in whole or _is_in_name(text, place):
            continue
        elif character not in "/／" or place in slashes:
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part.strip() for part in parts]


def _is_in_name(text: str, place: int) -> bool:
    return text[place] == "," and _SUFFIX.match(text, place + 1) is not None


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
