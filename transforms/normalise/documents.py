"""Archived texts to documents: what is no object, or does not say one thing by each label, is read as nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from transforms.collect.limits import LIMITS
from transforms.collect.objects import DECODER, is_deep
from transforms.errors import DeliveryRefused
from transforms.secrecy import CLASSIFIED
from transforms.too_large import LARGEST, TOO_LARGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from transforms.normalise.rules import Rules

Json = dict[str, Any]

_APART: Final = re.compile(r'"[ \t\r\n]+:')
_INSTEAD: Final = {CLASSIFIED: "classified", TOO_LARGE: "too_large"}
_AGAIN: Final = "send the record again"
_RULES: Final = {
    "classified": ("the record names no level of secrecy (密级)", "send only what may be shared"),
    "not_json": ("the value is a JSON object by label", _AGAIN),
    "too_large": (f"the record has at most {LARGEST:,} bytes", "send long texts apart from the record"),
    "nul_character": ("no text holds a NUL character", "send the record again without it"),
    "too_deep": (f"at most {LIMITS.depth} values lie inside one another", "send records apart"),
    "named_twice": ("the record names each label once", "name each label once, and send the record again"),
}


class Documents(NamedTuple):
    """The object of each record, empty where it cannot be read, and the rule that says why not."""

    objects: list[Json]
    unread: list[str | None]

    @property
    def readable(self) -> pa.Array:
        """Say which records are read."""
        return pa.array([rule is None for rule in self.unread], pa.bool_())

    def quarantine(self, rules: Rules) -> None:
        """Quarantine the records that cannot be read."""
        found = pa.array(self.unread, pa.string())
        for rule, (expectation, remedy) in _RULES.items():
            rules.add(pc.equal(found, rule), rule, "", expectation, remedy)


def read_documents(texts: Iterable[str | None], *, is_pushed: bool) -> Documents:
    """Read the texts of records; what a body pushes itself collect has not looked at."""
    read = [_read(text, is_pushed=is_pushed) for text in texts]
    return Documents([{} if isinstance(one, str) else one for one in read], [_rule_of(one) for one in read])


def _rule_of(read: Json | str) -> str | None:
    return read if isinstance(read, str) else None


def _read(text: str | None, *, is_pushed: bool) -> Json | str:
    """Return the object of a text, or the rule that it breaks."""
    if text is None or text in _INSTEAD or len(text) > LARGEST:
        return "not_json" if text is None else _INSTEAD.get(text, "too_large")
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return "not_json"
    return _doubt(text, value, is_pushed=is_pushed) or value if isinstance(value, dict) else "not_json"


def _doubt(text: str, value: Json, *, is_pushed: bool) -> str | None:
    # PostgreSQL stores no NUL in text; without it, two texts may be one.
    if "\\u0000" in text and "\\u0000" in text.replace("\\\\", ""):
        return "nul_character"
    if is_pushed and text.count("{") + text.count("[") > LIMITS.depth and is_deep(value):
        return "too_deep"
    return "named_twice" if is_pushed and _names_twice(text, value) else None


def _names_twice(text: str, value: Json) -> bool:
    """Say whether an object has a label twice, of which one value is lost; texts may hold what looks like a label."""
    if text.count('":') + len(_APART.findall(text)) == sum(_members(value)):
        return False
    try:
        DECODER.decode(text)
    except DeliveryRefused:
        return True
    return False


def _members(value: Any) -> Iterator[int]:
    """Yield the number of members of an object and of those inside it."""
    if isinstance(value, dict):
        yield len(value)
        value = value.values()
    elif not isinstance(value, list):
        return
    for one in value:
        if isinstance(one, dict | list):
            yield from _members(one)
