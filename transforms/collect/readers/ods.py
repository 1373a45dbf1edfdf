"""OpenDocument spreadsheets (OASIS ODF 1.3): row by row; repeated rows and cells are counted, not made."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice, repeat
from typing import TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.collect.readers.archive import Archive, locked
from transforms.collect.readers.cells import RowCells, Spans, refuse_long_cell
from transforms.collect.readers.content import Cells, choose_sheet, unless_full
from transforms.collect.readers.formats import PERCENT, format_printed, sure
from transforms.collect.readers.markup import Markup, elements, find_tags, local
from transforms.collect.readers.values import cell_text
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from transforms.collect.readers.content import Fit, Numbered, Options, Readable, Row

CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_NUMBERS: Final = frozenset({"float", "currency", "percentage"})
_BLANKS: Final = {"tab": "\t", "line-break": "\n"}
_NOTES: Final = frozenset({"annotation", "annotation-end", "ruby-text"})
_MIDNIGHT: Final = "T00:00:00"
_SHEET: Final = re.compile(rb"<([A-Za-z0-9_.-]{1,64}:)?table[\s>]")
_LONGEST_TAG: Final = 72
# Of a sheet as LibreOffice and Excel write it; the first is 1.
_LAST_ROW: Final = 1_048_576
_LEAST: Final = len("<table:table-cell><text:p></text:p></table:table-cell>")
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELL: Final = f"{_TABLE}table-cell"
_COVERED: Final = f"{_TABLE}covered-table-cell"
_PARAGRAPHS: Final = frozenset({f"{_TEXT}p", f"{_TEXT}h"})


def read_ods(readable: Readable, options: Options, fit: Fit) -> Cells:
    """Return the rows of one sheet of a spreadsheet."""
    with Archive(readable) as archive:
        if _MANIFEST in archive.names:
            for _ in elements(Markup(archive.open(_MANIFEST)), ("encryption-data",), "the manifest"):
                raise locked()
        begun = find_tags(iter(archive.open(CONTENT).read, b""), _SHEET, _LONGEST_TAG)
        is_alone = len([*islice(begun, 2)]) == 1
    sheets = ((name, row) for name, (_, row) in _sheets(readable))
    chosen = next((name for name, _ in sheets), "") if is_alone else choose_sheet(sheets, options.sheet, fit)
    is_only = is_alone or bool(options.sheet)
    return Cells("ods", "", partial(_rows, readable, chosen, is_only=is_only), is_padded=True)


def _rows(readable: Readable, sheet: str, *, is_only: bool) -> Iterator[Row]:
    rows = (numbered for name, numbered in _sheets(readable) if name == sheet)
    others = (numbered for name, numbered in _sheets(readable) if name != sheet)
    return unless_full(rows, _LAST_ROW, () if is_only else (others,))


def _sheets(readable: Readable) -> Iterator[tuple[str, Numbered]]:
    with Archive(readable) as archive:
        entry = archive.open(CONTENT)
        spans, before, number = Spans(), "", 1
        for element in elements(Markup(entry), ("table-row",), "the spreadsheet"):
            sheet = _sheet_of(element)
            if sheet != before:
                spans, before, number = Spans(), sheet, 1
            row = _row(element, spans)
            times = _times(element, "number-rows-repeated", is_filled=bool(row))
            rows = [spans.over(row)] if row and times == 1 else _made(archive, spans, row, times)
            yield from zip(repeat(sheet), enumerate(rows, number), strict=False)
            number += times
        entry.drain()


def _made(archive: Archive, spans: Spans, row: Row, times: int) -> Iterator[Row]:
    """Yield rows of which the spreadsheet holds one; they count as if each were written out."""
    # What reaches down from above may end within rows that are repeated.
    for made in (spans.over(row) for _ in range(times)) if row else spans.over_empty(times):
        archive.count(sum(map(len, made)) + _LEAST * len(made))
        yield made


def _sheet_of(element: etree._Element) -> str:
    sheet = next(element.iterancestors(f"{_TABLE}table"), None)
    return "" if sheet is None else sheet.get(f"{_TABLE}name") or ""


def _row(element: etree._Element, spans: Spans) -> Row:
    row = RowCells()
    for cell in element:
        column, text = row.column, ""
        if cell.tag == _CELL:
            text = _text(cell) if len(cell) or len(cell.attrib) else ""
            rows = _times(cell, "number-rows-spanned", is_filled=False)
            spans.begin(column, min(rows, LIMITS.merged_rows), text)
        elif cell.tag != _COVERED:
            continue
        row.add(text, _times(cell, "number-columns-repeated", is_filled=bool(text)))
    return row.texts


def _times(element: etree._Element, name: str, *, is_filled: bool, names: str = _TABLE) -> int:
    raw = element.get(names + name)
    if raw is None:
        return 1
    times = int(raw) if raw.isdecimal() and len(raw) < 10 else 0
    if not times or (is_filled and times > LIMITS.repeated_rows):
        what = f"what is filled is repeated more than {LIMITS.repeated_rows:,} times, or the count is no number"
        raise DeliveryRefused(what, name, "save the spreadsheet again, without repeated rows")
    return times


def _text(cell: etree._Element) -> str:
    kind = cell.get(f"{_OFFICE}value-type")
    if kind in _NUMBERS:
        value = cell.get(f"{_OFFICE}value") or ""
        return cell_text(value, PERCENT if kind == "percentage" else sure(format_printed(_printed(cell), value)))
    if kind == "date":
        return (cell.get(f"{_OFFICE}date-value") or "").removesuffix(_MIDNIGHT).replace("T", " ")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") or ""
    return _printed(cell)


def _printed(cell: etree._Element) -> str:
    blanks = sum(_times(part, "c", names=_TEXT, is_filled=False) for part in cell.iter(f"{_TEXT}s"))
    refuse_long_cell(blanks)
    return "\n".join(_paragraph(part) for part in cell if part.tag in _PARAGRAPHS)


def _paragraph(element: etree._Element) -> str:
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for part in element:
        name = local(part)
        if name == "s":
            parts.append(" " * _times(part, "c", names=_TEXT, is_filled=False))
        elif name in _BLANKS:
            parts.append(_BLANKS[name])
        elif name not in _NOTES:
            parts.append(_paragraph(part))
        parts.append(part.tail or "")
    return "".join(parts)
