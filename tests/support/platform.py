"""Bodies that push: each writes into its own topic as CloudEvents in binary mode."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

from kafka import KafkaProducer

TOPIC = "casebridge.raw.platform_notices"
POLICE_TOPIC = "casebridge.raw.psb_zj_case_events"


class Origin(NamedTuple):
    """How a body names its events: id prefix, CloudEvents source and type."""

    prefix: str
    source: str
    event_type: str


TAOHUO = Origin("taohuo", "/bodies/plat_taohuo/platform_notices", "cn.example.taohuo.notice.v1")
POLICE = Origin("psb-zj", "/bodies/psb_zj/psb_zj_case_events", "cn.example.psb-zj.case-event.v1")


class Platform:
    """Push messages; leaving the `with` block waits until the broker has them all."""

    def __init__(self, bootstrap: str, topic: str = TOPIC, origin: Origin = TAOHUO) -> None:
        """Connect to the broker."""
        self._topic, self._origin = topic, origin
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=20, batch_size=262_144
        )

    def push(self, lines: Iterable[str], first: int = 1) -> int:
        """Push JSON texts, numbered from `first`, and return how many the broker has confirmed."""
        sent = [
            self._producer.send(self._topic, value=line.encode(), headers=_headers(self._origin, number))
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


def _headers(origin: Origin, number: int) -> list[tuple[str, bytes]]:
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", f"{origin.prefix}-{number}".encode()),
        ("ce_source", origin.source.encode()),
        ("ce_type", origin.event_type.encode()),
        ("ce_time", datetime.now(UTC).isoformat(timespec="milliseconds").encode()),
        ("content-type", b"application/json"),
    ]
