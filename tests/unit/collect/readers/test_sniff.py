"""The bytes say what a file is, not its name (DOMAIN D02); the contract names what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.document import FORMATS
from tests.unit.collect.builders import contract, field, silent
from tests.unit.collect.readers.contents import shape_of
from tests.unit.collect.readers.files import WRITERS, as_csv, as_html, as_json, as_json_lines, as_xml, as_zip_of_xlsx
from transforms.collect.delivered import read_delivered
from transforms.collect.readers import sniff
from transforms.collect.readers.content import Options
from transforms.collect.vault import Loose
from transforms.errors import DeliveryRefused

TABLE = (("文号", "金额"), ("1", "2"), ("3", "4"))


@pytest.mark.parametrize("kind", [kind for kind in WRITERS if not kind.startswith("zip")])
def test_d02_each_kind_is_known_by_its_bytes(kind: str) -> None:
    assert shape_of(WRITERS[kind](TABLE)) == kind


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (as_zip_of_xlsx(TABLE), "xlsx"),
        ("<!-- 导出 --><META charset=gb2312><TABLE><TR><TD>文号</TABLE>".encode("gb18030"), "html"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>', "html"),
        ("文号\t金额\n1\t2\n".encode("utf-16"), "tsv"),
        ("文号;金额\n1;2\n".encode(), "csv"),
        (b"[a],[b]\n1,2\n", "csv"),
        (b'{"a": 1}', "jsonl"),
        (b'\n{"a": 1}\n\n{"a": 2}\n', "jsonl"),
        ('{"文号": "〔\\\\"}\n'.encode("gb18030"), "jsonl"),
        (b'{\n "a": 1\n}\n', "json"),
        (b"[]", "json"),
        ('{"a": "文号"}\n'.encode("utf-16"), "jsonl"),
    ],
)
def test_what_looks_alike_is_told_apart(content: bytes, shape: str) -> None:
    assert shape_of(content) == shape


@pytest.mark.parametrize(
    ("named", "content", "shape"),
    [
        ("xls", as_html(TABLE), "html"),
        ("xlsx", as_csv(TABLE), "csv"),
        ("csv", WRITERS["ods"](TABLE), "ods"),
        ("tsv", as_csv(TABLE, "\t"), "tsv"),
        ("json", as_json_lines(TABLE), "jsonl"),
        ("jsonl", as_json(TABLE), "json"),
        ("table", as_json_lines(TABLE), "jsonl"),
    ],
)
def test_d02_a_table_of_another_program_is_read_as_what_it_is(named: str, content: bytes, shape: str) -> None:
    assert shape_of(content, Options(format=named)) == shape


@pytest.mark.parametrize("name", ["表.et", "表.csv", "表"])
@pytest.mark.parametrize("kind", ["xls", "xlsx"])
def test_d02_a_workbook_of_wps_is_read_whatever_its_name(kind: str, name: str, tmp_path: Path) -> None:
    """WPS saves workbooks of Excel 97, and of today, under a name of its own: .et."""
    path = tmp_path / name
    path.write_bytes(WRITERS[kind](TABLE))
    rows, _ = read_delivered(contract(field("文号", required=True), field("金额")), Loose(path))
    assert rows.check(silent).rows == 2
    assert list(rows.values()) == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    ("named", "content"),
    [("csv", as_xml(TABLE)), ("xlsx", as_json(TABLE)), ("json", as_csv(TABLE)), ("xml", as_json(TABLE))],
)
def test_another_kind_than_the_contract_names_is_refused(named: str, content: bytes) -> None:
    with pytest.raises(DeliveryRefused, match=f"the contract says {named}") as refusal:
        shape_of(content, Options(format=named))
    assert refusal.value.remedy


def test_every_format_that_a_contract_may_name_is_read() -> None:
    assert sniff.TABLES | sniff.RECORDS == FORMATS


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_that_tells_the_cells_apart_is_taken(delimiter: str) -> None:
    assert shape_of(as_csv(TABLE, delimiter), Options(delimiter=",")) == ("tsv" if delimiter == "\t" else "csv")
