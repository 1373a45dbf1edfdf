"""Excel workbooks (Office Open XML, ECMA-376): row by row, texts, numbers as they print, dates as ISO."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from transforms.collect.readers.archive import Archive
from transforms.collect.readers.cells import RowCells, over_all, refuse_many_merged
from transforms.collect.readers.content import Cells, choose_sheet, previews, refuse_many_sheets, unless_full
from transforms.collect.readers.formats import format_at
from transforms.collect.readers.markup import Markup, elements, find_tags, local
from transforms.collect.readers.strings import rich_text, shared_strings, unescaped
from transforms.collect.readers.values import cell_text
from transforms.collect.readers.xlsx_book import TRUE, integer, read_book

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import etree

    from transforms.collect.readers.content import Fit, Numbered, Options, Readable, Row
    from transforms.collect.readers.strings import SharedStrings
    from transforms.collect.readers.xlsx_book import Book

_MERGED: Final = re.compile(
    rb"<(?:[A-Za-z0-9_]{1,32}:)?mergeCell ref=\"([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\""
)
# Of a sheet; the first is 1.
_LAST_ROW: Final = 1_048_576
_LONGEST_TAG: Final = 80
_VALUE: Final = frozenset({"}v", "v"})
_ALPHABET: Final = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)}


def read_xlsx(readable: Readable, options: Options, fit: Fit) -> Cells:
    """Return the rows of one sheet of a workbook."""
    with Archive(readable) as archive:
        book = read_book(archive)
    chosen = _chosen(readable, book, options, fit)
    others = () if options.sheet else tuple(part for part in book.sheets.values() if part != chosen)
    return Cells("xlsx", "", partial(_rows, readable, book, chosen, others), is_padded=True)


def _chosen(readable: Readable, book: Book, options: Options, fit: Fit) -> str:
    """Return the part of the wanted sheet, even if it is hidden, else of the one among the others that fits."""
    named = {**book.sheets, **book.hidden}
    if options.sheet in named:
        return named[options.sheet]
    refuse_many_sheets(len(book.sheets))
    if len(book.sheets) == 1 and not options.sheet:
        return next(iter(book.sheets.values()))
    with shared_strings() as strings:
        workbook = _Workbook(readable, book, strings)
        found = {name: partial(workbook.rows, part) for name, part in book.sheets.items()}
        return book.sheets.get(choose_sheet(previews(found), options.sheet, fit), "")


def _rows(readable: Readable, book: Book, part: str, others: Sequence[str]) -> Iterator[Row]:
    if part:
        with shared_strings() as strings:
            workbook = _Workbook(readable, book, strings)
            yield from unless_full(workbook.numbered(part), _LAST_ROW, map(workbook.numbered, others))


class _Workbook:
    """A workbook whose shared strings are written down once, for all of its sheets."""

    def __init__(self, readable: Readable, book: Book, strings: SharedStrings) -> None:
        self._readable = readable
        self._book = book
        self._strings = strings
        self._has_strings = not book.strings

    def rows(self, part: str) -> Iterator[Row]:
        """Yield the filled rows of a sheet."""
        return (row for _, row in self.numbered(part))

    def numbered(self, part: str) -> Iterator[Numbered]:
        """Yield the filled rows of a sheet with their numbers."""
        self._fill_strings()
        yield from over_all(self._all_rows(part), _merged(self._readable, part))

    def _all_rows(self, part: str) -> Iterator[Numbered]:
        reader, number = _Sheet(self._book, self._strings), 0
        with Archive(self._readable) as archive:
            entry = archive.open(part)
            for element in elements(Markup(entry), ("row", "sheetData"), "the sheet"):
                if local(element) == "sheetData":
                    break
                number = integer(element.get("r")) or number + 1
                yield number, reader.row(element)
            entry.drain()

    def _fill_strings(self) -> None:
        if not self._has_strings:
            with Archive(self._readable) as archive:
                items = elements(Markup(archive.open(self._book.strings)), ("si",), "the shared strings")
                self._strings.fill(map(rich_text, items))
            self._has_strings = True


def _merged(readable: Readable, part: str) -> dict[int, list[tuple[int, int]]]:
    """Return by its first row each merged range of several rows: its column, and how many rows.

    They stand behind the rows, and so are looked for before the rows are read.
    """
    merged: dict[int, list[tuple[int, int]]] = {}
    with Archive(readable) as archive:
        found = find_tags(iter(archive.open(part).read, b""), _MERGED, _LONGEST_TAG)
        for number, (left, top, bottom) in enumerate(map(re.Match.groups, found), start=1):
            refuse_many_merged(number)
            rows = int(bottom) - int(top) + 1
            if rows > 1:
                merged.setdefault(int(top), []).append((_column(left.decode()), rows))
    return merged


class _Sheet:
    def __init__(self, book: Book, strings: SharedStrings) -> None:
        self._formats = book.formats
        self._is_1904 = book.is_1904
        self._strings = strings

    def row(self, element: etree._Element) -> Row:
        """Return the texts of a row up to its last filled cell."""
        row = RowCells()
        for cell in element:
            if place := cell.get("r"):
                row.column = _column(place)
            row.add(self._text(cell) if len(cell) else "")
        return row.texts

    def _text(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(rich_text(part) for part in cell if local(part) == "is")
        raw = next((part.text or "" for part in cell if part.tag[-2:] in _VALUE), "")
        if kind == "n":
            return self._number_text(cell, raw) if raw else ""
        if kind == "s":
            return self._strings.at(integer(raw))
        if kind == "b":
            return "true" if raw in TRUE else "false"
        return unescaped(raw)

    def _number_text(self, cell: etree._Element, raw: str) -> str:
        return cell_text(raw, format_at(self._formats, integer(cell.get("s"))), is_1904=self._is_1904)


def _column(place: str) -> int:
    column = 0
    for letter in islice(place, 4):
        if letter not in _ALPHABET:
            break
        column = column * 26 + _ALPHABET[letter]
    return column - 1
