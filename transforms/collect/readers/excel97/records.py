"""Records of BIFF8, the format of Excel 97 to 2003, and the texts in them (MS-XLS 2.1.4, 2.5.293)."""

from __future__ import annotations

from contextlib import contextmanager
from struct import Struct, error
from typing import IO, TYPE_CHECKING, Final

from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    Record = tuple[int, bytes]

_BOF: Final = 0x0809
_BIFF8: Final = 0x0600
_EOF: Final = 0x000A
_CONTINUE: Final = 0x003C
_HEAD: Final = Struct("<HH")
_BEGIN: Final = Struct("<HxxH")
_LENGTH: Final = Struct("<HB")
_RUNS: Final = Struct("<H")
_EXTRA: Final = Struct("<I")
_WIDE, _HAS_EXTRA, _HAS_RUNS = 0x1, 0x4, 0x8
_RUN_BYTES: Final = 4
# An empty text at the end of a record may leave out its flags.
_NOTHING: Final = b"\0\0"
_BLOCK: Final = 262_144


def broken() -> DeliveryRefused:
    """Return the refusal of a workbook that does not say what it should."""
    what = "the workbook is broken, or the file was cut off"
    return DeliveryRefused(what, "the workbook", "save the workbook again, and send it")


@contextmanager
def refusing() -> Iterator[None]:
    """Refuse a workbook whose records are shorter than they should be, or hold half a character."""
    try:
        yield
    except (error, UnicodeDecodeError, IndexError) as found:
        raise broken() from found


def is_biff8(stream: IO[bytes]) -> bool:
    """Say whether a stream begins as one of Excel 97 or later does."""
    stream.seek(0)
    begin = stream.read(_BEGIN.size)
    return len(begin) == _BEGIN.size and _BEGIN.unpack(begin) == (_BOF, _BIFF8)


def records(stream: IO[bytes], begin: int, end: int) -> Iterator[Record]:
    """Yield number and content of each record of a stretch of the stream; raises DeliveryRefused where one is cut."""
    stream.seek(begin)
    left, held = max(0, end - begin), b""
    while left or held:
        block = stream.read(min(_BLOCK, left))
        left -= len(block)
        held += block
        if not block:
            raise broken()
        place, most = 0, len(held) - _HEAD.size
        while place <= most:
            kind, size = _HEAD.unpack_from(held, place)
            after = place + _HEAD.size + size
            if after > len(held):
                break
            yield kind, held[place + _HEAD.size : after]
            place = after
        held = held[place:]


def substream(stream: IO[bytes], begin: int, end: int) -> Iterator[Record]:
    """Yield the records from a BOF to its EOF, without those of what is embedded between the two, as a chart is."""
    depth = 0
    for kind, content in records(stream, begin, end):
        if kind == _BOF:
            depth += 1
        elif not depth:
            break
        elif kind == _EOF:
            depth -= 1
            if not depth:
                return
        elif depth == 1:
            yield kind, content
    raise broken()


class Texts:
    """The texts of a record, which may run on into the records behind it."""

    def __init__(self, content: bytes, place: int, more: Iterator[Record]) -> None:
        """Begin at a place of a record; what continues it is taken from `more`."""
        self._content = content
        self._place = place
        self._more = more

    def text(self) -> str:
        """Return the next text, without its fonts and readings."""
        if self._place >= len(self._content):
            self._go_on()
        if self._content[self._place :] == _NOTHING:
            self._place = len(self._content)
            return ""
        count, flags = _LENGTH.unpack_from(self._content, self._place)
        self._place += _LENGTH.size
        behind = 0
        if flags & _HAS_RUNS:
            behind = _RUN_BYTES * self._number(_RUNS)
        if flags & _HAS_EXTRA:
            behind += self._number(_EXTRA)
        text = self.characters(count, is_wide=bool(flags & _WIDE))
        if behind:
            self._skip(behind)
        return text

    def characters(self, count: int, *, is_wide: bool) -> str:
        """Return that many characters, each of two bytes or of one."""
        end = self._place + (count << is_wide)
        if end > len(self._content):
            return self._long(count, is_wide=is_wide)
        raw = self._content[self._place : end]
        self._place = end
        return raw.decode("utf-16-le" if is_wide else "latin-1")

    def _long(self, count: int, *, is_wide: bool) -> str:
        """Return a text of several records, each of which says anew how wide its characters are."""
        parts = bytearray()
        while True:
            taken = min(count, (len(self._content) - self._place) >> is_wide)
            raw = self._content[self._place : self._place + (taken << is_wide)]
            parts += raw if is_wide else raw.decode("latin-1").encode("utf-16-le")
            self._place += len(raw)
            count -= taken
            if not count:
                return parts.decode("utf-16-le")
            self._go_on()
            is_wide, self._place = bool(self._content[0] & _WIDE), 1

    def _skip(self, size: int) -> None:
        while size > len(self._content) - self._place:
            size -= len(self._content) - self._place
            self._go_on()
        self._place += size

    def _number(self, form: Struct) -> int:
        (number,) = form.unpack_from(self._content, self._place)
        self._place += form.size
        return int(number)

    def _go_on(self) -> None:
        kind, self._content = next(self._more, (_EOF, b""))
        self._place = 0
        if kind != _CONTINUE:
            raise broken()
