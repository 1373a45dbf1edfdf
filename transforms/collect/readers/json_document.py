"""One JSON document: the objects of the array at a path, each taken out while the document is read."""

from __future__ import annotations

import re
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import ijson

from transforms.collect.limits import LIMITS
from transforms.collect.objects import Once, flat, named_twice
from transforms.collect.readers.content import Records, streamed
from transforms.collect.readers.markup import Utf8
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.collect.readers.content import Options, Readable, Record
    from transforms.collect.readers.decode import Text

_STRING: Final = re.compile(rb'"(?:[^"\\]+|\\.)*+"', re.DOTALL)
_LONG_NUMBER: Final = re.compile(rb"[0-9]{%d}" % (LIMITS.digits + 1))
# yajl reads half of a surrogate pair as a question mark.
_HALF: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])")
_PAIR: Final = 12
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_STEPS: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_BLOCK: Final = 65_536
_ITEM: Final = "item"


def read_json_document(readable: Readable, text: Text, options: Options, *, is_array: bool) -> Records:
    """Return the objects of the array at the contract's path, or of the outermost array."""
    path = options.path
    if is_array and path:
        what = f"the document is an array, the contract expects its records at {options.record_path}"
        raise DeliveryRefused(what, "the outermost value", "send the document as the contract describes it")
    return Records("json", text.encoding, partial(_records, readable, text, path, is_single=not (is_array or path)))


def _records(readable: Readable, text: Text, path: tuple[str, ...], *, is_single: bool) -> Iterator[Record]:
    prefix = ".".join(path) if is_single else ".".join((*path, _ITEM))
    count, twice = 0, list[str]()
    with streamed(readable) as file:
        guarded = _Guarded(Utf8(file, text.encoding), len(path) + 1 - is_single)
        try:
            items = ijson.items(guarded, prefix, map_type=partial(Once, twice), buf_size=_BLOCK)
            for count, record in enumerate(items, start=1):
                if twice:
                    raise named_twice(twice[0])
                yield flat(_object(record, count))
        # Half of a surrogate pair, escaped.
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise _broken(count) from error
    if not count:
        _refuse_astray(readable, text, path)


def _object(record: Any, number: int) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise DeliveryRefused(f"record {number:,} is no JSON object", f"record {number:,}", "send one object a record")
    return record


def _refuse_astray(readable: Readable, text: Text, path: tuple[str, ...]) -> None:
    prefix = ".".join(path)
    with streamed(readable) as file:
        guarded = _Guarded(Utf8(file, text.encoding), len(path) + 1)
        if any(found == prefix and event == "start_array" for found, event, _ in ijson.parse(guarded)):
            return
    what = f"the document has no array at {prefix}"
    raise DeliveryRefused(what, prefix, "name the way to the records in the contract (server option `recordPath`)")


def _broken(count: int) -> DeliveryRefused:
    what = f"after {count:,} records the JSON text is broken, or the file was cut off"
    return DeliveryRefused(what, f"record {count + 1:,}", "send the whole file again")


class _Guarded:
    """Pass JSON text on, unless a number, a string, a record or the depth is beyond what is read."""

    def __init__(self, file: Utf8, record_depth: int) -> None:
        self._file = file
        self._record_depth = record_depth
        self._depth = 0
        self._held = 0
        self._rest = b""
        self._digits = b""
        self._escapes = b""

    def read(self, size: int = _BLOCK) -> bytes:
        """Return the next piece."""
        block = self._file.read(size)
        self._refuse_halves(block)
        if block:
            self._refuse_long_numbers(block)
            self._refuse_deep(self._outside_strings(block), len(block))
        return block

    def _refuse_long_numbers(self, block: bytes) -> None:
        if _LONG_NUMBER.search(self._digits + block):
            raise _too_much(f"a number of more than {LIMITS.digits:,} digits")
        self._digits = block[-LIMITS.digits :]

    def _refuse_halves(self, block: bytes) -> None:
        text = self._escapes + block
        # What begins at the end is whole in the next block.
        if (found := _HALF.search(text)) and (not block or found.end() <= len(text) - _PAIR):
            what = "the JSON text holds half of a character"
            raise DeliveryRefused(what, "the document", "export it again in UTF-8, without escapes")
        self._escapes = text[-2 * _PAIR :]

    def _outside_strings(self, block: bytes) -> bytes:
        """Return the text without its strings; one that is not closed yet is kept for the next block."""
        outside = _STRING.sub(b"", self._rest + block)
        start = outside.find(b'"')
        self._rest = outside[start:] if start >= 0 else b""
        if len(self._rest) > 4 * LIMITS.cell_chars:
            raise _too_much(f"a text of more than {LIMITS.cell_chars:,} characters")
        return outside[:start] if start >= 0 else outside

    def _refuse_deep(self, text: bytes, size: int) -> None:
        steps = map(_STEPS.__getitem__, text.translate(None, _NO_BRACKETS))
        depths = [*accumulate(steps, initial=self._depth)]
        self._depth = depths[-1]
        if max(depths) > LIMITS.depth:
            raise _too_much(f"more than {LIMITS.depth} values inside one another")
        self._held = 0 if min(depths) <= self._record_depth else self._held + size
        if self._held > LIMITS.line_chars:
            raise _too_much(f"a record of more than {LIMITS.line_chars:,} bytes")


def _too_much(found: str) -> DeliveryRefused:
    return DeliveryRefused(
        f"the JSON text holds {found}", "the document", "send records apart, and long texts apart from the record"
    )
