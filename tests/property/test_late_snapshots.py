"""What stands is what the newest snapshot says, whatever comes late, is cut short or is discarded."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.books import Delivery, Sent, contract_of, stage_deliveries
from tests.support.histories import SNAPSHOT, as_penalty, empty
from tests.support.plain_books import PlainBooks, admitted, checked
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import admit
from transforms.admit.statements import DISCARD
from transforms.connections import Connections
from transforms.ledger.books import account


@pytest.fixture(scope="module")
def books(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "late") as there:
        yield there


def test_a_late_snapshot_brings_nothing_back(books: Connections) -> None:
    contract, one, two = contract_of(SNAPSHOT), Sent("1", "a", 0), Sent("2", "a", 0)
    first, late, newest = Delivery(1, (one, two)), Delivery(2, (one, two, Sent("3", "a", 0))), Delivery(3, (one,))
    for history in (
        [[first], [newest], [late]],
        [[first], [late, newest]],
        [[first], [late], [newest]],
        [[newest], [late]],
    ):
        empty(books)
        expected = PlainBooks(is_snapshot=True)
        for deliveries in history:
            admitted(books, contract, deliveries)
            expected.admit(deliveries)
            checked(books, SNAPSHOT, expected)
        assert expected.said() == {"1"}
        assert account(books, SNAPSHOT)["sources"][0]["current"] == 1


def test_what_the_newest_snapshot_lacks_is_no_open_item(books: Connections) -> None:
    empty(books)
    contract, doubtful = contract_of(SNAPSHOT), Sent("1", "a", 0, usable=False)
    expected = PlainBooks(is_snapshot=True)
    for deliveries in ([Delivery(1, (doubtful,))], [Delivery(3, ())], [Delivery(2, (doubtful,))]):
        admitted(books, contract, deliveries)
        expected.admit(deliveries)
        checked(books, SNAPSHOT, expected)
    assert expected.said() == set()


def test_a_snapshot_that_a_person_discards_withdraws_nothing(books: Connections) -> None:
    empty(books)
    contract = contract_of(SNAPSHOT)
    admitted(books, contract, [Delivery(1, (Sent("1", "a", 0), Sent("2", "a", 0)))])
    cut = stage_deliveries(books, contract, [Delivery(2, (Sent("1", "a", 0),))], as_penalty)
    (held,) = cut.slices
    admit(books, cut, {held.slice_id: "too many absences"})
    with psycopg.connect(books.dsn("loader")) as connection:
        connection.execute(DISCARD, {"fence": cut.fence, "slice": held.slice_id, "reason": "cut short"})
    admit(books, cut, {}, "discard")
    (row,) = account(books, recount=True)["sources"]
    assert (row["current"], row["quarantined"], row["withdrawn"], row["balanced"]) == (2, 1, 0, True)
    with psycopg.connect(books.dsn("loader")) as connection:
        states = connection.execute("select state from ops.slice order by slice_id").fetchall()
    # A run that ends before the person's name is written has thrown the slice away all the same.
    assert states == [("admitted",), ("discarded",)]


def _absent(books: Connections) -> float:
    with psycopg.connect(books.dsn("loader")) as connection:
        row = connection.execute("select value from staged.measure where metric = 'absent'").fetchone()
        assert row is not None
        return float(row[0])


def test_the_brake_sees_what_an_earlier_snapshot_of_the_same_slice_says(books: Connections) -> None:
    empty(books)
    contract = contract_of(SNAPSHOT)
    whole, cut = (tuple(Sent(str(key), "a", 0) for key in range(size)) for size in (10, 1))
    batch = stage_deliveries(books, contract, [Delivery(1, whole), Delivery(2, cut)], as_penalty)
    assert _absent(books) == 90
    admit(books, batch, {})
    # What rules nothing withdraws nothing.
    stage_deliveries(books, contract, [Delivery(0, ())], as_penalty)
    assert _absent(books) == 0
