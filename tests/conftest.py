"""The stacks that tests run against: real services, in temporary homes, on free ports, beside any other stack."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from infra.settings import Settings, settings
from infra.stack.stack import down, up
from transforms.connections import Connections

# The same examples every time: what a search finds becomes a test, and no run fails by chance. To search:
# `pytest --hypothesis-profile=default --hypothesis-seed=N`.
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")

# Tests of one stack stay in one lane; where there are several lanes, the longest of them begin.
_TOGETHER = ("tests/integration/line/", "tests/integration/airflow/")
_ORDER = (*_TOGETHER, "tests/integration/", "tests/property/", "tests/unit/")


def _lane(nodeid: str) -> str:
    path = nodeid.partition("::")[0]
    return next((folder for folder in _TOGETHER if path.startswith(folder)), path)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each lane the tests of a file, or of a folder whose tests share a stack."""
    # pytest-xdist 3.8 loses the groups of its own marker under pytest 9.2, which makes the ids of tests anew.
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _lane
    return scheduler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes longest first."""
    items.sort(key=lambda item: next(n for n, start in enumerate((*_ORDER, "")) if item.location[0].startswith(start)))


def _keep(_: str) -> None:
    """Say nothing: pytest shows what fails."""


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """Point every test, and every program it starts, at a home of its own."""
    # Not pytest's tmp_path: its folders are closed to the user that PostgreSQL runs as under root.
    folder = Path(tempfile.mkdtemp(prefix="casebridge-test-"))
    folder.chmod(0o755)
    before = {name: value for name, value in os.environ.items() if name.startswith("CASEBRIDGE_")}
    for name in before:
        del os.environ[name]
    os.environ["CASEBRIDGE_HOME"] = str(folder)
    settings.cache_clear()
    try:
        yield folder
    finally:
        os.environ.pop("CASEBRIDGE_HOME", None)
        os.environ.update(before)
        settings.cache_clear()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _bring_down(home: Path) -> Iterator[Settings]:
    chosen = Settings(home=home)
    try:
        yield chosen
    finally:
        down(chosen, _keep)


@pytest.fixture(scope="session")
def stack(_bring_down: Settings) -> Connections:
    """Bring up PostgreSQL and Kafka, once for all tests."""
    return up(_bring_down, _keep, with_airflow=False)
