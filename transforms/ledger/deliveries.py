"""Deliveries in the ledger: one row an attempt of a body to hand something over, opened before anything is sent."""

from __future__ import annotations

import hashlib
import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    Connection,
    Engine,
    NullPool,
    Text,
    and_,
    any_,
    create_engine,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import OperationalError

from transforms.errors import DeliveryRefused, Retryable, SourceUnavailable, Terminal
from transforms.ledger import tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from schemas.contracts import SourceContract
    from transforms.connections import Connections

_D = tables.delivery.c

_DIGIT: Final = re.compile("[0-9]")
STAMPED: Final = ":"
UNREADABLE: Final = "the file may not be read"
"""Reason of a file of a folder that its body does not let us read."""
"""What parts the stamp of a file from that of its manifest."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is known of a hand-over before anything is sent; the body says as of when it is where it is dated."""

    contract: SourceContract
    file_name: str
    period: str | None
    sha256: str
    size_bytes: int
    as_of: datetime
    encoding: str | None = None
    declared_count: int | None = None
    findings: tuple[Mapping[str, object], ...] = ()
    stamp: str | None = None
    is_dated: bool = False

    def row(self) -> dict[str, Any]:
        """Return the columns that every state of a delivery has."""
        return {
            "source": self.contract.source,
            "body_id": self.contract.body_id,
            "mode": self.contract.mode,
            "contract_version": self.contract.version,
            "file_name": self.file_name,
            "period": self.period,
            "sha256": self.sha256 or None,
            "size_bytes": self.size_bytes,
            "as_of": self.as_of,
            "encoding": self.encoding,
            "declared_count": self.declared_count,
            "findings": [dict(finding) for finding in self.findings],
            "stamp": self.stamp,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where a delivery is sent, and the end of its topic before anything was sent."""

    topic: str
    epoch: int
    end: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A delivery that is being sent; a later attempt takes its number."""

    delivery_id: str
    attempt: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: so many records, and the end of the topic after the last."""

    count: int
    to_offset: int


def ledger(connections: Connections) -> Engine:
    """Return the ledger, as the role that loads."""
    address = connections.dsn("loader").replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(address, poolclass=NullPool)


@contextmanager
def collecting(engine: Engine, source: str) -> Iterator[None]:
    """Hold the lock of a source: one hand-over of a source at a time, whoever collects."""
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(select(func.pg_advisory_lock(func.hashtextextended(f"collect {source}", 0))))
            yield
    except OperationalError as error:
        remedy = "look at `casebridge status`, start with `casebridge up`"
        raise SourceUnavailable("the ledger did not answer", engine.url.render_as_string(), remedy) from error


def delivery_id(source: str, period: str | None, sha256: str, occurrence: int) -> str:
    """Return the id of a delivery: equal for every attempt to hand over the same bytes the same time."""
    parts = (source, period or "", sha256, str(occurrence))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def find_known(connection: Connection, hand_over: HandOver) -> tuple[str, int] | None:
    """Return id and count of the newest accepted delivery of the period, if it has the same bytes.

    Bytes that their body dates later say that all of it still holds then: that is another delivery.
    """
    newest = connection.execute(
        select(_D.delivery_id, _D.sent_count, _D.sha256, _D.as_of)
        .where(_accepted(hand_over))
        .order_by(_D.seq.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.sha256 != hand_over.sha256 or (hand_over.is_dated and hand_over.as_of > newest.as_of):
        return None
    return newest.delivery_id, newest.sent_count


def find_later_period(connection: Connection, hand_over: HandOver) -> str | None:
    """Return the latest period of the source's accepted deliveries where that of this one is before it.

    Periods are compared where they are written in one form: 2026-04 is before 2026-05, and nobody knows about 2026Q1.
    """
    own = hand_over.period or ""
    where = and_(_D.source == hand_over.contract.source, _D.state == "closed", _D.period.is_not(None))
    periods = connection.execute(select(_D.period).where(where).distinct()).scalars()
    return max((one for one in periods if _form(one) == _form(own) and one > own), default=None)


def _form(period: str) -> str:
    return _DIGIT.sub("0", period)


def find_taken(connection: Connection, contract: SourceContract, stamps: Collection[str]) -> Mapping[str, str]:
    """Return the state by stamp of the files that were taken; one that another version refused is to be tried again.

    Not so one that could not be read when a later one was taken: it would be an old word that comes last.
    Where files are moved, one without a manifest may be one whose move broke off behind its manifest.
    """
    is_judged = or_(_D.state != "refused", _D.contract_version == contract.version, _D.reason == UNREADABLE)
    file = func.split_part(_D.stamp, STAMPED, 1)
    listed = any_(literal([stamp.partition(STAMPED)[0] for stamp in stamps], ARRAY(Text)))
    where = and_(_D.source == contract.source, file == listed, _D.state != "open", is_judged)
    rows = connection.execute(select(_D.stamp, file.label("file"), _D.state).where(where).order_by(_D.seq))
    moves = contract.fetch.options.get("after") == "move"
    taken = ((stamp, row.state) for row in rows for stamp in ((row.file, row.stamp) if moves else (row.stamp,)))
    return {stamp: state for stamp, state in taken if stamp in stamps}


def _accepted(hand_over: HandOver) -> Any:
    return and_(
        _D.source == hand_over.contract.source,
        _D.state == "closed",
        _D.period.is_not_distinct_from(hand_over.period),
    )


def open_delivery(connection: Connection, hand_over: HandOver, place: Place) -> Opened:
    """Open a delivery, or take over the open row of an interrupted attempt at the same bytes."""
    same = select(func.count()).where(_accepted(hand_over), _D.sha256 == hand_over.sha256)
    occurrence = connection.execute(same).scalar_one()
    name = delivery_id(hand_over.contract.source, hand_over.period, hand_over.sha256, occurrence)
    row = hand_over.row() | {"topic": place.topic, "topic_epoch": place.epoch}
    found = connection.execute(select(tables.delivery).where(_D.delivery_id == name)).one_or_none()
    if found is None:
        values = row | {"delivery_id": name, "state": "open", "from_offset": place.end}
        connection.execute(insert(tables.delivery).values(values))
        return Opened(name, 1, hand_over.as_of)
    if found.state != "open":
        raise Terminal("a delivery of that id is not open", name, "look at `casebridge deliveries`")
    # What the first attempt sent lies in front of what this one sends: the range holds both, the first as echoes.
    # Behind a later delivery, in a new topic or of another date, the delivery is ordered and counted from here.
    is_dated = hand_over.is_dated and hand_over.as_of != found.as_of
    is_moved = is_dated or found.topic_epoch != place.epoch or _is_overtaken(connection, hand_over, found.seq)
    order = {"from_offset": place.end, "seq": text("default")} if is_moved else {"as_of": found.as_of}
    changed = update(tables.delivery).where(_D.delivery_id == name).values(row | order | {"attempt": found.attempt + 1})
    connection.execute(changed)
    return Opened(name, found.attempt + 1, hand_over.as_of if is_moved else found.as_of)


def _is_overtaken(connection: Connection, hand_over: HandOver, seq: int) -> bool:
    later = exists().where(_D.source == hand_over.contract.source, _D.state == "closed", _D.seq > seq)
    return bool(connection.execute(select(later)).scalar_one())


def close_delivery(connection: Connection, opened: Opened, sent: Sent) -> None:
    """Close a delivery; only the newest attempt may."""
    mine = and_(_D.delivery_id == opened.delivery_id, _D.attempt == opened.attempt, _D.state == "open")
    values = {"state": "closed", "sent_count": sent.count, "to_offset": sent.to_offset, "closed_at": func.now()}
    if connection.execute(update(tables.delivery).where(mine).values(values)).rowcount != 1:
        raise Retryable("another attempt took this delivery over", opened.delivery_id, "wait for it, or deliver again")


def write_refused(connection: Connection, hand_over: HandOver, error: DeliveryRefused) -> str:
    """Write a refused hand-over down, and return its id."""
    name = f"refused-{uuid.uuid4()}"
    told = {"delivery_id": name, "state": "refused", "reason": error.what, "remedy": error.remedy}
    connection.execute(insert(tables.delivery).values(hand_over.row() | told | {"closed_at": func.now()}))
    return name


def write_known(connection: Connection, hand_over: HandOver, known: str) -> str:
    """Write down that a hand-over was the delivery `known` again, and return the id of its own row."""
    name = f"known-{uuid.uuid4()}"
    told = {"delivery_id": name, "state": "known", "redelivery_of": known, "sent_count": 0, "closed_at": func.now()}
    connection.execute(insert(tables.delivery).values(hand_over.row() | told))
    return name


def read_watermark(connection: Connection, source: str) -> dict[str, Any]:
    """Return how far an incremental source was collected; empty before the first delivery."""
    where = tables.watermark.c.source == source
    return connection.execute(select(tables.watermark.c.cursor).where(where)).scalar_one_or_none() or {}


def move_watermark(connection: Connection, source: str, cursor: Mapping[str, Any]) -> None:
    """Remember how far an incremental source was collected."""
    values = {"cursor": dict(cursor), "updated_at": func.now()}
    new = upsert(tables.watermark).values(source=source, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["source"], set_=values))


def register_topics(connection: Connection, ids: Mapping[str, str]) -> Mapping[str, int]:
    """Return the epoch of each topic; a topic that was made anew starts the next epoch at offset 0."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("register topics", 0))))
    return {topic: _epoch(connection, topic, kafka_id) for topic, kafka_id in ids.items()}


def _epoch(connection: Connection, topic: str, kafka_id: str) -> int:
    t = tables.topic.c
    newest = connection.execute(
        select(t.epoch, t.kafka_topic_id).where(t.topic == topic).order_by(t.epoch.desc()).limit(1)
    ).one_or_none()
    if newest is not None and newest.kafka_topic_id == kafka_id:
        return int(newest.epoch)
    epoch = 1 if newest is None else int(newest.epoch) + 1
    connection.execute(insert(tables.topic).values(topic=topic, epoch=epoch, kafka_topic_id=kafka_id))
    return epoch
