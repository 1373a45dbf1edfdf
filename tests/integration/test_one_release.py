"""A release is built by one at a time, whoever begins it: Airflow, a person, or both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psycopg

from infra.runs.integrate import release
from tests.integration.broken_home import wait_until
from tests.support.warehouses import warehouse_beside
from transforms.publish.release import UNCHANGED, Building, Digests, abandon_release, begin_release, publish_release

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


def test_a_changed_rule_that_a_gate_refused_is_still_a_changed_rule(
    stack: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    with warehouse_beside(stack, "refused_rule") as there:
        rules(monkeypatch, "old")
        admit(there)
        assert begin_release(there) == Building(1, is_rule_change=False)
        publish_release(there, 1, 1)
        assert begin_release(there) is None

        rules(monkeypatch, "new")
        assert begin_release(there) == Building(2, is_rule_change=True)
        abandon_release(there, 2, "fct_case: case_id is not unique")
        assert begin_release(there) is None
        assert begin_release(there, retry=True) == Building(3, is_rule_change=True)
        abandon_release(there, 3, "fct_case: case_id is not unique")
        admit(there)
        assert begin_release(there) == Building(4, is_rule_change=True)
        abandon_release(there, 4, UNCHANGED)
        admit(there)
        assert begin_release(there) == Building(5, is_rule_change=False)


def rules(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Make releases by these rules from now on."""
    monkeypatch.setattr(Digests, "of_this_code", lambda: Digests(code, "contracts", "vocabularies"))


def admit(connections: Connections) -> None:
    """Admit something that a release has to take."""
    with psycopg.connect(connections.dsn("owner")) as connection:
        connection.execute("insert into ops.admission (kind, changes) values ('batch', 1)")


def wait_for_the_other(connections: Connections) -> None:
    """Return when somebody waits for the lock."""
    with psycopg.connect(connections.dsn("owner"), autocommit=True) as connection:
        wait_until(lambda: connection.execute(WAITING).fetchone() == (True,))
