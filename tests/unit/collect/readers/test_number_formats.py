"""A number is read with the unit that its format prints beside it (DOMAIN D07)."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlwt

from tests.unit.collect.readers.contents import rows_of
from tests.unit.collect.readers.files import raw_ods, saved
from transforms.errors import DeliveryRefused

NUMBER = (
    '<table:table-row><table:table-cell office:value-type="{}" office:value="{}"><text:p>{}</text:p>'
    "</table:table-cell></table:table-row>"
)
# What a cell stores, how it is shown, and what the cleaner of amounts is given.
UNITS = (
    (3.5, '0.00"万元"', "3.5万元"),
    (3.5, "#,##0.00\\万\\元;-#,##0.00\\万\\元", "3.5万元"),
    (-3.5, '0.00"万元";(0.00"万元")', "-3.5万元"),
    (35000, '0!.0,"万"', "3.5万"),
    (35000, '0\\.0000"万元"', "3.5万元"),
    (35000, "#,##0,", "35"),
    (35000, "0.0,,", "0.035"),
    (3.5, "[$$-409]#,##0.00", "$3.5"),
    (3.5, '"HK$"#,##0.00', "HK$3.5"),
    (3.5, '#,##0.00"美元"', "3.5美元"),
    (3.5, "#,##0.00 [$€-407]", "3.5€"),
    (3.5, "[$¥-411]#,##0.00", "JPY3.5"),
    (3.5, '0.00"亿"', "3.5亿"),
    (3.5, 'G/通用格式"千元"', "3.5千元"),
    (3.5, '0.00"元"', "3.5元"),
    # What is an amount anyhow, or counts.
    (3.5, "[$¥-804]#,##0.00", "3.5"),
    (3.5, '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', "3.5"),
    (3.5, "#,##0.00_);[Red](#,##0.00)", "3.5"),
    (3, '0"件"', "3"),
    (3, '0"千克"', "3"),
    (13800, "00\\.000", "13800"),
    # Zero is zero in every unit, and a section without digits shows no number.
    (3, '0;-0;"零万"', "3"),
    (3, '#,##0;-#,##0;"$-"', "3"),
    (3.5, '0.0"万元";-0.0"万元";0', "3.5万元"),
    (0, '0.0"万元";-0.0"万元";0', "0万元"),
    (3.5, '0.0"万元";"负万元"', "3.5万元"),
    (3, '0;"负万元"', "3"),
)


def test_the_unit_that_a_format_prints_is_that_of_the_number() -> None:
    new, old = openpyxl.Workbook(), xlwt.Workbook()
    assert new.active is not None
    sheet = old.add_sheet("a")
    for column, (value, code, _) in enumerate(UNITS):
        new.active.cell(1, column + 1, value).number_format = code
        sheet.write(0, column, value, xlwt.easyxf(num_format_str=code))
    file = io.BytesIO()
    old.save(file)
    assert rows_of(saved(new)) == rows_of(file.getvalue()) == [[text for _, _, text in UNITS]]


@pytest.mark.parametrize(
    "code", ['[>=10000]0!.0,"万";0', '[>9]0;[>5]0;0"万"', '0.0"万元";-0', '0"万";-0"元"', "0" * 1_001]
)
def test_a_number_that_is_in_one_unit_or_another_is_refused(code: str) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = 3
    book.active["A1"].number_format = code
    with pytest.raises(DeliveryRefused, match="the format of a number"):
        rows_of(saved(book))


@pytest.mark.parametrize(
    ("value", "printed", "text"),
    [
        ("3.5", "3.50万元", "3.5万元"),
        ("35000", "3.5万", "3.5万"),
        ("35000", "35", "35"),
        ("-1234.5", "-1,234.50美元", "-1234.5美元"),
        ("3.5", "3,50 €", "3.5€"),
        ("3.5", "¥3.50", "3.5"),
        ("0.4", "0", "0.4"),
        # What is printed was not made anew.
        ("35000", "0", "35000"),
        ("35000", "7", "35000"),
        ("35000", "", "35000"),
        ("35000", "4E+04", "35000"),
        # What no amount is.
        ("1e9999999", "1", "1e9999999"),
        ("-1e999999999999999999999", "1万", "-1e999999999999999999999"),
        ("1e-9999999", "1", "0"),
        ("sNaN", "1", "sNaN"),
        ("35000", f"35000.{'0' * 3_000_000}", "35000"),
        ("35000", "9" * 3_000_000, "35000"),
        ("35000", f"3{',' * 3_000_000}5", "35000"),
    ],
)
def test_the_unit_of_a_number_of_an_open_document_is_the_one_that_is_printed(
    value: str, printed: str, text: str
) -> None:
    assert rows_of(raw_ods(NUMBER.format("float", value, printed))) == [[text]]


def test_a_number_of_an_open_document_that_is_printed_as_another_is_refused() -> None:
    content = NUMBER.format("currency", "35000", "7万")
    with pytest.raises(DeliveryRefused, match="the format of a number"):
        rows_of(raw_ods(content))
