"""Delimited text (RFC 4180), strictly: every quote closed, the last line ended."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.collect.readers.content import Cells, streamed
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from transforms.collect.readers.content import Options, Readable, Row, Score
    from transforms.collect.readers.decode import Text

_DELIMITERS: Final = (",", "\t", ";", "|")


def read_delimited(readable: Readable, text: Text, options: Options, score: Score) -> Cells:
    """Return the rows of a delimited text; the delimiter is the contract's, or else the one that knows more labels."""
    found = _Delimited(readable, text)
    wanted = (options.delimiter or ("\t" if options.format == "tsv" else ","), *_DELIMITERS)
    delimiter = max(dict.fromkeys(wanted), key=lambda one: found.scored(one, score))
    return Cells("tsv" if delimiter == "\t" else "csv", text.encoding, lambda: found.rows(delimiter), is_padded=False)


@dataclass(frozen=True, slots=True)
class _Delimited:
    readable: Readable
    text: Text

    def scored(self, delimiter: str, score: Score) -> int:
        try:
            return score(list(islice(self._read(delimiter), LIMITS.header_rows)))
        except DeliveryRefused:
            # Another delimiter may tell the rows apart; if none does, reading them says what is wrong.
            return 0

    def rows(self, delimiter: str) -> Iterator[Row]:
        if not self.text.ends_with_line:
            what = "the last row does not end in a line break, so it cannot be told from a file that was cut off"
            raise DeliveryRefused(what, "the last row", "send the file again, with a line break after the last row")
        yield from self._read(delimiter)

    def _read(self, delimiter: str) -> Iterator[Row]:
        csv.field_size_limit(LIMITS.cell_chars)
        with io.TextIOWrapper(
            streamed(self.readable), encoding=self.text.encoding, errors="strict", newline=""
        ) as file:
            lines = _Measured(file)
            try:
                for row in csv.reader(lines, delimiter=delimiter, strict=True):
                    lines.held = 0
                    yield row
            except csv.Error as error:
                remedy = "close every quote, and write a quote inside a cell twice"
                what = f"the rows cannot be told apart: {error}"
                raise DeliveryRefused(what, f"line {lines.number:,}", remedy) from error


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
