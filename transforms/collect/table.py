"""A table that was delivered: mapped by label, every row as wide as the header, titles and totals left out."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from transforms.collect.classified import level_columns, refuse_marked, screened
from transforms.collect.finding import Finding
from transforms.collect.footer import count_footers, is_footer
from transforms.collect.header import Header, find_header, map_header
from transforms.collect.limits import LIMITS
from transforms.collect.rows import LARGE_CHARS, STEP, Checked, refuse_large
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from schemas.contracts import SourceContract
    from transforms.collect.readers.content import Cells, Row


class TableRows:
    """Read the cells of one delivery as the rows of a contract."""

    def __init__(self, contract: SourceContract, cells: Cells) -> None:
        """Remember what is read; nothing is opened yet."""
        self._contract = contract
        self._cells = cells
        self._plan: _Plan | None = None

    def check(self, progress: Callable[[int], None]) -> Checked:
        """Read all rows; raises DeliveryRefused and says which row is broken, never what stands in it."""
        rows = self._cells.rows()
        first = list(islice(rows, LIMITS.header_rows))
        found = find_header(self._contract, first)
        levels = level_columns(found.labels)
        # Where no label is known, the first row is a title as well as it is a header.
        refuse_marked(first[: max(1, found.end - 1)])
        below = list(screened(first[found.end :], levels))
        header = map_header(self._contract, found.labels)
        width = Width(header.width, is_padded=self._cells.is_padded)
        count, told = _count(screened(chain(below, rows), levels), width, progress)
        self._plan = _Plan(header, width, found.end, count)
        return Checked(count, header.findings + told)

    def values(self) -> Iterator[Sequence[str | None]]:
        """Yield the values of each checked row, in the order of the contract's sorted labels."""
        plan = self._plan
        if plan is None:
            raise RuntimeError("a table is checked before its rows are read")
        rows = filter(None, islice(self._cells.rows(), plan.skipped, None))
        yield from map(plan.picker(), islice(rows, plan.rows))


@dataclass(slots=True)
class Width:
    """How wide rows are; what stands beyond the last label, and footers of another width, are counted."""

    cells: int
    is_padded: bool
    beyond: int = 0
    ragged: int = 0

    def fitted(self, row: Row) -> Row:
        """Return the row as wide as the header, if it ends at its last filled cell."""
        if not self.is_padded or len(row) == self.cells or not row:
            return row
        self.beyond += max(0, len(row) - self.cells)
        return (row + [""] * (self.cells - len(row)))[: self.cells]


@dataclass(frozen=True, slots=True)
class _Plan:
    header: Header
    width: Width
    skipped: int
    rows: int

    def picker(self) -> Callable[[Row], Sequence[str | None]]:
        """Return what takes the contract's labels out of a row; an absent column is None."""
        absent = self.header.width
        at = [absent if position is None else position for position in self.header.positions]
        pick = itemgetter(*at, absent)
        none: list[str | None] = [None]

        def picked(row: Row) -> Sequence[str | None]:
            values: tuple[str | None, ...] = pick(self.width.fitted(row) + none)
            return values[:-1]

        return picked


def even_rows(rows: Iterable[Row], width: Width) -> Iterator[Row]:
    """Yield the rows that are as wide as the header; raises DeliveryRefused for another that is no footer."""
    count = 0
    for row in map(width.fitted, rows):
        if len(row) != width.cells:
            if row and not is_footer(row, width.cells):
                raise _uneven(count + 1, len(row), width.cells)
            width.ragged += bool(row)
            continue
        count += 1
        if width.ragged and not is_footer(row, width.cells):
            raise _uneven(count, 0, width.cells)
        yield row


def _count(rows: Iterable[Row], width: Width, progress: Callable[[int], None]) -> tuple[int, tuple[Finding, ...]]:
    count = chars = 0
    last: deque[Row] = deque(maxlen=LIMITS.footer_rows)
    for count, row in enumerate(even_rows(rows, width), start=1):
        last.append(row)
        length = sum(map(len, row))
        if length > LARGE_CHARS:
            refuse_large(row, count)
        chars += length
        if chars > LIMITS.inflated_bytes:
            raise _swollen(count)
        if not count % STEP:
            progress(count)
    footers = count_footers(last, width.cells)
    told = {"footer_row": footers + width.ragged, "cell_without_label": width.beyond}
    return count - footers, tuple(Finding(kind, count=n) for kind, n in told.items() if n)


def _swollen(number: int) -> DeliveryRefused:
    """Return the refusal of a workbook whose cells repeat one long text, which takes no room in the file."""
    what = f"the first {number:,} rows hold more than {LIMITS.inflated_bytes:,} characters"
    return DeliveryRefused(what, f"row {number:,}", "send the file in parts")


def _uneven(number: int, cells: int, width: int) -> DeliveryRefused:
    found = f"has {cells:,} cells" if cells else "stands below a footer"
    what = f"row {number:,} {found}, the header has {width:,}"
    return DeliveryRefused(
        what, f"row {number:,}", "send the whole file again, with a quote around cells that hold the delimiter"
    )
