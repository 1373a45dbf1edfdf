"""Excel workbooks (Office Open XML, ECMA-376): row by row, texts, numbers as they print, dates as ISO."""

from __future__ import annotations

import posixpath
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.collect.readers.archive import Archive
from transforms.collect.readers.cells import RowCells, Spans, filled, refuse_many_merged
from transforms.collect.readers.content import Cells, choose_sheet, previews
from transforms.collect.readers.markup import Markup, elements, find_tags, local, local_name
from transforms.collect.readers.strings import rich_text, shared_strings, unescaped
from transforms.collect.readers.values import Format, cell_text, format_of
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from transforms.collect.readers.content import Options, Readable, Row, Score
    from transforms.collect.readers.strings import SharedStrings

BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_TRUE: Final = frozenset({"1", "true", "on"})
_MERGED: Final = re.compile(
    rb"<(?:[A-Za-z0-9_]{1,32}:)?mergeCell ref=\"([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\""
)
_LONGEST_TAG: Final = 80
_VALUE: Final = frozenset({"}v", "v"})
_ALPHABET: Final = {letter: place for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=1)}


def read_xlsx(readable: Readable, options: Options, score: Score) -> Cells:
    """Return the rows of one sheet of a workbook."""
    with Archive(readable) as archive:
        book = _book(archive)
    chosen = _chosen(readable, book, options, score)
    return Cells("xlsx", "", partial(_sheet_rows, readable, book, chosen), is_padded=True)


@dataclass(slots=True)
class _Book:
    """What a workbook says about its parts."""

    is_1904: bool = False
    sheets: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    formats: list[Format] = field(default_factory=list)
    strings: str = ""


def _book(archive: Archive) -> _Book:
    book, sheets = _Book(), list[tuple[str, str, bool]]()
    for part in elements(Markup(archive.open(BOOK)), ("workbookPr", "sheet"), "the workbook"):
        if local(part) == "workbookPr":
            book.is_1904 = part.get("date1904", "") in _TRUE
        else:
            relation = next((value for name, value in part.items() if local_name(str(name)) == "id"), "")
            sheets.append((str(part.get("name", "")), str(relation), part.get("state", "visible") == "visible"))
    targets, styles = _relations(archive, book)
    for name, relation, is_visible in sheets[: LIMITS.sheets]:
        if relation in targets:
            (book.sheets if is_visible else book.hidden)[name] = targets[relation]
    if styles in archive.names:
        book.formats = _formats(archive, styles)
    return book


def _relations(archive: Archive, book: _Book) -> tuple[dict[str, str], str]:
    targets, styles = dict[str, str](), ""
    names = frozenset(archive.names)
    for part in elements(Markup(archive.open(_RELATIONS)), ("Relationship",), "the workbook"):
        target = posixpath.normpath(posixpath.join("/xl", part.get("Target", ""))).lstrip("/")
        kind = part.get("Type", "").rpartition("/")[2]
        if kind == "worksheet":
            targets[part.get("Id", "")] = target
        elif kind == "sharedStrings" and target in names:
            book.strings = target
        elif kind == "styles":
            styles = target
    return targets, styles


def _formats(archive: Archive, part: str) -> list[Format]:
    """Return for each style of a cell what its number format shows."""
    codes, used = dict[int, str](), list[int]()
    for element in elements(Markup(archive.open(part)), ("numFmt", "cellXfs"), "the styles"):
        if local(element) == "numFmt":
            codes[_integer(element.get("numFmtId"))] = element.get("formatCode", "")
        else:
            used.extend(_integer(style.get("numFmtId")) for style in element if local(style) == "xf")
    return [format_of(number, codes.get(number)) for number in used]


def _chosen(readable: Readable, book: _Book, options: Options, score: Score) -> str:
    if options.sheet in book.hidden:
        return book.hidden[options.sheet]
    if len(book.sheets) == 1 and not options.sheet:
        return next(iter(book.sheets.values()))
    sheets = {name: partial(_sheet_rows, readable, book, part) for name, part in book.sheets.items()}
    name = choose_sheet(previews(sheets), options.sheet, score)
    return book.sheets.get(name, "")


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


def _sheet_rows(readable: Readable, book: _Book, part: str) -> Iterator[Row]:
    if not part:
        return
    with ExitStack() as open_files:
        merged = _merged(readable, part)
        archive = open_files.enter_context(Archive(readable))
        strings = open_files.enter_context(shared_strings())
        if book.strings:
            items = elements(Markup(archive.open(book.strings)), ("si",), "the shared strings")
            strings.fill(map(rich_text, items))
        reader = _Sheet(book, strings, merged)
        entry = archive.open(part)
        for element in elements(Markup(entry), ("row", "sheetData"), "the sheet"):
            if local(element) == "sheetData":
                break
            if row := reader.row(element):
                yield row
        entry.drain()


class _Sheet:
    def __init__(self, book: _Book, strings: SharedStrings, merged: dict[int, list[tuple[int, int]]]) -> None:
        self._formats = book.formats
        self._is_1904 = book.is_1904
        self._strings = strings
        self._merged = merged
        self._spans = Spans()
        self._number = 0

    def row(self, element: etree._Element) -> Row:
        """Return the texts of a row up to its last filled cell."""
        row = RowCells()
        for cell in element:
            if place := cell.get("r"):
                row.column = _column(place)
            row.add(self._text(cell) if len(cell) else "")
        return self._filled(element, row.texts) if self._merged else row.texts

    def _filled(self, element: etree._Element, row: Row) -> Row:
        number = _integer(element.get("r")) or self._number + 1
        # A row of empty cells may be left out of the file.
        for _ in range(self._number + 1, min(number, self._number + LIMITS.merged_cells)):
            self._spans.end_row()
        self._number = number
        for column, rows in self._merged.get(number, ()):
            if column < len(row):
                self._spans.begin(column, rows, row[column])
        row = filled(row, self._spans)
        self._spans.end_row()
        return row

    def _text(self, cell: etree._Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return "".join(rich_text(part) for part in cell if local(part) == "is")
        raw = next((part.text or "" for part in cell if part.tag[-2:] in _VALUE), "")
        if kind == "n":
            return self._number_text(cell, raw) if raw else ""
        if kind == "s":
            return self._strings.at(_integer(raw))
        if kind == "b":
            return "true" if raw in _TRUE else "false"
        return unescaped(raw)

    def _number_text(self, cell: etree._Element, raw: str) -> str:
        style = _integer(cell.get("s"))
        shown = self._formats[style] if style < len(self._formats) else "number"
        return cell_text(raw, shown, is_1904=self._is_1904)


def _column(place: str) -> int:
    column = 0
    for letter in islice(place, 4):
        if letter not in _ALPHABET:
            break
        column = column * 26 + _ALPHABET[letter]
    return column - 1


def _integer(raw: str | None) -> int:
    try:
        return int(raw or "0")
    except ValueError as error:
        what = "a number of the workbook's own is none"
        raise DeliveryRefused(what, "the workbook", "save the workbook again, and send it") from error
