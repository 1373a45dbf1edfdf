"""What is known of the records of one key: how the ledger reads each of them, and how the replay does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

Order: TypeAlias = tuple[datetime, int, int]

# `withdrawn_in` of what the replay itself withdraws: its admission is drawn later.
NOW: Final = 0


@dataclass(frozen=True, slots=True)
class Fresh:
    """A record as the replay reads it; `admitted_in` is the admission that first took it."""

    record_id: int
    at: Order
    image: str
    is_usable: bool
    is_withdrawal: bool
    admitted_in: int


@dataclass(frozen=True, slots=True)
class Row:
    """A record as the ledger has it: a row of canonical.record, or an item of ops.quarantine."""

    row_id: int
    at: Order
    image: str
    is_item: bool
    is_withdrawal: bool
    is_past: bool
    withdrawn_in: int | None
    confirmed_at: datetime
    admitted_in: int

    @property
    def state(self) -> str:
        """Return the state in which the books count it: superseded also for an item that a later record closed."""
        if self.is_past:
            return "superseded"
        if self.is_item:
            return "quarantined"
        return "withdrawn" if self.is_withdrawal or self.withdrawn_in is not None else "current"


@dataclass(frozen=True, slots=True)
class Line:
    """One sent record under one key.

    `row` is null where the ledger has no row of it under this key, `fresh` where the replay does not read it here;
    `had_row` says whether the ledger has a row of it under any key, `stands` whether nothing superseded that row, and
    `withdrawn_in` which admission found its key absent; `was_replayed` says whether the replay read the record.
    `ended_in` is the admission by which a person gave its number to another case, in whatever mode it is sent;
    `is_moved` says whether its case or transfer has another id today.
    """

    delivery_id: str
    row_number: int
    row: Row | None
    fresh: Fresh | None
    had_row: bool
    was_replayed: bool
    is_in_newest: bool
    stands: bool = False
    withdrawn_in: int | None = None
    ended_in: int | None = None
    is_moved: bool = False

    @property
    def is_left(self) -> bool:
        """Say whether the replay reads the record under another key."""
        return self.row is not None and self.fresh is None and self.was_replayed

    @property
    def is_said(self) -> bool:
        """Say whether the ledger holds that its body still says the record, under whatever key."""
        return self.stands and self.withdrawn_in is None

    @property
    def is_new(self) -> bool:
        """Say whether the replay reads the record here as the ledger does not."""
        if self.fresh is None:
            return False
        return self.row is None or self.is_moved or not _is_same(self.row, self.fresh)

    @property
    def kept(self) -> Row | None:
        """Return the row that stays as it is read."""
        return None if self.is_left or self.is_new else self.row


def _is_same(row: Row, fresh: Fresh) -> bool:
    return (row.at, row.image, row.is_item, row.is_withdrawal) == (
        fresh.at,
        fresh.image,
        not fresh.is_usable,
        fresh.is_withdrawal and fresh.is_usable,
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one record: `before` and `after` are its states in the books, null where it is counted elsewhere.

    `row_id` is the number of the row that is retired, superseded, restored or closed, else that of the new reading.
    """

    delivery_id: str
    row_number: int
    act: str
    row_id: int
    before: str | None
    after: str | None
    withdrawn_in: int | None = None
    confirmed_at: datetime | None = None
