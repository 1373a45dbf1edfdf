"""What Airflow does where a step fails, and where nothing wakes it."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.settings import settings
from infra.stack.process import stop
from infra.stack.stack import up
from tests.integration.airflow.api import ask
from tests.integration.airflow.hand_overs import (
    PATIENCE,
    count,
    drop_a_file,
    push_a_notice,
    wait_until,
)
from tests.support.generate import PENALTIES
from transforms.connections import Connections

pytestmark = pytest.mark.slow

SWEEP = 300.0
_ADD_TO_BOOKS = """
update ops.slice set d_current = d_current + %s
where slice_id = (select max(slice_id) from ops.slice where state = 'admitted')
"""
_NEWEST = "select coalesce(max(release_id), 0) from ops.release where state = 'published'"
_ABANDONED = "select count(*) from ops.release where state = 'abandoned' and reason <> 'nothing visible changed'"


def newest(stack: Connections) -> int:
    return count(stack.dsn("loader"), _NEWEST)


def runs_of(stack: Connections, dag: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(stack, f"/dags/{dag}/dagRuns?order_by=-run_after&limit=50")["dag_runs"]
    return found


def tasks_of(stack: Connections, run: dict[str, Any], task: str) -> list[tuple[str, int]]:
    place = f"/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances"
    instances = ask(stack, place)["task_instances"]
    return [(i["state"], i["try_number"]) for i in instances if i["task_id"] == task]


def test_what_trying_again_cannot_mend_is_tried_once(airflow_stack: Connections) -> None:
    settings_of_customs = airflow_stack.home / "sources" / "customs_sh.json"
    settings_of_customs.parent.mkdir(exist_ok=True)
    settings_of_customs.touch(mode=0o600)
    settings_of_customs.write_text(json.dumps({"adress": "misspelt"}), "utf-8")
    try:
        run = ask(airflow_stack, "/dags/collect_5min/dagRuns", {"logical_date": None})

        def state() -> str:
            told: str = ask(airflow_stack, f"/dags/collect_5min/dagRuns/{run['dag_run_id']}")["state"]
            return told

        wait_until(lambda: state() == "failed", "the failure of the run")
        # Both sources of the district are asked through these settings.
        assert set(tasks_of(airflow_stack, run, "collect_source")) == {("failed", 1)}
    finally:
        settings_of_customs.unlink()


@pytest.fixture
def wrong_books(airflow_stack: Connections) -> Iterator[None]:
    """Change the books behind the line's back: gate candidate stops what they cannot prove."""

    def add(number: int) -> None:
        with psycopg.connect(airflow_stack.dsn("postgres")) as connection:
            connection.execute(_ADD_TO_BOOKS, [number])

    add(1)
    yield
    add(-1)


def test_an_abandoned_release_fails_its_task_once(
    airflow_stack: Connections, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    known = newest(airflow_stack)
    push_a_notice(airflow_stack, tmp_path, seed=3)
    wait_until(lambda: newest(airflow_stack) > known, "a release")
    before, abandoned = newest(airflow_stack), count(airflow_stack.dsn("loader"), _ABANDONED)
    request.getfixturevalue("wrong_books")
    push_a_notice(airflow_stack, tmp_path, seed=4)
    wait_until(lambda: count(airflow_stack.dsn("loader"), _ABANDONED) == abandoned + 1, "an abandoned release")
    failed = list[dict[str, Any]]()

    def has_failed() -> bool:
        failed[:] = [run for run in runs_of(airflow_stack, "integrate") if run["state"] == "failed"]
        return bool(failed)

    wait_until(has_failed, "the failure of the run")
    assert tasks_of(airflow_stack, failed[0], "release") == [("failed", 1)]
    assert newest(airflow_stack) == before


@pytest.fixture
def stopped_triggerer(airflow_stack: Connections) -> Iterator[None]:
    stop(settings().layout, "airflow-triggerer", signal.SIGKILL, 5)
    yield
    up(settings(), lambda _: None, with_airflow=True)


def test_sweeps_find_what_no_trigger_noticed(
    airflow_stack: Connections, stopped_triggerer: None, tmp_path: Path
) -> None:
    loader, attempts = airflow_stack.dsn("loader"), "select count(*) from ops.delivery where source = %s"
    tried, known = count(loader, attempts, PENALTIES), newest(airflow_stack)
    drop_a_file(airflow_stack, tmp_path, seed=5)
    push_a_notice(airflow_stack, tmp_path, seed=5)
    wait_until(lambda: count(loader, attempts, PENALTIES) > tried, "the file", SWEEP + PATIENCE)
    wait_until(lambda: newest(airflow_stack) > known, "the notices", SWEEP + PATIENCE)
    swept = {
        run["dag_id"]
        for dag in ("collect_5min", "integrate")
        for run in runs_of(airflow_stack, dag)
        if run["run_type"] == "scheduled" and run["state"] in ("running", "success")
    }
    assert swept == {"collect_5min", "integrate"}
