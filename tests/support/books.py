"""Records straight into a batch of the ledger, past Kafka and Spark, and a plain model of what must become of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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


Order = tuple[int, int, int]


@dataclass
class _Version:
    order: Order
    image: str
    withdrawal: bool
    state: str = "current"


@dataclass
class PlainBooks:
    """What DESIGN 4 says of each record, one record at a time, with no SQL: the sum of states per source."""

    is_snapshot: bool
    counts: Counter[str] = field(default_factory=Counter)
    versions: dict[str, list[_Version]] = field(default_factory=dict)
    doubtful: dict[str, list[_Version]] = field(default_factory=dict)
    keyless: set[str] = field(default_factory=set)
    sequence: int = 0
    newest_snapshot: tuple[int, int] = (-1, -1)

    def admit(self, deliveries: Sequence[Delivery]) -> None:
        """Admit one slice of these deliveries."""
        arriving: list[tuple[Order, Sent]] = []
        snapshots = []
        for delivery in deliveries:
            self.sequence += 1
            for number, record in enumerate(_believed(delivery, is_snapshot=self.is_snapshot)):
                day = delivery.day if self.is_snapshot else record.day
                arriving.append(((day, self.sequence, number), record))
            snapshots.append(((delivery.day, self.sequence), delivery))
        for order, record in sorted(arriving, key=self._in_turn):
            self.counts["sent"] += 1
            (self._usable if record.usable else self._quarantined)(order, record)
        if self.is_snapshot and snapshots:
            at, delivery = max(snapshots, key=lambda pair: pair[0])
            if at >= self.newest_snapshot:
                self.newest_snapshot = at
                self._withdraw_absent({r.key for r in delivery.records})

    def _in_turn(self, pair: tuple[Order, Sent]) -> tuple[object, ...]:
        """Rows of one delivery and time stand side by side: the usable ones are taken first."""
        order, record = pair
        return (*order[:2], not record.usable, order[2])

    def states(self) -> dict[str, int]:
        """Return how many records are in each state."""
        found = Counter(self.counts)
        for versions in self.versions.values():
            for version in versions:
                gone = version.state == "current" and version.withdrawal
                found["withdrawn" if gone else version.state] += 1
        for items in self.doubtful.values():
            for item in items:
                found[item.state] += 1
        found["quarantined"] += len(self.keyless)
        return dict(found)

    def _usable(self, order: Order, record: Sent) -> None:
        assert record.key is not None
        versions = self.versions.setdefault(record.key, [])
        newest = next((v for v in versions if v.state != "superseded"), None)
        self._close(record.key, _place(order))
        content = _content(record)
        back = newest is not None and newest.state == "withdrawn"
        known = any(v.order[0] == order[0] and v.image == content for v in versions) and not back
        late = newest is not None and order < newest.order
        same = newest is not None and newest.image == content and not (back and not late)
        late_copy = late and any(v.order[0] == order[0] and v.image == content for v in versions)
        if known or same or late_copy:
            self.counts["duplicate"] += 1
            return
        made = _Version(order, content, record.withdrawal)
        if late:
            made.state = "superseded"
        elif newest:
            newest.state = "superseded"
        versions.append(made)

    def _quarantined(self, order: Order, record: Sent) -> None:
        if record.key is None:
            if record.image in self.keyless:
                self.counts["duplicate"] += 1
            self.keyless.add(record.image)
            return
        items = self.doubtful.setdefault(record.key, [])
        order = _place(order)
        if any(i.state == "quarantined" and i.image == record.image and i.order != order for i in items):
            self.counts["duplicate"] += 1
            return
        made = _Version(order, record.image, withdrawal=False, state="quarantined")
        later = [_place(v.order) for v in self.versions.get(record.key, []) if v.state != "superseded"]
        later += [i.order for i in items if i.state == "quarantined"]
        if any(order < other for other in later):
            made.state = "superseded"
        else:
            self._close(record.key, order)
        items.append(made)

    def _close(self, key: str, order: Order) -> None:
        for item in self.doubtful.get(key, []):
            if item.state == "quarantined" and item.order < order:
                item.state = "superseded"

    def _withdraw_absent(self, present: set[str | None]) -> None:
        for key, versions in self.versions.items():
            for version in versions:
                if version.state == "current" and not version.withdrawal and key not in present:
                    version.state = "withdrawn"


def _place(order: Order) -> Order:
    return (*order[:2], 0)


def _believed(delivery: Delivery, *, is_snapshot: bool) -> list[Sent]:
    """Equal key, unequal content at one time of one delivery: none is believed; what is not stands together."""

    def place(record: Sent) -> tuple[str | None, int]:
        return record.key, 0 if is_snapshot else record.day

    said: dict[object, set[str]] = {}
    for record in delivery.records:
        if record.usable:
            said.setdefault(place(record), set()).add(_content(record))
    believed = [
        Sent(r.key, f"conflict {_content(r)} {r.day}", r.day, usable=False)
        if r.usable and len(said[place(r)]) > 1
        else r
        for r in delivery.records
    ]
    doubted: dict[object, set[str]] = {}
    for record in believed:
        if not record.usable:
            doubted.setdefault(place(record), set()).add(record.image)
    return [
        r if r.usable or r.key is None else Sent(r.key, "+".join(sorted(doubted[place(r)])), r.day, usable=False)
        for r in believed
    ]


def _content(record: Sent) -> str:
    return f"{record.image}/{record.withdrawal}"


def contract_of(source: str) -> SourceContract:
    """Return the contract that a test sends for."""
    return sources()[source]
