"""Hostile and damaged workbooks of Excel 97 are refused, with a remedy."""

from __future__ import annotations

from collections.abc import Callable
from struct import pack

import pytest

from infra.bench.xls_files import record
from tests.unit.collect.readers.books import (
    CONTINUE,
    TEXT_FOLLOWS,
    compound_of,
    formula,
    label,
    of_excel_95,
    several,
    shared,
    sst,
    stream_of,
    wide,
)
from tests.unit.collect.readers.contents import rows_of
from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

BOOK = stream_of(label(0, 0, "文号") + label(1, 0, "1"))
BIG = BOOK + bytes(5_000)
MANY = b"".join(record(0x00E5, pack("<H", 1_000) + pack("<HHHH", 1, 2, 0, 0) * 1_000) for _ in range(101))


def long(row: int, column: int) -> bytes:
    first = record(0x0204, pack("<HHHHB", row, column, 0, 65_000, 0) + b"x" * 8_000)
    return first + record(CONTINUE, b"\0" + b"x" * 57_000)


# A name whose formula is a token that names may not hold.
NAME = record(0x0018, pack("<HBBHHHBBBB", 0, 0, 1, 11, 0, 0, 0, 0, 0, 0) + b"n" + b"\x2d" + bytes(10))


def doubled() -> bytes:
    stream = stream_of(label(0, 0, "x"), label(0, 0, "y"))
    first = stream.index(record(0x0085, bytes(10))[:4])
    return stream[: first + 18] + stream[first + 4 : first + 8] + stream[first + 22 :]


def lengthened(content: bytes) -> bytes:
    place = content.index("Workbook".encode("utf-16-le")) + 120
    return content[:place] + pack("<I", 100_000) + content[place + 4 :]


def circular(content: bytes) -> bytes:
    place = content.index(b"b\0\0\0".ljust(64, b"\0")) + 72
    return content[:place] + pack("<I", 1) + content[place + 4 :]


def endless_table(content: bytes) -> bytes:
    """Return a file whose table is said to go on where its own first sector is."""
    return content[:68] + pack("<II", 0, 9) + b"\xff" * 436 + content[512:]


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "chain that goes in a circle": (lambda: compound_of({"Workbook": BIG}, cycle=True), "broken"),
    "stream that says it is longer": (lambda: lengthened(compound_of({"Workbook": BIG})), "broken"),
    "entries that go in a circle": (lambda: circular(compound_of({"a": BIG, "b": BIG})), "no workbook"),
    "table of sectors that goes in a circle": (lambda: endless_table(compound_of({"Workbook": BIG})), "broken"),
    "short stream that goes in a circle": (lambda: compound_of({"Workbook": BOOK})[:1_500], "broken"),
    "another document": (lambda: compound_of({"WordDocument": BIG}), "no workbook"),
    "locked workbook of today": (lambda: compound_of({"EncryptedPackage": BIG, "EncryptionInfo": b"x"}), "password"),
    "locked": (lambda: stream_of(before=record(0x002F, bytes(54))), "password"),
    "two sheets at one place": (doubled, "broken"),
    "sheet that is cut off": (lambda: BOOK[:-9], "broken"),
    "sheet outside": (lambda: stream_of(before=record(0x0085, pack("<IBBBB", 99_999, 0, 0, 1, 0) + b"x")), "broken"),
    "sheet without a name": (lambda: stream_of(before=record(0x0085, bytes(8))), "broken"),
    "text that is not shared": (lambda: stream_of(shared(7), before=sst(1, wide("x"))), "does not hold"),
    "fewer shared texts than it says": (lambda: stream_of(shared(0), before=sst(4_000_000_000, wide("x"))), "broken"),
    "text that does not go on": (lambda: stream_of(shared(0), before=sst(1, pack("<HB", 9, 1))), "broken"),
    "half of a character": (lambda: stream_of(record(0x0204, bytes(6) + b"\1\0\1\x3d\xd8")), "broken"),
    "numbers that are not there": (lambda: stream_of(record(0x00BD, bytes(10) + b"\xff\xff")), "broken"),
    "formula without its text": (lambda: stream_of(formula(0, 0, TEXT_FOLLOWS) + label(0, 1, "x")), "broken"),
    "result of no kind": (lambda: stream_of(formula(0, 0, b"\7\0\0\0\0\0\xff\xff")), "broken"),
    "cell twice": (lambda: stream_of(label(0, 0, "x") + label(0, 0, "y")), "twice"),
    "many merged cells": (lambda: stream_of(label(0, 0, "x") + MANY), "more than 100,000 times"),
    "10,000 columns": (lambda: stream_of(several(0, 0, 10_000)), "columns"),
    "long row": (lambda: stream_of(b"".join(long(0, n) for n in range(256))), "a row holds"),
    "many sheets": (lambda: stream_of(before=record(0x0085, bytes(8)) * 10_001), "broken"),
    "record without an end": (lambda: BOOK[:-6] + b"\xff\xff\xff\xff", "broken"),
    "name that xlrd trips over": (lambda: of_excel_95(NAME), "broken"),
    "large, and of before 97": (lambda: b"\x09\x04" + bytes(LIMITS.xls_before_97_bytes), "of before Excel 97"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_workbook_is_refused_with_a_remedy(name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(DeliveryRefused, match=said) as refusal:
        rows_of(content())
    assert refusal.value.remedy
