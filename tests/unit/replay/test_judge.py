"""A replay under random histories, ranges and changes of the code: nothing is lost, doubled or touched in vain."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.codes import CONTENTS, KEYS, Drawn, check, code_of, codes
from tests.support.replayed import Code, Memory, Raw, Read

_histories = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(KEYS), st.sampled_from(CONTENTS)), min_size=1, max_size=4),
    min_size=1,
    max_size=4,
)
_numbers = st.sets(st.integers(0, 15))


def admitted(code: Code, history: list[list[tuple[int, str, int]]], *, in_order: bool = False) -> Memory:
    memory, number = Memory(), 0
    for batch in history:
        records = []
        for day, key, content in batch:
            # Two records in order are of one time.
            records.append(Raw(number, number // 2 if in_order else day, key, content))
            number += 1
        memory.admit(code, records)
    return memory


@settings(max_examples=400, deadline=None)
@given(codes, _histories, _numbers)
def test_the_same_code_changes_nothing(
    drawn: Drawn, history: list[list[tuple[int, str, int]]], chosen: set[int]
) -> None:
    memory = admitted(code_of(drawn), history)
    before = list(memory.rows)
    assert memory.replay(code_of(drawn), chosen) == []
    assert memory.rows == before


@settings(max_examples=400, deadline=None)
@given(codes, codes, _histories, _numbers)
def test_the_states_add_up_to_what_was_sent_whatever_is_read_again(
    old: Drawn, new: Drawn, history: list[list[tuple[int, str, int]]], chosen: set[int]
) -> None:
    memory = admitted(code_of(old), history)
    before, sent = memory.states(), len(memory.sent)
    decisions = memory.replay(code_of(new), chosen)
    change = Counter(dict.fromkeys(before, 0))
    for decision in decisions:
        if decision.before:
            change[decision.before] -= 1
        if decision.after:
            change[decision.after] += 1
    assert sum(change.values()) == 0
    check(memory, sent)
    after = memory.states()
    assert {s: after[s] - before[s] for s in {*after, *before}} == {s: change[s] for s in {*after, *before}}


@settings(max_examples=400, deadline=None)
@given(codes, codes, _histories)
def test_reading_everything_again_tells_what_the_new_code_would_have_told(
    old: Drawn, new: Drawn, history: list[list[tuple[int, str, int]]]
) -> None:
    memory = admitted(code_of(old), history, in_order=True)
    memory.replay(code_of(new), set(range(len(memory.sent))))
    assert memory.newest() == admitted(code_of(new), history, in_order=True).newest()


_said = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(CONTENTS)), min_size=1, max_size=7)


@settings(max_examples=600, deadline=None)
@given(codes, codes, _said, st.randoms(use_true_random=False), st.integers(1, 3))
def test_what_stands_is_what_was_said_last_in_whatever_order_it_came(
    old: Drawn, new: Drawn, said: list[tuple[str, int]], order: Random, size: int
) -> None:
    records = [Raw(day, day, key, content) for day, (key, content) in enumerate(said)]
    order.shuffle(records)
    memory = Memory()
    for first in range(0, len(records), size):
        memory.admit(code_of(old), sorted(records[first : first + size], key=lambda raw: raw.day))
    for code in (code_of(old), code_of(new), code_of(old)):
        memory.replay(code, set(range(len(records))))
        read = [code(raw) for raw in sorted(records, key=lambda raw: raw.day)]
        assert memory.newest() == {one.key: one.image for one in read if one.usable}
        check(memory, len(records))


@settings(max_examples=600, deadline=None)
@given(codes, codes, _said, st.randoms(use_true_random=False), st.integers(0, 6))
def test_what_comes_after_a_replay_is_compared_with_what_was_said_last(
    old: Drawn, new: Drawn, said: list[tuple[str, int]], order: Random, count: int
) -> None:
    before, after = code_of(old), code_of((new[0], old[1]))
    records = [Raw(day, day, key, content) for day, (key, content) in enumerate(said)]
    order.shuffle(records)
    memory = Memory()
    for raw in records[:count]:
        memory.admit(before, [raw])
    memory.replay(after, set(range(len(records))))
    for raw in records[count:]:
        memory.admit(after, [raw])
    read = [after(raw) for raw in sorted(records, key=lambda raw: raw.day)]
    assert memory.newest() == {one.key: one.image for one in read if one.usable}


def test_a_replay_confirms_what_is_said_again_now_and_no_more_what_is_not() -> None:
    keys = {"k1": "k1", "k2": "k2"}
    usable, doubtful = code_of((("x", "y", "x", None), keys)), code_of((("x", "y", None, None), keys))
    for old, new, newest in ((doubtful, usable, "x"), (usable, doubtful, "y")):
        memory = Memory()
        for number, (day, content) in enumerate([(1, 0), (3, 2)]):
            memory.admit(old, [Raw(number, day, "k1", content)])
        memory.replay(new, {0, 1})
        memory.admit(new, [Raw(2, 2, "k1", 1)])
        assert memory.newest() == {"k1": newest}


def test_what_was_said_again_is_a_duplicate_still_where_something_older_came_late() -> None:
    old, new = (code_of((("x", "y", image, None), {"k1": "k1", "k2": "k2"})) for image in ("z", "w"))
    memory = Memory()
    for number, (day, content) in enumerate([(1, 0), (3, 0), (2, 1), (0, 2)]):
        memory.admit(old, [Raw(number, day, "k1", content)])
    for numbers in ({3}, {0, 1, 2, 3}):
        decisions = memory.replay(new, numbers)
        assert [(d.act, d.before, d.after) for d in decisions] == [
            ("retire_record", "superseded", None),
            ("let_in", None, "superseded"),
        ]
        assert memory.newest() == {"k1": "x"}
        old, new = new, old


@settings(max_examples=400, deadline=None)
@given(codes, codes, _histories, _numbers)
def test_the_same_replay_again_changes_nothing(
    old: Drawn, new: Drawn, history: list[list[tuple[int, str, int]]], chosen: set[int]
) -> None:
    memory = admitted(code_of(old), history, in_order=True)
    memory.replay(code_of(new), chosen)
    assert memory.replay(code_of(new), chosen) == []


@settings(max_examples=400, deadline=None)
@given(codes, _histories)
def test_a_case_that_has_another_id_moves_though_its_records_say_the_same(
    drawn: Drawn, history: list[list[tuple[int, str, int]]]
) -> None:
    def moving(raw: Raw) -> Read:
        return replace(code_of(drawn)(raw), case="other")

    memory = admitted(code_of(drawn), history, in_order=True)
    before, said = memory.states(), memory.newest()
    everything = set(range(len(memory.sent)))
    memory.replay(moving, everything)
    assert {kept.case for kept in memory.rows if not kept.row.is_item} <= {"other"}
    assert (memory.states(), memory.newest()) == (before, said)
    assert memory.replay(moving, everything) == []


def test_what_was_set_aside_as_an_earlier_word_of_its_time_is_heard_once_it_is_read_again() -> None:
    memory, code = Memory(), code_of((("x", "y", None, None), {"k1": "k1"}))
    words = [Raw(number, 1, "k1", content) for number, content in enumerate((0, 1, 0))]
    for raw in words[:2]:
        memory.admit(code, [raw])
    memory.sent.append(words[2])
    memory.admissions[2] = 3
    memory.count += 1
    memory.replay(code, {0, 1, 2})
    assert memory.newest() == {"k1": "x"}
    assert memory.states() == {"superseded": 2, "current": 1}
