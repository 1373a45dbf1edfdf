"""Made-up records as an OpenDocument spreadsheet (ODF 1.3), in constant memory; equal records make equal bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from tests.support.files import Record, open_entry

_KIND: Final = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES: Final = "urn:oasis:names:tc:opendocument:xmlns"
_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST: Final = (
    f'<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_OPENED: Final = (
    f'<office:document-content xmlns:office="{_NAMES}:office:1.0" xmlns:table="{_NAMES}:table:1.0"'
    f' xmlns:text="{_NAMES}:text:1.0" office:version="1.3"><office:body><office:spreadsheet>'
    '<table:table table:name="Sheet1">\n'
)
_CLOSED: Final = "</table:table></office:spreadsheet></office:body></office:document-content>\n"


def write_ods(path: Path, title: str, labels: Sequence[str], records: Iterable[Record]) -> None:
    """Write a title over all columns, the labels and the records."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("mimetype", _KIND), ("META-INF/manifest.xml", _DECLARED + _MANIFEST)):
            with open_entry(archive, name, "utf-8") as file:
                file.write(text)
        with open_entry(archive, "content.xml", "utf-8") as file:
            file.write(_DECLARED + _OPENED)
            file.write(_row([title], f' table:number-columns-spanned="{len(labels)}"'))
            file.write(_row(labels))
            file.writelines(_row([record.get(label) for label in labels]) for record in records)
            file.write(_CLOSED)


def _row(cells: Sequence[Any], of_each: str = "") -> str:
    return f"<table:table-row>{''.join(_cell(cell, of_each) for cell in cells)}</table:table-row>\n"


def _cell(cell: Any, said: str) -> str:
    if cell in (None, ""):
        return "<table:table-cell/>"
    kind = f'float" office:value="{cell}' if isinstance(cell, int | float) else "string"
    return f'<table:table-cell{said} office:value-type="{kind}"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
