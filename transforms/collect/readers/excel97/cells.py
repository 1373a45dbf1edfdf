"""The cells of a worksheet of Excel 97, as texts in the order of the stream (MS-XLS 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import TYPE_CHECKING, Final

from transforms.collect.readers.cells import refuse_many_merged
from transforms.collect.readers.excel97.records import Texts, broken
from transforms.collect.readers.formats import format_at
from transforms.collect.readers.values import shown_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from transforms.collect.readers.excel97.book import Book
    from transforms.collect.readers.excel97.records import Record
    from transforms.collect.readers.strings import SharedStrings

    Cell = tuple[int, int, str]

# Some programs give it the numbers that it had in Excel 3 and 4.
_FORMULAS: Final = (0x0006, 0x0206, 0x0406)
_MUL_RK: Final = 0x00BD
_RSTRING: Final = 0x00D6
_MERGED: Final = 0x00E5
_LABEL_SST: Final = 0x00FD
_NUMBER: Final = 0x0203
_LABEL: Final = 0x0204
_BOOL_ERR: Final = 0x0205
_STRING: Final = 0x0207
_RK: Final = 0x027E
# Stand between a formula and the text it gives.
_BETWEEN: Final = frozenset({0x0221, 0x0236, 0x04BC})

_PLACE: Final = Struct("<HH")
_STYLED: Final = Struct("<HHH")
_TEXT: Final = Struct("<6xI")
_STYLE_AND_DOUBLE: Final = Struct("<4xHd")
_RESULT: Final = Struct("<4xH8s")
_BYTES: Final = Struct("<6xBB")
_STYLE_AND_RK: Final = Struct("<HI")
_COUNT: Final = Struct("<H")
_RANGE: Final = Struct("<HHHH")
_DOUBLE: Final = Struct("<d")
_IS_HUNDREDTHS, _IS_INTEGER, _IS_NEGATIVE = 0x1, 0x2, 0x80000000
# Results of formulas that are no numbers (MS-XLS 2.5.133).
_NO_NUMBER: Final = b"\xff\xff"
_TEXT_RESULT, _BOOL_RESULT, _ERROR_RESULT, _EMPTY_RESULT = range(4)
_COLUMN_BITS: Final = 16
_CELLS: Final = frozenset({*_FORMULAS, _MUL_RK, _RSTRING, _LABEL_SST, _NUMBER, _LABEL, _BOOL_ERR, _RK})
_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(slots=True)
class Survey:
    """What has to be known of a sheet before its rows are read.

    Ranges that are merged over several rows stand behind all rows.
    """

    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    is_in_order: bool = True


def survey(records: Iterable[Record]) -> Survey:
    """Look for merged cells, and whether the cells come row by row, from left to right."""
    found, count, before = Survey(), 0, -1
    for kind, content in records:
        if kind in _CELLS:
            row, column = _PLACE.unpack_from(content)
            place = row << _COLUMN_BITS | column
            found.is_in_order &= place > before
            before = place if kind != _MUL_RK else row << _COLUMN_BITS | _last(content)
        elif kind == _MERGED:
            (ranges,) = _COUNT.unpack_from(content)
            count += ranges
            refuse_many_merged(count)
            for number in range(ranges):
                top, bottom, left, _ = _RANGE.unpack_from(content, _COUNT.size + number * _RANGE.size)
                if bottom > top:
                    found.merged.setdefault(top, []).append((left, bottom - top + 1))
    return found


class CellReader:
    """The filled cells of a sheet: row, column and text of each."""

    def __init__(self, book: Book, strings: SharedStrings) -> None:
        """Read by the formats and the shared texts of a book."""
        self._book = book
        self._strings = strings
        self._readers: dict[int, Callable[[bytes, Iterator[Record]], str]] = {
            _LABEL_SST: self._shared,
            _NUMBER: self._double,
            _RK: self._short_number,
            _BOOL_ERR: self._bool_or_error,
            _LABEL: self._own,
            _RSTRING: self._own,
            **dict.fromkeys(_FORMULAS, self._result),
        }

    def read(self, records: Iterator[Record]) -> Iterator[Cell]:
        """Yield the cells in the order of their records."""
        readers = self._readers
        for kind, content in records:
            if reader := readers.get(kind):
                row, column = _PLACE.unpack_from(content)
                yield row, column, reader(content, records)
            elif kind == _MUL_RK:
                yield from self._numbers(content)

    def _shared(self, content: bytes, _: Iterator[Record]) -> str:
        return self._strings.at(_TEXT.unpack_from(content)[0])

    def _own(self, content: bytes, more: Iterator[Record]) -> str:
        return Texts(content, _STYLED.size, more).text()

    def _double(self, content: bytes, _: Iterator[Record]) -> str:
        return self._number(*_STYLE_AND_DOUBLE.unpack_from(content))

    def _short_number(self, content: bytes, _: Iterator[Record]) -> str:
        style, raw = _STYLE_AND_RK.unpack_from(content, _PLACE.size)
        return self._number(style, unpacked(raw))

    def _numbers(self, content: bytes) -> Iterator[Cell]:
        row, first = _PLACE.unpack_from(content)
        for column in range(first, _last(content) + 1):
            style, raw = _STYLE_AND_RK.unpack_from(content, _PLACE.size + (column - first) * _STYLE_AND_RK.size)
            yield row, column, self._number(style, unpacked(raw))

    def _bool_or_error(self, content: bytes, _: Iterator[Record]) -> str:
        value, is_error = _BYTES.unpack_from(content)
        return _ERRORS.get(value, "") if is_error else _truth(value)

    def _result(self, content: bytes, more: Iterator[Record]) -> str:
        """Return what a formula gave when the workbook was saved."""
        style, raw = _RESULT.unpack_from(content)
        if raw[6:] != _NO_NUMBER:
            return self._number(style, _DOUBLE.unpack(raw)[0])
        kind, value = raw[0], raw[2]
        if kind == _TEXT_RESULT:
            return _text_behind(more)
        if kind == _BOOL_RESULT:
            return _truth(value)
        if kind == _ERROR_RESULT:
            return _ERRORS.get(value, "")
        if kind == _EMPTY_RESULT:
            return ""
        raise broken()

    def _number(self, style: int, value: float) -> str:
        return shown_text(value, format_at(self._book.formats, style), is_1904=self._book.is_1904)


def unpacked(raw: int) -> float:
    """Return the number of an RK: 30 bits of an integer or of a double, perhaps in hundredths (MS-XLS 2.5.217)."""
    if raw & _IS_INTEGER:
        number = float((raw >> 2) - ((raw & _IS_NEGATIVE) >> 1))
    else:
        number = _DOUBLE.unpack(bytes(4) + (raw & ~(_IS_INTEGER | _IS_HUNDREDTHS)).to_bytes(4, "little"))[0]
    return number / 100 if raw & _IS_HUNDREDTHS else number


def _last(content: bytes) -> int:
    return int.from_bytes(content[-2:], "little")


def _truth(value: int) -> str:
    return "true" if value else "false"


def _text_behind(more: Iterator[Record]) -> str:
    kind, content = next((record for record in more if record[0] not in _BETWEEN), (0, b""))
    if kind != _STRING:
        raise broken()
    return Texts(content, 0, more).text()
