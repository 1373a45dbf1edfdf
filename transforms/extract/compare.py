"""What became of each key between two packs: pure rules, which the property tests hold to their algebra."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from schemas.changes import ADDED, CHANGED, REMOVED

EXPIRY: Final = "expiry"

Key: TypeAlias = tuple[Any, ...]
Cells: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Row:
    """One row of a file as its recipient sees it, and our own ids of it, which name what records say of it."""

    cells: Cells
    ids: Mapping[str, str]


Rows: TypeAlias = Mapping[Key, Row]


@dataclass(frozen=True)
class Change:
    """One key that was added, changed or removed; `cause` is None where records or rules must tell it."""

    change: str
    key: Key
    row: Row
    cause: str | None


def compare(before: Rows, undated: Rows, after: Rows) -> Iterator[Change]:
    """Yield what became of each key, in the order of keys: `before` is the last pack and `after` the new one.

    `undated` is the new release as of the date of the last pack: what differs from that left, or came, by the date.
    """
    for key in sorted(before.keys() | after.keys()):
        old, new, same_date = before.get(key), after.get(key), undated.get(key)
        if _cells(old) == _cells(new):
            continue
        by_date = _cells(same_date) == _cells(old) or (new is None and same_date is not None)
        cause = EXPIRY if by_date else None
        if new is not None:
            yield Change(ADDED if old is None else CHANGED, key, new, cause)
        elif old is not None:
            yield Change(REMOVED, key, old, cause)


def _cells(row: Row | None) -> Cells | None:
    return None if row is None else row.cells
