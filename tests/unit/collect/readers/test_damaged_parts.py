"""A part of an archive that is damaged, and packed again whole, is read or refused: its checksum says nothing."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.collect.readers.contents import read_whole
from tests.unit.collect.readers.files import WRITERS, raw_ods, zipped
from transforms.errors import DeliveryRefused

TABLE = (("文号", "金额（万元）"), *((f"示{n} 号", "1.5") for n in range(4)))
# What a parser trips over more often than over noise.
TOKENS = (
    *(b"<", b"&#0;", b"&#xD800;", b"-1", b"0", b"999999999", b"18446744073709551616", b"1e999", b"nan", b"x"),
    *("²".encode(), "٣".encode(), b"\\ud800", b"\\u0000", b'"', b"]", b"{", b"\0", b"\xff", b"_xD800_", b""),
)
_ODS = (
    '<table:table-row><table:table-cell table:number-rows-spanned="2" table:number-columns-repeated="2">'
    '<text:p>文号<text:s text:c="3"/></text:p></table:table-cell></table:table-row>'
    '<table:table-row table:number-rows-repeated="3"><table:covered-table-cell/></table:table-row>'
)
ODS = raw_ods(_ODS)
KINDS = ("xlsx", "ods", "raw ods", "xls", "xml", "html", "json", "jsonl")


@cache
def parts(kind: str) -> dict[str, bytes]:
    """Return the parts of a file, of one alone where it is no archive."""
    content = ODS if kind == "raw ods" else WRITERS[kind](TABLE)
    if not content.startswith(b"PK"):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(found: dict[str, bytes]) -> bytes:
    return found[""] if "" in found else zipped(*found.items())


def damaged(content: bytes, data: st.DataObject) -> bytes:
    """Return a part with a few places overwritten, left out or filled in; digits are met as often as all else."""
    broken = bytearray(content)
    for _ in range(data.draw(st.integers(1, 3))):
        digits = [place for place, byte in enumerate(broken) if 48 <= byte <= 57]
        places = st.integers(0, len(broken)) if not digits else st.integers(0, len(broken)) | st.sampled_from(digits)
        place, length = data.draw(places), data.draw(st.integers(0, 8))
        broken[place : place + length] = data.draw(st.sampled_from(TOKENS) | st.binary(max_size=4))
    return bytes(broken)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_damaged_part_is_read_or_refused_and_nothing_else(kind: str, data: st.DataObject) -> None:
    found = dict(parts(kind))
    victim = data.draw(st.sampled_from(sorted(found)))
    found[victim] = damaged(found[victim], data)
    with suppress(DeliveryRefused):
        for values in read_whole(packed(found)):
            # What leaves collect is UTF-8.
            "".join(filter(None, values)).encode()
