"""The last pack and the delta make the new pack, whatever happened between them, and each change has its cause."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from schemas.changes import ADDED, CHANGED, REMOVED
from transforms.extract.compare import EXPIRY, Key, Row, Rows, compare

_row = st.builds(lambda cell, case: Row((cell,), {"case_id": case}), st.sampled_from("abc"), st.sampled_from("12"))
_state = st.dictionaries(st.tuples(st.sampled_from("vwxyz")), _row, max_size=5)


def cells(rows: Rows) -> dict[Key, tuple[object, ...]]:
    return {key: row.cells for key, row in rows.items()}


def apply(before: Rows, undated: Rows, after: Rows) -> dict[Key, tuple[object, ...]]:
    made = cells(before)
    for change in compare(before, undated, after):
        assert (change.key in made) == (change.change != ADDED)
        if change.change == REMOVED:
            del made[change.key]
        else:
            made[change.key] = change.row.cells
    return made


@given(_state, _state, _state)
def test_the_last_pack_and_the_delta_make_the_new_pack(before: Rows, undated: Rows, after: Rows) -> None:
    assert apply(before, undated, after) == cells(after)


@given(st.lists(_state, min_size=2, max_size=5))
def test_deltas_one_after_another_make_what_one_delta_makes(states: list[Rows]) -> None:
    made = cells(states[0])
    for last, new in pairwise(states):
        assert made == cells(last)
        made = apply(last, new, new)
    assert made == apply(states[0], states[-1], states[-1])


@given(_state, _state, _state)
def test_a_key_is_told_once_and_only_if_it_differs(before: Rows, undated: Rows, after: Rows) -> None:
    found = list(compare(before, undated, after))
    assert [change.key for change in found] == sorted(
        key for key in before.keys() | after.keys() if cells(before).get(key) != cells(after).get(key)
    )
    assert {(c.key in before, c.key in after, c.change) for c in found} <= {
        (False, True, ADDED),
        (True, True, CHANGED),
        (True, False, REMOVED),
    }


@given(_state, _state)
def test_the_date_is_the_cause_of_all_where_the_release_is_the_same_and_of_nothing_where_the_date_is(
    before: Rows, after: Rows
) -> None:
    assert {change.cause for change in compare(before, before, after)} <= {EXPIRY}
    assert {change.cause for change in compare(before, after, after)} <= {None}


@given(_state, st.sets(st.tuples(st.sampled_from("vwxyz"))), _state)
def test_what_would_still_be_there_but_for_the_date_left_by_it(
    before: Rows, ended: set[tuple[str]], undated: Rows
) -> None:
    after = {key: row for key, row in undated.items() if key not in ended}
    for change in compare(before, undated, after):
        left_by_date = change.change == REMOVED and change.key in undated
        assert (change.cause == EXPIRY) == left_by_date
