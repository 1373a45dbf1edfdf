"""Excel workbooks of before 2007: row by row; those of before 97 are read whole."""

from __future__ import annotations

import io
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from transforms.collect.readers.archive import locked
from transforms.collect.readers.content import Cells, choose_sheet, previews, unless_full
from transforms.collect.readers.excel97.book import Book, read_book, shared_texts
from transforms.collect.readers.excel97.cells import CellReader, survey
from transforms.collect.readers.excel97.compound import MAGIC, Compound
from transforms.collect.readers.excel97.records import is_biff8, refusing, substream
from transforms.collect.readers.excel97.rows import in_order, rows
from transforms.collect.readers.strings import SharedStrings, shared_strings
from transforms.collect.readers.xls_before_97 import read_xls_before_97
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from transforms.collect.readers.content import Fit, Numbered, Options, Readable, Row
    from transforms.collect.readers.excel97.book import Sheet

# Of a sheet of Excel 97 to 2003; the first is 0.
_LAST_ROW: Final = 65_535
# The stream that a locked workbook of Excel 2007 and later is packed in.
_LOCKED: Final = "EncryptedPackage"
# The stream of a workbook, and of one of before Excel 97.
_STREAMS: Final = ("Workbook", "Book")


def read_xls(readable: Readable, options: Options, fit: Fit) -> Cells:
    """Return the rows of one sheet of a workbook."""
    with readable.open() as file, refusing():
        is_new = is_biff8(_stream(file))
    if not is_new:
        return read_xls_before_97(readable, options, fit)
    chosen = _chosen(readable, options, fit)
    return Cells("xls", "", partial(_rows, readable, chosen, is_named=bool(options.sheet)), is_padded=True)


def _stream(file: io.BufferedReader) -> io.BufferedReader:
    """Return the stream of a workbook; the file itself where that is all there is."""
    if file.read(len(MAGIC)) != MAGIC:
        return file
    compound = Compound(file)
    if _LOCKED in compound:
        raise locked()
    name = next((name for name in _STREAMS if name in compound), None)
    if name is None:
        what = "the file is no workbook, but another document of Office"
        raise DeliveryRefused(what, "the file", "send the workbook")
    return compound.open(name)


class _Workbook:
    """An open workbook."""

    def __init__(self, stream: io.BufferedReader, strings: SharedStrings) -> None:
        self._stream = stream
        self._size = stream.seek(0, io.SEEK_END)
        self._strings = strings
        self._has_strings = False
        with refusing():
            self.book = read_book(stream, self._size)

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the filled rows of a sheet."""
        return (row for _, row in self.numbered(sheet))

    def numbered(self, sheet: Sheet) -> Iterator[Numbered]:
        """Yield the filled rows of a sheet with their numbers."""
        with refusing():
            self._fill_strings()
            found = survey(substream(self._stream, sheet.begin, sheet.end))
            cells = CellReader(self.book, self._strings).read(substream(self._stream, sheet.begin, sheet.end))
            yield from rows(cells if found.is_in_order else in_order(cells), found.merged)

    def _fill_strings(self) -> None:
        if not self._has_strings:
            self._strings.fill(shared_texts(self._stream, self._size))
            self._has_strings = True


@contextmanager
def _open(readable: Readable) -> Iterator[_Workbook]:
    with readable.open() as file, shared_strings() as strings:
        yield _Workbook(_stream(file), strings)


def _chosen(readable: Readable, options: Options, fit: Fit) -> str:
    with _open(readable) as workbook:
        sheets = _candidates(workbook.book, options.sheet)
        if len(sheets) == 1 and not options.sheet:
            return sheets[0].name
        found = {sheet.name: partial(workbook.rows, sheet) for sheet in sheets}
        return choose_sheet(previews(found), options.sheet, fit)


def _candidates(book: Book, wanted: str) -> Sequence[Sheet]:
    """Return the sheets that may be read: the wanted one, even if it is hidden, else all that are not."""
    if wanted in book.sheets:
        return [book.sheets[wanted]]
    return [sheet for sheet in book.sheets.values() if not sheet.is_hidden]


def _rows(readable: Readable, name: str, *, is_named: bool) -> Iterator[Row]:
    if name:
        with _open(readable) as workbook:
            others = () if is_named else [s for s in _candidates(workbook.book, "") if s.name != name]
            rows = workbook.numbered(workbook.book.sheets[name])
            yield from unless_full(rows, _LAST_ROW, map(workbook.numbered, others))
