"""A replay under random snapshots: what is current is what the newest one says, whatever the new code makes of keys."""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.codes import CONTENTS, KEYS, Drawn, check, code_of, codes
from tests.support.replayed import Code, Memory, Raw

_snapshots = st.lists(
    st.tuples(st.integers(0, 4), st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(CONTENTS)), max_size=3)),
    min_size=1,
    max_size=4,
)
_SAME = ("x", "x", "x", "x")
Snapshots = list[tuple[int, list[tuple[str, int]]]]


def admitted(code: Code, history: Snapshots, *, in_order: bool = False) -> Memory:
    memory, number = Memory(), 0
    for delivery, (day, records) in enumerate(history, 1):
        when = delivery if in_order else day
        sent = [Raw(number + place, when, key, content, delivery) for place, (key, content) in enumerate(records)]
        memory.admit_snapshot(code, when, sent)
        number += len(sent)
    return memory


def everything(memory: Memory) -> set[int]:
    return {raw.number for raw in memory.sent}


@settings(max_examples=400, deadline=None)
@given(codes, _snapshots)
def test_what_is_current_was_said_by_the_newest_snapshot(drawn: Drawn, history: Snapshots) -> None:
    code = code_of(drawn)
    memory = admitted(code, history)
    assert set(memory.newest()) <= {code(raw).key for raw in memory.last()}
    check(memory, len(memory.sent))


@settings(max_examples=400, deadline=None)
@given(codes, _snapshots, st.sets(st.integers(0, 12)))
def test_the_same_code_changes_nothing(drawn: Drawn, history: Snapshots, chosen: set[int]) -> None:
    memory = admitted(code_of(drawn), history)
    before = list(memory.rows)
    assert memory.replay(code_of(drawn), chosen) == []
    assert memory.rows == before


@settings(max_examples=600, deadline=None)
@given(codes, codes, _snapshots)
@example((_SAME, {"k1": "k1", "k2": "k1"}), (_SAME, {"k1": "k1", "k2": "k2"}), [(0, [("k1", 0)]), (0, [("k2", 0)])])
def test_a_replay_of_all_brings_back_nothing_that_the_newest_snapshot_lacks(
    old: Drawn, new: Drawn, history: Snapshots
) -> None:
    memory = admitted(code_of(old), history)
    before = memory.states()
    decisions = memory.replay(code_of(new), everything(memory))
    said = {code_of(new)(raw).key for raw in memory.last()}
    assert memory.said() <= said
    check(memory, len(memory.sent))
    change = Counter(d.after for d in decisions if d.after)
    change.subtract(d.before for d in decisions if d.before)
    after = memory.states()
    assert {s: after[s] - before[s] for s in {*after, *before}} == {s: change[s] for s in {*after, *before}}
    assert memory.replay(code_of(new), everything(memory)) == []


@settings(max_examples=600, deadline=None)
@given(codes, codes, _snapshots)
def test_a_replay_of_all_tells_what_the_new_code_would_have_told(old: Drawn, new: Drawn, history: Snapshots) -> None:
    memory = admitted(code_of(old), history, in_order=True)
    memory.replay(code_of(new), everything(memory))
    fresh = admitted(code_of(new), history, in_order=True)
    # Of a key of which the newest snapshot says nothing usable, only the old keys told whether one lacked it.
    unsure = {kept.key for kept in fresh.rows if kept.row.is_item and not kept.row.is_past}
    found, wanted = ({k: i for k, i in one.newest().items() if k not in unsure} for one in (memory, fresh))
    assert found == wanted


@settings(max_examples=600, deadline=None)
@given(codes, codes, _snapshots, st.sets(st.integers(0, 12)))
def test_a_replay_of_some_snapshots_that_changes_no_key_brings_back_nothing(
    old: Drawn, new: Drawn, history: Snapshots, chosen: set[int]
) -> None:
    keys = old[1]
    memory = admitted(code_of(old), history)
    memory.replay(code_of((new[0], keys)), chosen)
    assert memory.said() <= {keys[raw.key] for raw in memory.last()}
    check(memory, len(memory.sent))
