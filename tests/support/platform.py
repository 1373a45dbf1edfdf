"""The Taohuo marketplace: it pushes its notices into its own topic as CloudEvents in binary mode."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from kafka import KafkaProducer

TOPIC = "casebridge.raw.platform_notices"
EVENT_TYPE = "cn.example.taohuo.notice.v1"


class Platform:
    """Push messages; leaving the `with` block waits until the broker has them all."""

    def __init__(self, bootstrap: str, topic: str = TOPIC) -> None:
        """Connect to the broker."""
        self._topic = topic
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=20, batch_size=262_144
        )

    def push(self, lines: Iterable[str], first: int = 1) -> int:
        """Push JSON texts, numbered from `first`, and return how many the broker has confirmed."""
        sent = [
            self._producer.send(self._topic, value=line.encode(), headers=_headers(number))
            for number, line in enumerate(lines, start=first)
        ]
        self._producer.flush()
        for future in sent:
            future.get(timeout=30)
        return len(sent)

    def __enter__(self) -> Self:
        """Return the open connection."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._producer.close()


def _headers(number: int) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"taohuo-{number}".encode()),
        ("ce_source", b"/bodies/plat_taohuo/platform_notices"),
        ("ce_type", EVENT_TYPE.encode()),
        ("ce_time", datetime.now(UTC).isoformat(timespec="milliseconds").encode()),
        ("content-type", b"application/json"),
    ]
