"""What must not be in clear is nowhere in clear: Kafka, archive, warehouse, logs, packs and vault."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import psycopg
import pyarrow.parquet as pq
import pytest
from kafka import KafkaConsumer, TopicPartition
from psycopg import sql

from tests.integration.line.conftest import ROWS
from tests.integration.line.line import BODIES, COURT, DETENTIONS, SEED, Line, Taken
from tests.support.generate import messages
from tests.support.penalties import ID_NO, NAME
from transforms.collect.deliver import collect_due
from transforms.errors import SourceUnavailable

# Sequence 000 of a number is given to nobody: these belong to no person.
_SEQUENCE: Final = slice(14, 17)
Clear = Iterable[bytes]


def _delivered(line: Line) -> list[tuple[str, str]]:
    """Return the identity number of every record that has one, and the name beside it; of a declaration the number."""
    found = []
    for path in line.folder.glob("penalties_*.csv"):
        with path.open(encoding="gb18030", newline="") as file:
            found += [(row[ID_NO], row[NAME]) for row in csv.DictReader(file)]
    for record in map(json.loads, messages(DETENTIONS, ROWS, SEED).lines()):
        found += [(record["consignor"]["idNo"] or "", record["consignor"]["name"])]
        found += [(record["declarationNo"], "")]
    for record in map(json.loads, messages(COURT, ROWS, SEED).lines()):
        found.append((record["defendant_id_no"] or "", record["defendant"]))
    return [(number, name) for number, name in found if number[_SEQUENCE] == "000" and len(number) == 18]


def _segments(line: Line) -> Clear:
    for source in BODIES:
        for path in (line.stack.home / "kafka" / f"casebridge.raw.{source}-0").glob("*.log"):
            yield path.read_bytes()
    partitions = [TopicPartition(f"casebridge.raw.{source}", 0) for source in BODIES]
    # The segments are compressed.
    consumer = KafkaConsumer(bootstrap_servers=line.stack.kafka, enable_auto_commit=False)
    try:
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        waiting = sum(consumer.end_offsets(partitions).values())
        while waiting > 0:
            for fetched in consumer.poll(timeout_ms=10_000).values():
                waiting -= len(fetched)
                for message in fetched:
                    yield message.value
                    yield repr((message.key, message.headers)).encode()
    finally:
        consumer.close()


def _archive(line: Line) -> Clear:
    for path in line.stack.archive.rglob("*"):
        if path.is_file():
            yield path.read_bytes()
        if path.suffix == ".parquet":
            yield str(pq.read_table(path).to_pylist()).encode()


def _warehouse(line: Line) -> Clear:
    tables = "select schemaname, tablename from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"
    with psycopg.connect(line.stack.dsn("postgres")) as connection:
        for table in connection.execute(tables).fetchall():
            query = sql.SQL("select t::text from {} t").format(sql.Identifier(*table))
            yield "\n".join(row[0] for row in connection.execute(query)).encode()


def _files(folder: Path) -> Clear:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _logs(line: Line) -> Clear:
    yield from _files(line.stack.home / "logs")
    yield from _files(line.stack.home / "run")


def _packs(line: Line) -> Clear:
    assert line.command("pack", "build", "--recipient", "cnipa")[0] == 0
    yield from _files(line.stack.outbox)
    for path in line.stack.outbox.rglob("*.parquet"):
        yield str(pq.read_table(path).to_pylist()).encode()


def _vault(line: Line) -> Clear:
    yield from _files(line.stack.vault)
    yield from _files(line.stack.home / "spool")


@pytest.mark.parametrize(
    ("place", "shows_names"),
    [(_segments, True), (_archive, True), (_warehouse, True), (_logs, False), (_packs, False), (_vault, False)],
)
def test_no_identity_number_is_in_clear(
    line: Line, second: Taken, place: Callable[[Line], Clear], shows_names: bool
) -> None:
    planted = {number.encode(): name.encode() for number, name in _delivered(line)}
    assert len(planted) > 10
    there = b"\n".join(place(line))
    assert there
    assert [number for number in planted if number in there] == []
    # The names beside them prove that this is where the records are, and that it could be read.
    assert any(name in there for name in planted.values() if name) == shows_names


def test_no_secret_is_in_a_log(line: Line, second: Taken) -> None:
    court = line.court()
    court.create("canary-changed-behind-our-back-77d0")
    with pytest.raises(SourceUnavailable) as failure:
        collect_due(line.stack, COURT)
    line.court()
    secrets = [path.read_bytes().strip() for path in line.stack.secrets.rglob("*") if path.is_file()]
    assert len(secrets) > 10
    assert all(len(secret) >= 16 for secret in secrets)
    logs = b"\n".join([*_files(line.stack.home / "logs"), str(failure.value).encode()])
    assert b"casebridge" in logs
    assert [secret for secret in secrets if secret in logs] == []
    assert [secret for secret in line.secrets if secret.encode() in logs] == []


def test_only_we_may_read_secrets_and_vault(line: Line, second: Taken) -> None:
    secrets = [path for path in line.stack.secrets.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o077 for path in secrets} == {0}
