"""What a replay reads again, written into the ledger before it begins: a batch in a lane of its own, with one slice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from psycopg.rows import dict_row

from schemas.versions import in_force, key_of, versions
from transforms.errors import Terminal
from transforms.ledger.batches import Batch, DeliveryTime, Slice, next_record

if TYPE_CHECKING:
    import psycopg

    from schemas.contracts import SourceContract
    from transforms.replay.reused import Item

LANE: Final = "replay"
_CHINA: Final = ZoneInfo("Asia/Shanghai")

# What gate arrival holds for its keys waits for a replay.
_HELD = """
select slice_id from (
    select slice_id, held_reason from ops.slice where source = %(source)s and state = 'held' order by slice_id limit 1
) h where held_reason not like '%%otherKeys%%'
"""
# What a person discarded stays discarded. A pushed record was received before its slice was planned.
_SLICES = """
select s.slice_id, s.source, s.body_id, s.topic, s.topic_epoch, s.from_offset, s.to_offset, s.record_base, s.expected,
    array_agg(d.delivery_id order by d.seq) as deliveries
from ops.slice s join ops.delivery d on d.delivery_id = any(s.deliveries)
where s.source = %(source)s and s.state = 'admitted' and (%(one)s::bigint is null or s.slice_id = %(one)s)
    and d.closed_at >= %(since)s and (d.closed_at < %(until)s or %(is_pushed)s)
group by s.slice_id
order by s.slice_id
"""
_TIMES = """
select delivery_id, seq, coalesce(as_of, opened_at) as as_of, contract_version from ops.delivery
where delivery_id = any(%(deliveries)s)
"""
# All that was received of the source: when, and under which contracts.
_HISTORY = """
select min(d.closed_at), max(d.closed_at), array_agg(distinct d.contract_version)
from ops.slice s join ops.delivery d on d.delivery_id = any(s.deliveries)
where s.source = %(source)s and s.state = 'admitted' and d.sent_count > 0
"""
INTERRUPTED: Final = "the replay was interrupted; nothing was written"
_INTERRUPTED = """
with gone as (
    update ops.batch set state = 'failed', error = %(interrupted)s
    where lane = %(lane)s and state = 'planned' returning batch_id
)
update ops.slice s set state = 'failed' from gone where s.batch_id = gone.batch_id
"""
_BATCH = "insert into ops.batch (lane, state, attempts) values (%(lane)s, 'planned', 1) returning batch_id"
# Below nought: no attempt at a batch that the records were first taken by has such a number.
_FENCE = "update ops.batch set fence = -batch_id where batch_id = %(batch)s returning fence"
_SLICE = """
insert into ops.slice (batch_id, source, body_id, topic, topic_epoch, from_offset, to_offset, deliveries, record_base,
    expected, state, decided_by, decided_reason, decided_at)
values (%(batch)s, %(source)s, %(body)s, %(topic)s, 0, 0, %(span)s, '{}', %(base)s, 0, 'planned', %(who)s, %(told)s,
    now())
returning slice_id
"""


@dataclass(frozen=True)
class Asked:
    """What is to be read again: the records that a source sent on these days in China, by `only` or as they were.

    Or the record of one `item` of a re-used number, which a person admits for a reason.
    """

    contract: SourceContract
    since: date | None
    until: date | None
    only: SourceContract | None
    who: str
    item: Item | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Raise Terminal where the days stand the wrong way round."""
        if self.since and self.until and self.since > self.until:
            what = f"the first day, {self.since}, comes after the last, {self.until}"
            raise Terminal(what, "--from, --to", "name the earlier day first")

    @property
    def source(self) -> str:
        """Return the source."""
        return self.contract.source

    @property
    def begin(self) -> datetime:
        """Return the instant at which the first day begins."""
        return _midnight(self.since or date(1970, 1, 1))

    @property
    def end(self) -> datetime:
        """Return the instant at which the last day is over."""
        return _midnight((self.until or date(9000, 1, 1)) + timedelta(days=1))

    def __str__(self) -> str:
        """Say it as the ledger keeps it."""
        if self.item:
            return self.reason or ""
        days = f"received from {self.since or 'the first day'} to {self.until or 'today'}"
        by = f"by contract {self.only.version}" if self.only else "by the contract in force for each"
        return f"replay of the records {days}, {by}"


