"""What a workbook of Excel 97 says before its sheets: their places, formats, shared texts (MS-XLS 2.1.7.20.3)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from struct import Struct
from typing import IO, TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.collect.readers.archive import locked
from transforms.collect.readers.excel97.records import Texts, broken, refusing, substream
from transforms.collect.readers.formats import DAMAGED, Format, format_of
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from transforms.collect.readers.excel97.records import Record

_DATE_MODE: Final = 0x0022
_FILE_PASS: Final = 0x002F
_BOUND_SHEET: Final = 0x0085
_XF: Final = 0x00E0
_SST: Final = 0x00FC
_FORMAT: Final = 0x041E
_SHEET: Final = Struct("<IBBBB")
_STATE: Final = 0x3
_WORKSHEET: Final = 0
_WIDE: Final = 0x1
_NUMBER: Final = Struct("<H")
_STYLE: Final = Struct("<2xH")
_COUNTS: Final = Struct("<II")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet, and where in the stream its records may lie."""

    name: str
    is_hidden: bool
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Book:
    """What holds for all sheets; a format for each style of a cell."""

    is_1904: bool
    formats: list[Format]
    sheets: dict[str, Sheet]


@dataclass(frozen=True, slots=True)
class _Bound:
    name: str
    begin: int
    state: int
    kind: int


def read_book(stream: IO[bytes], size: int) -> Book:
    """Read what stands before the sheets; raises DeliveryRefused for a workbook with a password."""
    is_1904, codes, styles, bounds = False, dict[int, Format](), list[int](), list[_Bound]()
    found = substream(stream, 0, size)
    for kind, content in found:
        if kind == _FILE_PASS:
            raise locked()
        if kind == _DATE_MODE:
            is_1904 = _NUMBER.unpack_from(content)[0] == 1
        elif kind == _FORMAT:
            (number,) = _NUMBER.unpack_from(content)
            codes[number] = _format(number, content)
        elif kind == _XF:
            styles.append(_STYLE.unpack_from(content)[0])
        elif kind == _BOUND_SHEET:
            bounds.append(_bound(content, found))
        if len(codes) + len(styles) > LIMITS.styles or len(bounds) > LIMITS.archive_entries:
            raise broken()
    formats = [codes.get(number) or format_of(number, None) for number in styles]
    return Book(is_1904, formats, _sheets(bounds, size))


def shared_texts(stream: IO[bytes], size: int) -> Iterator[str]:
    """Yield the texts that the cells of all sheets refer to by number."""
    found = substream(stream, 0, size)
    for kind, content in found:
        if kind == _SST:
            _, count = _COUNTS.unpack_from(content)
            texts = Texts(content, _COUNTS.size, found)
            for _ in range(count):
                yield texts.text()
            return


def _format(number: int, content: bytes) -> Format:
    """Return what a format shows; nothing continues its record, so that the code of a damaged one is not known."""
    try:
        with refusing():
            return format_of(number, Texts(content, _NUMBER.size, iter(())).text())
    except DeliveryRefused:
        return DAMAGED


def _bound(content: bytes, more: Iterator[Record]) -> _Bound:
    begin, state, kind, length, flags = _SHEET.unpack_from(content)
    name = Texts(content, _SHEET.size, more).characters(length, is_wide=bool(flags & _WIDE))
    return _Bound(name, begin, state & _STATE, kind)


def _sheets(bounds: Sequence[_Bound], size: int) -> dict[str, Sheet]:
    """Return the worksheets by name; no two of a workbook share any record."""
    begins = sorted(bound.begin for bound in bounds)
    ends = dict(pairwise([*begins, size]))
    names = {bound.name for bound in bounds}
    if len(ends) < len(bounds) or len(names) < len(bounds) or "" in names:
        raise broken()
    return {
        bound.name: Sheet(bound.name, bool(bound.state), bound.begin, ends[bound.begin])
        for bound in bounds
        if bound.kind == _WORKSHEET
    }
