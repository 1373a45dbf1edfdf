"""A database server and, for each test, a fresh warehouse with a small dbt project."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.settings import Settings
from infra.stack.ports import choose_port
from infra.stack.postgres import Postgres
from infra.stack.roles import connect
from tests.integration.versioned.project import write_project
from tests.integration.versioned.records import Line
from tests.integration.versioned.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """Start a database server for these tests alone."""
    home = Path(tempfile.mkdtemp(prefix="casebridge-versioned-"))
    home.chmod(0o755)
    settings = Settings(home=home, pg_shared_buffers_mb=64)
    settings.layout.make()
    postgres = Postgres(settings, choose_port("pg_port", 0, None, set()))
    postgres.start()
    yield postgres
    postgres.stop()
    shutil.rmtree(postgres.folder, ignore_errors=True)
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def project(server: Postgres) -> Path:
    """Write the small project once: parsing it costs seconds."""
    return write_project(server.layout.home / "project")


@pytest.fixture
def warehouse(server: Postgres, project: Path) -> Iterator[Warehouse]:
    """Make an empty warehouse in a database of its own."""
    with connect(server.layout, server.port) as admin:
        yield from Warehouse.fresh(server, admin, project)


@pytest.fixture(scope="module")
def empty(server: Postgres) -> Iterator[Line]:
    """Make an empty warehouse as the migrations make it, with the models that people read."""
    yield from Line.fresh(server)


@pytest.fixture(scope="module")
def line(empty: Line) -> Line:
    """Give an empty warehouse that has published its first release."""
    empty.release()
    return empty
