"""The same table as a file of every kind that is read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P, S

Rows = Sequence[Sequence[str]]


def as_csv(rows: Rows, delimiter: str = ",") -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode()


def as_tsv(rows: Rows) -> bytes:
    return as_csv(rows, "\t")


def as_xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            sheet.cell(number, column).value = text
            sheet.cell(number, column).data_type = "s"
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_xls(rows: Rows) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_ods(rows: Rows) -> bytes:
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="表")
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            for part in text.split("\n"):
                cell.addElement(_paragraph(part))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _paragraph(text: str) -> P:
    found = P()
    for number, part in enumerate(text.split(" ")):
        if number:
            found.addElement(S(c=1))
        found.addText(part)
    return found


def as_html(rows: Rows) -> bytes:
    lines = ("<tr>" + "".join(f"<td>{escape(t).replace(chr(10), '<br>')}</td>" for t in row) + "</tr>" for row in rows)
    return f"<html><body><table>\n{chr(10).join(lines)}\n</table></body></html>".encode()


def as_xml(rows: Rows) -> bytes:
    labels, *records = rows
    written = "".join(
        "<记录>" + "".join(f"<{n}>{escape(t)}</{n}>" for n, t in zip(labels, row, strict=True)) + "</记录>"
        for row in records
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<记录集>{written}</记录集>\n'.encode()


def objects(rows: Rows) -> list[dict[str, str]]:
    labels, *records = rows
    return [dict(zip(labels, row, strict=True)) for row in records]


def as_json(rows: Rows) -> bytes:
    return json.dumps(objects(rows), ensure_ascii=False).encode()


def as_json_lines(rows: Rows) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in objects(rows)).encode()


def zipped(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()


def as_zip(rows: Rows) -> bytes:
    return zipped(("表.csv", as_csv(rows)))


def as_zip_of_xlsx(rows: Rows) -> bytes:
    return zipped(("表.xlsx", as_xlsx(rows)))


WRITERS: dict[str, Callable[[Rows], bytes]] = {
    "csv": as_csv,
    "tsv": as_tsv,
    "xlsx": as_xlsx,
    "xls": as_xls,
    "ods": as_ods,
    "html": as_html,
    "xml": as_xml,
    "json": as_json,
    "jsonl": as_json_lines,
    "zip": as_zip,
    "zip of xlsx": as_zip_of_xlsx,
}

_SHEET = '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns={}>{}</worksheet>'
_MAIN = "http://schemas.openxmlformats.example/main"


def sheet_xml(rows: str, after: str = "") -> str:
    return _SHEET.format(quoteattr(_MAIN), f"<sheetData>{rows}</sheetData>{after}")


def raw_xlsx(sheet: str | bytes, *more: tuple[str, bytes], properties: str = "", strings: bool = False) -> bytes:
    """Return a workbook of one sheet, whose parts are written by hand."""
    return raw_sheets([sheet], *more, properties=properties, strings=strings)


def raw_sheets(
    sheets: Sequence[str | bytes], *more: tuple[str, bytes], properties: str = "", strings: bool = False
) -> bytes:
    """Return a workbook of sheets 表, 表2 and so on, whose parts are written by hand."""
    numbers = range(1, len(sheets) + 1)
    relations = "".join(
        f'<Relationship Id="s{n}" Type="t/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    relations += '<Relationship Id="r2" Type="t/styles" Target="styles.xml"/>'
    if strings:
        relations += '<Relationship Id="r3" Type="t/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    names = "".join(f'<sheet name="表{n if n > 1 else ""}" id="s{n}"/>' for n in numbers)
    book = f"<workbook xmlns={quoteattr(_MAIN)}><workbookPr {properties}/><sheets>{names}</sheets></workbook>"
    return zipped(
        ("xl/workbook.xml", book.encode()),
        ("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>".encode()),
        *(
            (f"xl/worksheets/sheet{n}.xml", sheet if isinstance(sheet, bytes) else sheet.encode())
            for n, sheet in zip(numbers, sheets, strict=True)
        ),
        *more,
    )


_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_ODF = " ".join(f'xmlns:{name}="{_NAMES}:{name}:1.0"' for name in ("table", "text", "office"))


def raw_ods(content: str, *more: tuple[str, bytes]) -> bytes:
    """Return a spreadsheet of one sheet, whose rows are written by hand."""
    body = f'<d {_ODF}><table:table table:name="表">{content}'
    return zipped(("content.xml", f"{body}</table:table></d>".encode()), *more)
