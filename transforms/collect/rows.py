"""The rows of a delivered text, read twice: once to check every one, once to send them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import orjson

from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from transforms.collect.finding import Finding

Value: TypeAlias = "str | list[str | None] | None"
"""What stands under a label: a text, or the texts of the elements of an array."""

STEP: Final = 10_000
"""Rows between two signs of life."""

# One character takes at most six bytes in JSON text.
LARGE_CHARS: Final = LIMITS.record_bytes // 8


@dataclass(frozen=True, slots=True)
class Checked:
    """What the first reading of a delivery found."""

    rows: int
    findings: tuple[Finding, ...]


class Rows(Protocol):
    """The rows of one delivery, their values in the order of the contract's sorted labels."""

    def check(self, progress: Callable[[int], None]) -> Checked:
        """Read all rows; raises DeliveryRefused and says which row is broken, never what stands in it."""

    def values(self) -> Iterator[Sequence[Value]]:
        """Yield the values of each row; only after `check`."""


def refuse_large(values: Sequence[Value], number: int) -> None:
    """Refuse a row that would not fit into one Kafka message."""
    size = len(orjson.dumps(values))
    if size > LIMITS.record_bytes:
        what = f"row {number:,} has {size:,} bytes, at most {LIMITS.record_bytes:,} can be sent"
        raise DeliveryRefused(what, f"row {number:,}", "send long texts apart from the record")
