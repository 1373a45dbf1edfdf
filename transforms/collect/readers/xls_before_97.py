"""Excel workbooks of before 97 (BIFF 2 to 5): read whole, and so only up to a size; a sheet has 16,384 rows."""

from __future__ import annotations

import io
import struct
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.compdoc import CompDocError
from xlrd.formula import FormulaError

from transforms.collect.limits import LIMITS
from transforms.collect.readers.archive import locked
from transforms.collect.readers.cells import RowCells, over_all
from transforms.collect.readers.content import Cells, choose_sheet, previews, unless_full
from transforms.collect.readers.formats import NUMBER, format_of, sure
from transforms.collect.readers.values import moment_text, number_text, shown_text
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xlrd.book import Book
    from xlrd.sheet import Cell, Sheet

    from transforms.collect.readers.content import Fit, Numbered, Options, Readable, Row

# Without ragged rows xlrd makes every cell of a rectangle: 16 million, where one stands in the last corner.
_SPARINGLY: Final = {"on_demand": True, "formatting_info": True, "ragged_rows": True}
# Of a sheet; the first is 0.
_LAST_ROW: Final = 16_383
# What xlrd lets through where a file is cut or damaged.
_BROKEN: Final = (
    *(xlrd.XLRDError, CompDocError, FormulaError, struct.error, AssertionError, NotImplementedError),
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError),
)


def read_xls_before_97(readable: Readable, options: Options, fit: Fit) -> Cells:
    """Return the rows of one sheet of a workbook."""
    chosen = _chosen(readable, options, fit)
    return Cells("xls", "", partial(_rows, readable, chosen, is_named=bool(options.sheet)), is_padded=True)


def _chosen(readable: Readable, options: Options, fit: Fit) -> str:
    with _open(readable) as book:
        sheets = {
            name: partial(_sheet_rows, book, name, is_wanted=name == options.sheet) for name in book.sheet_names()
        }
        return choose_sheet(previews(sheets), options.sheet, fit)


@contextmanager
def _open(readable: Readable) -> Iterator[Book]:
    book = _book(readable)
    try:
        yield book
    finally:
        # A book and its sheets refer to each other, and would stay.
        book.release_resources()


def _book(readable: Readable) -> Book:
    with readable.open() as file:
        if file.seek(0, io.SEEK_END) > LIMITS.xls_before_97_bytes:
            what = f"the workbook is of before Excel 97, and larger than {LIMITS.xls_before_97_bytes:,} bytes"
            raise DeliveryRefused(what, "the file", "save it as xlsx or CSV")
        file.seek(0)
        content = file.read()
    with _refusing():
        return xlrd.open_workbook(file_contents=content, **_SPARINGLY, logfile=io.StringIO())


def _rows(readable: Readable, name: str, *, is_named: bool) -> Iterator[Row]:
    if name:
        with _open(readable) as book:
            others = () if is_named else [other for other in book.sheet_names() if other != name]
            rows = _numbered(book, name, is_wanted=True)
            yield from unless_full(rows, _LAST_ROW, (_numbered(book, other, is_wanted=False) for other in others))


def _sheet_rows(book: Book, name: str, *, is_wanted: bool) -> Iterator[Row]:
    return (row for _, row in _numbered(book, name, is_wanted=is_wanted))


def _numbered(book: Book, name: str, *, is_wanted: bool) -> Iterator[Numbered]:
    """Yield the filled rows of a sheet with their numbers; a hidden one only if it is wanted."""
    with _refusing():
        sheet = book.sheet_by_name(name)
    if not sheet.visibility or is_wanted:
        yield from _filled_rows(book, sheet)
    book.unload_sheet(name)


def _filled_rows(book: Book, sheet: Sheet) -> Iterator[Numbered]:
    merged = dict[int, list[tuple[int, int]]]()
    for top, bottom, left, _ in sheet.merged_cells:
        merged.setdefault(top, []).append((left, bottom - top))
    return over_all(((number, _row(book, sheet, number)) for number in range(sheet.nrows)), merged)


def _row(book: Book, sheet: Sheet, number: int) -> Row:
    row = RowCells()
    with _refusing():
        for cell in sheet.row(number):
            row.add(_text(book, cell))
    return row.texts


def _text(book: Book, cell: Cell) -> str:
    kind, value = cell.ctype, cell.value
    if kind == xlrd.XL_CELL_TEXT:
        return str(value)
    if kind == xlrd.XL_CELL_NUMBER:
        code = book.format_map[book.xf_list[cell.xf_index].format_key].format_str
        shown = sure(format_of(0, code))
        return shown_text(value, NUMBER if shown.kind == "moment" else shown, is_1904=False)
    if kind == xlrd.XL_CELL_DATE:
        return moment_text(value, is_1904=bool(book.datemode)) or number_text(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "true" if value else "false"
    return error_text_from_code.get(value, "") if kind == xlrd.XL_CELL_ERROR else ""


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        if "encrypted" in str(error):
            raise locked() from error
        what = "the workbook is broken, or the file was cut off"
        raise DeliveryRefused(what, "the workbook", "save the workbook again, and send it") from error
