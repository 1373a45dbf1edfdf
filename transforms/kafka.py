"""Kafka topics: made on first use with one partition each, told apart by their id, read for their end offsets."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import (
    KafkaError,
    TopicAlreadyExistsError,
)

from transforms.errors import SourceUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DEADLINE_MS: Final = 20_000


@contextmanager
def admin(bootstrap: str, deadline_ms: int = _DEADLINE_MS) -> Iterator[KafkaAdminClient]:
    """Open an admin client; a broker that does not answer before the deadline is a SourceUnavailable."""
    client: KafkaAdminClient | None = None
    try:
        client = KafkaAdminClient(
            bootstrap_servers=bootstrap, bootstrap_timeout_ms=deadline_ms, request_timeout_ms=deadline_ms
        )
        yield client
    except KafkaError as error:
        raise unavailable(bootstrap, error) from error
    finally:
        if client is not None:
            client.close()


def unavailable(bootstrap: str, error: KafkaError) -> SourceUnavailable:
    """Return the error of a broker that did not answer or did not take what was sent."""
    return SourceUnavailable(
        f"Kafka did not answer: {type(error).__name__}",
        bootstrap,
        "look at `casebridge status`, start with `casebridge up`",
    )


def ensure_topics(client: KafkaAdminClient, topics: Iterable[str]) -> Mapping[str, str]:
    """Make the topics that are missing, one partition each, and return every topic's id."""
    wanted = sorted(set(topics))
    found = _ids(client, wanted)
    missing = [topic for topic in wanted if topic not in found]
    if not missing:
        return found
    try:
        client.create_topics({topic: {"num_partitions": 1} for topic in missing}, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        client.wait_for_topics(missing)
    return _ids(client, wanted)


def _ids(client: KafkaAdminClient, topics: list[str]) -> dict[str, str]:
    described = client.describe_topics(topics)
    return {topic["name"]: str(topic["topic_id"]) for topic in described if not topic["error_code"]}


def topic_ids(client: KafkaAdminClient, topics: Iterable[str]) -> Mapping[str, str]:
    """Return the id of each topic that exists."""
    return _ids(client, sorted(set(topics)))


def end_offsets(client: KafkaAdminClient, topics: Iterable[str]) -> Mapping[str, int]:
    """Return the end offset of the only partition of each topic."""
    wanted = {TopicPartition(topic, 0): OffsetSpec.LATEST for topic in topics}
    if not wanted:
        return {}
    return {partition.topic: found.offset for partition, found in client.list_partition_offsets(wanted).items()}
