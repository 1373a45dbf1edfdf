"""A release is built by one at a time, whoever begins it: Airflow, a person, or both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg

from infra.runs.integrate import release
from tests.integration.broken_home import wait_until
from tests.support.warehouses import warehouse_beside
from transforms.publish.release import Building

if TYPE_CHECKING:
    import pytest

    from transforms.connections import Connections

WAITING = """
select exists (select from pg_locks l join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and not l.granted and d.datname = current_database())
"""


def test_who_comes_while_a_release_is_built_waits_and_takes_nothing_into_it(
    stack: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def begin(*_: object, retry: bool) -> Building | None:
        steps.append(f"begin, retry {retry}")
        return Building(1, is_rule_change=False)

    def built(connections: Connections, _: Building) -> None:
        if len(steps) == 1:
            wait_for_the_other(connections)
        steps.append("built")

    monkeypatch.setattr("infra.runs.integrate.begin_release", begin)
    monkeypatch.setattr("infra.runs.integrate._built", built)
    with warehouse_beside(stack, "one_release") as there, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: release(there), range(2)))
    assert steps == ["begin, retry False", "built"] * 2


def wait_for_the_other(connections: Connections) -> None:
    """Return when somebody waits for the lock."""
    with psycopg.connect(connections.dsn("owner"), autocommit=True) as connection:
        wait_until(lambda: connection.execute(WAITING).fetchone() == (True,))
