"""Send envelopes to a topic: idempotent, bounded in memory, every batch acknowledged."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from transforms.collect.record_batch import BATCH_BYTES, RecordBatch
from transforms.collect.rows import STEP
from transforms.kafka import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kafka.producer.producer_batch import ProducerBatch

    from transforms.collect.envelope import Envelopes, Message

DEADLINE: Final = 60.0
_BETWEEN_TRIES: Final = 0.5
# kafka-python buffers without a bound: waiting for an older batch is what bounds it.
_WINDOW: Final = 16


def producer(bootstrap: str, deadline: float = DEADLINE) -> KafkaProducer:
    """Open a producer, waiting for a broker that is still starting; raises SourceUnavailable after the deadline."""
    until = time.monotonic() + deadline
    while True:
        try:
            return KafkaProducer(
                bootstrap_servers=bootstrap,
                bootstrap_timeout_ms=5_000,
                acks="all",
                enable_idempotence=True,
                linger_ms=20,
                batch_size=BATCH_BYTES,
                compression_type="lz4",
                delivery_timeout_ms=int(DEADLINE * 1000),
                metrics_enabled=False,
            )
        except KafkaError as error:
            if time.monotonic() > until:
                raise unavailable(bootstrap, error) from error
            time.sleep(_BETWEEN_TRIES)


def send_all(
    bootstrap: str, topic: str, envelopes: Envelopes, messages: Iterable[Message], progress: Callable[[int], None]
) -> int:
    """Send all messages to the only partition of a topic; returns when Kafka acknowledged every one, with their count.

    Raises SourceUnavailable if it does not.
    """
    client = producer(bootstrap)
    try:
        client.partitions_for(topic)
        return _send(_Outbound(client), RecordBatch(topic, envelopes.constant, envelopes.named), messages, progress)
    except KafkaError as error:
        raise unavailable(bootstrap, error) from error
    finally:
        client.close(timeout=5)


def _send(outbound: _Outbound, batch: RecordBatch, messages: Iterable[Message], progress: Callable[[int], None]) -> int:
    count = 0
    for count, message in enumerate(messages, start=1):
        if not batch.add(message.value, message.headers):
            outbound.send(batch.taken())
            batch.add(message.value, message.headers)
        if not count % STEP:
            progress(count)
    if len(batch):
        outbound.send(batch.taken())
    outbound.wait(0)
    return count


class _Outbound:
    """The batches between us and Kafka, never more than a window of them."""

    def __init__(self, client: KafkaProducer) -> None:
        self._client = client
        self._waiting: deque[ProducerBatch] = deque()

    def send(self, batch: ProducerBatch) -> None:
        """Give a whole batch to the producer's queue, as its own `send` does with each record."""
        queue = self._client._accumulator
        queue._incomplete.add(batch)
        with queue._tp_lock(batch.topic_partition):
            queue._batches[batch.topic_partition].append(batch)
        self._client._sender.wakeup()
        self._waiting.append(batch)
        self.wait(_WINDOW)

    def wait(self, allowed: int) -> None:
        """Wait until no more than `allowed` batches are unacknowledged; raises KafkaError if one failed."""
        while len(self._waiting) > allowed:
            batch = self._waiting.popleft()
            if not batch.produce_future.wait(DEADLINE):
                raise KafkaTimeoutError(f"a batch was not acknowledged within {DEADLINE:.0f} s")
            _, _, failures = batch.produce_future.value
            if failures is not None:
                raise failures(0)
