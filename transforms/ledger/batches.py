"""Batches and slices in the ledger: planned before anything is read, fenced, done once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ATTEMPTS = 2

_NEXT_RECORD = """
select coalesce(max(record_base + to_offset - from_offset), 0)
from (select record_base, to_offset, from_offset from ops.slice order by slice_id desc limit 1) as newest
"""


@dataclass(frozen=True)
class Slice:
    """One source's part of a batch: offsets [from_offset, to_offset) of its topic."""

    slice_id: int
    source: str
    body_id: str
    topic: str
    topic_epoch: int
    from_offset: int
    to_offset: int
    deliveries: tuple[str, ...]
    record_base: int
    expected: int
    is_pushed: bool


@dataclass(frozen=True)
class DeliveryTime:
    """What orders the records of a delivery, and the contract under which it was taken; the as-of time is in UTC."""

    seq: int
    as_of: datetime
    contract_version: str | None = None


@dataclass(frozen=True)
class Batch:
    """The offsets that one run takes, with the fencing number of this attempt."""

    batch_id: int
    fence: int
    attempts: int
    slices: tuple[Slice, ...]
    deliveries: Mapping[str, DeliveryTime]

    @property
    def may_echo(self) -> bool:
        """Say whether the ranges hold more messages than the deliveries sent."""
        return any(s.to_offset - s.from_offset != s.expected for s in self.slices)


def next_record(connection: psycopg.Connection[Any]) -> int:
    """Return the number after the last one that a slice has reserved for its records."""
    row = connection.execute(_NEXT_RECORD).fetchone()
    return int(row[0]) if row else 0


def open_batch(connection: psycopg.Connection[Any], lane: str) -> int | None:
    """Return the number of the batch that is planned and not done, if there is one."""
    row = connection.execute("select batch_id from ops.batch where lane = %s and state = 'planned'", (lane,)).fetchone()
    return row[0] if row else None


def take_batch(connection: psycopg.Connection[Any], batch_id: int) -> Batch:
    """Begin an attempt at a planned batch: draws the next fencing number, so that an older attempt cannot commit."""
    row = connection.execute(
        "update ops.batch set fence = fence + 1, attempts = attempts + 1 where batch_id = %s and state = 'planned' "
        "returning fence, attempts",
        (batch_id,),
    ).fetchone()
    connection.commit()
    if row is None:
        raise LookupError(f"batch {batch_id} is not planned")
    return read_batch(connection, batch_id, fence=row[0], attempts=row[1])


def read_batch(
    connection: psycopg.Connection[Any],
    batch_id: int,
    *,
    fence: int,
    attempts: int = 0,
    slices: tuple[int, ...] = (),
) -> Batch:
    """Read a batch, or only some `slices` of it, under a fencing number."""
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(
            "select slice_id, source, body_id, topic, topic_epoch, from_offset, to_offset, deliveries, record_base, "
            "expected, exists (select from ops.delivery d where d.delivery_id = any(deliveries) and d.mode = 'event') "
            "as is_pushed from ops.slice where batch_id = %s and (slice_id = any(%s) or %s) order by slice_id",
            (batch_id, list(slices), not slices),
        ).fetchall()
        names = [name for row in found for name in row["deliveries"]]
        times = cursor.execute(
            "select delivery_id, seq, coalesce(as_of, opened_at) as as_of, contract_version from ops.delivery "
            "where delivery_id = any(%s)",
            (names,),
        ).fetchall()
    connection.commit()
    return Batch(
        batch_id,
        fence,
        attempts,
        tuple(Slice(**{**row, "deliveries": tuple(row["deliveries"])}) for row in found),
        {row.pop("delivery_id"): DeliveryTime(**row) for row in times},
    )
