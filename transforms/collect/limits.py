"""How much of anything a delivery may hold: hostile input is refused in constant memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Bound one delivery."""

    cell_chars: int = 1_048_576
    columns: int = 1_000
    # Of one array of objects.
    elements: int = 10_000
    # Of a line, a row, or the markup between two records.
    line_chars: int = 4_194_304
    # Kafka's default message.max.bytes is 1,048,588 for a whole record batch.
    record_bytes: int = 900_000
    header_rows: int = 10
    footer_rows: int = 20
    named_labels: int = 50
    label_chars: int = 64
    # ijson's C backend crashes where an integer is longer than Python's own bound of 4,300 digits.
    digits: int = 1_000
    depth: int = 100
    sheets: int = 100
    # Of one reading of an API.
    pages: int = 100_000
    styles: int = 131_072
    repeated_rows: int = 1_000
    merged_cells: int = 100_000
    # As many as a sheet of Excel or LibreOffice has.
    merged_rows: int = 1_048_576
    # Of a page of several tables, which lxml keeps while it is read.
    page_bytes: int = 67_108_864
    # xlrd reads a workbook whole, as those of before Excel 97 are read.
    xls_before_97_bytes: int = 67_108_864
    archive_entries: int = 10_000
    archive_directory_bytes: int = 4_194_304
    inflated_bytes: int = 17_179_869_184
    # Deflate shrinks to 1/1032 at most; a workbook of one repeated row to about 1/100.
    inflated_ratio: int = 200
    inflated_free_bytes: int = 67_108_864


LIMITS: Final = Limits()
