"""Sources whose bodies write to their topics themselves: there is nothing to collect, only a topic to keep ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from transforms.kafka import admin
from transforms.kafka import ensure_topics as make_topics
from transforms.ledger.deliveries import ledger, register_topics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.contracts import SourceContract
    from transforms.connections import Connections


def ensure_topics(connections: Connections, contracts: Iterable[SourceContract]) -> Mapping[str, int]:
    """Make the topics of these sources, one partition each, write them into the ledger and return their epochs."""
    with admin(connections.kafka) as client:
        ids = make_topics(client, [contract.topic for contract in contracts])
    with ledger(connections).begin() as connection:
        return register_topics(connection, ids)
