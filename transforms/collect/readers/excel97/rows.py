"""The rows of a worksheet of Excel 97 from its cells, in whatever order these were written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from transforms.collect.readers.cells import RowCells, Spans, filled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from transforms.collect.readers.content import Row
    from transforms.collect.readers.excel97.cells import Cell, Merged

_MOST_ROWS: Final = 65_536


def in_order(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Yield cells row by row, from left to right; they wait in a file without a name."""
    with closing(sqlite3.connect("")) as store:
        store.execute("create table cell (row_no integer, column_no integer, text text)")
        store.executemany("insert into cell values (?, ?, ?)", cells)
        yield from store.execute("select row_no, column_no, text from cell order by row_no, column_no")


def rows(cells: Iterable[Cell], merged: Merged) -> Iterator[Row]:
    """Yield the filled rows; what is merged downward is in each of its rows, even in one without any cell."""
    spans, expected = Spans(), 0
    for number, found in groupby(cells, itemgetter(0)):
        yield from _reached(spans, number - expected)
        expected = number + 1
        row = _row(found)
        for left, height in merged.get(number, ()):
            if left < len(row):
                spans.begin(left, height, row[left])
        row = filled(row, spans)
        spans.end_row()
        if row:
            yield row
    yield from _reached(spans, _MOST_ROWS)


def _row(cells: Iterable[Cell]) -> Row:
    row = RowCells()
    for _, column, text in cells:
        row.column = column
        row.add(text)
    return row.texts


def _reached(spans: Spans, most: int) -> Iterator[Row]:
    """Yield the next rows, at most so many, as far as merged cells reach into them."""
    for _ in range(most):
        row = filled([], spans)
        if not row:
            return
        spans.end_row()
        yield row
