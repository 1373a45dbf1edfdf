"""Made-up files of every shape that is read, written row by row until they are as large as wanted."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from xml.sax.saxutils import escape

import orjson

from infra.bench import xls_files

Texts = Sequence[str]

_BUFFER: Final = 1_048_576
_WORD: Final = "销售侵犯注册商标专用权的商品"


def rows(labels: Texts) -> Iterator[list[str]]:
    """Yield made-up rows without end; a third of their texts return, as in real files."""
    number = 0
    while True:
        number += 1
        yield [f"{_WORD}{column}" if column % 3 else f"{number:09}-{column}" for column in range(len(labels))]


def write_csv(path: Path, labels: Texts, size: int, delimiter: str = ",") -> int:
    """Write CSV in UTF-8; returns the number of rows."""
    with path.open("wb", buffering=_BUFFER) as file:
        return _fill_table(file, labels, size, delimiter)


def write_tsv(path: Path, labels: Texts, size: int) -> int:
    """Write values with tabs between them, in UTF-8; returns the number of rows."""
    return write_csv(path, labels, size, "\t")


def write_zip(path: Path, labels: Texts, size: int) -> int:
    """Write CSV of `size` bytes before it is packed into an archive; returns the number of rows."""
    with _packed(path) as archive, archive.open("delivered.csv", "w", force_zip64=True) as file:
        return _fill_table(file, labels, size, ",")


def write_xls(path: Path, labels: Texts, size: int) -> int:
    """Write a workbook of Excel 97 of `size` bytes; returns the number of rows in the sheet that is the table."""
    return xls_files.write_rows(path, labels, rows(labels), size)


def write_json_lines(path: Path, labels: Texts, size: int) -> int:
    """Write JSON lines; returns the number of rows."""
    with path.open("wb", buffering=_BUFFER) as file:
        return _fill(file, rows(labels), lambda row: _object(labels, row) + "\n", size)


def write_json(path: Path, labels: Texts, size: int) -> int:
    """Write one JSON array; returns the number of rows."""
    with path.open("wb", buffering=_BUFFER) as file:
        file.write(b"[" + _object(labels, labels).encode())
        count = _fill(file, rows(labels), lambda row: "," + _object(labels, row), size)
        file.write(b"]")
        return count + 1


def write_xml(path: Path, labels: Texts, size: int) -> int:
    """Write XML whose elements are named c0, c1 and so on; returns the number of rows."""

    def record(row: Texts) -> str:
        return "<r>" + "".join(f"<c{n}>{text}</c{n}>" for n, text in enumerate(row)) + "</r>\n"

    with path.open("wb", buffering=_BUFFER) as file:
        file.write(b"<list>\n")
        count = _fill(file, rows(labels), record, size)
        file.write(b"</list>\n")
        return count


def write_html(path: Path, labels: Texts, size: int) -> int:
    """Write a page of one table; returns the number of rows."""

    def line(row: Texts) -> str:
        return "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>\n"

    with path.open("wb", buffering=_BUFFER) as file:
        file.write(b"<html><body><table>" + line(labels).encode())
        count = _fill(file, rows(labels), line, size)
        file.write(b"</table></body></html>")
        return count


def write_ods(path: Path, labels: Texts, size: int) -> int:
    """Write an OpenDocument spreadsheet of `size` bytes before it is packed; returns the number of rows."""

    def line(row: Texts) -> str:
        cells = "".join(f"<t:table-cell><x:p>{escape(text)}</x:p></t:table-cell>" for text in row)
        return f"<t:table-row>{cells}</t:table-row>"

    with _packed(path) as archive, archive.open("content.xml", "w", force_zip64=True) as file:
        file.write(
            f'<d xmlns:t="{_ODF}:table:1.0" xmlns:x="{_ODF}:text:1.0"><t:table t:name="a">'.encode()
            + line(labels).encode()
        )
        count = _fill(file, rows(labels), line, size)
        file.write(b"</t:table></d>")
        return count


def write_xlsx_inline(path: Path, labels: Texts, size: int) -> int:
    """Write a workbook that holds its texts in the cells, of `size` bytes before it is packed."""

    def line(row: Texts) -> str:
        return f"<row>{''.join(f'<c t={_INLINE}><is><t>{escape(text)}</t></is></c>' for text in row)}</row>"

    with _packed(path) as archive:
        _book(archive)
        with archive.open(_SHEET, "w", force_zip64=True) as file:
            file.write(b"<worksheet><sheetData>" + line(labels).encode())
            count = _fill(file, rows(labels), line, size)
            file.write(b"</sheetData></worksheet>")
    return count


def write_xlsx_shared(path: Path, labels: Texts, size: int) -> int:
    """Write a workbook that shares its texts, of `size` bytes before it is packed; the sheet is two fifths of it."""
    width = len(labels)

    def line(number: int) -> str:
        return f"<row>{''.join(f'<c t={_SHARED}><v>{number * width + n}</v></c>' for n in range(width))}</row>"

    def item(row: Texts) -> str:
        return "".join(f"<si><t>{escape(text)}</t></si>" for text in row)

    with _packed(path) as archive:
        _book(archive)
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as file:
            file.write(b"<sst>" + item(labels).encode())
            count = _fill(file, rows(labels), item, size * 3 // 5)
            file.write(b"</sst>")
        with archive.open(_SHEET, "w", force_zip64=True) as file:
            file.write(b"<worksheet><sheetData>")
            file.writelines(line(number).encode() for number in range(count + 1))
            file.write(b"</sheetData></worksheet>")
    return count


WRITERS: Final[dict[str, Callable[[Path, Texts, int], int]]] = {
    "csv": write_csv,
    "tsv": write_tsv,
    "zip of csv": write_zip,
    "jsonl": write_json_lines,
    "json": write_json,
    "xml": write_xml,
    "html": write_html,
    "ods": write_ods,
    "xlsx, texts in the cells": write_xlsx_inline,
    "xlsx, texts shared": write_xlsx_shared,
    "xls": write_xls,
}

_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"
_INLINE: Final = '"inlineStr"'
_SHARED: Final = '"s"'
_SHEET: Final = "xl/worksheets/sheet1.xml"


def _fill(file: IO[bytes], made: Iterator[list[str]], line: Callable[[Texts], str], size: int) -> int:
    written = count = 0
    while written < size:
        written += file.write(line(next(made)).encode())
        count += 1
    return count


def _fill_table(file: IO[bytes], labels: Texts, size: int, delimiter: str) -> int:
    def line(row: Texts) -> str:
        return delimiter.join(row) + "\n"

    file.write(line(labels).encode())
    return _fill(file, rows(labels), line, size)


def _object(labels: Texts, row: Texts) -> str:
    return orjson.dumps(dict(zip(labels, row, strict=True))).decode()


def _book(archive: zipfile.ZipFile) -> None:
    relations = (
        '<Relationship Id="r1" Type="/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="r2" Type="/sharedStrings" Target="sharedStrings.xml"/>'
    )
    archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="a" id="r1"/></sheets></workbook>')
    archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{relations}</Relationships>")


@contextmanager
def _packed(path: Path) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        yield archive
