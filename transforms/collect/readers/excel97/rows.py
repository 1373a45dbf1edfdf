"""The rows of a worksheet of Excel 97 from its cells, in whatever order these were written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from transforms.collect.readers.cells import RowCells, over_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from transforms.collect.readers.cells import Merged
    from transforms.collect.readers.content import Numbered, Row
    from transforms.collect.readers.excel97.cells import Cell


def in_order(cells: Iterable[Cell]) -> Iterator[Cell]:
    """Yield cells row by row, from left to right; they wait in a file without a name."""
    with closing(sqlite3.connect("")) as store:
        store.execute("create table cell (row_no integer, column_no integer, text text)")
        store.executemany("insert into cell values (?, ?, ?)", cells)
        yield from store.execute("select row_no, column_no, text from cell order by row_no, column_no")


def rows(cells: Iterable[Cell], merged: Merged) -> Iterator[Numbered]:
    """Yield the filled rows with their numbers."""
    return over_all(((number, _row(found)) for number, found in groupby(cells, itemgetter(0))), merged)


def _row(cells: Iterable[Cell]) -> Row:
    row = RowCells()
    for _, column, text in cells:
        row.column = column
        row.add(text)
    return row.texts