@dataclass(frozen=True)
class Planned:
    """A replay in the ledger: `batch` has the slices that are read again, numbered for their new readings."""

    asked: Asked
    slice_id: int
    batch: Batch
    is_whole: bool = True

    @property
    def span(self) -> int:
        """Return how many record numbers the new readings may take."""
        return sum(s.to_offset - s.from_offset for s in self.batch.slices)


def plan_replay(connection: psycopg.Connection[Any], asked: Asked) -> Planned:
    """Write the plan of a replay; the caller commits. One that was interrupted has written nothing, and is closed.

    Raises Terminal where a slice of the source is held, or nothing was received in the range.
    """
    connection.execute("select pg_advisory_xact_lock(hashtext('casebridge plan'))")
    values = {"source": asked.source, "since": asked.begin, "until": asked.end, "is_pushed": asked.contract.is_pushed}
    values |= {"one": asked.item.slice_id if asked.item else None}
    _check_held(connection, values)
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(_SLICES, values).fetchall()
        names = {"deliveries": [name for row in found for name in row["deliveries"]]}
        times = {row.pop("delivery_id"): DeliveryTime(**row) for row in cursor.execute(_TIMES, names)}
    if not found:
        raise Terminal(f"nothing was received: {asked}", asked.source, "look at `casebridge deliveries` for the days")
    is_whole = asked.item is None and _is_whole(connection, asked)
    connection.execute(_INTERRUPTED, {"lane": LANE, "interrupted": INTERRUPTED})
    base = next_record(connection)
    slices = tuple(
        Slice(**{**row, "deliveries": tuple(row["deliveries"])}, is_pushed=asked.contract.is_pushed) for row in found
    )
    span = sum(s.to_offset - s.from_offset for s in slices)
    batch_id = _one(connection, _BATCH, {"lane": LANE})
    fence = _one(connection, _FENCE, {"batch": batch_id})
    place = {"batch": batch_id, "source": asked.source, "body": asked.contract.body_id, "topic": asked.contract.topic}
    told = {"span": span, "base": base, "who": asked.who, "told": str(asked)}
    slice_id = _one(connection, _SLICE, {**place, **told})
    return Planned(asked, slice_id, Batch(batch_id, fence, 1, _numbered(slices, base), times), is_whole)


def _numbered(slices: tuple[Slice, ...], base: int) -> tuple[Slice, ...]:
    """Give each slice numbers of its own behind all that were ever given."""
    numbered = []
    for s in slices:
        numbered.append(replace(s, record_base=base))
        base += s.to_offset - s.from_offset
    return tuple(numbered)


def _is_whole(connection: psycopg.Connection[Any], asked: Asked) -> bool:
    """Say whether all that was received is read again; raises Terminal where part of it would get another key."""
    row = connection.execute(_HISTORY, {"source": asked.source}).fetchone()
    if row is None or row[0] is None:
        return True
    first, last, told = row
    is_whole = bool(asked.begin <= first and last < asked.end)
    kept = versions(asked.source)
    if not is_whole and asked.only and any(key_of(in_force(kept, one)) != key_of(asked.only) for one in told if one):
        days = f"--from {first.astimezone(_CHINA):%Y-%m-%d} --to {last.astimezone(_CHINA):%Y-%m-%d}"
        raise Terminal(
            f"contract {asked.only.version} makes another record key: what withdraws a record would miss it",
            "--from, --to",
            f"replay all that was received: {days}",
        )
    return is_whole


def _check_held(connection: psycopg.Connection[Any], values: dict[str, Any]) -> None:
    row = connection.execute(_HELD, values).fetchone()
    if row and row[0] is not None:
        raise Terminal(
            f"slice {row[0]} of the source is held",
            f"source {values['source']}",
            "decide on it first, see `casebridge slice list`: what it holds comes before a replay",
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA)


def _one(connection: psycopg.Connection[Any], query: Any, values: dict[str, Any]) -> int:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise LookupError(query)
    return int(row[0])
