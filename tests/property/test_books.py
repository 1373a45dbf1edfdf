"""The accounting identity under random deliveries, re-sends, returns, corrections, absences and withdrawals."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.books import Delivery, Sent, contract_of, stage_deliveries
from tests.support.histories import (
    ANY_HISTORY,
    INCREMENTAL,
    MAKERS,
    SNAPSHOT,
    as_penalty,
    batches,
    empty,
    in_changes,
    in_snapshot,
)
from tests.support.plain_books import PlainBooks, admitted, checked
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.ledger.books import account

EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "12"))
_of_two_sources = st.lists(
    st.one_of(st.tuples(st.just(SNAPSHOT), batches(in_snapshot)), st.tuples(st.just(INCREMENTAL), batches(in_changes))),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def books(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "books") as there:
        yield there


@pytest.mark.parametrize(("source", "drawn"), ANY_HISTORY)
def test_every_record_is_in_exactly_one_state_after_any_history(
    books: Connections, source: str, drawn: st.SearchStrategy[list[list[Delivery]]]
) -> None:
    contract = contract_of(source)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(history=drawn)
    def run(history: list[list[Delivery]]) -> None:
        empty(books)
        expected = PlainBooks(is_snapshot=contract.mode == "snapshot")
        for deliveries in history:
            admitted(books, contract, deliveries)
            expected.admit(deliveries)
            checked(books, source, expected)

    run()


def test_sources_that_claim_side_by_side_and_held_slices_have_books_of_their_own(books: Connections) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(history=_of_two_sources, refused=st.integers(0, 8))
    def run(history: list[tuple[str, list[Delivery]]], refused: int) -> None:
        empty(books)
        modes = {source: contract_of(source).mode for source in (SNAPSHOT, INCREMENTAL)}
        expected = {source: PlainBooks(is_snapshot=mode == "snapshot") for source, mode in modes.items()}
        held: dict[str, int] = {}
        for number, (source, deliveries) in enumerate(history):
            batch = stage_deliveries(books, contract_of(source), deliveries, MAKERS[source])
            admit(books, batch, {s.slice_id: "refused" for s in batch.slices if number == refused})
            if number == refused or source in held:
                held[source] = held.get(source, 0) + sum(len(d.records) for d in deliveries)
            else:
                expected[source].admit(deliveries)
            for seen in {name for name, _ in history[: number + 1]}:
                checked(books, seen, expected[seen], held.get(seen, 0))

    run()


def test_what_comes_late_and_twice_repeats_no_open_item(books: Connections) -> None:
    empty(books)
    expected = PlainBooks(is_snapshot=False)
    newest, late = Sent("1", "a4", 4, usable=False), Sent("1", "b1", 1, usable=False)
    for delivery in (Delivery(0, (newest,)), Delivery(1, (late, late, newest))):
        admitted(books, contract_of(INCREMENTAL), [delivery])
        expected.admit([delivery])
        checked(books, INCREMENTAL, expected)


def test_a_held_slice_holds_its_records_and_those_of_its_successors(books: Connections) -> None:
    empty(books)
    contract = contract_of(SNAPSHOT)
    batch = stage_deliveries(books, contract, [Delivery(1, (Sent("1", "a", 0), Sent("2", "a", 0)))], as_penalty)
    first = admit(books, batch, {batch.slices[0].slice_id: "too many absences"})
    later = admit(books, stage_deliveries(books, contract, [Delivery(2, (Sent("1", "b", 0),))], as_penalty), {})
    assert first.admission_id is None
    assert list(later.held.values()) == [f"waits for the held slice {batch.slices[0].slice_id} of the same source"]
    found = account(books, recount=True)
    assert found["balanced"]
    assert (found["sources"][0]["held"], found["sources"][0]["sent"]) == (3, 3)


def test_a_row_deleted_behind_the_ledger_is_noticed(books: Connections) -> None:
    empty(books)
    admitted(books, contract_of(SNAPSHOT), [Delivery(1, (Sent("1", "a", 0), Sent("2", "a", 0)))])
    with psycopg.connect(books.dsn("owner")) as connection:
        first = "(select min(record_id) from canonical.record)"
        connection.execute(f"delete from canonical.record where record_id = {first}")  # noqa: S608  # constant text
    assert account(books)["balanced"]
    assert not account(books, recount=True)["balanced"]
