"""What a body hands over reaches `marts` without anybody typing anything, and only while the scheduler runs."""

from __future__ import annotations

import json
import secrets
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.settings import settings
from infra.stack.process import read_pid, stop
from infra.stack.stack import up
from schemas.packs import packs
from tests.integration.airflow.api import ask
from tests.integration.airflow.hand_overs import (
    cases,
    count,
    drop_a_file,
    is_readable,
    push_a_notice,
    wait_until,
)
from tests.support.bodies import CourtDatabase
from tests.support.generate import PENALTIES, messages
from transforms.connections import Connections

pytestmark = pytest.mark.slow

SCHEDULER = "airflow-scheduler"
ROWS = 6


def add_a_court_row(connections: Connections, _: Path) -> None:
    password = secrets.token_urlsafe(16)
    court = CourtDatabase(connections.dsn("postgres", "postgres"))
    court.create(password)
    connect_court(connections, court.reader_dsn(password))
    court.insert(messages("court_hz_cases", ROWS, 1).lines(), updated_at=datetime.now(UTC))


def connect_court(connections: Connections, dsn: str) -> None:
    place = connections.home / "sources" / "court_hz.json"
    place.parent.mkdir(exist_ok=True)
    place.touch(mode=0o600)
    place.write_text(json.dumps({"dsn": dsn}), "utf-8")


@pytest.mark.parametrize(
    ("body", "hand_over"),
    [("amr_zj", drop_a_file), ("court_hz", add_a_court_row), ("plat_taohuo", push_a_notice)],
)
def test_what_a_body_hands_over_reaches_marts_by_itself(
    airflow_stack: Connections, tmp_path: Path, body: str, hand_over: Callable[[Connections, Path], None]
) -> None:
    assert not is_readable(airflow_stack) or cases(airflow_stack, body) == 0
    hand_over(airflow_stack, tmp_path)
    wait_until(
        lambda: is_readable(airflow_stack) and cases(airflow_stack, body) > 0, f"cases of {body} in marts.fct_case"
    )


def test_the_nightly_extract_writes_the_packs(airflow_stack: Connections) -> None:
    wait_until(lambda: is_readable(airflow_stack), "a release")
    asked = ask(airflow_stack, "/dags/extract/dagRuns", {"logical_date": None})

    # The timetable may have made a run of its own beside it.
    def is_over() -> bool:
        run = ask(airflow_stack, f"/dags/extract/dagRuns/{asked['dag_run_id']}")
        assert run["state"] != "failed"
        return bool(run["state"] == "success")

    wait_until(is_over, "the run of extract")
    assert count(airflow_stack.dsn("loader"), "select count(distinct (recipient, pack)) from ops.pack") == len(packs())
    signed = airflow_stack.outbox.rglob("datapackage.json.minisig")
    assert len({path.parents[1] for path in signed}) == len(packs())


@pytest.fixture
def stopped_scheduler(airflow_stack: Connections) -> Iterator[Callable[[], None]]:
    chosen = settings()
    stop(chosen.layout, SCHEDULER, signal.SIGKILL, 5)

    def start() -> None:
        up(chosen, lambda _: None, with_airflow=True)

    yield start
    start()


def test_nothing_is_collected_while_the_scheduler_is_stopped(
    airflow_stack: Connections, stopped_scheduler: Callable[[], None], tmp_path: Path
) -> None:
    assert read_pid(settings().layout, SCHEDULER) is None
    loader, metadata = airflow_stack.dsn("loader"), airflow_stack.dsn("airflow", "airflow")
    events = "select count(*) from asset_event e join asset a on a.id = e.asset_id where a.name = 'deliveries'"
    attempts = "select count(*) from ops.delivery where source = %s"
    noticed, before = count(metadata, events), count(loader, attempts, PENALTIES)

    drop_a_file(airflow_stack, tmp_path, seed=2)

    wait_until(lambda: count(metadata, events) > noticed, "the trigger's notice")
    assert count(loader, attempts, PENALTIES) == before
    stopped_scheduler()
    wait_until(lambda: count(loader, attempts, PENALTIES) > before, "the delivery after the scheduler's start")
