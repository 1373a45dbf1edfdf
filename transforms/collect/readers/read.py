"""Read a delivered file by what its bytes are, and by what its contract says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.collect.classified import refuse_heading
from transforms.collect.readers import sniff
from transforms.collect.readers.archive import Archive, Packed, only_file
from transforms.collect.readers.content import head_of
from transforms.collect.readers.decode import detect
from transforms.collect.readers.delimited import read_delimited
from transforms.collect.readers.heading import HEAD, heading
from transforms.collect.readers.html_table import read_html
from transforms.collect.readers.json_document import read_json_document
from transforms.collect.readers.json_lines import read_json_lines
from transforms.collect.readers.ods import CONTENT, read_ods
from transforms.collect.readers.xls import read_xls
from transforms.collect.readers.xlsx import read_xlsx
from transforms.collect.readers.xlsx_book import BOOK
from transforms.collect.readers.xml_records import read_xml
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from transforms.collect.readers.content import Cells, Fit, Options, Readable, Records

_BY_LINE: Final = frozenset({"csv", "jsonl"})


def read_content(readable: Readable, options: Options, fit: Fit) -> Cells | Records:
    """Return the rows or records of a file; `fit` says how well first rows do, where there are several tables.

    Raises DeliveryRefused for a file that no reader reads, or that is of another kind than the contract says.
    """
    found = _read(readable, options, fit, is_packed=False)
    _refuse_other_kind(found.shape, options.format)
    return found


def _read(readable: Readable, options: Options, fit: Fit, *, is_packed: bool) -> Cells | Records:
    shape = sniff.sniff(readable, options)
    if shape == "archive":
        return _read_archive(readable, options, fit, is_packed=is_packed)
    return read_xls(readable, options, fit) if shape == "xls" else _read_text(readable, shape, options, fit)


def _read_archive(readable: Readable, options: Options, fit: Fit, *, is_packed: bool) -> Cells | Records:
    with Archive(readable) as archive:
        names = frozenset(archive.names)
        if BOOK not in names and CONTENT not in names:
            if is_packed:
                what = "the archive holds an archive"
                raise DeliveryRefused(what, "the archive", "pack the file once")
            packed = Packed(readable, only_file(archive))
        else:
            packed = None
    if packed:
        return _read(packed, options, fit, is_packed=True)
    return (read_xlsx if BOOK in names else read_ods)(readable, options, fit)


def _read_text(readable: Readable, shape: str, options: Options, fit: Fit) -> Cells | Records:
    text = detect(readable.blocks, by_line=shape in _BY_LINE)
    refuse_heading(heading(shape, head_of(readable, HEAD).decode(text.encoding, "ignore"), options.path))
    if shape == "csv":
        return read_delimited(readable, text, options, fit.score)
    if shape == "html":
        return read_html(readable, text, options, fit)
    if shape == "xml":
        return read_xml(readable, text, options)
    if shape == "jsonl":
        return read_json_lines(readable, text)
    return read_json_document(readable, text, options, is_array=shape == "array")


def _refuse_other_kind(shape: str, named: str) -> None:
    """A table may come in any program's format, and records of JSON as lines or as a document."""
    families = (sniff.TABLES, sniff.RECORDS - {"xml"}, frozenset({"xml"}))
    if any(named in family and shape not in family for family in families):
        what = f"the file is {shape}, the contract says {named}"
        raise DeliveryRefused(what, "its first bytes", f"send {named}, or change the server's `format` in the contract")
