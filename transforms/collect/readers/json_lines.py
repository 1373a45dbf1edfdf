"""JSON lines: one object a line, as an API or a database view is spooled."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

from transforms.collect.limits import LIMITS
from transforms.collect.objects import DECODER, flat, refuse_deep
from transforms.collect.readers.content import Records, streamed
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.collect.readers.content import Readable, Record
    from transforms.collect.readers.decode import Text

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json_lines(readable: Readable, text: Text) -> Records:
    """Return the objects of a text of JSON lines."""
    return Records("jsonl", text.encoding, lambda: _records(readable, text))


def _records(readable: Readable, text: Text) -> Iterator[Record]:
    with io.TextIOWrapper(streamed(readable), encoding=text.encoding, errors="strict", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield flat(_parsed(line, number))


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        record = DECODER.decode(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _broken(number) from error
    if not isinstance(record, dict):
        raise _broken(number)
    if line.count("{") + line.count("[") > LIMITS.depth:
        refuse_deep(record, number)
    if _HALF.search(line):
        _refuse_halves(record, number)
    return record


def _refuse_halves(record: dict[str, Any], number: int) -> None:
    """Refuse half of a surrogate pair: JSON can escape it, no encoding can write it."""
    try:
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        what = f"line {number:,} holds half of a character"
        raise DeliveryRefused(what, f"line {number:,}", "export it again in UTF-8, without escapes") from error


def _broken(number: int) -> DeliveryRefused:
    return DeliveryRefused(f"line {number:,} is no JSON object", f"line {number:,}", "send the whole file again")
