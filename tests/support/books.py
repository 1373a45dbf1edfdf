"""Records straight into a batch of the ledger, past Kafka and Spark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeAlias

import orjson
import psycopg
import pyarrow as pa

from schemas.contracts import SourceContract, sources
from transforms.connections import Connections
from transforms.ledger.batches import Batch, take_batch
from transforms.normalise.job import Piece, finish_staging, piece_worker, truncate_staged

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_numbers = count(1)
# Slice, source, delivery, row number, day, values by label, offset.
Archived: TypeAlias = tuple[int, str, str, int, int, dict[str, str | None], int]


@dataclass(frozen=True)
class Sent:
    """One record of a delivery as a test sends it: `day` orders it, `image` is its content."""

    key: str | None
    image: str
    day: int
    usable: bool = True
    withdrawal: bool = False


@dataclass(frozen=True)
class Delivery:
    """One delivery; `day` is its as-of time."""

    day: int
    records: tuple[Sent, ...]


def stage_deliveries(
    connections: Connections,
    contract: SourceContract,
    deliveries: Sequence[Delivery],
    as_rows: Any,
    archive: list[Archived] | None = None,
) -> Batch:
    """Plan one slice of these deliveries and normalise it by the code that Spark's workers run.

    What an archive would hold of it is added to `archive`.
    """
    with psycopg.connect(connections.dsn("owner")) as connection:
        batch_id, slice_id, names = _plan(connection, contract, deliveries)
    with psycopg.connect(connections.dsn("loader")) as connection:
        batch = take_batch(connection, batch_id)
    rows = [
        (slice_id, contract.source, name, number, day, as_rows(record))
        for name, delivery in zip(names, deliveries, strict=True)
        for number, (record, day) in enumerate((r, delivery.day) for r in delivery.records)
    ]
    archived = [(*row, offset) for offset, row in enumerate(rows)]
    if archive is not None:
        archive += archived
    normalise_archived(connections, batch, archived)
    return batch


def normalise_archived(
    connections: Connections, batch: Batch, rows: Sequence[Archived], contract: SourceContract | None = None
) -> None:
    """Stage archived rows of a batch as Spark's workers do."""
    truncate_staged(connections)
    first = {s.slice_id: s.record_base - s.from_offset for s in batch.slices}
    piece = Piece(connections.dsn("loader"), batch.fence, first, dict(batch.deliveries), contract)
    batches = [_arrow(rows)] if rows else []
    totals: Counter[tuple[int, str, str]] = Counter()
    for counted in piece_worker(piece)(iter(batches)):
        for row in counted.to_pylist():
            totals[row["slice_id"], row["field"], row["metric"]] += row["value"]
    finish_staging(connections, batch, totals)


def _plan(
    connection: psycopg.Connection[Any], contract: SourceContract, deliveries: Sequence[Delivery]
) -> tuple[int, int, list[str]]:
    base = _scalar(connection, "select coalesce(max(record_base + to_offset), 0) from ops.slice")
    names, offset = [], 0
    for delivery in deliveries:
        name = f"test-{next(_numbers)}"
        names.append(name)
        connection.execute(
            "insert into ops.delivery (delivery_id, source, body_id, mode, state, sent_count, as_of, closed_at) "
            "values (%s, %s, %s, %s, 'closed', %s, %s, now())",
            (name, contract.source, contract.body_id, contract.mode, len(delivery.records), _day(delivery.day)),
        )
        offset += len(delivery.records)
    batch_id = _scalar(connection, "insert into ops.batch (state) values ('planned') returning batch_id")
    slice_id = _scalar(
        connection,
        "insert into ops.slice (batch_id, source, body_id, topic, topic_epoch, from_offset, to_offset, deliveries, "
        "record_base, expected, state) values (%s, %s, %s, %s, 1, 0, %s, %s, %s, %s, 'planned') returning slice_id",
        batch_id,
        contract.source,
        contract.body_id,
        contract.topic,
        offset,
        names,
        base,
        offset,
    )
    return batch_id, slice_id, names


def _scalar(connection: psycopg.Connection[Any], query: Any, *values: object) -> int:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return int(row[0])


def _day(day: int) -> datetime:
    return EPOCH + timedelta(days=day)


def _arrow(rows: Iterable[Archived]) -> pa.RecordBatch:
    found = list(rows)
    values = [orjson.dumps(row[5]).decode() for row in found]
    size = len(found)
    return pa.RecordBatch.from_pydict(
        {
            "slice_id": [row[0] for row in found],
            "source": [row[1] for row in found],
            "delivery_id": [row[2] for row in found],
            "row_number": [row[3] for row in found],
            "kafka_offset": [row[6] for row in found],
            "received_at": pa.array([_day(400)] * size, pa.timestamp("us", "UTC")),
            "raw_hash": values,
            "value": values,
        }
    )


def contract_of(source: str) -> SourceContract:
    """Return the contract that a test sends for."""
    return sources()[source]
