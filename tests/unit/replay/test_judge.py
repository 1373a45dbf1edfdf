"""A replay under random histories, ranges and changes of the code: nothing is lost, doubled or touched in vain."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.codes import CONTENTS, KEYS, Drawn, check, code_of, codes
from tests.support.replayed import Code, Memory, Raw

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
            records.append(Raw(number, number if in_order else day, key, content))
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


@settings(max_examples=400, deadline=None)
@given(codes, codes, _histories, _numbers)
def test_the_same_replay_again_changes_nothing(
    old: Drawn, new: Drawn, history: list[list[tuple[int, str, int]]], chosen: set[int]
) -> None:
    memory = admitted(code_of(old), history, in_order=True)
    memory.replay(code_of(new), chosen)
    assert memory.replay(code_of(new), chosen) == []
