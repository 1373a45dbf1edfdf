"""The sectors of a compound file: a chain of them, by the table of what follows what, as a file (MS-CFB 2.2, 2.3)."""

from __future__ import annotations

import io
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from transforms.collect.readers.excel97.records import broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What is greater is no sector, but a mark.
LAST_SECTOR: Final = 0xFFFFFFFA
_END: Final = 0xFFFFFFFE
_BUFFER: Final = 262_144


@dataclass(frozen=True, slots=True)
class Runs:
    """A chain as runs of sectors that lie one behind the other: the first of each, and how many come before it."""

    before: array[int]
    sectors: array[int]
    count: int


def runs_of(chain: Iterator[int], most: int) -> Runs:
    """Return the runs of a chain; raises DeliveryRefused where it is longer, as one that goes in a circle is."""
    before, sectors = array("I"), array("I")
    count, expected = 0, -1
    for sector in islice(chain, most):
        if sector != expected:
            before.append(count)
            sectors.append(sector)
        count += 1
        expected = sector + 1
    if next(chain, None) is not None:
        raise broken()
    return Runs(before, sectors, count)


class Sectors:
    """The sectors of a file, the first of which is its head."""

    def __init__(self, file: io.BufferedReader, shift: int) -> None:
        """Count them; a sector has 2 to the power of `shift` bytes."""
        self._file = file
        self._shift = shift
        self._table = array("I")
        self._page, self._held = -1, array("I")
        self.count = max(0, -(-file.seek(0, io.SEEK_END) >> shift) - 1)

    def fill_table(self, first: Sequence[int], more: int) -> None:
        """Note where the table lies: its first sectors as the head says, the others by a chain from `more`."""
        needed = -(-self.count >> self._shift - 2)
        self._table.extend(sector for sector in first if sector <= LAST_SECTOR)
        for _ in range(self.count):
            if len(self._table) >= needed or more > LAST_SECTOR:
                break
            *numbers, more = self._numbers(more)
            self._table.extend(sector for sector in numbers if sector <= LAST_SECTOR)

    def opened(self, first: int, size: int | None = None) -> io.BufferedReader:
        """Open a chain as a file; raises DeliveryRefused unless it ends where its size says, if that is known."""
        wanted = self.count if size is None else -(-size >> self._shift)
        runs = runs_of(self._chain(first), min(wanted, self.count))
        if size is not None and runs.count != wanted:
            raise broken()
        size = runs.count << self._shift if size is None else size
        return io.BufferedReader(_Chained(self._file, self._shift, runs, size), _BUFFER)

    def _chain(self, sector: int) -> Iterator[int]:
        while sector != _END:
            if sector >= self.count:
                raise broken()
            yield sector
            page, place = divmod(sector, 1 << self._shift - 2)
            if page != self._page:
                if page >= len(self._table):
                    raise broken()
                self._page, self._held = page, self._numbers(self._table[page])
            sector = self._held[place]

    def _numbers(self, sector: int) -> array[int]:
        content = b""
        if sector < self.count:
            self._file.seek(sector + 1 << self._shift)
            content = self._file.read(1 << self._shift)
        if len(content) < 1 << self._shift:
            raise broken()
        return array("I", content)


class _Chained(io.RawIOBase):
    """A chain of sectors as a raw file."""

    def __init__(self, file: io.BufferedReader, shift: int, runs: Runs, size: int) -> None:
        self._file = file
        self._shift = shift
        self._runs = runs
        self._size = size
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer
        if self._place >= self._size:
            return 0
        before, sectors = self._runs.before, self._runs.sectors
        run = bisect_right(before, self._place >> self._shift) - 1
        end = before[run + 1] if run + 1 < len(before) else self._runs.count
        most = min(len(buffer), (end << self._shift) - self._place, self._size - self._place)
        self._file.seek((sectors[run] + 1 - before[run] << self._shift) + self._place)
        read = self._file.readinto(buffer[:most])
        self._place += read
        return read
