"""Lists side by side: every element is taken once where they agree, and none is guessed where they do not."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.normalise.identity import hash_columns
from transforms.normalise.lists import JOINT, agree, count_among, level, side_by_side

Cell = list[str | None] | None

cells = st.none() | st.lists(st.sampled_from("abc"), max_size=3)
untimed = settings(deadline=None)
tables = st.lists(st.tuples(cells, cells), max_size=6)


def array(column: list[Cell]) -> pa.Array:
    return pa.array(column, pa.list_(pa.string()))


def rows(names: list[Cell], codes: list[Cell]) -> list[tuple[int, int, str | None, str | None]]:
    records, places, values = side_by_side({"name": array(names), "code": array(codes)})
    columns = (records, places, values["name"], values["code"])
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def plain(names: list[Cell], codes: list[Cell]) -> list[tuple[int, int, str | None, str | None]]:
    made: list[tuple[int, int, str | None, str | None]] = []
    for record, (name, code) in enumerate(zip(names, codes, strict=True)):
        if name is not None and code is not None and len(name) != len(code):
            made.append((record, 1, JOINT.join(map(str, name)), None))
            continue
        size = len(name if name is not None else code or [])
        pairs = zip(name or [None] * size, code or [None] * size, strict=True)
        made += [(record, place, *pair) for place, pair in enumerate(pairs, 1)]
    return made


@untimed
@given(tables)
def test_elements_are_set_side_by_side_as_a_person_would(table: list[tuple[Cell, Cell]]) -> None:
    names, codes = [name for name, _ in table], [code for _, code in table]
    assert rows(names, codes) == plain(names, codes)


@untimed
@given(tables)
def test_lists_of_one_array_become_as_long_as_the_longest(table: list[tuple[Cell, Cell]]) -> None:
    made = level([array([name for name, _ in table]), array([code for _, code in table])])
    for one, cells in zip(made, zip(*table, strict=True), strict=False):
        for found, own, other in zip(
            one.to_pylist(),
            cells,
            [max(pair, key=lambda c: -1 if c is None else len(c)) for pair in table],
            strict=True,
        ):
            assert found == (None if other is None else [*(own or []), *[None] * (len(other) - len(own or []))])


@untimed
@given(st.lists(st.tuples(st.integers(0, 2), st.none() | st.sampled_from("ab")), max_size=12))
def test_equal_rows_are_counted_from_one(table: list[tuple[int, str | None]]) -> None:
    found = count_among(pa.array([n for n, _ in table], pa.int64()), pa.array([text for _, text in table], pa.string()))
    assert found.to_pylist() == [table[: place + 1].count(pair) for place, pair in enumerate(table)]


def test_a_list_with_a_missing_element_has_an_image_of_its_own() -> None:
    texts = hash_columns(4, [array([["a", None], ["b", None], [None], None])]).to_pylist()
    assert len(set(texts)) == 4


def test_three_names_with_two_codes_stay_one_group() -> None:
    assert rows([["甲公司", "乙公司", "丙"]], [["x", "y"]]) == [(0, 1, "甲公司、乙公司、丙", None)]


def test_a_list_that_is_missing_agrees_with_any() -> None:
    assert agree([array([["a", "b"], None, []]), array([None, ["c"], []])]).to_pylist() == [True, True, True]
    assert agree([array([["a"]]), array([[]])]).to_pylist() == [False]


def test_a_group_of_numbers_tells_none_of_them() -> None:
    quantities = pa.array([[1, 2], [3]], pa.list_(pa.int64()))
    units = array([["件"], ["件"]])
    _, _, values = side_by_side({"quantity": quantities, "unit": units})
    assert values["quantity"].to_pylist() == [None, 3]
    assert values["unit"].to_pylist() == [None, "件"]
