"""XML and HTML for lxml: as UTF-8, without a DTD, and never more markup at once than a record may have."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from lxml import etree

from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterable, Iterator

_BLOCK: Final = 65_536
_PROLOG: Final = 65_536
# No entity is resolved, nothing is fetched, and no table of ids grows.
SAFELY: Final[dict[str, Any]] = {
    "encoding": "utf-8",
    "collect_ids": False,
    "remove_comments": True,
    "remove_pis": True,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
}
_SKIPPED: Final = ((b"<?", b"?>"), (b"<!--", b"-->"))


class Source(Protocol):
    """Bytes, piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return the next piece; empty at the end."""


class Utf8:
    """Text of any encoding as UTF-8."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        """Begin at the start."""
        self._text = io.TextIOWrapper(file, encoding, errors="strict", newline="")

    def read(self, size: int) -> bytes:
        """Return the next piece."""
        return self._text.read(size).encode()


class Markup:
    """Markup on its way to lxml; whoever takes a record out of it sets `held` to zero."""

    def __init__(self, source: Source, *, allows_doctype: bool = False) -> None:
        """Look at what stands before the root."""
        self.held = 0
        self._source = source
        self._head = _whole(source, _PROLOG)
        if not allows_doctype:
            _refuse_doctype(self._head)

    def read(self, size: int = _BLOCK) -> bytes:
        """Return the next piece."""
        block, self._head = (self._head or self._source.read(min(size, _BLOCK))), b""
        self.held += len(block)
        if self.held > LIMITS.line_chars + _BLOCK:
            what = f"more than {LIMITS.line_chars:,} bytes of markup belong to no record, or to one"
            raise DeliveryRefused(what, "the markup", "send records apart, and long texts apart from the record")
        return block


def elements(markup: Markup, names: Collection[str], where: str) -> Iterator[etree._Element]:
    """Yield each element of these local names as it ends; what was yielded before is gone."""
    with refusing(where):
        for _, element in etree.iterparse(markup, tag=[f"{{*}}{name}" for name in names], **SAFELY):
            yield element
            markup.held = 0
            drop(element)


def drop(element: etree._Element) -> None:
    """Give back the memory of an element and of all that stands before it."""
    element.clear()
    while (parent := element.getparent()) is not None:
        while element.getprevious() is not None:
            del parent[0]
        element = parent


def find_tags(blocks: Iterable[bytes], tag: re.Pattern[bytes], longest: int) -> Iterator[re.Match[bytes]]:
    """Yield where a tag begins, without parsing; `longest` is the most bytes that the pattern takes."""
    rest = b""
    for block in blocks:
        text = rest + block
        last = 0
        for found in tag.finditer(text):
            last = found.end()
            yield found
        rest = text[max(last, len(text) - longest) :]


@contextmanager
def refusing(where: str) -> Iterator[None]:
    """Refuse a delivery whose markup is broken; the parser's own words may quote it, so they are not told."""
    try:
        yield
    except etree.LxmlError as error:
        what = "the markup is broken, nested too deep, or the file was cut off"
        raise DeliveryRefused(
            what, f"{where}, line {getattr(error, 'lineno', 0):,}", "send the whole file again"
        ) from error


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return local_name(str(element.tag))


def local_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def _whole(source: Source, size: int) -> bytes:
    head = b""
    while len(head) < size and (block := source.read(size - len(head))):
        head += block
    return head


def _refuse_doctype(head: bytes) -> None:
    rest = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    while skipped := next((end for start, end in _SKIPPED if rest.startswith(start)), None):
        rest = rest.partition(skipped)[2].lstrip()
    if rest[:9].upper() == b"<!DOCTYPE":
        what = "the XML text declares a document type, which can name entities that explode or lie elsewhere"
        raise DeliveryRefused(what, "<!DOCTYPE", "send it without a document type declaration")
    if not rest:
        what = f"the XML text has no element in its first {_PROLOG:,} bytes"
        raise DeliveryRefused(what, "its first bytes", "send the whole file again")
