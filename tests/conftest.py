"""The stacks that tests run against: real services, in temporary homes, on free ports, beside any other stack."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.settings import Settings, settings
from infra.stack.stack import down, up
from transforms.connections import Connections


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


@pytest.fixture(scope="session")
def airflow_stack(_bring_down: Settings, stack: Connections) -> Connections:
    """Bring up Airflow too, once for the tests that need it."""
    return up(_bring_down, _keep, with_airflow=True)
