"""A person decides that a re-used number belongs to the later case now: the books tell it, and a replay keeps it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.histories import INCREMENTAL
from tests.support.reused import KEYED, MARKS, PENALTIES, PLAIN, Body, with_day_in_key, without_title
from tests.support.warehouses import warehouse_beside
from transforms.connections import Connections
from transforms.errors import Terminal
from transforms.replay.reused import find_item

EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "6"))
ROWS = "select record_id, image, admission_id, superseded_in, withdrawn_in, reread_in from canonical.record order by 1"
LATER_HAS_IT = "a person decided that a later record has its key or number: checked by phone"
ITEMS = "select quarantine_id, closed_in, reread_in from ops.quarantine order by 1"


@pytest.fixture(scope="module")
def books(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "reused_admitted") as there:
        yield there


def test_a_record_sent_twice_that_stands_aside_stays_there_when_it_is_read_again(books: Connections) -> None:
    for source in (INCREMENTAL, PENALTIES):
        body = Body(books, source)
        body.send(1, "a")
        body.send(2, "b")
        aside = body.send(2, "b")
        assert aside == {"current": 1, "quarantined": 1, "duplicate": 1}
        rows, items = body.rows(ROWS), body.rows(ITEMS)
        assert body.replay().changes == 0
        assert (body.rows(ROWS), body.rows(ITEMS), body.states()) == (rows, items, aside)


@pytest.mark.parametrize("source", [PENALTIES, KEYED])
def test_what_stands_aside_keeps_its_rule_where_a_replay_changes_the_keys(books: Connections, source: str) -> None:
    body = Body(books, source)
    body.send(1, "a")
    said = "ab" if source == KEYED else "b"
    body.send(2, *said)
    aside = body.send(2, *said)
    body.replay(with_day_in_key(body.contract))
    for _ in range(2):
        assert (body.current(), body.states()) == (["甲贸易有限公司"], aside)
        assert body.replay().changes == 0
    # The way of a person stays open.
    (item,) = body.items()
    assert len(body.admit(item)) == 1
    assert body.current() == ["乙商贸有限公司"]


def test_another_party_of_the_later_case_stands_aside_for_as_long_as_the_case_before_stands(books: Connections) -> None:
    body = Body(books, PENALTIES)
    body.send(1, "a")
    body.send(2, "b", "c")
    assert body.replay().changes == 0
    body.send(3, "a", withdrawal=True)
    body.send(4, "b")
    assert body.current() == ["乙商贸有限公司"]
    body.replay()
    assert body.current() == ["丙鞋业有限公司", "乙商贸有限公司"]
    assert body.items() == []
    assert body.replay().changes == 0


def test_what_was_let_in_and_is_sent_twice_does_not_stand_aside_of_itself(books: Connections) -> None:
    body = Body(books, KEYED)
    body.send(1, "a")
    body.send(2, "a", "b")
    body.send(3, "b")
    states = body.send(4, "b")
    assert states == {"current": 1, "withdrawn": 1, "superseded": 1, "duplicate": 2}
    body.replay(without_title(body.contract))
    assert (body.current(), body.states()) == (["乙商贸有限公司"], states)


def test_of_two_cases_that_stand_aside_a_replay_lets_the_earlier_in(books: Connections) -> None:
    body = Body(books, PENALTIES)
    body.send(1, "a")
    body.send(2, "b", "c")
    body.send(3, "g")
    body.send(3, "g")
    body.send(4, "a", withdrawal=True)
    body.replay()
    states = {"current": 2, "superseded": 1, "quarantined": 1, "duplicate": 1, "withdrawn": 1}
    assert (body.current(), body.states()) == (["丙鞋业有限公司", "乙商贸有限公司"], states)
    assert body.replay().changes == 0
    assert (len(body.items()), body.states()) == (1, states)


def test_the_record_of_one_key_is_superseded_and_the_decision_is_told(books: Connections) -> None:
    body = Body(books, INCREMENTAL)
    body.send(1, "a")
    assert body.send(2, "b") == {"current": 1, "quarantined": 1}
    (item,) = body.items()
    assert body.admit(item) == ["superseded"]
    assert body.states() == {"current": 1, "superseded": 1}
    assert body.current() == ["乙商贸有限公司"]
    # Who, why and when stand in the ledger, and both deliveries tell it.
    decided = "select decided_by, decided_reason, decided_at is not null from ops.slice join ops.admission a"
    assert body.rows(f"{decided} using (admission_id) where a.kind = 'reused_identifier'") == [
        ("li", "checked by phone", True)
    ]
    assert body.told(0) == [("superseded", LATER_HAS_IT)]
    assert body.told(1) == [("current", "a person decided that its key or number is its own: checked by phone")]
    with psycopg.connect(books.dsn("loader")) as connection:
        found = find_item(connection, item)
    assert (found.is_admitted, found.decided_by, found.decided_reason) == (True, "li", "checked by phone")


def test_the_other_records_of_the_case_before_end_and_the_parties_of_one_case_stay_together(books: Connections) -> None:
    body = Body(books, PENALTIES)
    assert body.send(1, "a", "d") == {"current": 2}
    assert body.send(2, "b", "c") == {"current": 2, "quarantined": 2}
    first, second = body.items()
    assert body.admit(first) == ["withdrawn", "withdrawn"]
    assert body.current() == ["乙商贸有限公司"]
    assert body.admit(second) == []
    assert body.current() == ["丙鞋业有限公司", "乙商贸有限公司"]
    assert body.states() == {"current": 2, "withdrawn": 2}
    assert body.told(0) == [("withdrawn", LATER_HAS_IT)]


@pytest.mark.parametrize("source", [INCREMENTAL, PENALTIES])
def test_a_replay_and_a_resend_keep_the_decision(books: Connections, source: str) -> None:
    body = Body(books, source)
    body.send(1, "a")
    body.send(2, "b")
    # It is sent again before and after a person decides.
    body.send(2, "b")
    (item,) = body.items()
    body.admit(item)
    before = body.states()
    assert body.send(2, "b") == {**before, "duplicate": 2}
    rows, items, states = body.rows(ROWS), body.rows(ITEMS), body.states()
    assert body.replay().changes == 0
    assert (body.rows(ROWS), body.rows(ITEMS), body.states()) == (rows, items, states)
    # Read otherwise, the ended case stays ended.
    assert body.replay(without_title(body.contract)).changes > 0
    assert body.current() == ["乙商贸有限公司"]
    assert body.states() == states


@pytest.mark.parametrize("source", [INCREMENTAL, PENALTIES])
def test_the_case_before_that_is_sent_again_stands_aside_in_turn_and_its_item_is_the_way_back(
    books: Connections, source: str
) -> None:
    body = Body(books, source)
    body.send(1, "a")
    body.send(2, "b")
    (item,) = body.items()
    body.admit(item)
    before = body.states()
    assert body.send(3, "a") == {**before, "quarantined": 1}
    assert body.replay().changes == 0
    (back,) = body.items()
    assert len(body.admit(back)) == 1
    assert body.current() == ["甲贸易有限公司"]
    states = body.states()
    assert body.replay().changes == 0
    assert (body.current(), body.states()) == (["甲贸易有限公司"], states)


def test_a_key_that_was_withdrawn_is_not_taken_for_the_case_of_its_number(books: Connections) -> None:
    body = Body(books, PENALTIES)
    body.send(1, "a")
    body.send(2, "a", withdrawal=True)
    body.send(3, "b")
    body.send(4, "a")
    assert body.current() == ["乙商贸有限公司"]
    assert len(body.items()) == 1


def test_only_a_number_that_was_reused_is_decided_on(books: Connections) -> None:
    body = Body(books, INCREMENTAL)
    body.send(1, "a")
    body.send(2, "b")
    body.send(3, "c")
    with psycopg.connect(books.dsn("loader")) as connection:
        first, second = (number for (number,) in body.rows("select quarantine_id from ops.quarantine order by 1"))
        with pytest.raises(Terminal, match=f"item {first} is closed: a later record of its key came"):
            find_item(connection, first)
        with pytest.raises(Terminal, match="there is no item 99"):
            find_item(connection, 99)
        connection.execute("update ops.quarantine_rule set rule = 'required'")
        with pytest.raises(Terminal, match="quarantined for required") as refused:
            find_item(connection, second)
        assert "send it again" in (refused.value.remedy or "")


def test_snapshots_that_go_on_telling_both_cases_change_nothing(books: Connections) -> None:
    body = Body(books, KEYED)
    body.send(1, "a")
    assert body.send(2, "a", "b") == {"current": 1, "quarantined": 1, "duplicate": 1}
    assert body.send(3, "a", "b") == {"current": 1, "quarantined": 1, "duplicate": 3}
    (item,) = body.items()
    assert body.admit(item) == ["withdrawn"]
    assert body.replay().changes == 0
    assert body.send(4, "a", "b") == {"current": 1, "quarantined": 1, "duplicate": 4, "withdrawn": 1}
    assert body.send(5, "a", "b") == {"current": 1, "quarantined": 1, "duplicate": 6, "withdrawn": 1}
    assert body.replay().changes == 0
    assert body.current() == ["乙商贸有限公司"]
    assert body.send(6, "b") == {"current": 1, "superseded": 1, "duplicate": 7, "withdrawn": 1}
    assert body.replay().changes == 0


def test_the_ended_case_does_not_come_back_in_the_night_in_which_the_later_one_is_corrected(books: Connections) -> None:
    body = Body(books, KEYED)
    body.send(1, "a")
    body.send(2, "a", "b")
    (item,) = body.items()
    body.admit(item)
    for day in (3, 4):
        body.send(day, "a", "f")
        assert body.current() == ["乙商贸有限公司"]
        assert len(body.items()) == 1
    assert body.replay().changes == 0


def test_a_snapshot_that_tells_the_later_case_only_is_admitted(books: Connections) -> None:
    body = Body(books, PLAIN)
    body.send(1, "a")
    body.send(2, "b")
    assert body.send(3, "b") == {"current": 1, "quarantined": 1, "duplicate": 1}
    (item,) = body.items()
    assert body.admit(item) == ["superseded"]
    assert body.replay().changes == 0
    assert body.send(4, "b") == {"current": 1, "superseded": 1, "duplicate": 2}
    assert body.current() == ["乙商贸有限公司"]
    body.send(5, "a")
    (back,) = body.items()
    assert body.admit(back) == ["superseded"]
    assert body.replay().changes == 0
    assert body.current() == ["甲贸易有限公司"]


def test_a_mark_whose_number_is_another_mark_now_is_admitted(books: Connections) -> None:
    body = Body(books, MARKS)
    body.send(1, "a")
    assert body.send(2, "b") == {"current": 1, "quarantined": 1}
    (item,) = body.items()
    assert body.admit(item) == ["superseded"]
    assert body.states() == {"current": 1, "superseded": 1}
    assert body.replay().changes == 0


_SAID = st.sampled_from(["a", "b", "c", "d"])
_ACTS = st.lists(st.one_of(_SAID, st.sampled_from(["admit first", "admit last", "replay"])), min_size=3, max_size=7)
_FIRST_CASE = {"甲贸易有限公司", "丁服饰有限公司"}


@pytest.mark.parametrize("source", [INCREMENTAL, PENALTIES])
def test_whatever_is_sent_and_decided_no_case_is_made_of_two(books: Connections, source: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(acts=_ACTS)
    def run(acts: list[str]) -> None:
        body = Body(books, source)
        for day, act in enumerate(acts):
            items = body.items() if act.startswith("admit") else []
            if len(act) == 1:
                body.send(day, act)
            elif items:
                body.admit(items[0 if act == "admit first" else -1])
            elif act == "replay" and body.deliveries:
                changes = body.replay().changes
                # It lets in another party of the case that a person let in.
                assert changes == 0 or (source == PENALTIES and "c" in acts)
            # The books balance after each.
            assert not body.deliveries or body.states()
            assert len({name in _FIRST_CASE for name in body.current()}) < 2
        if body.deliveries:
            body.replay()
            assert len({name in _FIRST_CASE for name in body.current()}) < 2
            assert body.replay().changes == 0

    run()
