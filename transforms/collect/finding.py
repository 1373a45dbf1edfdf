"""What a delivery tells about itself: doubts about its columns, never about one record, and never a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from transforms.collect.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable

# Identity numbers (15 or 18 characters) and mobile numbers; a time of 14 digits may stay.
_PERSONAL_NUMBER = re.compile(r"(?<!\d)(?:\d{17}[\dXxＸｘ]|\d{15}|[1１]\d{10})(?!\d)")
# Bytes of a file name in another encoding, and what no column of PostgreSQL holds.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt about a delivery, with the labels it is about."""

    kind: str
    labels: tuple[str, ...] = ()
    count: int = 0

    def to_dict(self) -> dict[str, object]:
        """Return the finding as plain JSON values."""
        return {"kind": self.kind, "labels": list(self.labels), "count": self.count}


def about(kind: str, labels: Iterable[str]) -> tuple[Finding, ...]:
    """Return one finding on `labels`, or none if there are none; long lists are cut, their length is kept."""
    named = tuple(labels)
    if not named:
        return ()
    return (Finding(kind, tuple(told(label) for label in named[: LIMITS.named_labels]), len(named)),)


def is_writable(text: str) -> bool:
    """Say whether the ledger can hold a text."""
    return _UNWRITABLE.search(text) is None


def told(text: str) -> str:
    """Return a label or file name as it may be written down: short, and without a personal number."""
    shown = _PERSONAL_NUMBER.sub("…", _UNWRITABLE.sub("?", text))
    return shown if len(shown) <= LIMITS.label_chars else shown[: LIMITS.label_chars] + "…"
