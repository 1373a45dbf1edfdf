"""A warehouse of its own for each test of packs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.packs.warehouse import fill, make_warehouse
from transforms.connections import Connections


@pytest.fixture
def warehouse(stack: Connections, tmp_path: Path) -> Connections:
    """Make a warehouse with release 1 in it."""
    connections = make_warehouse(stack, tmp_path)
    fill(connections)
    return connections
