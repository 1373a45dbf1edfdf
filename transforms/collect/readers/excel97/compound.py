"""Compound files, in which Excel keeps a workbook: a directory of streams (MS-CFB)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from struct import Struct
from typing import Final

from transforms.collect.limits import LIMITS
from transforms.collect.readers.excel97.records import broken
from transforms.collect.readers.excel97.sectors import LAST_SECTOR, Sectors
from transforms.errors import DeliveryRefused

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Size of a sector; first sectors of the directory, of the table of the mini stream, of where the table lies further.
_HEAD: Final = Struct("<30xH16xI8xI4xI4x109I")
# Of 512 bytes, and of 4,096 in version 4.
_SHIFTS: Final = frozenset({9, 12})
_ENTRY: Final = Struct("<64sHBxIII36xII4x")
_STREAM: Final = 2
_ROOT: Final = 5
# A stream that is shorter lies in the mini stream, in sectors of 64 bytes.
_SHORTEST: Final = 4_096
_MINI: Final = 64


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    beside: tuple[int, int]
    child: int
    first: int
    size: int


class Compound:
    """An open compound file."""

    def __init__(self, file: io.BufferedReader) -> None:
        """Read the directory of the root, not of what is embedded; raises DeliveryRefused where it is broken."""
        file.seek(0)
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size or not head.startswith(MAGIC):
            raise broken()
        shift, directory, self._mini_table, more, *table = _HEAD.unpack(head)
        if shift not in _SHIFTS:
            raise broken()
        self._sectors = Sectors(file, shift)
        self._sectors.fill_table(table, more)
        self._directory = self._sectors.opened(directory)
        self._root = self._entry(0)
        if self._root.kind != _ROOT:
            raise broken()
        self._streams = {entry.name.lower(): entry for entry in self._entries() if entry.kind == _STREAM}

    def __contains__(self, name: str) -> bool:
        """Say whether there is a stream of this name."""
        return name.lower() in self._streams

    def open(self, name: str) -> io.BufferedReader:
        """Open a stream; raises DeliveryRefused where it is not whole."""
        entry = self._streams[name.lower()]
        if entry.size >= _SHORTEST:
            return self._sectors.opened(entry.first, entry.size)
        return io.BufferedReader(io.BytesIO(self._short(entry)))

    def _entries(self) -> list[_Entry]:
        """Return the entries of the root: each names two beside it."""
        found, ahead = dict[int, _Entry](), [self._root.child]
        while ahead:
            number = ahead.pop()
            if number > LAST_SECTOR or number in found:
                continue
            if len(found) == LIMITS.archive_entries:
                what = f"the workbook has more than {LIMITS.archive_entries:,} parts"
                raise DeliveryRefused(what, "the workbook", "send the table without what is embedded in it")
            found[number] = self._entry(number)
            ahead.extend(found[number].beside)
        return list(found.values())

    def _entry(self, number: int) -> _Entry:
        self._directory.seek(number * _ENTRY.size)
        content = self._directory.read(_ENTRY.size)
        if len(content) < _ENTRY.size:
            raise broken()
        name, length, kind, left, right, child, first, size = _ENTRY.unpack(content)
        text = name[: max(0, length - 2)].decode("utf-16-le", "replace")
        return _Entry(text, kind, (left, right), child, first, size)

    def _short(self, entry: _Entry) -> bytes:
        stream = self._sectors.opened(self._root.first, self._root.size)
        table = self._sectors.opened(self._mini_table)
        parts, sector = list[bytes](), entry.first
        for _ in range(0, entry.size, _MINI):
            stream.seek(sector * _MINI)
            parts.append(stream.read(_MINI))
            table.seek(sector * 4)
            sector = int.from_bytes(table.read(4), "little")
        return b"".join(parts)[: entry.size]
