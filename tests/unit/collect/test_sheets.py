"""Which sheet of a workbook, or table of a page, is read: none that holds records is left out without a word."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest
import xlwt

from tests.unit.collect.builders import contract, delivered, field, silent
from tests.unit.collect.readers.files import Rows, as_html, raw_ods, saved
from transforms.collect.header import read_labels
from transforms.collect.readers import ods, xls, xls_before_97, xlsx
from transforms.errors import DeliveryRefused

MADE = contract(field("文号", required=True), field("当事人"), field("金额"))
HEADER = ("文号", "当事人", "金额")
CODES = (("金额", "说明"), ("1", "以元计"))
TEMPLATE = (("处罚公示表",), HEADER)


def rows(*numbers: str) -> list[tuple[str, ...]]:
    return [HEADER, *((number, "甲公司", "1") for number in numbers)]


def as_xlsx(*sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        added = book.create_sheet()
        for row in sheet:
            added.append(list(row))
    return saved(book)


def as_xls(*sheets: Rows) -> bytes:
    book = xlwt.Workbook()
    for number, sheet in enumerate(sheets):
        added = book.add_sheet(f"表{number}")
        for line, row in enumerate(sheet):
            for column, text in enumerate(row):
                added.write(line, column, text)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_ods(*sheets: Rows) -> bytes:
    tables = (f'<table:table table:name="表{number}">{_table(sheet)}' for number, sheet in enumerate(sheets))
    return raw_ods("".join(f"</table:table>{table}" for table in tables))


def _table(sheet: Rows) -> str:
    cells = ("".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row) for row in sheet)
    return "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)


def as_page(*tables: Rows) -> bytes:
    return b"<p>\xe8\xa1\xa8</p>".join(map(as_html, tables))


def numbers_of(folder: Path, content: bytes, sheet: str = "") -> list[object]:
    made = contract(*MADE.fields, sheet=sheet) if sheet else MADE
    found = delivered(folder, content, made)
    found.check(silent)
    return [values[read_labels(made).index("文号")] for values in found.values()]


WRITERS = pytest.mark.parametrize("write", [as_xlsx, as_xls, as_ods, as_page])


@WRITERS
@pytest.mark.parametrize(
    "others",
    [
        rows("2", "3"),
        [("芝罘区处罚公示表",), *rows("2")],
        # A column that may be absent.
        [("金额", "文号"), ("1", "2")],
        # The header is the last of the rows that are looked at.
        [("附注",)] * 9 + rows("2"),
    ],
)
def test_records_on_several_sheets_are_refused(tmp_path: Path, write: Callable[..., bytes], others: Rows) -> None:
    for sheets in ((rows("1"), others), (others, CODES, rows("1"))):
        with pytest.raises(DeliveryRefused, match="2 sheets or tables hold the records"):
            delivered(tmp_path, write(*sheets), MADE).check(silent)


@WRITERS
@pytest.mark.parametrize("other", [CODES, TEMPLATE, (("请如实填写",), ("文号",))])
def test_the_one_sheet_that_holds_records_is_read(tmp_path: Path, write: Callable[..., bytes], other: Rows) -> None:
    assert numbers_of(tmp_path, write(other, rows("1", "2"))) == ["1", "2"]
    assert numbers_of(tmp_path, write(rows("1", "2"), other)) == ["1", "2"]


@WRITERS
def test_a_sheet_that_is_named_is_read_alone(tmp_path: Path, write: Callable[..., bytes]) -> None:
    assert numbers_of(tmp_path, write(rows("1"), rows("2")), sheet="2") == ["2"]


@pytest.mark.parametrize(
    ("write", "reader", "last"),
    [(as_xlsx, xlsx, 4), (as_xls, xls, 3), (as_xls, xls_before_97, 3), (as_ods, ods, 4)],
)
def test_a_full_sheet_that_may_go_on_in_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., bytes], reader: ModuleType, last: int
) -> None:
    monkeypatch.setattr(reader, "_LAST_ROW", last)
    if reader is xls_before_97:
        monkeypatch.setattr(xls, "is_biff8", lambda _: False)
    rest = [("3", "甲公司", "1")]
    # An empty row is one of the sheet's.
    for full in (rows("1", "2", "2"), [HEADER, ("1", "甲公司", "1"), (), ("2", "甲公司", "1")]):
        with pytest.raises(DeliveryRefused, match="the sheet is full to its last row"):
            numbers_of(tmp_path, write(full, rest))
        assert numbers_of(tmp_path, write(full, rest), sheet="1")[-1] == "2"
        assert numbers_of(tmp_path, write(full, (), ()))[-1] == "2"
    assert numbers_of(tmp_path, write(rows("1", "2"), CODES)) == ["1", "2"]


@WRITERS
def test_a_template_without_records_has_none(tmp_path: Path, write: Callable[..., bytes]) -> None:
    assert numbers_of(tmp_path, write(TEMPLATE, CODES)) == []
