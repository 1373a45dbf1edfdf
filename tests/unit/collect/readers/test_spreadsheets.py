"""Workbooks: numbers as they print, dates by the workbook's base, merged cells, empty rows (DOMAIN D04, D13, D14)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime, time

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.unit.collect.readers.contents import rows_of
from tests.unit.collect.readers.files import raw_ods, raw_sheets, raw_xlsx, saved, sheet_xml
from transforms.collect.readers.content import Options
from transforms.collect.readers.strings import SharedStrings
from transforms.errors import DeliveryRefused

VALUES = (
    (date(2024, 7, 30), "2024-07-30"),
    (datetime(2024, 7, 30, 14, 5, 9), "2024-07-30 14:05:09"),  # noqa: DTZ001  # spreadsheets know no zones
    (time(9, 30), "09:30:00"),
    (1500, "1500"),
    (1500.0, "1500"),
    (0.1 + 0.2, "0.3"),
    (-3.25, "-3.25"),
    (0.00001, "0.00001"),
    (923410000000000065, "9.2341E+17"),
    (123456789012345678, "1.23457E+17"),
    (123456789012345, "123456789012345"),
    (True, "true"),
    (False, "false"),
    ("00123", "00123"),
    ("甲\n乙", "甲\n乙"),
)


def test_cells_of_every_type_come_as_text() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append([value for value, _ in VALUES])
    assert rows_of(saved(book)) == [[text for _, text in VALUES]]


def test_an_old_workbook_has_the_same_texts() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    formats = {datetime: "YYYY-MM-DD HH:MM:SS", date: "YYYY-MM-DD", time: "HH:MM:SS"}
    for column, (value, _) in enumerate(VALUES):
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=formats.get(type(value), "General")))
    file = io.BytesIO()
    book.save(file)
    assert rows_of(file.getvalue()) == [[text for _, text in VALUES]]


SHARES = ((0.9615, "0.00%", "96.15%"), (1, "0%", "100%"), (0.005, "0.0%;-0.0%", "0.5%"), (0.5, '0.0"%"', "0.5"))


def test_a_share_comes_as_it_prints_with_its_sign_so_that_it_is_not_taken_for_a_number() -> None:
    new, old = openpyxl.Workbook(), xlwt.Workbook()
    assert new.active is not None
    sheet = old.add_sheet("a")
    for column, (value, code, _) in enumerate(SHARES):
        new.active.cell(1, column + 1, value).number_format = code
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    file = io.BytesIO()
    old.save(file)
    assert rows_of(saved(new)) == rows_of(file.getvalue()) == [[text for _, _, text in SHARES]]
    share = cell('office:value-type="percentage" office:value="0.9615"', "96%")
    assert rows_of(raw_ods(line(share, cell("", "甲")))) == [["96.15%", "甲"]]


def test_a_workbook_of_the_1904_system_has_its_own_days() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.active["A1"] = date(2024, 7, 30)
    content = saved(book)
    assert rows_of(content) == [["2024-07-30"]]


@pytest.mark.parametrize(
    ("stored", "is_1904", "text"),
    [
        ("45503", "0", "2024-07-30"),
        ("44041", "1", "2024-07-30"),
        ("59", "0", "1900-02-28"),
        ("60", "0", "60"),
        ("61", "0", "1900-03-01"),
        ("45503.999999", "0", "2024-07-30 23:59:59"),
        ("45503.99999999999", "0", "2024-07-31"),
        ("0.999999", "0", "23:59:59"),
        ("2958465.999999", "0", "9999-12-31 23:59:59"),
        ("2957003", "1", "9999-12-31"),
        ("2957004", "1", "2957004"),
        ("-1", "0", "-1"),
        ("99999999", "0", "99999999"),
    ],
)
def test_a_serial_number_is_a_day_of_its_system(stored: str, is_1904: str, text: str) -> None:
    styles = b'<s><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></s>'
    sheet = sheet_xml(f'<row r="1"><c r="A1" s="1"><v>{stored}</v></c></row>')
    content = raw_xlsx(sheet, ("xl/styles.xml", styles), properties=f'date1904="{is_1904}"')
    assert rows_of(content) == [[text]]


def test_a_number_of_a_style_that_is_not_there_may_be_a_day_and_is_refused() -> None:
    styles = b'<s><cellXfs><xf numFmtId="0"/></cellXfs></s>'
    sheet = sheet_xml('<row><c s="1" t="str"><v>x</v></c><c s="1"><v>45503</v></c></row>')
    with pytest.raises(DeliveryRefused, match="format of a number is damaged"):
        rows_of(raw_xlsx(sheet, ("xl/styles.xml", styles)))


def test_the_formats_of_what_only_colours_cells_are_not_those_of_cells() -> None:
    styles = (
        '<s><numFmts><numFmt numFmtId="170" formatCode="0.0"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="170"/></cellXfs><dxfs><dxf><numFmt numFmtId="170" formatCode="yyyy"/></dxf></dxfs></s>'
    )
    content = raw_xlsx(sheet_xml('<row><c s="0"><v>45503</v></c></row>'), ("xl/styles.xml", styles.encode()))
    assert rows_of(content) == [["45503"]]


def test_what_a_workbook_escapes_and_what_stands_above_characters() -> None:
    item = '<is><r><t>甲_x000D_</t></r><r><t xml:space="preserve"> 乙</t></r><rPh><t>jia</t></rPh></is>'
    cells = f'<c t="inlineStr">{item}</c><c t="str"><f>A1</f><v>_x005F_x000D_</v></c><c t="e"><v>#N/A</v></c>'
    assert rows_of(raw_xlsx(sheet_xml(f"<row>{cells}</row>"))) == [["甲\r 乙", "_x000D_", "#N/A"]]


def test_many_shared_texts_are_found_by_number() -> None:
    texts = [f"文{number}" + "长" * (number % 7 == 0) * 40_000 for number in range(300)]
    strings = "<sst>" + "".join(f"<si><t>{text}</t></si>" for text in texts) + "</sst>"
    order = [(number * 37) % 300 for number in range(300)]
    sheet = sheet_xml("".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in order))
    content = raw_xlsx(sheet, ("xl/sharedStrings.xml", strings.encode()), strings=True)
    assert rows_of(content) == [[texts[number]] for number in order]


def test_the_value_of_merged_cells_holds_for_each_of_their_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("文号", "商品"), ("1", "鞋"), (None, "包"), (None, "帽"), ("2", "表")):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    wanted = [["文号", "商品"], ["1", "鞋"], ["1", "包"], ["1", "帽"], ["2", "表"]]
    assert rows_of(saved(book)) == wanted
    old = xlwt.Workbook()
    page = old.add_sheet("a")
    for number, (left, right) in enumerate(wanted):
        page.write(number, 1, right)
        if number in {0, 4}:
            page.write(number, 0, left)
    page.write_merge(1, 3, 0, 0, "1")
    file = io.BytesIO()
    old.save(file)
    assert rows_of(file.getvalue()) == wanted


def test_a_million_empty_rows_are_no_rows() -> None:
    empty = "<row/>" * 1_000_000
    assert rows_of(raw_xlsx(sheet_xml(f"<row><c><v>1</v></c></row>{empty}<row><c><v>2</v></c></row>"))) == [
        ["1"],
        ["2"],
    ]


def test_empty_rows_and_cells_that_are_repeated_are_not_made() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    wide = '<table:table-cell table:number-columns-repeated="16384"/>'
    content = raw_ods(
        f"<table:table-row>{cell.format('a')}{wide}</table:table-row>"
        f'<table:table-row table:number-rows-repeated="1048574">{wide}</table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{cell.format("b")}</table:table-row>'
    )
    assert rows_of(content) == [["a"], ["b"], ["b"]]


def cell(attributes: str = "", text: str = "") -> str:
    return f"<table:table-cell {attributes}>{text and f'<text:p>{text}</text:p>'}</table:table-cell>"


def line(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def test_cells_of_an_open_document_come_as_text() -> None:
    note = "<office:annotation><text:p>注</text:p></office:annotation>"
    cells = (
        cell('office:value-type="date" office:date-value="2024-07-30T00:00:00"', "7/30"),
        cell('office:value-type="date" office:date-value="2024-07-30T14:05:09"'),
        cell('office:value-type="currency" office:value="3500.50"', "¥3,500.50"),
        cell('office:value-type="float" office:value="923410000000000065"', "923410000000000000"),
        cell('office:value-type="boolean" office:boolean-value="true"', "TRUE"),
        cell(text=f'甲<text:s text:c="2"/>{note}<text:span>乙</text:span></text:p><text:p>丙'),
    )
    texts = ["2024-07-30", "2024-07-30 14:05:09", "3500.5", "9.2341E+17", "true", "甲  乙\n丙"]
    assert rows_of(raw_ods(line(*cells))) == [texts]


def test_rows_under_a_spanning_cell_of_an_open_document_have_its_value() -> None:
    rows = (
        line(cell('table:number-rows-spanned="2"', "1"), cell(text="鞋")),
        line("<table:covered-table-cell/>", cell(text="包")),
        line(cell(text="2"), cell(text="帽")),
    )
    assert rows_of(raw_ods("".join(rows))) == [["1", "鞋"], ["1", "包"], ["2", "帽"]]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "填表说明"
    first.append(["请如实填写"])
    book.create_sheet("明细").append(["文号", "金额"])
    hidden = book.create_sheet("隐藏")
    hidden.append(["文号", "金额", "更多"])
    hidden.sheet_state = "hidden"
    return saved(book)


@pytest.mark.parametrize(
    ("sheet", "rows"),
    [
        ("", [["文号", "金额"]]),
        ("明细", [["文号", "金额"]]),
        ("1", [["请如实填写"]]),
        ("隐藏", [["文号", "金额", "更多"]]),
    ],
)
def test_the_sheet_is_the_contracts_or_the_one_that_fits(sheet: str, rows: list[list[str]]) -> None:
    assert rows_of(workbook(), Options(sheet=sheet)) == rows


def test_a_sheet_that_is_not_there_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="no filled sheet 附件"):
        rows_of(workbook(), Options(sheet="附件"))


def many_sheets(count: int) -> bytes:
    """Return a workbook of many sheets, of which the last alone holds the table."""
    book = openpyxl.Workbook(write_only=True)
    for number in range(1, count):
        book.create_sheet(f"县{number}").append([f"县{number}"])
    book.create_sheet("明细").append(["文号", "金额"])
    return saved(book)


def test_the_last_of_as_many_sheets_as_are_read_is_found() -> None:
    assert rows_of(many_sheets(100)) == [["文号", "金额"]]


def test_a_workbook_of_more_sheets_is_refused_unless_its_contract_names_one() -> None:
    content = many_sheets(101)
    assert rows_of(content, Options(sheet="明细")) == [["文号", "金额"]]
    for sheet in ("", "1"):
        with pytest.raises(DeliveryRefused, match="more than 100 sheets"):
            rows_of(content, Options(sheet=sheet))


def test_shared_texts_are_written_down_once_for_all_sheets_that_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    filled: list[SharedStrings] = []
    fill = SharedStrings.fill

    def counted(strings: SharedStrings, texts: Iterable[str]) -> None:
        filled.append(strings)
        fill(strings, texts)

    monkeypatch.setattr(SharedStrings, "fill", counted)
    sheets = [sheet_xml('<row><c t="s"><v>0</v></c></row>' * rows) for rows in range(9)]
    content = raw_sheets(sheets, ("xl/sharedStrings.xml", "<sst><si><t>文号</t></si></sst>".encode()), strings=True)
    assert rows_of(content, Options(sheet="5")) == [["文号"]] * 5
    # Once to choose the sheet, once to read it.
    assert len(filled) <= 2
