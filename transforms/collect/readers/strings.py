"""The shared strings of a workbook, in files without a name: as many as there are, and none held."""

from __future__ import annotations

import os
import re
import struct
import tempfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from transforms.collect.readers.markup import local
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

_PLACE: Final = struct.Struct("<QI")
# Strings are numbered as they first appear, so that the next cell's is near.
_PAGE: Final = 64
_PAGES: Final = 64
_PAGE_BYTES: Final = 262_144
# ECMA-376 part 1, 22.9.2.19: characters that XML cannot hold.
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """Strings by their number."""

    def __init__(self, texts: IO[bytes], places: IO[bytes]) -> None:
        """Write the texts to one file, and where each begins to another."""
        self._texts = texts
        self._places = places
        self._pages: dict[int, list[str]] = {}

    def fill(self, texts: Iterable[str]) -> None:
        """Write down every string of a workbook."""
        start = 0
        for one in texts:
            text = one.encode()
            self._texts.write(text)
            self._places.write(_PLACE.pack(start, len(text)))
            start += len(text)
        self._texts.flush()
        self._places.flush()

    def at(self, number: int) -> str:
        """Return one string; raises DeliveryRefused if there is none of that number."""
        page, place = divmod(number, _PAGE)
        texts = self._pages.get(page)
        if texts is not None and place < len(texts):
            return texts[place]
        return self._read(page, place)

    def _read(self, page: int, place: int) -> str:
        # A mapped file would count as memory of this process.
        size = _PLACE.size * _PAGE
        places = [*_PLACE.iter_unpack(os.pread(self._places.fileno(), size, page * size))] if page >= 0 else []
        if place >= len(places):
            what = "a cell refers to a text that the workbook does not hold"
            raise DeliveryRefused(what, "the shared strings", "save the workbook again, and send it")
        if sum(size for _, size in places) > _PAGE_BYTES:
            start, size = places[place]
            return os.pread(self._texts.fileno(), size, start).decode()
        begin, (last, size) = places[0][0], places[-1]
        held = os.pread(self._texts.fileno(), last + size - begin, begin)
        texts = self._pages[page] = [held[start - begin : start - begin + size].decode() for start, size in places]
        if len(self._pages) > _PAGES:
            self._pages.pop(next(iter(self._pages)))
        return texts[place]


@contextmanager
def shared_strings() -> Iterator[SharedStrings]:
    """Give an empty set of strings, whose files are gone afterwards."""
    with tempfile.TemporaryFile() as texts, tempfile.TemporaryFile() as places:
        yield SharedStrings(texts, places)


def rich_text(item: etree._Element) -> str:
    """Return the text of a string item: its runs together, without the readings above them."""
    parts: list[str] = []
    for part in item:
        name = local(part)
        if name == "t":
            parts.append(part.text or "")
        elif name == "r":
            parts.extend(t.text or "" for t in part if local(t) == "t")
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Return the text that a workbook means by `_x000D_`."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    # PostgreSQL stores no NUL, and half a pair is no character.
    return "" if not code or 0xD800 <= code < 0xE000 else chr(code)
