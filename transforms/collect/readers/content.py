"""What a reader gives: the rows of cells of a sheet, or records that name their labels; both can be read again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

from transforms.collect.finding import told
from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Row = list[str]
    Numbered = tuple[int, Row]
    Record = dict[str, str | None]
    Score = Callable[[Sequence[Row]], int]
    GoesOn = Callable[[Sequence[Row], Sequence[Row]], bool]


# The first rows of a sheet, and one more: it is a record where the last of them is the header.
_PREVIEW: Final = LIMITS.header_rows + 1
_NAMED: Final = 5
_ONE_TABLE: Final = "put all into one table, or name the one to read (server option `sheet`)"


class Readable(Protocol):
    """Bytes that can be read again from the start."""

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks."""

    def open(self) -> io.BufferedReader:
        """Open the bytes as a file that can be read from any place."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a contract says about its files: `format`, `delimiter`, `sheet` (name or number), `record_path`."""

    format: str = ""
    delimiter: str = ""
    sheet: str = ""
    record_path: str = ""

    @classmethod
    def of(cls, named_format: str, options: Mapping[str, str]) -> Options:
        """Return the options that a contract's server names."""
        return cls(named_format, options.get("delimiter", ""), options.get("sheet", ""), options.get("recordPath", ""))

    @property
    def path(self) -> tuple[str, ...]:
        """Return the names on the way to the records."""
        return tuple(filter(None, self.record_path.replace("/", ".").split(".")))


def _never(_first: Sequence[Row], _other: Sequence[Row]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Fit:
    """How well the first rows of a table fit, and whether those of another go on with it without a header."""

    score: Score
    goes_on: GoesOn = _never


@dataclass(frozen=True, slots=True)
class Cells:
    """A table whose header is yet to be found; where `is_padded`, a row ends at its last filled cell."""

    shape: str
    encoding: str
    rows: Callable[[], Iterator[Row]]
    is_padded: bool


@dataclass(frozen=True, slots=True)
class Records:
    """Records that name their labels."""

    shape: str
    encoding: str
    rows: Callable[[], Iterator[Record]]


def choose_sheet(rows: Iterable[tuple[str, Row]], wanted: str, fit: Fit) -> str:
    """Return the sheet that is wanted by name or number; else the one whose first rows score most.

    Where others hold such records too, or go on with them, the file is refused: they would be lost without a word.
    """
    first: dict[str, list[Row]] = {}
    for name, row in rows:
        if name not in first:
            refuse_many_sheets(len(first) + 1)
        preview = first.setdefault(name, [])
        if len(preview) < _PREVIEW:
            preview.append(row)
    if not wanted:
        return _fitting(first, fit)
    if wanted in first:
        return wanted
    if wanted.isdecimal() and 1 <= int(wanted) <= len(first):
        return list(first)[int(wanted) - 1]
    what = f"the file has no filled sheet {told(wanted)}"
    raise DeliveryRefused(what, "the sheets", "name the sheet as the contract does (server option `sheet`)")


def _fitting(first: Mapping[str, Sequence[Row]], fit: Fit) -> str:
    scores = {name: fit.score(rows[: LIMITS.header_rows]) for name, rows in first.items()}
    best = max(scores, key=scores.__getitem__, default="")
    # Most of the best one's labels, and a row below them.
    filled = [name for name, rows in first.items() if 2 * fit.score(rows[:-1]) > scores[best]]
    if len(filled) > 1:
        names = ", ".join(map(told, filled[:_NAMED]))
        what = f"{len(filled):,} sheets or tables hold the records: {names}"
        raise DeliveryRefused(what, "the sheets", _ONE_TABLE)
    chosen = filled[0] if filled else best
    for name, rows in first.items():
        if name != chosen and fit.goes_on(first[chosen], rows):
            what = f"sheet or table {told(name)} has no header, and may go on with the records of {told(chosen)}"
            raise DeliveryRefused(what, "the sheets", _ONE_TABLE)
    return chosen


def unless_full(rows: Iterable[Numbered], last: int, others: Iterable[Iterator[Numbered]]) -> Iterator[Row]:
    """Yield the rows of a sheet; raises DeliveryRefused where its last row is filled, and others may go on with it."""
    filled = 0
    for number, row in rows:
        filled = number
        yield row
    if filled >= last and any(next(other, None) for other in others):
        what = "the sheet is full to its last row, and another sheet holds rows too"
        raise DeliveryRefused(what, "the sheets", "send the table as CSV, or name its sheet (server option `sheet`)")


def refuse_many_sheets(sheets: int) -> None:
    """Refuse a file of more sheets or tables than are looked at."""
    if sheets > LIMITS.sheets:
        what = f"the file holds more than {LIMITS.sheets:,} sheets"
        raise DeliveryRefused(what, "the sheets", "send one table in a file, or name its sheet in the contract")


def streamed(readable: Readable) -> io.BufferedReader:
    """Open bytes as a file that is read once, from start to end."""
    return io.BufferedReader(_Blocks(readable.blocks()), buffer_size=65_536)


def head_of(readable: Readable, size: int) -> bytes:
    """Return the first bytes."""
    with streamed(readable) as file:
        return file.read(size)


class _Blocks(io.RawIOBase):
    """Blocks as a raw file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer
        if not self._held:
            self._held = memoryview(next(self._blocks, b""))
        taken = min(len(buffer), len(self._held))
        buffer[:taken] = self._held[:taken]
        self._held = self._held[taken:]
        return taken


def previews(sheets: Mapping[str, Callable[[], Iterator[Row]]]) -> Iterator[tuple[str, Row]]:
    """Yield the first rows of each sheet, with its name."""
    for name, rows in sheets.items():
        for row in islice(rows(), _PREVIEW):
            yield name, row
