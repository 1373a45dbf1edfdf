"""A number that a revoked decision freed: its new case is let in, and the records of the case before end."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.reused import REVOKING, Body, without_title
from tests.support.warehouses import warehouse_beside
from transforms.connections import Connections

EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "6"))
# In capitals: the decision was revoked.
NEW_CASE = ["乙商贸有限公司"]


@pytest.fixture(scope="module")
def books(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "reused_revoked") as there:
        yield there


def test_the_revoked_records_end_by_an_admission_that_tells_why(books: Connections) -> None:
    body = Body(books, REVOKING)
    body.send(1, "a", "d")
    body.send(2, "A", "D")
    assert body.send(3, "b", "c") == {"current": 2, "superseded": 2, "withdrawn": 2}
    assert body.current() == ["丙鞋业有限公司", *NEW_CASE]
    assert body.told(1) == [("withdrawn", "its decision was revoked, and a later record has its number")]
    assert body.rows("select kind, changes from ops.admission order by admission_id") == [
        ("batch", 2), ("batch", 2), ("batch", 2), ("reused_identifier", 2)
    ]  # fmt: skip


def test_they_end_where_revocation_and_new_case_come_together(books: Connections) -> None:
    body = Body(books, REVOKING)
    body.send(1, "a")
    assert body.send(2, "A", "b") == {"current": 1, "superseded": 1, "withdrawn": 1}
    assert body.current() == NEW_CASE
    body = Body(books, REVOKING)
    assert body.send(1, "A", "b") == {"current": 1, "withdrawn": 1}
    assert body.current() == NEW_CASE


def test_the_ended_record_that_is_sent_each_night_is_one_open_item_and_the_count_comes_to_rest(
    books: Connections,
) -> None:
    body = Body(books, REVOKING)
    body.send(1, "a")
    body.send(2, "A")
    ended = {"current": 1, "superseded": 1, "withdrawn": 1}
    assert body.send(2, "b") == ended
    for repeated in (1, 3, 5):
        assert body.send(2, "A", "b") == {**ended, "quarantined": 1, "duplicate": repeated}
        assert (body.current(), len(body.items())) == (NEW_CASE, 1)
    states = body.states()
    assert body.replay().changes == 0
    assert body.send(2, "A", "b") == {**states, "duplicate": 7}
    kinds = {"confirms": 1, "quarantined_again": 1}
    assert body.rows("select duplicate_kinds from ops.slice order by slice_id desc limit 1") == [(kinds,)]


def test_another_party_of_the_revoked_decision_ends_nothing(books: Connections) -> None:
    body = Body(books, REVOKING)
    body.send(1, "A")
    assert body.send(2, "d") == {"current": 2}
    # Of whose case no day is told.
    assert body.send(3, "e") == {"current": 3}


def test_a_replay_keeps_what_ended(books: Connections) -> None:
    body = Body(books, REVOKING)
    body.send(1, "a")
    body.send(2, "b")
    body.send(3, "A")
    states = body.send(4, "b")
    assert body.replay().changes == 0
    body.replay(without_title(body.contract))
    assert (body.current(), body.states()) == (NEW_CASE, states)


def test_a_replay_that_lets_the_new_case_in_ends_the_one_before(books: Connections) -> None:
    body = Body(books, REVOKING)
    body.send(1, "a")
    body.send(2, "b")
    body.send(3, "A")
    (ended,) = body.replay().ended
    assert (ended["delivery"], ended["row_number"], ended["becomes"]) == (body.deliveries[2], 0, "withdrawn")
    states = {"current": 1, "superseded": 1, "withdrawn": 1}
    assert (body.current(), body.states()) == (NEW_CASE, states)
    assert (body.replay().changes, body.replay().ended) == (0, [])
    body.replay(without_title(body.contract))
    assert (body.current(), body.states()) == (NEW_CASE, states)


_ACTS = st.lists(st.sampled_from([*"abcgABCG", "aA", "Ab", "replay"]), min_size=3, max_size=7)
_CASES = {"甲贸易有限公司": 1, "乙商贸有限公司": 2, "丙鞋业有限公司": 2, "己食品有限公司": 3}


def test_whatever_is_sent_and_revoked_no_case_is_made_of_two(books: Connections) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(acts=_ACTS)
    def run(acts: list[str]) -> None:
        body = Body(books, REVOKING)
        for day, act in enumerate([*acts, "replay"]):
            if act != "replay":
                body.send(day, *act)
            elif body.deliveries:
                body.replay()
                assert body.replay().changes == 0
            # The books balance after each.
            assert not body.deliveries or body.states()
            assert len({_CASES[name] for name in body.current()}) < 2

    run()
