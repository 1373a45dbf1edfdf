"""One row of a spreadsheet as it fills: gaps are empty texts, nothing empty is held, merged cells reach downward."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

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
        self._open = {column: (rows - 1, text) for column, (rows, text) in self._open.items() if rows > 1}


def filled(row: list[str], spans: Spans) -> list[str]:
    """Return a row with what reaches its empty cells from above."""
    reached = spans.columns()
    if not reached:
        return row
    row = row + [""] * (reached[-1] + 1 - len(row))
    for column in reached:
        row[column] = row[column] or spans.reaching(column)
    _refuse_long_row(sum(map(len, row)))
    return row
