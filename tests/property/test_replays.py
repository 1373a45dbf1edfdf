"""Any history read again: by the same contract nothing moves, by another one the books still prove every record."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.contracts import SourceContract
from tests.support.books import Archived, Delivery, Sent, contract_of, normalise_archived, stage_deliveries
from tests.support.histories import INCREMENTAL, MAKERS, SNAPSHOT, empty, histories, in_changes, in_snapshot
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.ledger.books import account
from transforms.replay.admit import Readmitted, decide, let_in
from transforms.replay.plan import Asked, plan_replay
from transforms.replay.report import Report, report

EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "12"))
ROWS = "select record_id, image, superseded_in, withdrawn_in, reread_in from canonical.record order by 1"


@pytest.fixture(scope="module")
def replays(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "replays") as there:
        yield there


def _again(
    there: Connections, contract: SourceContract, archive: list[Archived], only: SourceContract | None
) -> tuple[Report, Readmitted]:
    with psycopg.connect(there.dsn("loader")) as connection:
        planned = plan_replay(connection, Asked(contract, None, None, only, "tester"))
        connection.commit()
        normalise_archived(there, planned.batch, archive, only)
        decide(connection, planned)
        return report(connection, planned), let_in(connection, planned)


def _books(there: Connections, source: str) -> dict[str, Any]:
    found = account(there, source, recount=True)
    assert found["balanced"], found
    return dict(found["sources"][0])


def _rows(there: Connections) -> list[tuple[Any, ...]]:
    with psycopg.connect(there.dsn("loader")) as connection:
        return connection.execute(ROWS).fetchall()


def _without_title(contract: SourceContract) -> SourceContract:
    """Return a contract that reads no title, and so tells no image from the other."""
    fields = tuple(replace(f, cleaner="date") if f.name == "title" else f for f in contract.fields)
    return replace(contract, version="2.0.0", fields=fields)


@pytest.mark.parametrize(("source", "records"), [(SNAPSHOT, in_snapshot), (INCREMENTAL, in_changes)])
def test_what_is_read_again_is_counted_once(
    replays: Connections, source: str, records: st.SearchStrategy[Sent]
) -> None:
    contract = contract_of(source)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(history=histories(records))
    def run(history: list[list[Delivery]]) -> None:
        empty(replays)
        archive: list[Archived] = []
        for deliveries in history:
            admit(replays, stage_deliveries(replays, contract, deliveries, MAKERS[source], archive), {})
        before, rows = _books(replays, source), _rows(replays)
        told, made = _again(replays, contract, archive, None)
        assert (told.records, told.unchanged, made.changes) == (len(archive), len(archive), 0)
        assert (_books(replays, source), _rows(replays)) == (before, rows)

        told, made = _again(replays, contract, archive, _without_title(contract))
        after = _books(replays, source)
        assert after["sent"] == before["sent"]
        assert {state: after[state] - before[state] for state in made.books} == made.books
        assert _again(replays, contract, archive, _without_title(contract))[1].changes == 0

        _again(replays, contract, archive, contract)
        assert _books(replays, source)["sent"] == before["sent"]
        assert _again(replays, contract, archive, contract)[1].changes == 0

    run()
