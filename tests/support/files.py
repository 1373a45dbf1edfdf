"""Made-up records as the files that bodies deliver, in constant memory but .xls; equal records make equal bytes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import xlwt

Record = Mapping[str, Any]
Head = Sequence[Sequence[str]]

_LARGEST_XLS: Final = 65_000
_MADE_AT: Final = (2026, 11, 22, 12, 0, 0)


def write_csv(
    path: Path, labels: Sequence[str], records: Iterable[Record], encoding: str = "utf-8", delimiter: str = ","
) -> None:
    """Write a table as text; a sheet program breaks lines with CR and LF."""
    with path.open("w", encoding=encoding, newline="") as file:
        _write_rows(file, labels, records, delimiter)


def write_zip(path: Path, name: str, labels: Sequence[str], records: Iterable[Record], encoding: str) -> None:
    """Write a table as text into an archive of one file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, open_entry(archive, name, encoding) as file:
        _write_rows(file, labels, records, ",")


def _write_rows(file: io.TextIOBase, labels: Sequence[str], records: Iterable[Record], delimiter: str) -> None:
    written = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    written.writerow(labels)
    written.writerows(_cells(labels, record) for record in records)


def write_json(path: Path, way: Sequence[str], records: Iterable[Record]) -> None:
    """Write one JSON document with the records in the array at `way`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        _write_document(file, way, records)


def write_json_zip(path: Path, name: str, way: Sequence[str], records: Iterable[Record]) -> None:
    """Write one JSON document into an archive of one file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, open_entry(archive, name, "utf-8") as file:
        _write_document(file, way, records)


def _write_document(file: io.TextIOBase, way: Sequence[str], records: Iterable[Record]) -> None:
    file.write('{"code":200,' + "{".join(f'"{name}":' for name in way) + "[\n")
    file.writelines(("," if number else "") + _json(record) + "\n" for number, record in enumerate(records))
    file.write("]" + "}" * len(way) + "\n")


def write_xml(path: Path, way: Sequence[str], records: Iterable[Record]) -> None:
    """Write one XML document; members that begin with @ are attributes, lists are repeated elements."""
    with path.open("w", encoding="utf-8", newline="") as file:
        _write_elements(file, way, records)


def write_xml_zip(path: Path, name: str, way: Sequence[str], records: Iterable[Record]) -> None:
    """Write one XML document into an archive of one file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, open_entry(archive, name, "utf-8") as file:
        _write_elements(file, way, records)


def _write_elements(file: io.TextIOBase, way: Sequence[str], records: Iterable[Record]) -> None:
    *outer, name = way
    file.write('<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(f"<{one}>" for one in outer) + "\n")
    file.writelines(_element(name, record) + "\n" for record in records)
    file.write("".join(f"</{one}>" for one in reversed(outer)) + "\n")


def write_html(path: Path, title: str, labels: Sequence[str], records: Iterable[Record], encoding: str) -> None:
    """Write the HTML table that web systems name .xls."""
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(f'<html><head><meta charset="{encoding}"></head><body><table border="1">\n')
        file.write(f'<tr><td colspan="{len(labels)}">{escape(title)}</td></tr>\n')
        file.write(_html_row("th", labels))
        file.writelines(_html_row("td", _cells(labels, record)) for record in records)
        file.write("</table></body></html>\n")


def write_xls(path: Path, title: str, labels: Sequence[str], records: Iterable[Record], foot: str) -> None:
    """Write a workbook of Excel 97: a merged title, the header, the rows, and who made it; it holds 65,000 rows."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    sheet.write_merge(0, 0, 0, len(labels) - 1, title)
    row = 1
    for place, label in enumerate(labels):
        sheet.write(row, place, label)
    for row, record in enumerate(records, start=2):
        if row > _LARGEST_XLS:
            raise ValueError(f"a workbook of Excel 97 holds {_LARGEST_XLS:,} rows; deliver several")
        for place, cell in enumerate(_cells(labels, record)):
            if cell != "":
                sheet.write(row, place, cell)
    sheet.write(row + 1, 0, foot)
    book.save(str(path))


def write_xlsx(path: Path, head: Head, merged: Sequence[str], rows: Iterable[Sequence[Any]], foot: Head) -> None:
    """Write a workbook: rows of the head, merged ranges such as A1:F1, the rows, rows of the foot."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _WORKBOOK.items():
            with open_entry(archive, name, "utf-8") as file:
                file.write(_DECLARED + text)
        with open_entry(archive, "xl/worksheets/sheet1.xml", "utf-8") as file:
            file.write(f'{_DECLARED}<worksheet xmlns="{_MAIN}"><sheetData>\n')
            for number, cells in enumerate(chain(head, rows, foot), start=1):
                file.write(_sheet_row(number, cells))
            ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
            file.write(f'</sheetData><mergeCells count="{len(merged)}">{ranges}</mergeCells></worksheet>\n')


def _cells(labels: Sequence[str], record: Record) -> list[Any]:
    return ["" if record.get(label) is None else record[label] for label in labels]


def _json(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if not isinstance(value, Mapping):
        return f"<{name}/>" if value in (None, "") else f"<{name}>{escape(str(value))}</{name}>"
    attributes = "".join(f" {key[1:]}={quoteattr(str(text))}" for key, text in value.items() if key.startswith("@"))
    inner = "".join(_element(key, text) for key, text in value.items() if not key.startswith("@"))
    return f"<{name}{attributes}>{inner}</{name}>"


def _html_row(tag: str, cells: Sequence[Any]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>\n"


def _sheet_row(number: int, cells: Sequence[Any]) -> str:
    written = [_sheet_cell(f"{_column(place)}{number}", cell) for place, cell in enumerate(cells)]
    return f'<row r="{number}">{"".join(written)}</row>\n'


def _sheet_cell(place: str, cell: Any) -> str:
    if cell in (None, ""):
        return ""
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    if isinstance(cell, datetime):
        serial = (cell - datetime(1899, 12, 30)).days  # noqa: DTZ001  # spreadsheets know no zones
        return f'<c r="{place}" s="1"><v>{serial}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'


def _column(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@contextmanager
def open_entry(archive: zipfile.ZipFile, name: str, encoding: str) -> Iterator[io.TextIOWrapper]:
    """Open an entry of an archive whose time is always the same."""
    entry = zipfile.ZipInfo(name, _MADE_AT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as raw, io.TextIOWrapper(raw, encoding, newline="") as file:
        yield file


_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WORKBOOK: Final = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Number format 14 is the short date of every installation.
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    ),
}
