"""Which characters a text is written in: BOM, then UTF-8, then GB18030, strictly; anything else is refused.

DOMAIN D01: encodings, and the traces of a wrong one.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_BOMS: Final = (
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_GUESSES: Final = ("utf-8", "gb18030")
# What text looks like that was decoded wrongly once before it came here.
_TRACES: Final = ("\ufffd", "锟斤拷", "烫烫烫", "琛屾斂")
_LONGEST_TRACE: Final = max(map(len, _TRACES))
_REMEDY: Final = "export it again in UTF-8 or GB18030"


@dataclass(frozen=True, slots=True)
class Text:
    """How the bytes of a delivery read as text."""

    encoding: str
    ends_with_line: bool


def detect(blocks: Callable[[], Iterable[bytes]], *, by_line: bool = True) -> Text:
    """Return how the bytes are to be decoded; raises DeliveryRefused for anything but clean text.

    Where a record is a line (`by_line`), an endless line is refused.
    """
    head = next(iter(blocks()), b"")
    if not head:
        raise DeliveryRefused("the file is empty", "0 bytes", "send at least the header row")
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return _marked(blocks, encoding, by_line=by_line)
    return _guessed(blocks, by_line=by_line)


def _marked(blocks: Callable[[], Iterable[bytes]], encoding: str | None, *, by_line: bool) -> Text:
    if encoding is None:
        raise DeliveryRefused("the file is UTF-32", "its first bytes", _REMEDY)
    try:
        return _scan(blocks(), encoding, by_line=by_line)
    except UnicodeDecodeError as error:
        raise _undecodable(f"the byte order mark says {encoding}, the bytes are not") from error


def _guessed(blocks: Callable[[], Iterable[bytes]], *, by_line: bool) -> Text:
    for encoding in _GUESSES:
        try:
            return _scan(blocks(), encoding, by_line=by_line)
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data" or error.reason.startswith("incomplete"):
                raise _undecodable("the file ends in the middle of a character") from error
    raise _undecodable("the bytes are neither UTF-8 nor GB18030")


def _undecodable(what: str) -> DeliveryRefused:
    return DeliveryRefused(what, "the encoding", _REMEDY)


def _scan(blocks: Iterable[bytes], encoding: str, *, by_line: bool) -> Text:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = _Lines(LIMITS.line_chars if by_line else None)
    for block in blocks:
        lines.take(decoder.decode(block))
    lines.take(decoder.decode(b"", final=True))
    return Text(encoding, lines.last in "\r\n")


class _Lines:
    """Look at text as it passes: no trace of a wrong decoding, no NUL, no endless line."""

    def __init__(self, longest: int | None) -> None:
        self.last = "\n"
        self._longest = longest
        self._tail = ""
        self._open = 0

    def take(self, text: str) -> None:
        """Check the next piece of the text."""
        if not text:
            return
        self._refuse_traces(self._tail + text)
        self._tail = text[-(_LONGEST_TRACE - 1) :]
        self.last = text[-1]
        if self._longest is not None:
            self._refuse_endless(text, self._longest)

    def _refuse_endless(self, text: str, longest: int) -> None:
        end = max(text.rfind("\n"), text.rfind("\r"))
        self._open = len(text) - end - 1 if end >= 0 else self._open + len(text)
        if self._open > longest:
            what = f"a line is longer than {longest:,} characters"
            remedy = "end every row with a line break, and send long texts apart from the record"
            raise DeliveryRefused(what, "the line breaks", remedy)

    @staticmethod
    def _refuse_traces(text: str) -> None:
        if "\0" in text:
            what = "the text holds NUL characters, as UTF-16 without a byte order mark or a binary file does"
            raise DeliveryRefused(what, "the encoding", _REMEDY)
        for trace in _TRACES:
            if trace in text:
                what = f"the text was decoded wrongly before it was sent: it holds {trace!a}"
                raise DeliveryRefused(what, "the encoding", "export it again from the original system, as UTF-8")
