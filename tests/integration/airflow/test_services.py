"""Airflow beside the other services: healthy, on loopback only, closed to strangers, and gone after `down`."""

from __future__ import annotations

import urllib.error

import psutil
import pytest

from infra.settings import Settings
from infra.stack.airflow import DIRECT, read_logins
from infra.stack.process import find_members
from infra.stack.stack import status
from tests.integration.airflow.api import address, log_in
from transforms.connections import Connections

pytestmark = pytest.mark.slow


def test_all_parts_are_healthy(airflow_stack: Connections) -> None:
    found = {state.name: (state.state, state.reason) for state in status(Settings(home=airflow_stack.home))}
    assert len(found) == 6
    assert set(found.values()) == {("running", "")}


def test_everything_listens_on_loopback_only(airflow_stack: Connections) -> None:
    settings = Settings(home=airflow_stack.home)
    members = find_members(settings.layout, [settings.home])
    heard = {
        found.laddr.ip
        for process in members
        for found in process.net_connections("inet")
        if found.status == psutil.CONN_LISTEN
    }
    assert heard <= {"127.0.0.1", "::ffff:127.0.0.1"}


def test_users_log_in_with_the_passwords_of_the_file_and_no_others(airflow_stack: Connections) -> None:
    base = address(airflow_stack)
    for name, password in read_logins(Settings(home=airflow_stack.home).layout).items():
        assert log_in(base, name, password)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        log_in(base, "admin", "admin")


def test_a_stranger_sees_no_dag(airflow_stack: Connections) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        DIRECT.open(f"{address(airflow_stack)}/api/v2/dags", timeout=30)


def test_no_secret_of_airflow_is_in_a_log(airflow_stack: Connections) -> None:
    own = [*airflow_stack.secrets.glob("airflow_*"), *airflow_stack.secrets.glob("pg_*")]
    words = [path.read_text(encoding="utf-8").strip() for path in own]
    words += list(read_logins(Settings(home=airflow_stack.home).layout).values())
    for log in (airflow_stack.home / "logs").rglob("*.log"):
        text = log.read_text(encoding="utf-8", errors="replace")
        assert [word[:3] for word in words if word in text] == [], log
