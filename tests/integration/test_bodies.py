"""The court's database and the platform work against real services."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice

import psycopg
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from tests.support.bodies import CourtDatabase, Platform
from tests.support.generate import messages
from transforms.connections import Connections
from transforms.kafka import admin, ensure_topics

TOPIC = "platform-of-the-test"
PASSWORD = "reader-of-the-test"


@pytest.fixture
def court(stack: Connections) -> CourtDatabase:
    database = CourtDatabase(stack.dsn("postgres", "postgres"))
    database.create(PASSWORD)
    return database


def test_the_view_shows_rows_once_and_changes_with_their_time(court: CourtDatabase) -> None:
    court.create(PASSWORD)
    court.insert(messages("court_hz_cases", 20, 7).lines())
    assert court.insert(messages("court_hz_cases", 20, 7).lines()) == 0
    before = datetime.now(UTC)
    court.change(3, status="执行完毕")
    with psycopg.connect(court.reader_dsn(PASSWORD)) as reader:
        rows = reader.execute("select id, status from court.ip_case_view where updated_at > %s", [before]).fetchall()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute("select * from court.ip_case")
    assert rows == [(3, "执行完毕")]


def test_a_change_of_an_unknown_case_or_column_is_refused(court: CourtDatabase) -> None:
    with pytest.raises(KeyError, match="no case with id"):
        court.change(10**9, status="立案")
    with pytest.raises(KeyError, match="no column"):
        court.change(1, colour="red")


def test_the_platform_pushes_cloud_events(stack: Connections) -> None:
    lines = list(messages("platform_notices", 12, 7).lines())
    with admin(stack.kafka) as client:
        ensure_topics(client, [TOPIC])
    with Platform(stack.kafka, TOPIC) as platform:
        assert platform.push(lines) == len(lines)
    consumer = KafkaConsumer(
        bootstrap_servers=stack.kafka, auto_offset_reset="earliest", enable_auto_commit=False, consumer_timeout_ms=20000
    )
    consumer.assign([TopicPartition(TOPIC, 0)])
    found = list(islice(consumer, len(lines)))
    consumer.close()
    assert [message.value.decode() for message in found] == lines
    headers = dict(found[0].headers)
    assert headers["ce_specversion"] == b"1.0"
    assert headers["ce_source"] == b"/bodies/plat_taohuo/platform_notices"
    assert set(headers) == {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type"}
    assert json.loads(found[0].value)["noticeId"]


def test_a_pushed_record_is_as_old_as_its_receipt_whatever_its_sender_says(stack: Connections) -> None:
    topic, before = f"{TOPIC}-dated", datetime.now(UTC)
    with admin(stack.kafka) as client:
        ensure_topics(client, [topic])
    producer = KafkaProducer(bootstrap_servers=stack.kafka)
    # Seconds where milliseconds are due: January 1970.
    sent = producer.send(topic, b"{}", timestamp_ms=int(before.timestamp())).get(timeout=20)
    producer.close()
    assert abs(datetime.fromtimestamp(sent.timestamp / 1000, UTC) - before) < timedelta(hours=1)
