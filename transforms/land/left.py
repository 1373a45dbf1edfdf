"""What waits though no contract says any more how it is read: it stays, and whatever else waits goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg

from schemas.contracts import sources
from transforms.errors import SourceUnavailable, Terminal
from transforms.kafka import admin, end_offsets, topic_ids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from transforms.connections import Connections

REMEDY: Final = (
    "put its contract back under schemas/sources; of a renamed source the old one stays until nothing of it waits"
)
_CLOSED: Final = """
select d.source, sum(d.sent_count)::bigint
from ops.topic t join ops.delivery d on d.topic = t.topic and d.topic_epoch = t.epoch
where d.state = 'closed' and d.mode <> 'event' and d.to_offset > t.next_offset and not d.source = any(%(known)s)
group by d.source
"""
# Nothing was ever collected into the topic of a body that pushes.
_PUSHED: Final = """
select distinct on (t.topic) t.topic, t.kafka_topic_id, t.next_offset from ops.topic t
where not t.topic = any(%(topics)s)
    and not exists (select from ops.delivery d where d.topic = t.topic and d.mode <> 'event')
order by t.topic, t.epoch desc
"""


def left_waiting(connections: Connections) -> Mapping[str, int]:
    """Return how many records wait of each source that has no contract; nothing plans them.

    Raises SourceUnavailable where the ledger or Kafka does not answer.
    """
    try:
        with psycopg.connect(connections.dsn("loader"), connect_timeout=2) as connection:
            return _left(connection, connections)
    except psycopg.Error as error:
        what = f"the ledger did not answer: {type(error).__name__}"
        raise SourceUnavailable(what, "", "look at `casebridge status`, start with `casebridge up`") from error


def _left(connection: psycopg.Connection[Any], connections: Connections) -> dict[str, int]:
    known = sources()
    found = dict(connection.execute(_CLOSED, {"known": list(known)}).fetchall())
    topics = {"topics": [contract.topic for contract in known.values()]}
    pushed = connection.execute(_PUSHED, topics).fetchall()
    if pushed:
        with admin(connections.kafka) as client:
            ids = topic_ids(client, (topic for topic, _, _ in pushed))
            begins = {topic: begin for topic, kafka_id, begin in pushed if ids.get(topic) == kafka_id}
            ends = end_offsets(client, begins)
        counts = {topic: ends[topic] - begin for topic, begin in begins.items()}
        found |= {topic.rpartition(".")[2]: count for topic, count in counts.items() if count > 0}
    return dict(sorted(found.items()))


def require_contract(source: str) -> None:
    """Raise Terminal where the source of something in the ledger has no contract any more."""
    if source not in sources():
        raise Terminal(f"source {source} has no contract any more: its records cannot be read", source, REMEDY)
