"""Merged cells: their value holds for each of their rows, of whatever kind the workbook is."""

from __future__ import annotations

from struct import pack

import pytest

from infra.bench.xls_files import record
from tests.unit.collect.readers.books import label, stream_of
from tests.unit.collect.readers.contents import rows_of
from tests.unit.collect.readers.files import raw_ods, raw_xlsx, sheet_xml
from transforms.errors import DeliveryRefused

TEXT = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
SPANNING = '<table:table-cell table:number-rows-spanned="{}"><text:p>{}</text:p></table:table-cell>'


def xlsx(*merged: str) -> bytes:
    """Return a workbook whose second and third row are left out, because they hold nothing of their own."""
    rows = (("1", "文号"), ("4", "2"))
    cells = "".join(f'<row r="{n}">{TEXT.format(f"A{n}", text)}</row>' for n, text in rows)
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    return raw_xlsx(sheet_xml(cells, f"<mergeCells>{ranges}</mergeCells>"))


def xls() -> bytes:
    return stream_of(label(0, 0, "文号") + label(3, 0, "2") + record(0x00E5, pack("<HHHHH", 1, 0, 2, 0, 0)))


def ods() -> bytes:
    rows = f"<table:table-row>{SPANNING.format(3, '文号')}</table:table-row><table:table-row/><table:table-row/>"
    return raw_ods(f"{rows}<table:table-row>{CELL.format(2)}</table:table-row>")


@pytest.mark.parametrize("content", [xlsx("A1:A3"), xls(), ods()], ids=["xlsx", "xls", "ods"])
def test_a_merged_cell_reaches_rows_that_hold_nothing_else(content: bytes) -> None:
    assert rows_of(content) == [["文号"], ["文号"], ["文号"], ["2"]]


def test_a_merged_cell_may_reach_beyond_the_last_row() -> None:
    assert rows_of(xlsx("A4:A5")) == [["文号"], ["2"], ["2"]]


def test_what_is_merged_in_one_sheet_does_not_reach_the_next() -> None:
    line = f"<table:table-row>{SPANNING.format(9, '藏')}</table:table-row>"
    second = f'</table:table><table:table table:name="乙"><table:table-row>{"<table:table-cell/>" + CELL.format(2)}'
    assert rows_of(raw_ods(line + second + CELL.format(3) + "</table:table-row>")) == [["", "2", "3"]]


@pytest.mark.parametrize(
    "content",
    [
        xlsx("A1:A9999999"),
        raw_ods(
            f"<table:table-row>{SPANNING.format(1_000_000, 'x')}</table:table-row>"
            '<table:table-row table:number-rows-repeated="999999999"/>' * 2
        ),
    ],
    ids=["xlsx", "ods"],
)
def test_merged_cells_make_no_more_rows_than_a_sheet_has(content: bytes) -> None:
    with pytest.raises(DeliveryRefused, match="reach into more than 1,048,576 rows"):
        rows_of(content)
