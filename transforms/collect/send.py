"""Send envelopes to a topic: idempotent, bounded in memory, proved by the end offset."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from transforms.collect.rows import STEP
from transforms.kafka import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from transforms.collect.envelope import Headers

DEADLINE: Final = 60.0
_BETWEEN_TRIES: Final = 0.5
_CHECKPOINT: Final = 2_000
# kafka-python buffers without a bound: waiting for an older record is what bounds it.
_WINDOW: Final = 10


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
                batch_size=262_144,
                compression_type="lz4",
                delivery_timeout_ms=int(DEADLINE * 1000),
                metrics_enabled=False,
            )
        except KafkaError as error:
            if time.monotonic() > until:
                raise unavailable(bootstrap, error) from error
            time.sleep(_BETWEEN_TRIES)


def send_all(
    bootstrap: str, topic: str, messages: Iterable[tuple[bytes, Headers]], progress: Callable[[int], None]
) -> int:
    """Send all messages to the only partition of a topic, and return how many Kafka acknowledged or raise."""
    client = producer(bootstrap)
    try:
        return _send(client, topic, messages, progress)
    except KafkaError as error:
        raise unavailable(bootstrap, error) from error
    finally:
        client.close(timeout=5)


def _send(
    client: KafkaProducer, topic: str, messages: Iterable[tuple[bytes, Headers]], progress: Callable[[int], None]
) -> int:
    count = 0
    unconfirmed: deque[object] = deque()
    for count, (value, headers) in enumerate(messages, start=1):
        future = client.send(topic, value=value, headers=headers, partition=0)
        if not count % _CHECKPOINT:
            unconfirmed.append(future)
            if len(unconfirmed) > _WINDOW:
                unconfirmed.popleft().get(timeout=DEADLINE)  # type: ignore[attr-defined]  # kafka-python: untyped
        if not count % STEP:
            progress(count)
    client.flush(timeout=DEADLINE)
    return count
