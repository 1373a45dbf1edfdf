"""What waits for a batch: a level that can be read every second."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import psycopg
from kafka.errors import KafkaError

from schemas.fresh import Fresh
from transforms.errors import SourceUnavailable
from transforms.kafka import admin, end_offsets, unavailable
from transforms.land.plan import LANE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kafka import KafkaAdminClient

    from transforms.connections import Connections

LINE: Final = "line"
# The run of an open batch takes whatever waits before it ends; a batch that stays open has lost its run.
LOST_AFTER: Final = "60 seconds"

_OPEN: Final = """
select 'batch ' || batch_id, coalesce(planned_at < now() - %s::interval, true)
from ops.batch where lane = %s and state = 'planned'
"""
_TOPICS: Final = """
select t.topic, t.epoch, t.next_offset, exists (
    select from ops.delivery d
    where d.state = 'closed' and d.topic = t.topic and d.topic_epoch = t.epoch and d.to_offset > t.next_offset
        and d.source = any(%s)
) as is_closed,
t.epoch = max(t.epoch) over (partition by t.topic) as is_newest
from ops.topic t
"""


@contextmanager
def watch_work(connections: Connections) -> Iterator[Callable[[], Mapping[str, frozenset[str]]]]:
    """Yield a function that tells where waiting work begins: a place leaves the answer when a batch takes its work.

    It raises SourceUnavailable where the ledger or Kafka does not answer; enter again after that.
    """
    try:
        with (
            psycopg.connect(connections.dsn("loader"), autocommit=True) as ledger,
            admin(connections.kafka) as client,
        ):
            yield partial(_look, connections, Fresh(), ledger, client)
    except psycopg.Error as error:
        raise _no_ledger(connections, error) from error


def _look(
    connections: Connections, contracts: Fresh, ledger: psycopg.Connection[Any], client: KafkaAdminClient
) -> Mapping[str, frozenset[str]]:
    try:
        batch = ledger.execute(_OPEN, (LOST_AFTER, LANE)).fetchone()
        known = contracts.sources()
        topics = [] if batch else ledger.execute(_TOPICS, [list(known)]).fetchall()
        pushed = {c.topic for c in known.values() if c.is_pushed} & {row[0] for row in topics}
        ends = end_offsets(client, pushed)
    except psycopg.Error as error:
        raise _no_ledger(connections, error) from error
    except KafkaError as error:
        raise unavailable(connections.kafka, error) from error
    places = {batch[0]} if batch and batch[1] else set[str]()
    for topic, epoch, begin, is_closed, is_newest in topics:
        if is_closed or (is_newest and ends.get(topic, 0) > begin):
            places.add(f"{topic}/{epoch}@{begin}")
    return {LINE: frozenset(places)}


def _no_ledger(connections: Connections, error: psycopg.Error) -> SourceUnavailable:
    return SourceUnavailable(
        f"the ledger did not answer: {type(error).__name__}",
        f"{connections.pg_host}:{connections.pg_port}",
        "look at `casebridge status`, start with `casebridge up`",
    )
