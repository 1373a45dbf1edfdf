"""HTML tables, as systems export them under the name .xls: the rows of the table that knows most labels."""

from __future__ import annotations

import re
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from transforms.collect.limits import LIMITS
from transforms.collect.readers.cells import RowCells, Spans
from transforms.collect.readers.content import Cells, choose_sheet, streamed
from transforms.collect.readers.markup import Markup, Utf8, drop, find_tags, refusing
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from transforms.collect.readers.content import Fit, Options, Readable, Row
    from transforms.collect.readers.decode import Text
    from transforms.collect.readers.markup import Source

_CELLS: Final = frozenset({"td", "th"})
_BREAKS: Final = frozenset({"br", "p", "div", "li"})
_UNSEEN: Final = frozenset({"script", "style", "table"})
_BLANKS: Final = re.compile(r"[ \t\r\n\xa0]+")
_AROUND_BREAK: Final = re.compile(r" *\n[ \n]*")
_BLOCK: Final = 262_144
_LONGEST_TAG: Final = 8
_ALONE: Final = "1"
_ROW: Final = re.compile(rb"<tr[\s>]", re.IGNORECASE)
# Nothing is fetched, and no table of ids grows.
_SAFELY: Final[dict[str, Any]] = {
    "encoding": "utf-8",
    "collect_ids": False,
    "remove_comments": True,
    "remove_pis": True,
    "no_network": True,
}
_BEGINS: Final = re.compile(rb"<table[\s>]", re.IGNORECASE)
_ENDS: Final = re.compile(rb"</table\b", re.IGNORECASE)


def read_html(readable: Readable, text: Text, options: Options, fit: Fit) -> Cells:
    """Return the rows of one table of a page; a page of several tables only up to a size."""
    with streamed(readable) as file:
        source = Utf8(file, text.encoding)
        begun = find_tags(iter(partial(source.read, _BLOCK), b""), _BEGINS, _LONGEST_TAG)
        is_alone = len([*islice(begun, 2)]) == 1
    tables = partial(_tables, readable, text, is_alone=is_alone)
    chosen = _ALONE if is_alone else choose_sheet(tables(), options.sheet, fit)
    return Cells("html", text.encoding, partial(_rows, tables, chosen), is_padded=True)


def _rows(tables: Callable[[], Iterator[tuple[str, Row]]], chosen: str) -> Iterator[Row]:
    return (row for name, row in tables() if name == chosen)


def _tables(readable: Readable, text: Text, *, is_alone: bool) -> Iterator[tuple[str, Row]]:
    with streamed(readable) as file, refusing("the page"):
        source = _Pieces(Utf8(file, text.encoding), is_alone=is_alone)
        tables = _Tables(is_alone=is_alone)
        while source.has_more():
            markup = Markup(source, allows_doctype=True)
            for event, element in etree.iterparse(
                markup, events=("start", "end"), tag=("table", "tr"), html=True, recover=True, **_SAFELY
            ):
                if element.tag == "table":
                    tables.begin() if event == "start" else tables.end()
                elif event == "end":
                    yield from tables.row(element)
                    markup.held = 0
                    drop(element)
        source.refuse_cut()


class _Tables:
    """The tables that are open, by number, with what reaches down in each; one that is alone goes on in each piece."""

    def __init__(self, *, is_alone: bool) -> None:
        self._is_alone = is_alone
        self._count = 0
        self._open: list[tuple[str, Spans]] = []

    def begin(self) -> None:
        """Enter a table."""
        if not (self._is_alone and self._open):
            self._count += 1
            self._open.append((str(self._count), Spans()))

    def end(self) -> None:
        """Leave a table."""
        if self._open and not self._is_alone:
            self._open.pop()

    def row(self, element: etree._Element) -> Iterator[tuple[str, Row]]:
        """Yield the row with the number of its table, if it holds anything."""
        if self._open:
            name, spans = self._open[-1]
            if row := _row(element, spans):
                yield name, row


def _row(element: etree._Element, spans: Spans) -> Row:
    row, reached = RowCells(), set(spans.columns())
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        while row.column in reached:
            row.add(spans.reaching(row.column))
        text, first = _text(cell), row.column
        row.add(text)
        row.column += _span(cell, "colspan") - 1
        spans.begin(first, _span(cell, "rowspan"), text)
    for column in sorted(reached):
        if column >= row.column:
            row.column = column
            row.add(spans.reaching(column))
    spans.end_row()
    return row.texts


def _span(cell: etree._Element, name: str) -> int:
    raw = (cell.get(name) or "").strip()
    return min(max(int(raw), 1), LIMITS.columns) if raw.isdecimal() and len(raw) < 10 else 1


def _text(cell: etree._Element) -> str:
    return _AROUND_BREAK.sub("\n", _inner(cell)).strip()


def _inner(element: etree._Element) -> str:
    if not len(element):
        return _BLANKS.sub(" ", element.text or "")
    parts = [_BLANKS.sub(" ", element.text or "")]
    for part in element:
        if part.tag in _BREAKS:
            parts.append("\n")
        if part.tag not in _UNSEEN:
            parts.append(_inner(part))
        parts.append(_BLANKS.sub(" ", part.tail or ""))
    return "".join(parts)


class _Pieces:
    """Pass a page on in pieces that each begin with a row, because the parser keeps all that it was given.

    The parser also closes tables itself, so that they are counted here.
    """

    def __init__(self, source: Source, *, is_alone: bool) -> None:
        self._source = source
        self._is_alone = is_alone
        self._passed = 0
        self._next = b""
        self._has_ended = False
        self._is_cut = False
        self._open = 0
        self._rest = b""

    def has_more(self) -> bool:
        """Begin the next piece, if there is one."""
        self._passed, self._is_cut = 0, False
        return not self._has_ended

    def read(self, size: int) -> bytes:
        """Return the next block of this piece."""
        if self._is_cut or self._has_ended:
            return b""
        block, self._next = self._next, b""
        return block or self._pass(self._source.read(size))

    def refuse_cut(self) -> None:
        """Refuse a page that ends before its tables do."""
        if self._open > 0:
            raise DeliveryRefused("the page ends inside its table", "the last row", "send the whole file again")

    def _pass(self, block: bytes) -> bytes:
        self._count(block)
        self._passed += len(block)
        self._has_ended = not block
        row = _ROW.search(block) if self._is_alone and self._passed > LIMITS.line_chars else None
        if row:
            self._is_cut = True
            self._next = b"<table>" + block[row.start() :]
            return block[: row.start()]
        if not self._is_alone and self._passed > LIMITS.page_bytes:
            what = f"the page holds several tables and is larger than {LIMITS.page_bytes:,} bytes"
            raise DeliveryRefused(what, "the page", "send one table in a file")
        return block

    def _count(self, block: bytes) -> None:
        text = self._rest + block
        # A tag that is cut here is whole in the next block.
        start = text.rfind(b"<", max(0, len(text) - _LONGEST_TAG)) if block else -1
        whole, self._rest = (text[:start], text[start:]) if start >= 0 else (text, b"")
        self._open += len(_BEGINS.findall(whole)) - len(_ENDS.findall(whole))
