"""Plan a batch: which offsets the next run takes, committed before anything is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, LiteralString

import psycopg

from schemas.contracts import sources
from transforms.kafka import admin, end_offsets
from transforms.ledger.batches import next_record, open_batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.contracts import SourceContract
    from transforms.connections import Connections

LANE = "nightly"
MAX_RECORDS = 500_000


@dataclass(frozen=True)
class Range:
    """Offsets [begin, end) of one source's topic that wait, and the deliveries that lie in them."""

    source: str
    body_id: str
    topic: str
    epoch: int
    begin: int
    end: int
    deliveries: tuple[str, ...]
    expected: int

    @property
    def size(self) -> int:
        """Return the number of offsets."""
        return self.end - self.begin


_COLLECTED = """
select t.topic, t.epoch, t.next_offset, d.delivery_id, d.to_offset, d.sent_count, d.source, d.body_id
from ops.topic t
join ops.delivery d on d.topic = t.topic and d.topic_epoch = t.epoch
where d.state = 'closed' and d.mode <> 'event' and d.to_offset > t.next_offset and d.source = any(%s)
order by d.source, d.to_offset, d.seq
"""
_NEXT = "select distinct on (topic) topic, epoch, next_offset from ops.topic order by topic, epoch desc"
_UNFINISHED = """
select s.source from ops.slice s
join ops.topic t on t.topic = s.topic and t.epoch = s.topic_epoch and t.next_offset = s.from_offset
join ops.batch b using (batch_id)
where b.state = 'failed' and b.lane = %s and s.source = any(%s)
order by s.slice_id limit 1
"""
_REGISTER_PUSHED = """
insert into ops.delivery (delivery_id, source, body_id, mode, state, topic, topic_epoch, from_offset, to_offset,
    sent_count, as_of, closed_at, contract_version)
values (%s, %s, %s, 'event', 'closed', %s, %s, %s, %s, %s, now(), now(), %s)
on conflict (delivery_id) do nothing
"""


def plan_batch(connections: Connections, lane: str = LANE, *, cap: int = MAX_RECORDS) -> int | None:
    """Return the batch to run next: the open one, else a new one over all that waits, else None.

    A batch never takes more than `cap` records, save where one delivery alone is larger. What has no contract waits.
    Where the batch before failed, its sources are planned one by one.
    """
    with psycopg.connect(connections.dsn("loader")) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('casebridge plan'))")
        running = open_batch(connection, lane)
        if running is not None:
            return running
        ranges = _waiting(connection, connections)
        alone = connection.execute(_UNFINISHED, (lane, [r.source for r in ranges])).fetchone()
        if alone:
            ranges = [r for r in ranges if r.source == alone[0]]
        chosen = list(_capped(ranges, cap))
        return _commit_plan(connection, lane, chosen) if chosen else None


def is_work_waiting(connections: Connections) -> bool:
    """Say whether an open batch, a closed delivery or a pushed record waits."""
    with psycopg.connect(connections.dsn("loader")) as connection:
        return open_batch(connection, LANE) is not None or bool(_waiting(connection, connections))


def _waiting(connection: psycopg.Connection[Any], connections: Connections) -> list[Range]:
    found: list[Range] = []
    at: dict[str, int] = {}
    for topic, epoch, begin, delivery, end, sent, source, body in connection.execute(_COLLECTED, [list(sources())]):
        found.append(Range(source, body, topic, epoch, at.get(topic, begin), end, (delivery,), sent))
        at[topic] = end
    pushed = {c.topic: c for c in sources().values() if c.is_pushed}
    known = {t: (e, n) for t, e, n in connection.execute(_NEXT) if t in pushed}
    ends: Mapping[str, int] = {}
    if known:
        with admin(connections.kafka) as client:
            ends = end_offsets(client, known)
    for topic, (epoch, begin) in sorted(known.items()):
        if ends.get(topic, 0) > begin:
            found.append(_pushed(pushed[topic], epoch, begin, ends[topic]))
    return found


def _pushed(contract: SourceContract, epoch: int, begin: int, end: int) -> Range:
    delivery = f"{contract.source}/{epoch}/{begin}-{end}"
    return Range(contract.source, contract.body_id, contract.topic, epoch, begin, end, (delivery,), end - begin)


def _capped(ranges: Iterable[Range], cap: int) -> Iterable[Range]:
    """Merge the ranges of each source while there is room; the first one is taken whatever its size."""
    room, merged = cap, dict[str, Range]()
    full: set[str] = set()
    for waiting in ranges:
        contract, before = sources()[waiting.source], merged.get(waiting.source)
        chosen = waiting
        if waiting.size > room and contract.is_pushed and room > 0:
            chosen = _pushed(contract, waiting.epoch, waiting.begin, waiting.begin + room)
        elif waiting.source in full or (waiting.size > room and merged):
            full.add(waiting.source)
            continue
        room -= chosen.size
        merged[waiting.source] = _joined(before, chosen) if before else chosen
    return merged.values()


def _joined(a: Range, b: Range) -> Range:
    return replace(a, end=b.end, deliveries=(*a.deliveries, *b.deliveries), expected=a.expected + b.expected)


def _commit_plan(connection: psycopg.Connection[Any], lane: str, ranges: list[Range]) -> int:
    batch_id = _one(connection, "insert into ops.batch (lane, state) values (%s, 'planned') returning batch_id", lane)
    record_base = next_record(connection)
    for r in ranges:
        if sources()[r.source].is_pushed:
            connection.execute(
                _REGISTER_PUSHED,
                (*_place(r, r.deliveries[0]), r.size, sources()[r.source].version),
            )
        connection.execute(
            "insert into ops.slice (batch_id, source, body_id, topic, topic_epoch, from_offset, to_offset, deliveries, "
            "record_base, expected, state) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'planned')",
            (*_place(r, batch_id), list(r.deliveries), record_base, r.expected),
        )
        connection.execute(
            "update ops.topic set next_offset = %s where topic = %s and epoch = %s", (r.end, r.topic, r.epoch)
        )
        record_base += r.size
    return batch_id


def _place(r: Range, first: str | int) -> tuple[object, ...]:
    return (first, r.source, r.body_id, r.topic, r.epoch, r.begin, r.end)


def _one(connection: psycopg.Connection[Any], query: LiteralString, *values: object) -> int:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise LookupError(query)
    return int(row[0])
