"""Contracts under names of their own, so that no test of collect sees the deliveries of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from schemas import contracts
from schemas.contracts import SourceContract
from tests.integration.collect.sent import Make
from transforms.connections import Connections


@pytest.fixture
def made(stack: Connections, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Copy a contract under a name of its own, so that no other test sees its deliveries."""
    known = dict(contracts.sources())
    ours: list[str] = []

    def make(source: str) -> SourceContract:
        copy = replace(known[source], source=f"{source}_{uuid4().hex[:8]}")
        known[copy.source] = copy
        ours.append(copy.source)
        return copy

    monkeypatch.setattr(contracts, "sources", lambda *_: known)
    yield make
    with psycopg.connect(stack.dsn("owner")) as connection:
        connection.execute("delete from ops.delivery where source = any(%s)", [ours])
        connection.execute("delete from ops.watermark where source = any(%s)", [ours])
