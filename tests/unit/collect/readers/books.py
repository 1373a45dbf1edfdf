"""Workbooks of Excel 97 put together record by record, in compound files put together sector by sector."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory

import xlwt

from infra.bench.xls_files import begin_of, record
from tests.unit.collect.readers.contents import FIT, PLAIN
from transforms.collect.readers.content import Options
from transforms.collect.readers.excel97.compound import MAGIC
from transforms.collect.readers.xls_before_97 import read_xls_before_97
from transforms.collect.vault import Loose

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
EOF = record(0x000A)
CONTINUE = 0x003C
# The result of a formula whose text is a record of its own.
TEXT_FOLLOWS = b"\0\0\0\0\0\0\xff\xff"


def saved(book: xlwt.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read_by_xlrd(content: bytes, options: Options = PLAIN) -> list[list[str]]:
    """Return the rows that xlrd reads, by the reader that reads a workbook whole."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "delivered"
        path.write_bytes(content)
        return list(read_xls_before_97(Loose(path), options, FIT).rows())


def stream_of(*sheets: bytes, states: Sequence[int] = (), before: bytes = b"", kinds: Sequence[int] = ()) -> bytes:
    """Return the stream of a workbook whose sheets 甲, 乙 and so on hold these records; `before` stands before them."""
    names = "甲乙丙丁"[: len(sheets)]
    bodies = [begin_of(0x0010) + sheet + EOF for sheet in sheets]
    head = begin_of(0x0005) + before
    place = len(head) + len(record(0x0085, bytes(10))) * len(names) + len(EOF)
    for number, (name, body) in enumerate(zip(names, bodies, strict=True)):
        state, kind = (known[number] if known else 0 for known in (states, kinds))
        head += record(0x0085, pack("<IBBBB", place, state, kind, 1, 1) + name.encode("utf-16-le"))
        place += len(body)
    return head + EOF + b"".join(bodies)


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, pack("<HHH", row, column, 0) + wide(text))


def wide(text: str, flags: int = 1) -> bytes:
    return pack("<HB", len(text.encode("utf-16-le")) // 2, flags) + text.encode("utf-16-le")


def formula(row: int, column: int, result: bytes) -> bytes:
    return record(0x0006, pack("<HHH", row, column, 0) + result + pack("<HIH", 0, 0, 0))


def several(row: int, first: int, count: int) -> bytes:
    numbers = b"".join(pack("<HI", 0, number << 2 | 2) for number in range(count))
    return record(0x00BD, pack("<HH", row, first) + numbers + pack("<H", first + count - 1))


def sst(count: int, *parts: bytes) -> bytes:
    first, *more = parts
    return record(0x00FC, pack("<II", count, count) + first) + b"".join(record(CONTINUE, part) for part in more)


def shared(number: int) -> bytes:
    return record(0x00FD, pack("<HHHI", 0, 0, 0, number))


def of_excel_95(before: bytes) -> bytes:
    """Return a workbook whose only sheet holds one text."""
    head, text = record(0x0809, pack("<HHI", 0x0500, 0x0005, 0)) + before, pack("<HHHH", 0, 0, 0, 1) + b"x"
    bound = record(0x0085, pack("<IBBB", len(head) + 16, 0, 0, 1) + b"s")
    sheet = record(0x0809, pack("<HHI", 0x0500, 0x0010, 0)) + record(0x0204, text) + record(0x000A)
    return head + bound + record(0x000A) + sheet


def compound_of(
    streams: Mapping[str, bytes], *, order: Sequence[int] = (), shift: int = 9, cycle: bool = False
) -> bytes:
    """Return a compound file; its sectors lie as `order` says as far as it goes, and `cycle` closes the last chain."""
    file = _Sectors(shift, order)
    small = {name: content for name, content in streams.items() if len(content) < 4096}
    chains = {name: file.add(content) for name, content in streams.items() if name not in small}
    mini, mini_chain = b"", list[int]()
    for name, content in small.items():
        first, count = len(mini) // 64, -(-len(content) // 64)
        chains[name] = [first]
        mini += content.ljust(count * 64, b"\0")
        mini_chain += [*range(first + 1, first + count), END]
    within = file.add(mini) if mini else [END]
    table = file.add(array("I", mini_chain).tobytes()) if mini else [END]
    names = list(streams)
    entries = [_entry("Root Entry", 5, (FREE, FREE, 1 if names else FREE), within[0], len(mini))]
    for number, name in enumerate(names, start=1):
        beside = (FREE, number + 1 if number < len(names) else FREE, FREE)
        entries.append(_entry(name, 2, beside, chains[name][0], len(streams[name])))
    directory = file.add(b"".join(entries))
    return file.finished(directory[0], table[0], cycle=chains[names[-1]] if cycle else [])


def _entry(name: str, kind: int, beside: tuple[int, int, int], first: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + pack("<HBB3I36xIII", len(text), kind, 1, *beside, first, size, 0)


class _Sectors:
    def __init__(self, shift: int, order: Sequence[int]) -> None:
        self.size = 1 << shift
        self.shift = shift
        self.order = list(order)
        self.held: dict[int, bytes] = {}
        self.following: dict[int, int] = {}

    def add(self, content: bytes) -> list[int]:
        chain = []
        for place in range(0, len(content), self.size):
            number = (
                self.order.pop(0) if self.order else next(n for n in range(len(self.held) + 1) if n not in self.held)
            )
            self.held[number] = content[place : place + self.size].ljust(self.size, b"\0")
            chain.append(number)
        self.following |= dict(pairwise([*chain, END]))
        return chain

    def finished(self, directory: int, mini_table: int, cycle: Iterable[int]) -> bytes:
        if chain := list(cycle):
            self.following[chain[-1]] = chain[0]
        behind = max(self.held) + 1
        each = self.size // 4
        tables = next(n for n in range(1, 110) if n * each >= behind + n)
        for number in range(tables):
            self.following[behind + number] = 0xFFFFFFFD
        table = array("I", (self.following.get(number, FREE) for number in range(tables * each))).tobytes()
        body = b"".join(self.held.get(number, bytes(self.size)) for number in range(behind)) + table
        head = MAGIC + bytes(16) + pack("<5H6x", 0x3E, 3 if self.shift == 9 else 4, 0xFFFE, self.shift, 6)
        head += pack("<9I", 0, tables, directory, 0, 4096, mini_table, 1 if mini_table != END else 0, END, 0)
        known = [behind + number for number in range(tables)]
        head += array("I", known + [FREE] * (109 - tables)).tobytes()
        return head.ljust(self.size, b"\0") + body
