"""Compound files, as Excel 97 keeps its workbooks in: one stream of any size, written as it comes (MS-CFB)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from struct import pack
from typing import IO, Final

SECTOR: Final = 512
_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A shorter stream would lie elsewhere.
_SHORTEST: Final = 4_096
_IN_HEAD: Final = 109
_FREE, _END, _TABLE, _TABLE_OF_TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_NUMBERS: Final = SECTOR // 4


@contextmanager
def compound(file: IO[bytes], name: str = "Workbook") -> Iterator[IO[bytes]]:
    """Give the empty file to write the stream to, and finish it; the stream begins behind the head of 512 bytes."""
    file.write(bytes(SECTOR))
    yield file
    size = max(file.tell() - SECTOR, _SHORTEST)
    file.write(bytes(SECTOR + -(-size // SECTOR) * SECTOR - file.tell()))
    count = -(-size // SECTOR)
    file.write(_entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 0, size) + bytes(SECTOR // 2))
    tables, more = _tables(count + 1)
    _write_table(file, count, tables, more)
    numbers = [*range(count + 1, count + 1 + tables)]
    _write_more(file, numbers[_IN_HEAD:], count + 1 + tables)
    file.seek(0)
    first_more = count + 1 + tables if more else _END
    file.write(_MAGIC + bytes(16) + pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6))
    file.write(pack("<9I", 0, tables, count, 0, _SHORTEST, _END, 0, first_more, more))
    file.write(_padded(numbers[:_IN_HEAD], _IN_HEAD))


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    beside = (_FREE, _FREE, child)
    return text.ljust(64, b"\0") + pack("<HBB3I36xIII", len(text), kind, 1, *beside, first, size, 0)


def _tables(used: int) -> tuple[int, int]:
    """Return of how many sectors the table is that counts them and itself, and of how many the list of these."""
    tables = more = 0
    while tables * _NUMBERS < used + tables + more:
        tables += 1
        more = -(-max(0, tables - _IN_HEAD) // (_NUMBERS - 1))
    return tables, more


def _write_table(file: IO[bytes], count: int, tables: int, more: int) -> None:
    for begin in range(0, count, 1_048_576):
        array("I", range(begin + 1, min(count, begin + 1_048_576) + 1)).tofile(file)
    file.seek(-4, 1)
    rest = [_END, _END, *[_TABLE] * tables, *[_TABLE_OF_TABLE] * more]
    file.write(_padded(rest, tables * _NUMBERS - count + 1))


def _write_more(file: IO[bytes], numbers: list[int], begin: int) -> None:
    for place in range(0, len(numbers), _NUMBERS - 1):
        begin += 1
        is_last = place + _NUMBERS - 1 >= len(numbers)
        file.write(
            _padded(numbers[place : place + _NUMBERS - 1], _NUMBERS - 1) + pack("<I", _END if is_last else begin)
        )


def _padded(numbers: list[int], length: int) -> bytes:
    return array("I", numbers + [_FREE] * (length - len(numbers))).tobytes()
