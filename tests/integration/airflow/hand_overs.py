"""Hand-overs of the bodies to a stack with Airflow, and what became of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from infra.bench.latency import drop
from tests.support.bodies import Platform
from tests.support.generate import PENALTIES, generate, messages
from transforms.connections import Connections

PATIENCE = 300.0
ROWS = 6


def wait_until(question: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Ask again and again; fails after so many seconds."""
    end = time.monotonic() + patience
    while not question():
        assert time.monotonic() < end, f"{what}: not after {patience:.0f} s"
        time.sleep(0.3)


def count(dsn: str, query: str, *values: object) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(query.encode(), values).fetchone()
    return int(row[0]) if row else 0


def cases(connections: Connections, body: str) -> int:
    return count(connections.dsn("analyst"), "select count(*) from marts.fct_case where body_id = %s", body)


def is_readable(connections: Connections) -> bool:
    # Until the first release is published, a reader gets an error and not an empty table.
    return count(connections.dsn("loader"), "select count(*) from ops.release where state = 'published'") > 0


def drop_a_file(connections: Connections, tmp_path: Path, seed: int = 1) -> None:
    delivered = generate(PENALTIES, ROWS, seed, tmp_path)
    drop(connections, PENALTIES, delivered.paths[0].read_bytes())


def push_a_notice(connections: Connections, _: Path, seed: int = 1) -> None:
    with Platform(connections.kafka) as platform:
        platform.push(messages("platform_notices", ROWS, seed).lines())
