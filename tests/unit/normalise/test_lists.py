"""Lists side by side: every element is taken once where they agree, and none is guessed where they do not."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise.lists import JOINT, agree, side_by_side

Cell = list[str | None] | None

cells = st.none() | st.lists(st.sampled_from("abc"), max_size=3)
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


@given(tables)
def test_elements_are_set_side_by_side_as_a_person_would(table: list[tuple[Cell, Cell]]) -> None:
    names, codes = [name for name, _ in table], [code for _, code in table]
    assert rows(names, codes) == plain(names, codes)


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
