"""Arrays of objects within a record: a label that ends in one, `parties[].name`, is a list with a value an element."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from transforms.collect.finding import told
from transforms.collect.header import label_form
from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from transforms.collect.rows import Value

    Decode = Callable[[str], Any]
    Flat = Callable[[dict[str, Any]], dict[str, str | None]]

MARK: Final = "[]."
_REMEDY: Final = "send a list of objects under this name, or describe it in the contract as it is"


class Arrays:
    """The arrays that a contract reads; `decode` reads the text of one, `flat` an object of it."""

    def __init__(self, labels: Sequence[str], decode: Decode, flat: Flat) -> None:
        """Work out once which arrays the labels stand in."""
        self._decode, self._flat = decode, flat
        self._forms = {label_form(label.rpartition(MARK)[0]) for label in labels if MARK in label}
        self._ends: dict[str, int] = {}

    def __bool__(self) -> bool:
        """Say whether any array is read."""
        return bool(self._forms)

    def opened(self, record: Mapping[str, str | None], number: int) -> dict[str, Value]:
        """Return a record whose arrays are opened; where an object stands for an array, it is the only element."""
        found: dict[str, Value] = {}
        for label, value in record.items():
            if label not in self._ends:
                self._ends[label] = self._end(label)
            end = self._ends[label]
            if not end:
                found[label] = value
            elif end < len(label):
                found[f"{label[:end]}[]{label[end:]}"] = [value]
            elif value:
                found.update(self._elements(label, value, number))
        return found

    def _end(self, label: str) -> int:
        """Return where the way to an array that is read ends in a label; 0 where it names none."""
        ends = (end for end in range(1, len(label) + 1) if end == len(label) or label[end] == ".")
        return next((end for end in ends if label_form(label[:end]) in self._forms), 0)

    def _elements(self, label: str, text: str, number: int) -> Mapping[str, Value]:
        found = elements_of(text, self._decode, self._flat)
        if found is None:
            what = f"record {number:,}: {told(label)} is no list of objects"
            raise DeliveryRefused(what, f"record {number:,}", _REMEDY)
        if len(found) > LIMITS.elements:
            what = f"record {number:,}: {told(label)} has {len(found):,} elements, at most {LIMITS.elements:,} are read"
            raise DeliveryRefused(what, f"record {number:,}", "send them as records of their own")
        return side_by_side(label, found)


def elements_of(text: str, decode: Decode, flat: Flat) -> list[dict[str, str | None]] | None:
    """Return the flat objects of an array of them; None for a text that is none. An empty element has no values."""
    if not text.lstrip().startswith("["):
        return None
    try:
        found = decode(text)
        if "\\u" in text:
            # Half of a surrogate pair can be escaped, and is no text.
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(one or {}, dict) for one in found):
        return None
    return [flat(one or {}) for one in found]


def side_by_side(label: str, elements: Iterable[Mapping[str, str | None]]) -> dict[str, Value]:
    """Return a list for each label that stands in some element, as long as there are elements."""
    rows = list(elements)
    ways = dict.fromkeys(way for row in rows for way in row)
    return {f"{label}{MARK}{way}": [row.get(way) for row in rows] for way in ways}
