"""What collect left behind: the rows of the ledger and the messages on the broker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from kafka import KafkaConsumer, TopicPartition
from psycopg.rows import dict_row

from schemas.contracts import SourceContract
from transforms.connections import Connections
from transforms.kafka import admin, end_offsets

Make = Callable[[str], SourceContract]


def ledger_rows(stack: Connections, source: str) -> list[dict[str, Any]]:
    with psycopg.connect(stack.dsn("owner"), row_factory=dict_row) as connection:
        return connection.execute("select * from ops.delivery where source = %s order by seq", [source]).fetchall()


def sent_messages(stack: Connections, contract: SourceContract) -> list[Any]:
    with admin(stack.kafka) as client:
        end = end_offsets(client, [contract.topic])[contract.topic]
    partition = TopicPartition(contract.topic, 0)
    consumer = KafkaConsumer(bootstrap_servers=stack.kafka, enable_auto_commit=False)
    try:
        consumer.assign([partition])
        consumer.seek_to_beginning(partition)
        found: list[Any] = []
        while len(found) < end:
            found += [message for batch in consumer.poll(timeout_ms=10_000).values() for message in batch]
        return found
    finally:
        consumer.close()
