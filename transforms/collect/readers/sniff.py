"""What kind of file the bytes are, whatever its name says (DOMAIN D02)."""

from __future__ import annotations

import codecs
import io
import json
import re
from typing import TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.collect.objects import DECODER
from transforms.collect.readers.content import head_of, streamed
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from transforms.collect.readers.content import Options, Readable

TABLES: Final = frozenset({"csv", "tsv", "xlsx", "xls", "ods", "html"})
RECORDS: Final = frozenset({"xml", "json", "jsonl"})

_HEAD: Final = 65_536
_ARCHIVE: Final = (b"PK\x03\x04", b"PK\x05\x06")
# A compound document, or a bare stream of BIFF 2 to 8.
_XLS: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", *(bytes((9, version)) for version in (0, 2, 4, 8)))
_REFUSED: Final = (
    (b"%PDF-", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"{\\rtf", "an RTF text"),
    (b"MIME-Version:", "a web archive (mhtml)"),
)
_WIDE: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BEFORE_ROOT: Final = (("<?", "?>"), ("<!--", "-->"))
_HTML: Final = re.compile(
    r"<!doctype\s+html\b|<(html|head|body|table|thead|tbody|tr|td|meta|title|style|script|link|div|center|font|p)\b",
    re.IGNORECASE,
)
_JSON: Final = re.compile(r"\{\s*[\"}]|\[\s*([\[{\"\]]|$)")


def sniff(readable: Readable, options: Options) -> str:
    """Return `archive`, `xls` or a shape of text; raises DeliveryRefused for what no reader reads."""
    head = head_of(readable, _HEAD)
    found = next((name for magic, name in _REFUSED if head.startswith(magic)), None)
    if found:
        remedy = "send CSV, XLSX, XLS, ODS, an HTML table, XML, JSON or JSON lines, or a ZIP archive of one of these"
        raise DeliveryRefused(f"the file is {found}, whatever its name says", "its first bytes", remedy)
    if head.startswith(_ARCHIVE):
        return "archive"
    return "xls" if head.startswith(_XLS) else _text_shape(readable, _decoded(head), options)


def _decoded(head: bytes) -> str:
    encoding = next((name for mark, name in _WIDE if head.startswith(mark)), "utf-8")
    return head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")


def _text_shape(readable: Readable, start: str, options: Options) -> str:
    if start.startswith("<"):
        return "html" if _HTML.match(_root(start)) else "xml"
    if not _JSON.match(start):
        return "csv"
    if start.startswith("["):
        return "array"
    return "json" if options.path or not _is_line(readable) else "jsonl"


def _root(start: str) -> str:
    while ended := next((end for begin, end in _BEFORE_ROOT if start.startswith(begin)), None):
        start = start.partition(ended)[2].lstrip()
    return start


def _is_line(readable: Readable) -> bool:
    """Say whether the first filled line is an object of its own."""
    for encoding in ("utf-16", "utf-8-sig", "gb18030"):
        try:
            return isinstance(DECODER.decode(_first_line(readable, encoding)), dict)
        except (UnicodeError, json.JSONDecodeError, RecursionError):
            continue
    return False


def _first_line(readable: Readable, encoding: str) -> str:
    with io.TextIOWrapper(streamed(readable), encoding, newline="\n") as file:
        line = "\n"
        while line and not line.strip():
            line = file.readline(LIMITS.line_chars)
    return line
