"""A fresh warehouse for each test of a gate: the ledger, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from infra.migrations import upgrade
from infra.stack.layout import Layout
from infra.stack.roles import connect
from tests.integration.gates.ledger import CONTRACTS, FENCE
from tests.integration.gates.marts import CASE, DECISION, SANCTION, Marts
from transforms.connections import Connections


@pytest.fixture(autouse=True)
def contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the bounds of the contracts apart from these tests."""
    monkeypatch.setattr("quality.arrival.sources", lambda: CONTRACTS)


@pytest.fixture(scope="session")
def template(stack: Connections) -> Iterator[Connections]:
    """Make a database with the ledger and nothing else, to be copied for each test."""
    mould = replace(stack, database="gates_template")
    with connect(Layout(stack.home), stack.pg_port) as admin:
        admin.execute("create database gates_template owner owner")
        upgrade(mould)
        yield mould
        admin.execute("drop database gates_template with (force)")


@pytest.fixture
def warehouse(stack: Connections, template: Connections) -> Iterator[Connections]:
    """Give each test a warehouse of its own."""
    with connect(Layout(stack.home), stack.pg_port) as admin:
        admin.execute("create database gates template gates_template owner owner")
        yield replace(stack, database="gates")
        admin.execute("drop database gates with (force)")


@pytest.fixture
def ledger(warehouse: Connections) -> Iterator[psycopg.Connection[Any]]:
    """Write to the warehouse as its owner, at once."""
    with psycopg.connect(warehouse.dsn("owner"), autocommit=True) as connection:
        connection.execute("insert into ops.batch (state, fence) values ('planned', %s)", (FENCE,))
        yield connection


@pytest.fixture
def marts(ledger: psycopg.Connection[Any]) -> Marts:
    """Give a release that is in order."""
    made = Marts(ledger)
    made.add("fct_case", CASE).add("fct_decision", DECISION).add("fct_sanction", SANCTION)
    made.add("fct_case_event", {"event_id": 1, "case_id": 1}).add("dim_party", {"party_id": 1})
    # What the rows of the tests hang on, as earlier releases have it.
    made.add("fct_sanction", SANCTION | {"sanction_id": 12, "decision_id": 2}, released=1)
    made.add("fct_sanction", SANCTION | {"sanction_id": 14, "decision_id": 4, "duration_months": 24}, released=1)
    made.add("fct_transfer", {"transfer_id": 1, "to_case_id": 7}, released=1)
    return made.add("bridge_case_party", {"case_id": 1, "party_id": 1, "role": "INFRINGER"})
