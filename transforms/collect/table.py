"""Delimited text (RFC 4180), strictly: every row as wide as the header, every quote closed, the last line ended."""

from __future__ import annotations

import csv
import io
from collections import deque
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from transforms.collect.finding import Finding
from transforms.collect.header import Header, find_header, map_header
from transforms.collect.limits import LIMITS
from transforms.collect.rows import LARGE_CHARS, STEP, Checked, refuse_large
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from schemas.contracts import SourceContract
    from transforms.collect.decode import Text
    from transforms.collect.vault import Readable

# DOMAIN D13: what stands under a table in an exported sheet.
_FOOTERS: Final = ("合计", "总计", "共计", "制表", "填表", "审核人", "表格说明", "注:", "注：")
_FOOTER_CELLS: Final = 3


class TableRows:
    """Read one delimited text."""

    def __init__(self, contract: SourceContract, kept: Readable, text: Text) -> None:
        """Remember what is read; nothing is opened yet."""
        self._contract = contract
        self._kept = kept
        self._text = text
        self._plan: _Plan | None = None

    def check(self, progress: Callable[[int], None]) -> Checked:
        """Read all rows; raises DeliveryRefused and says which row is broken, never what stands in it."""
        if not self._text.ends_with_line:
            what = "the last row does not end in a line break, so it cannot be told from a file that was cut off"
            raise DeliveryRefused(what, "the last row", "send the file again, with a line break after the last row")
        with self._opened() as file:
            lines = _Measured(file)
            try:
                counted = self._check(lines, progress)
            except csv.Error as error:
                remedy = "close every quote, and write a quote inside a cell twice"
                what = f"the rows cannot be told apart: {error}"
                raise DeliveryRefused(what, f"line {lines.number:,}", remedy) from error
        return counted

    def _check(self, lines: _Measured, progress: Callable[[int], None]) -> Checked:
        reader = self._reader(lines)
        first = list(_previewed(reader, lines))
        place = find_header(self._contract, first)
        header = map_header(self._contract, first[place] if first else [])
        for number, row in enumerate(first[place + 1 :], start=1):
            refuse_large(row, number)
        counted = _count(chain(first[place + 1 :], reader), header.width, lines, progress)
        self._plan = _Plan(header, place + 1, counted.rows)
        return Checked(counted.rows, header.findings + counted.findings)

    def values(self) -> Iterator[Sequence[str | None]]:
        """Yield the values of each checked row, in the order of the contract's sorted labels."""
        plan = self._plan
        if plan is None:
            raise RuntimeError("a table is checked before its rows are read")
        pick = plan.picker()
        with self._opened() as file:
            rows = filter(None, islice(self._reader(file), plan.skipped, None))
            yield from map(pick, islice(rows, plan.rows))

    def _opened(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(self._kept.open(), encoding=self._text.encoding, errors="strict", newline="")

    def _reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        csv.field_size_limit(LIMITS.cell_chars)
        delimiter = self._contract.fetch.options.get("delimiter", ",")
        return csv.reader(lines, delimiter=delimiter, strict=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    header: Header
    skipped: int
    rows: int

    def picker(self) -> Callable[[list[str]], Sequence[str | None]]:
        """Return what takes the contract's labels out of a row; an absent column is None."""
        absent = self.header.width
        at = [absent if position is None else position for position in self.header.positions]
        pick = itemgetter(*at, absent)
        none: list[str | None] = [None]

        def picked(row: list[str]) -> Sequence[str | None]:
            values: tuple[str | None, ...] = pick(row + none)
            return values[:-1]

        return picked


class _Measured:
    """Pass lines on, counting them and the characters of the row at hand."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.number = 0
        self.held = 0
        self._lines = iter(lines)

    def __iter__(self) -> _Measured:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.held += len(line)
        if self.held > LIMITS.line_chars:
            what = f"a row is longer than {LIMITS.line_chars:,} characters"
            raise DeliveryRefused(what, f"line {self.number:,}", "close every quote")
        return line


def _previewed(rows: Iterable[list[str]], lines: _Measured) -> Iterator[list[str]]:
    for row in islice(rows, LIMITS.header_rows):
        lines.held = 0
        yield row


def _count(rows: Iterable[list[str]], width: int, lines: _Measured, progress: Callable[[int], None]) -> Checked:
    count = ragged = 0
    last: deque[list[str]] = deque(maxlen=LIMITS.footer_rows)
    lines.held = 0
    for row in rows:
        if len(row) != width:
            if row and not _is_footer(row, width):
                raise _uneven(count + 1, len(row), width)
            ragged += bool(row)
            continue
        count += 1
        if ragged and not _is_footer(row, width):
            raise _uneven(count, 0, width)
        last.append(row)
        if lines.held > LARGE_CHARS:
            refuse_large(row, count)
        lines.held = 0
        if not count % STEP:
            progress(count)
    footers = _footers(last, width)
    told = (Finding("footer_row", count=footers + ragged),) if footers + ragged else ()
    return Checked(count - footers, told)


def _uneven(number: int, cells: int, width: int) -> DeliveryRefused:
    found = f"has {cells:,} cells" if cells else "stands below a footer"
    what = f"row {number:,} {found}, the header has {width:,}"
    return DeliveryRefused(
        what, f"row {number:,}", "send the whole file again, with a quote around cells that hold the delimiter"
    )


def _footers(last: Sequence[list[str]] | deque[list[str]], width: int) -> int:
    count = 0
    for row in reversed(last):
        if not _is_footer(row, width):
            break
        count += 1
    return count


def _is_footer(row: list[str], width: int) -> bool:
    cells = [cell.strip() for cell in row if cell.strip()]
    if not cells:
        return True
    return len(cells) <= _FOOTER_CELLS < width and cells[0].startswith(_FOOTERS)
