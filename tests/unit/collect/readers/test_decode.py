"""Encodings: BOM, then UTF-8, then GB18030, strictly (DOMAIN D01, D28)."""

from __future__ import annotations

import codecs
import tracemalloc
from collections.abc import Iterator

import pytest

from transforms.collect.limits import LIMITS
from transforms.collect.readers.decode import Text, detect
from transforms.errors import DeliveryRefused

ROW = "行政处罚决定书文号,处罚机关\n浙市监处罚〔2024〕1号,杭州市市场监督管理局\n"


def detected(content: bytes, step: int = 1 << 20) -> Text:
    return detect(lambda: (content[at : at + step] for at in range(0, len(content), step)))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (ROW.encode(), "utf-8"),
        (codecs.BOM_UTF8 + ROW.encode(), "utf-8-sig"),
        (ROW.encode("gb18030"), "gb18030"),
        (b"\x84\x31\x95\x33" + ROW.encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + ROW.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + ROW.encode("utf-16-be"), "utf-16"),
    ],
)
def test_d01_an_encoding_is_found(content: bytes, encoding: str) -> None:
    assert detected(content) == Text(encoding, ends_with_line=True)
    assert detected(content, step=3) == Text(encoding, ends_with_line=True)


def test_d28_characters_outside_gbk_are_read() -> None:
    assert detected("䶮㛃𠮷€•,甲\n".encode("gb18030")).encoding == "gb18030"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (ROW.encode("utf-16-le"), "neither UTF-8 nor GB18030|NUL"),
        ("number,agency\n1,a\n".encode("utf-16-le"), "NUL"),
        (codecs.BOM_UTF32_LE + ROW.encode("utf-32-le"), "UTF-32"),
        (codecs.BOM_UTF8 + ROW.encode("gb18030"), "byte order mark"),
        (b"a,b\n\xff\xff\xff,1\n", "neither UTF-8 nor GB18030"),
        (ROW.encode()[:-2], "middle of a character"),
        (ROW.rstrip("\n").encode("gb18030")[:-1], "middle of a character"),
        ((ROW + "\ufffd\n").encode(), "decoded wrongly"),
        ((ROW + "锟斤拷\n").encode("gb18030"), "decoded wrongly"),
        ((ROW + "烫烫烫\n").encode(), "decoded wrongly"),
        ((ROW + "琛屾斂\n").encode("gb18030"), "decoded wrongly"),
    ],
)
def test_anything_else_is_refused_with_a_remedy(content: bytes, said: str) -> None:
    with pytest.raises(DeliveryRefused, match=said) as refusal:
        detected(content)
    assert refusal.value.remedy


def test_a_trace_across_two_blocks_is_found() -> None:
    content = ("a" * 10 + "锟斤拷" + "\n").encode()
    with pytest.raises(DeliveryRefused, match="decoded wrongly"):
        detected(content, step=13)


def test_a_missing_last_line_break_is_told() -> None:
    assert not detected(ROW.rstrip("\n").encode()).ends_with_line


def test_an_endless_line_is_refused_in_constant_memory() -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(1000):
            yield b"a" * 1_048_576

    tracemalloc.start()
    try:
        with pytest.raises(DeliveryRefused, match="longer than"):
            detect(blocks)
        assert tracemalloc.get_traced_memory()[1] < 8 * LIMITS.line_chars
    finally:
        tracemalloc.stop()
