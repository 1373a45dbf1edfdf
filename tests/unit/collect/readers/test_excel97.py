"""Workbooks of Excel 97 are read in constant memory, and as xlrd reads them, which takes them whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from struct import pack

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.bench.compound_files import compound
from infra.bench.reader_files import write_xls
from infra.bench.xls_files import begin_of, record
from tests.unit.collect.readers.books import (
    CONTINUE,
    TEXT_FOLLOWS,
    compound_of,
    formula,
    label,
    of_excel_95,
    read_by_xlrd,
    saved,
    several,
    shared,
    sst,
    stream_of,
    wide,
)
from tests.unit.collect.readers.contents import rows_of
from tests.unit.collect.readers.files import zipped
from transforms.collect.readers.content import Options
from transforms.collect.readers.excel97.cells import unpacked
from transforms.errors import DeliveryRefused

Rows = list[list[str]]
FORMATS = ("General", "0.00", "0.00%", "YYYY-MM-DD", 'yyyy"年"m"月"d"日"', "HH:MM:SS", "@", "#,##0;[Red]-#,##0", "0%")
# Some are longer than a record, and so stand in several.
TEXTS = st.text(st.sampled_from("ab1 年金额\n😀"), max_size=12) | st.builds(
    "".join, st.lists(st.sampled_from(["x" * 3_000, "长" * 2_000, "😀", "é" * 700]), min_size=2, max_size=8)
)
NUMBERS = (
    st.integers(-(2**31), 2**31)
    | st.floats(-1e12, 1e12)
    | st.integers(-(10**6), 10**8).map(lambda n: n / 100)
    | st.integers(0, 60_000)
)
MOMENTS = st.dates(date(1905, 3, 1), date(2100, 1, 1)) | st.datetimes().filter(lambda moment: moment.year > 1905)
VALUES = TEXTS | NUMBERS | MOMENTS | st.booleans()
PLACES = st.tuples(st.integers(0, 40) | st.just(65_535), st.integers(0, 12) | st.just(255))


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_workbook_is_read_as_xlrd_reads_it(data: st.DataObject) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = data.draw(st.booleans())
    for name in ("甲", "second", "😀")[: data.draw(st.integers(1, 3))]:
        sheet = book.add_sheet(name)
        sheet.visibility = data.draw(st.sampled_from([0, 0, 0, 1, 2]))
        cells = data.draw(st.dictionaries(PLACES, st.tuples(VALUES, st.sampled_from(FORMATS)), max_size=25))
        for (row, column), (value, shown) in cells.items():
            sheet.write(row, column, value, xlwt.easyxf(num_format_str=shown))
        # Merging writes empty cells, which may stand where others do.
        top, left = data.draw(st.integers(50, 60)), data.draw(st.integers(0, 5))
        sheet.write_merge(top, top + data.draw(st.integers(0, 3)), left, left + 1, data.draw(TEXTS))
    content, options = saved(book), Options(sheet=data.draw(st.sampled_from(["", "甲"])))
    assert outcome(rows_of, content, options) == outcome(read_by_xlrd, content, options)


def outcome(
    read: Callable[[bytes, Options], list[list[str]]], content: bytes, options: Options
) -> list[list[str]] | str:
    try:
        return read(content, options)
    except DeliveryRefused as refusal:
        return refusal.what


def rk(value: float) -> bytes:
    return pack("<d", value)[4:]


STYLE = 17
RAW: tuple[Callable[[int, int], bytes], ...] = (
    lambda row, column: label(row, column, f"本{row}-{column}"),
    lambda row, column: record(0x00D6, pack("<HHH", row, column, 0) + wide("丰😀") + pack("<HHH", 1, 0, 0)),
    lambda row, column: record(0x0203, pack("<HHHd", row, column, STYLE, 45_503.25)),
    lambda row, column: record(0x0203, pack("<HHHd", row, column, 0, 0.1) + b"rest"),
    lambda row, column: record(0x027E, pack("<HHHI", row, column, 0, (row << 2) | 2)),
    lambda row, column: record(0x027E, pack("<HHHI", row, column, 0, 0x80000003)),
    lambda row, column: record(0x027E, pack("<HHH", row, column, STYLE) + rk(1.5)),
    lambda row, column: record(0x0205, pack("<HHHBB", row, column, 0, column % 2, 0)),
    lambda row, column: record(0x0205, pack("<HHHBB", row, column, 0, 0x2A, 1) + b"\0"),
    lambda row, column: record(0x0201, pack("<HHH", row, column, 0)),
    lambda row, column: formula(row, column, pack("<d", 7.25)),
    lambda row, column: b"\6\4" + formula(row, column, pack("<d", 0.25))[2:],
    lambda row, column: formula(row, column, b"\1\0\1\0\0\0\xff\xff"),
    lambda row, column: formula(row, column, b"\2\0\x07\0\0\0\xff\xff"),
    lambda row, column: formula(row, column, b"\3\0\0\0\0\0\xff\xff"),
    lambda row, column: formula(row, column, TEXT_FOLLOWS) + record(0x0207, wide("果")),
    lambda row, column: formula(row, column, TEXT_FOLLOWS) + record(0x04BC, bytes(10)) + record(0x0207, wide("共")),
    lambda row, column: (
        formula(row, column, TEXT_FOLLOWS)
        + record(0x0207, pack("<HB", 5, 0) + b"abc")
        + record(CONTINUE, b"\1" + "年月".encode("utf-16-le"))
    ),
)
# A chart within a sheet holds numbers of its own.
CHART = begin_of(0x0020) + record(0x0203, pack("<HHHd", 1, 1, 0, 99.0)) + record(0x000A)


def with_records(records: bytes) -> bytes:
    """Return a workbook of xlwt whose only sheet holds these records too."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    sheet.write(0, 0, date(2024, 7, 30), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    stream = book.get_biff_data()
    file = io.BytesIO()
    with compound(file):
        file.write(stream[:-4] + records + stream[-4:])
    return file.getvalue()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_records_of_every_kind_and_in_any_order_are_read_as_xlrd_reads_them(data: st.DataObject) -> None:
    places = data.draw(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), unique=True, max_size=30))
    records = [data.draw(st.sampled_from(RAW))(row, column) for row, column in places]
    records += [several(row, 20, 3) for row in data.draw(st.sets(st.integers(1, 12)))]
    records += [CHART] * data.draw(st.integers(0, 1))
    ranges = data.draw(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 4), st.integers(0, 9)), max_size=4))
    merged = b"".join(pack("<HHHH", top, top + more, left, left) for top, more, left in ranges)
    content = with_records(b"".join(records) + record(0x00E5, pack("<H", len(ranges)) + merged))
    assert rows_of(content) == read_by_xlrd(content)


