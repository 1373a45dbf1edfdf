"""What a body said again is its newest word: what is older than that comes late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from tests.support.books import EPOCH, Delivery, Sent, contract_of, stage_deliveries
from tests.support.histories import EVENTS, INCREMENTAL, MAKERS, SNAPSHOT, empty
from tests.support.plain_books import PlainBooks, admitted, checked
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.ledger.books import STATES, account

_ROWS = "select delivery_id, superseded_in is null from canonical.record where reread_in is null"
_CONFIRMED = "select confirmed_at from canonical.confirmation"


@pytest.fixture(scope="module")
def books(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "confirmed") as there:
        yield there


def _send(books: Connections, source: str, *sent: Sent) -> list[tuple[int, bool]]:
    """Admit records one after another; return the place of each one that left a row, and whether it stands."""
    empty(books)
    names: list[str] = []
    for record in sent:
        contract = contract_of(source)
        batch = stage_deliveries(books, contract, [Delivery(record.day, (record,))], MAKERS[source])
        names += batch.deliveries
        admit(books, batch, {})
    assert account(books, recount=True)["balanced"]
    with psycopg.connect(books.dsn("loader")) as connection:
        rows = connection.execute(_ROWS).fetchall()
    return sorted((names.index(name), stands) for name, stands in rows)


def _states(books: Connections) -> dict[str, int]:
    (row,) = account(books, recount=True)["sources"]
    return {state: row[state] for state in STATES if row[state]}


# An event of another time is another event: nothing confirms one.
@pytest.mark.parametrize("source", [SNAPSHOT, INCREMENTAL])
def test_what_is_older_than_the_newest_confirmation_is_late(books: Connections, source: str) -> None:
    first, again, other = Sent("1", "a", 1), Sent("1", "a", 3), Sent("1", "b", 2)
    assert _send(books, source, first, again, other) == [(0, True), (2, False)]
    # The same word of that day says nothing new.
    assert _send(books, source, first, again, Sent("1", "a", 2)) == [(0, True)]
    # Of one time nobody says which word is newer: the one that came last counts.
    assert _send(books, source, first, again, Sent("1", "b", 3)) == [(0, False), (2, True)]
    # A newer word is compared with what was said again, not with what came late.
    assert _send(books, source, first, again, other, Sent("1", "b", 4)) == [(0, False), (2, False), (3, True)]
    assert _send(books, source, first, again, other, Sent("1", "a", 5)) == [(0, True), (2, False)]


@pytest.mark.parametrize("source", [SNAPSHOT, INCREMENTAL])
def test_a_body_goes_back_to_what_it_said_though_its_time_stands_still(books: Connections, source: str) -> None:
    first, other = Sent("1", "a", 1), Sent("1", "b", 1)
    assert _send(books, source, first, other, first) == [(0, False), (1, False), (2, True)]
    assert _send(books, source, first, other, first, first) == [(0, False), (1, False), (2, True)]
    # What is late is none of its words of today.
    assert _send(books, source, first, other, Sent("1", "c", 2), first) == [(0, False), (1, False), (2, True)]


def test_what_was_taken_back_is_said_again_though_its_time_stands_still(books: Connections) -> None:
    first, void = Sent("1", "a", 1), Sent("1", "a", 1, withdrawal=True)
    assert _send(books, INCREMENTAL, first, void, first) == [(0, False), (1, False), (2, True)]
    assert _states(books) == {"current": 1, "superseded": 2}


def test_an_event_that_reaches_us_twice_is_told_once(books: Connections) -> None:
    first, other = Sent("1", "a", 1), Sent("1", "b", 1)
    assert _send(books, EVENTS, first, other, first) == [(0, False), (1, True)]


def test_what_is_said_again_in_the_admission_that_brings_it_is_confirmed(books: Connections) -> None:
    contract, late = contract_of(INCREMENTAL), Sent("1", "b", 2)
    old, first, again = Sent("1", "b", 0), Sent("1", "a", 1), Sent("1", "a", 3)
    for before in ((), (old,)):
        empty(books)
        expected = PlainBooks(is_snapshot=False)
        for records in (before, (first, again), (late,)):
            admitted(books, contract, [Delivery(5, records)])
            expected.admit([Delivery(5, records)])
        checked(books, INCREMENTAL, expected)
        assert expected.stands() == {(True, "a"): 1}
        with psycopg.connect(books.dsn("loader")) as connection:
            assert connection.execute(_CONFIRMED).fetchall() == [(EPOCH + timedelta(days=3, hours=-8),)]


def test_a_withdrawal_that_is_older_than_the_newest_confirmation_takes_nothing_back(books: Connections) -> None:
    said, void = [Sent("1", "a", day) for day in (1, 2, 3)], [Sent("1", "a", day, withdrawal=True) for day in (1, 2, 3)]
    assert _send(books, INCREMENTAL, said[0], said[2], void[1]) == [(0, True), (2, False)]
    assert _states(books) == {"current": 1, "superseded": 1, "duplicate": 1}
    assert _send(books, INCREMENTAL, void[0], void[2], said[1]) == [(0, True), (2, False)]
    assert _states(books) == {"withdrawn": 1, "superseded": 1, "duplicate": 1}


@pytest.mark.parametrize("source", [SNAPSHOT, INCREMENTAL])
def test_what_cannot_be_used_and_is_older_than_the_newest_confirmation_is_no_open_item(
    books: Connections, source: str
) -> None:
    doubtful = [Sent("1", "a", day, usable=False) for day in (2, 4)]
    _send(books, source, Sent("1", "a", 1), Sent("1", "a", 3), doubtful[0])
    assert _states(books) == {"current": 1, "superseded": 1, "duplicate": 1}
    # It was never open, so what says the same later is not known.
    _send(books, source, Sent("1", "a", 1), Sent("1", "a", 3), *doubtful)
    assert _states(books) == {"current": 1, "superseded": 1, "duplicate": 1, "quarantined": 1}


def test_an_older_snapshot_withdraws_nothing_that_was_confirmed_since(books: Connections) -> None:
    contract, one, two = contract_of(SNAPSHOT), Sent("1", "a", 0), Sent("2", "a", 0)
    empty(books)
    expected = PlainBooks(is_snapshot=True)
    for deliveries in ([Delivery(1, (one, two))], [Delivery(3, (one, two))], [Delivery(2, (Sent("1", "b", 0),))]):
        admitted(books, contract, deliveries)
        expected.admit(deliveries)
        checked(books, SNAPSHOT, expected)
    assert expected.stands() == {(True, "a"): 2}
