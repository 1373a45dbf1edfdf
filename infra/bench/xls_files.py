"""Workbooks of Excel 97 as large as wanted: their texts shared, their rows in as many sheets as that takes (MS-XLS)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from struct import Struct, pack
from typing import IO, Final

from infra.bench.compound_files import SECTOR, compound

# A sheet of Excel 97 has no more, its header among them.
XLS_ROWS: Final = 65_536
TABLE: Final = "thetable"
"""The sheet that is the table, with a name as long as those of all sheets."""

_BUFFER: Final = 1_048_576
# Of the content of a record.
_LONGEST: Final = 8_224
_BOF, _EOF, _CONTINUE, _BOUND_SHEET, _SST, _LABEL_SST = 0x0809, 0x000A, 0x003C, 0x0085, 0x00FC, 0x00FD
_BOOK, _SHEET = 0x0005, 0x0010
_CELL_BYTES: Final = 14


def record(kind: int, content: bytes = b"") -> bytes:
    """Return one record of a workbook."""
    return pack("<HH", kind, len(content)) + content


def begin_of(kind: int) -> bytes:
    """Return the record that begins a workbook or a sheet."""
    return record(_BOF, pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def write_rows(path: Path, labels: Sequence[str], made: Iterator[list[str]], size: int) -> int:
    """Write rows of equal length until the file has about `size` bytes; returns how many its table has.

    The table is the last sheet, `TABLE`, which alone has a header; rows that it cannot hold stand in sheets before it.
    """
    width, first = len(labels), next(made)
    count = max(1, size // (len(_shared(first)) + _CELL_BYTES * width))
    in_table = min(count, XLS_ROWS - 1)
    sheets = [
        range(1 + begin, 1 + min(begin + XLS_ROWS, count - in_table)) for begin in range(0, count - in_table, XLS_ROWS)
    ]
    with path.open("wb", buffering=_BUFFER) as file, compound(file):
        file.write(begin_of(_BOOK))
        bounds = file.tell()
        file.write(_bounds([0] * (len(sheets) + 1)))
        _write_shared(file, chain([labels, first], islice(made, count - 1)), width * (count + 1))
        file.write(record(_EOF))
        begins = [_write_sheet(file, numbers, width) for numbers in sheets]
        begins.append(_write_sheet(file, [0, *range(1 + count - in_table, 1 + count)], width))
        end = file.tell()
        file.seek(bounds)
        file.write(_bounds(begins))
        file.seek(end)
    return in_table


def _bounds(begins: Sequence[int]) -> bytes:
    return b"".join(
        record(_BOUND_SHEET, pack("<IBBBB", place, 0, 0, len(TABLE), 0) + name.encode())
        for name, place in zip([*(f"{number:08}" for number in range(1, len(begins))), TABLE], begins, strict=True)
    )


def _shared(row: Sequence[str]) -> bytes:
    """Return the texts of a row as they are shared: with one byte for a character where that is enough."""
    return b"".join(
        pack("<HB", len(text), not text.isascii()) + text.encode("latin-1" if text.isascii() else "utf-16-le")
        for text in row
    )


def _write_shared(file: IO[bytes], rows: Iterable[Sequence[str]], count: int) -> None:
    """Write the texts of all rows; those of a row are not parted by the end of a record."""
    kind, held = _SST, pack("<II", count, count)
    for row in rows:
        texts = _shared(row)
        if len(held) + len(texts) > _LONGEST:
            file.write(record(kind, held))
            kind, held = _CONTINUE, b""
        held += texts
    file.write(record(kind, held))


def _write_sheet(file: IO[bytes], numbers: Sequence[int], width: int) -> int:
    """Write the rows of these numbers; returns where the sheet begins in the stream."""
    place = file.tell() - SECTOR
    file.write(begin_of(_SHEET))
    cells = Struct("<" + "HHHHHI" * width)
    for row, number in enumerate(numbers):
        texts = range(number * width, (number + 1) * width)
        file.write(cells.pack(*chain.from_iterable((_LABEL_SST, 10, row, n, 0, text) for n, text in enumerate(texts))))
    file.write(record(_EOF))
    return place