@pytest.mark.parametrize(
    ("raw", "number"),
    [(0x00000006, 1.0), (0xFFFFFFFE, -1.0), (0x80000002, -536_870_912.0), (0x3FF00000, 1.0), (0x40040000, 2.5)],
)
def test_a_number_of_30_bits_is_what_it_was(raw: int, number: float) -> None:
    assert unpacked(raw) == number
    assert unpacked(raw | 1) == number / 100


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_sectors_may_lie_in_any_order(data: st.DataObject) -> None:
    shift = data.draw(st.sampled_from([9, 12]))
    texts = data.draw(st.lists(st.integers(0, 3_000).map("长".__mul__), max_size=12))
    stream = stream_of(b"".join(label(row, 0, f"{row}{text}") for row, text in enumerate(texts)))
    order = data.draw(st.permutations(range(8)))
    streams = {"\5SummaryInformation": b"x" * data.draw(st.sampled_from([20, 5_000])), "Workbook": stream}
    content = compound_of(streams, order=order, shift=shift)
    assert rows_of(content) == [[f"{row}{text}"] for row, text in enumerate(texts)]


def test_a_table_of_sectors_may_be_longer_than_the_head_can_say(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    count = write_xls(path, ["文号", "金额"], 8_000_000)
    rows = rows_of(path.read_bytes(), Options(sheet="00000001"))
    assert count == 65_535
    assert rows[0] == ["000000001-0", "销售侵犯注册商标专用权的商品1"]


def test_a_workbook_is_read_from_an_archive_and_without_a_compound_file() -> None:
    stream = stream_of(label(0, 0, "文号") + label(1, 0, "1"))
    assert rows_of(stream) == rows_of(zipped(("表.xls", compound_of({"Workbook": stream})))) == [["文号"], ["1"]]


@pytest.mark.parametrize("sheet", ["", "丙", "2"])
def test_the_sheet_that_is_wanted_may_be_the_last(sheet: str) -> None:
    sheets = [label(0, 0, "说明"), b"", label(0, 0, "文号") + label(0, 1, "金额"), label(0, 0, "藏" * 9)]
    stream = stream_of(*sheets, states=(0, 0, 0, 2))
    assert rows_of(compound_of({"Workbook": stream}), Options(sheet=sheet)) == [["文号", "金额"]]
    assert rows_of(stream, Options(sheet="丁")) == [["藏" * 9]]


def test_a_sheet_that_is_a_chart_is_no_table() -> None:
    stream = stream_of(label(0, 0, "图") + label(0, 1, "图"), label(0, 0, "文号"), kinds=(2, 0))
    assert rows_of(stream) == [["文号"]]


def test_a_workbook_of_before_97_is_read_too() -> None:
    cells = record(0x0042, pack("<H", 936)) + b"".join(
        record(0x0004, pack("<HH3xB", row, 0, len(text.encode("gbk"))) + text.encode("gbk"))
        for row, text in enumerate(["文号", "浙市监罚"])
    )
    assert rows_of(record(0x0009, pack("<HH", 2, 0x0010)) + cells + record(0x000A)) == [["文号"], ["浙市监罚"]]
    assert rows_of(of_excel_95(b"")) == [["x"]]


def test_what_stands_around_a_shared_text_is_no_part_of_it() -> None:
    rich = pack("<HBHI", 2, 0x0D, 1, 6) + "文号".encode("utf-16-le") + b"\0\0\0\0" + b"jia"
    parts = (rich, b"yi!" + pack("<HB", 4, 0) + b"ab", b"\1" + "乙丙".encode("utf-16-le"), wide("丁"))
    found = [rows_of(stream_of(shared(number), before=sst(3, *parts))) for number in range(3)]
    assert found == [[["文号"]], [["ab乙丙"]], [["丁"]]]


def test_a_character_of_two_halves_may_stand_in_two_records() -> None:
    text = "文😀".encode("utf-16-le")
    stream = stream_of(shared(0), before=sst(1, pack("<HB", 3, 1) + text[:4], b"\1" + text[4:]))
    assert rows_of(stream) == [["文😀"]]


DAMAGED = record(0x041E, pack("<HHB", 200, 40, 0) + b"0.0") + record(0x00E0, pack("<HH", 0, 0))
STYLES = DAMAGED + record(0x00E0, pack("<HH16x", 0, 200))


def test_a_format_that_is_damaged_hides_no_text_and_no_number_of_another_format() -> None:
    cells = label(0, 0, "文号") + record(0x0204, pack("<HHH", 0, 1, 1) + wide("甲"))
    number = record(0x0203, pack("<HHHd", 0, 2, 0, 45_503.0))
    content = compound_of({"Workbook": stream_of(cells + number, before=STYLES)})
    assert rows_of(content) == [["文号", "甲", "45503"]]


def test_a_number_whose_format_is_damaged_may_be_a_day_and_is_refused() -> None:
    number = record(0x0203, pack("<HHHd", 0, 2, 1, 45_503.0))
    with pytest.raises(DeliveryRefused, match="format of a number is damaged"):
        rows_of(stream_of(number, before=STYLES))


def test_every_sheet_may_be_empty() -> None:
    assert rows_of(stream_of(b"", b"")) == []
