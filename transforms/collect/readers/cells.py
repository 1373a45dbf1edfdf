"""One row of a spreadsheet as it fills: gaps are empty texts, nothing empty is held, merged cells reach downward."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from transforms.collect.readers.content import Row

    # By its first row each range that is merged over several rows: its column, and how many rows.
    Merged = Mapping[int, Sequence[tuple[int, int]]]

_APART: Final = "send long texts apart from the record"


@dataclass(slots=True)
class RowCells:
    """The texts of a row up to its last filled cell, and the column of the next."""

    texts: list[str] = field(default_factory=list)
    column: int = 0
    chars: int = 0

    def add(self, text: str, times: int = 1) -> None:
        """Put a text into the next `times` columns; raises DeliveryRefused beyond what a row may have."""
        column, self.column = self.column, self.column + times
        if not text:
            return
        refuse_long_cell(len(text))
        if self.column > LIMITS.columns:
            what = f"a row has {self.column:,} columns, at most {LIMITS.columns:,} are read"
            raise DeliveryRefused(what, "the columns", "send the table alone, without cells far to the right")
        if column < len(self.texts):
            raise DeliveryRefused("a row names a column twice", "the columns", "save the workbook again, and send it")
        self.texts.extend([""] * (column - len(self.texts)))
        self.texts.extend([text] * times)
        self.chars += len(text) * times
        _refuse_long_row(self.chars)


def refuse_long_cell(chars: int) -> None:
    """Refuse a cell of more characters than are read."""
    if chars > LIMITS.cell_chars:
        what = f"a cell holds {chars:,} characters, at most {LIMITS.cell_chars:,} are read"
        raise DeliveryRefused(what, "the cells", _APART)


def refuse_many_merged(ranges: int) -> None:
    """Refuse a sheet of more merged ranges than are noted."""
    if ranges > LIMITS.merged_cells:
        what = f"the sheet merges cells more than {LIMITS.merged_cells:,} times"
        raise DeliveryRefused(what, "the sheet", "send the table without merged cells")


def _refuse_long_row(chars: int) -> None:
    # One shared string of a workbook may stand in every cell of a row.
    if chars > LIMITS.line_chars:
        what = f"a row holds {chars:,} characters, at most {LIMITS.line_chars:,} are read"
        raise DeliveryRefused(what, "the rows", _APART)


class Spans:
    """What merged cells of the rows above put into the rows below: their one value holds for each of these rows."""

    def __init__(self) -> None:
        """Begin with the first row."""
        self._open: dict[int, tuple[int, str]] = {}
        self._made = 0

    def begin(self, column: int, rows: int, text: str) -> None:
        """Let a text reach down from this row, which is the first of `rows`."""
        if rows > 1 and text and column < LIMITS.columns:
            self._open[column] = (rows, text)

    def reaching(self, column: int) -> str:
        """Return the text that reaches a column of this row from above."""
        return self._open.get(column, (0, ""))[1]

    def columns(self) -> list[int]:
        """Return the columns of this row that are reached from above."""
        return sorted(self._open)

    def end_row(self) -> None:
        """Go on to the next row."""
        if self._open:
            self._open = {column: (rows - 1, text) for column, (rows, text) in self._open.items() if rows > 1}

    def over(self, row: Row) -> Row:
        """Return this row with what reaches its empty cells from above, and go on to the next."""
        reached = self.columns()
        if reached:
            row = row + [""] * (reached[-1] + 1 - len(row))
            for column in reached:
                row[column] = row[column] or self.reaching(column)
            _refuse_long_row(sum(map(len, row)))
        self.end_row()
        return row

    def over_empty(self, rows: int) -> Iterator[Row]:
        """Yield the next rows, which hold nothing of their own, as far as anything reaches into them."""
        for _ in range(rows):
            if not self._open:
                return
            self._made += 1
            if self._made > LIMITS.merged_rows:
                what = f"merged cells reach into more than {LIMITS.merged_rows:,} rows"
                raise DeliveryRefused(what, "the sheet", "send the table without merged cells")
            yield self.over([])


def over_all(rows: Iterable[tuple[int, Row]], merged: Merged) -> Iterator[tuple[int, Row]]:
    """Yield the filled ones of numbered rows; what is merged downward is in each of its rows, even in one left out."""
    spans, expected = Spans(), 0
    for number, row in rows:
        yield from enumerate(spans.over_empty(number - expected), expected)
        expected = number + 1
        for left, height in merged.get(number, ()):
            if left < len(row):
                spans.begin(left, height, row[left])
        if found := spans.over(row):
            yield number, found
    yield from enumerate(spans.over_empty(LIMITS.merged_rows + 1), expected)
