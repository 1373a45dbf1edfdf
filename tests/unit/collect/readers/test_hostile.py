"""Hostile and damaged files are refused, with a remedy, in constant memory."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.collect.builders import PUBLISHED_ID, contract, delivered, silent
from tests.unit.collect.readers import test_hostile_excel97, test_hostile_ods
from tests.unit.collect.readers.books import compound_of
from tests.unit.collect.readers.files import WRITERS, as_csv, raw_ods, raw_xlsx, sheet_xml, zipped
from transforms.errors import DeliveryRefused

ROOT = Path(__file__).resolve().parents[4]
TABLE = (("文号", "金额（万元）"), ("1", "2"), ("3", "4"))
ROW = "<row><c t='inlineStr'><is><t>{}</t></is></c></row>"
HEAD = ROW.format("文号")


def check(content: bytes) -> int:
    with TemporaryDirectory() as folder:
        return delivered(Path(folder), content, contract()).check(silent).rows


@cache
def whole(kind: str) -> bytes:
    """Return the table as a file; the programs write the time into it, so it is made once."""
    return WRITERS[kind](TABLE)


def zeros(size: int) -> bytes:
    """Return an archive of one CSV of zeros."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as file:
        file.write("文号,金额（万元）\n".encode())
        for _ in range(size // 1_048_576):
            file.write(b"0,0\n" * 262_144)
    return packed.getvalue()


def overlapping(content: bytes) -> bytes:
    """Return an archive whose directory says that its file is ten bytes long."""
    packed = bytearray(zipped(("a.csv", content)))
    place = packed.index(b"PK\x01\x02")
    packed[place + 24 : place + 28] = struct.pack("<I", 10)
    return bytes(packed)


def encrypted(content: bytes) -> bytes:
    packed = bytearray(content)
    place = packed.index(b"PK\x01\x02")
    packed[place + 8] |= 1
    return bytes(packed)


def keys(count: int) -> dict[str, str]:
    return {f"k{number}": "1" for number in range(count)}


def styles(formats: int) -> bytes:
    return b"<s><numFmts>" + b"".join(b'<numFmt numFmtId="%d"/>' % n for n in range(formats)) + b"</numFmts></s>"


def book_of(sheets: int = 1, relations: int = 1) -> bytes:
    """Return a workbook of sheets and relations that all name one part."""
    named = "".join(f'<sheet name="{n}" id="r{n}"/>' for n in range(sheets))
    related = "".join(
        f'<r:Relationship Id="r{n}" Type="/worksheet" Target="a"/>' for n in range(max(sheets, relations))
    )
    return zipped(
        ("xl/workbook.xml", f"<b><sheets>{named}</sheets></b>".encode()),
        ("xl/_rels/workbook.xml.rels", f'<r xmlns:r="r">{related if relations else ""}</r>'.encode()),
        ("xl/a", sheet_xml(HEAD).encode()),
    )


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///proc/version">]>'
XML = "<list><r><文号>{}</文号></r></list>"
LONG = "x" * 5_242_880

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (lambda: zeros(209_715_200), "unpacks to more than"),
    "size that lies": (lambda: overlapping(as_csv(TABLE)), "archive is broken"),
    "xlsx bomb": (lambda: raw_xlsx(sheet_xml(HEAD + f"<row a='{' ' * 10_000}'/>" * 8_000)), "unpacks to more than"),
    "nested archive": (lambda: zipped(("a.zip", zipped(("a.csv", as_csv(TABLE))))), "holds an archive"),
    "two files": (lambda: zipped(("a.csv", as_csv(TABLE)), ("b.csv", as_csv(TABLE))), "holds 2 files"),
    "no file": (zipped, "holds 0 files"),
    "many files": (lambda: zipped(*((str(n), b"") for n in range(10_001))), "10,001 files"),
    "path upward": (lambda: zipped(("../a.csv", as_csv(TABLE))), "outside of itself"),
    "path from the root": (lambda: zipped(("/etc/a.csv", as_csv(TABLE))), "outside of itself"),
    "path of Windows": (lambda: zipped(("..\\a.csv", as_csv(TABLE))), "outside of itself"),
    "locked zip": (lambda: encrypted(zipped(("a.csv", as_csv(TABLE)))), "password"),
    "locked xlsx": (lambda: compound_of({"EncryptedPackage": b"x" * 5_000, "EncryptionInfo": b"x"}), "password"),
    "locked ods": (
        lambda: raw_ods("", ("META-INF/manifest.xml", b'<m xmlns="urn:m"><encryption-data/></m>')),
        "password",
    ),
    "entities in xml": ((LAUGHS + XML.format("&b;")).encode, "document type"),
    "entity from outside": ((OUTSIDE + XML.format("&a;")).encode, "document type"),
    "doctype behind a comment": (("<?xml version='1.0'?><!-- -->" + LAUGHS + XML).encode, "document type"),
    "doctype in utf-16": (lambda: (LAUGHS + XML.format("&b;")).encode("utf-16"), "document type"),
    "entities in xlsx": (lambda: raw_xlsx(LAUGHS + sheet_xml(ROW.format("&b;"))), "document type"),
    "utf-16 in xlsx": (lambda: raw_xlsx((LAUGHS + sheet_xml(ROW.format("&b;"))).encode("utf-16")), "markup is broken"),
    "5 MB cell in csv": (f"文号,金额（万元）\n1,{LONG}\n".encode, "longer than|larger than"),
    "5 MB cell in xlsx": (lambda: raw_xlsx(sheet_xml(HEAD + ROW.format(LONG))), "bytes of markup|characters"),
    "5 MB cell in ods": (lambda: raw_ods(f"<table:table-row>{LONG}</table:table-row>"), "bytes of markup"),
    "5 MB cell in html": (f"<table><tr><td>{LONG}</td></tr></table>".encode, "bytes of markup"),
    "5 MB text in xml": (lambda: XML.format(LONG).encode(), "bytes of markup"),
    "5 MB text in json": (lambda: json.dumps([{"文号": LONG}]).encode(), "holds a"),
    "5 MB text in json lines": (lambda: json.dumps({"文号": LONG}).encode(), "holds a|longer than"),
    "1.5 MB cell": (lambda: raw_xlsx(sheet_xml(HEAD + ROW.format(LONG[:1_500_000]))), "a cell holds 1,500,000"),
    "deep json": (lambda: b'[{"a":' * 5_000 + b"1" + b"}]" * 5_000, "inside one another"),
    "deep json line": (lambda: b'{"a":' + b"[" * 10_000 + b"]" * 10_000 + b"}\n", "inside one another|no JSON object"),
    "deep xml": (lambda: b"<a>" * 10_000 + b"</a>" * 10_000, "inside one another|nested too deep"),
    "deep html": (lambda: b"<table><tr><td>" * 10_000, "nested too deep|ends inside"),
    "huge integer": (lambda: b'[{"a": 1' + b"0" * 5_000 + b"}]", "more than 1,000 digits"),
    "huge integer in a block": (lambda: b'[{"a": "' + b"x" * 65_000 + b'", "b":' + b"9" * 5_000 + b"}]", "digits"),
    "large json object": (lambda: b'{"a": [' + b'{"b": 1},' * 600_000 + b"1]}", "a record of more than"),
    "10,000 columns in csv": (lambda: as_csv([["文号"] * 10_000]), "10,000 columns|1,001 columns"),
    "10,000 columns in xlsx": (
        lambda: raw_xlsx(sheet_xml(f"<row>{ROW[5:-6] * 10_000}</row>")),
        "columns",
    ),
    "10,000 columns in ods": (
        lambda: raw_ods(
            '<table:table-row><table:table-cell table:number-columns-repeated="10000"><text:p>a</text:p>'
            "</table:table-cell></table:table-row>"
        ),
        "repeated more than",
    ),
    "10,000 columns in html": (f"<table><tr>{'<td>a</td>' * 10_000}</tr></table>".encode, "columns"),
    "10,000 columns in json": (lambda: json.dumps([keys(10_000)]).encode(), "more than 1,000 columns"),
    "10,000 columns in json lines": (lambda: json.dumps(keys(10_000)).encode() + b"\n", "more than 1,000 columns"),
    "10,000 columns in xml": (
        f"<l><r>{''.join(f'<c{n}>1</c{n}>' for n in range(10_000))}</r></l>".encode,
        "more than 1,000 columns",
    ),
    "a million keys in json": (lambda: json.dumps([keys(1_000_000)]).encode(), "a record of more than"),
    "json line that is 200 deep": (lambda: b'{"a":' + b"[" * 200 + b"]" * 200 + b"}\n", "more than 100 values"),
    "json line of 200 objects": (lambda: b'{"a":' * 200 + b"1" + b"}" * 200 + b"\n", "more than 100 values"),
    "a million filled rows in ods": (
        lambda: raw_ods(
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell><text:p>a</text:p>'
            "</table:table-cell></table:table-row>"
        ),
        "repeated more than",
    ),
    "column that is none": (
        lambda: raw_xlsx(sheet_xml(HEAD + '<row><c r="ZZZZ1" t="b"><v>1</v></c></row>')),
        "columns",
    ),
    "text that is none": (lambda: raw_xlsx(sheet_xml('<row><c t="s"><v>7</v></c></row>')), "does not hold"),
    "number that is none": (lambda: raw_xlsx(sheet_xml('<row><c t="s"><v>x</v></c></row>')), "own is none"),
    "million formats": (lambda: raw_xlsx(sheet_xml(HEAD), ("xl/styles.xml", styles(1_000_000))), "131,072 styles"),
    "million parts": (lambda: book_of(relations=1_000_000), "10,000 parts"),
    "one part for two sheets": (lambda: book_of(sheets=2), "two sheets of the workbook are one"),
    "sheet that is not there": (lambda: book_of(relations=0), "does not hold"),
    "pdf": (lambda: b"%PDF-1.7\n", "a PDF"),
    "binary": (lambda: bytes(range(256)) * 10, "NUL|neither UTF-8"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_a_remedy(name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(DeliveryRefused, match=said) as refusal:
        check(content())
    assert refusal.value.remedy


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_file_that_was_cut_is_never_taken_for_the_whole(kind: str, data: st.DataObject) -> None:
    cut = whole(kind)[: data.draw(st.integers(0, len(whole(kind)) - 1))]
    try:
        count = check(cut)
    except DeliveryRefused:
        return
    # What is left out then is nothing but the end of a page, or a line that is not there; the manifest counts lines.
    assert count == 2 or (kind in {"csv", "tsv", "jsonl"} and cut.endswith((b"\r", b"\n", b"}")))


@pytest.mark.parametrize("kind", WRITERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(kind: str, data: st.DataObject) -> None:
    broken = bytearray(whole(kind))
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    with suppress(DeliveryRefused):
        check(bytes(broken))


@pytest.mark.parametrize("kind", WRITERS)
def test_no_refusal_shows_a_value(kind: str) -> None:
    content = WRITERS[kind]([("姓名", "证件号码"), ("张某", PUBLISHED_ID), (PUBLISHED_ID, "李某")])
    for broken in (content, content[: len(content) * 2 // 3]):
        with pytest.raises(DeliveryRefused) as refusal:
            check(broken)
        assert PUBLISHED_ID not in str(refusal.value)


def test_no_hostile_file_takes_memory(tmp_path: Path) -> None:
    hostile = REFUSED | test_hostile_excel97.REFUSED | test_hostile_ods.REFUSED
    for name, (content, _) in hostile.items():
        (tmp_path / name).write_bytes(content())
    command = [sys.executable, "-m", "tests.unit.collect.readers.peak", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    grown: dict[str, int] = json.loads(done.stdout)
    assert grown.keys() == hostile.keys()
    assert sum(grown.values()) < 256 * 2**20, grown
