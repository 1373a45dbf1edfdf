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
        with pytest.raises(DeliveryRefused, match=r"2 sheets or tables hold the records: \w+, \w+ "):
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
    # Its first rows lack what a record has.
    rest = [("", "甲公司", "1")]
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


PENALTIES = contract(
    *(field(label, required=True) for label in ("文号", "当事人", "处罚机关")),
    *map(field, ("证件号码", "处罚种类", "事由", "金额", "处罚日期")),
)
LABELS = ("文号", "当事人", "证件号码", "事由", "处罚种类", "金额", "处罚机关", "处罚日期")
REPORT = [
    ("芝罘区处罚公示表",),
    LABELS,
    ("芝市监罚〔2026〕1号", "甲公司", "", "侵犯商标专用权", "罚款", "5000", "芝罘区市场监督管理局", "2026-01-05"),
    ("芝市监罚〔2026〕2号", "乙商店", "", "虚假宣传", "警告", "", "芝罘区市场监督管理局", "2026-01-06"),
]
LATER = ("芝市监罚〔2026〕3号", "丙公司", "A1", "", "罚款", "300", "芝罘区市场监督管理局", "2026-01-07")
# What may stand beside a table, with a header that no contract knows.
BESIDE: dict[str, Rows] = {
    "how to fill it in": [("填表说明",), ("1", "文号写全称"), ("2", "日期写作2026-01-05")],
    "its fields": [
        ("序号", "字段", "类型", "长度", "必填", "说明"),
        ("1", "处罚文号", "字符", "100", "是", "写全称"),
        ("2", "相对人", "字符", "200", "是", "法人或自然人"),
    ],
    "codes": [("代码", "名称", "说明"), ("01", "罚款", "以元计"), ("02", "警告", "")],
    "codes side by side": [("文书", "种类", "级别", "地区", "状态"), ("决定书", "罚款", "省级", "330000", "现行")],
    "a summary": [
        ("各市案件统计",),
        ("市", "立案", "结案", "移送", "罚没款", "同比", "负责处室", "备注"),
        ("烟台市", "12", "10", "1", "3.5", "12%", "执法处", "无"),
        ("合计", "12", "10", "1", "3.5", "", "", ""),
    ],
    "a summary in words": [
        ("地区", "件数", "罚没款", "主要事由", "典型案例", "部门", "电话", "填报日期"),
        ("烟台市", "12", "3.5", "侵犯商标专用权", "甲公司侵权案", "执法处", "0535-1", "2026-01-05"),
    ],
    "who sent it": [("单位", "芝罘区市场监督管理局", "电话", "0535-1"), ("填表人", "赵一", "日期", "2026-01-05")],
    "another list with a header": [
        ("许可文号", "当事人", "证件号码", "许可内容", "许可类别", "有效期", "许可机关", "许可日期"),
        ("芝许〔2026〕1号", "甲公司", "A1", "食品经营", "普通", "5", "芝罘区行政审批局", "2026-01-07"),
    ],
    "another list with a header of its own words": [
        ("立案号", "企业", "案由", "来源", "承办机构", "状态", "备注", "立案日"),
        ("沪市监立〔2026〕1号", "甲公司", "侵权", "投诉", "上海市市监局", "在办", "无", "2026-05-01"),
    ],
    "its header once more": [("处罚公示表",), LABELS],
}


def numbers_in(folder: Path, content: bytes, sheet: str = "") -> list[object]:
    made = contract(*PENALTIES.fields, sheet=sheet)
    found = delivered(folder, content, made)
    found.check(silent)
    return [values[read_labels(made).index("文号")] for values in found.values()]


@WRITERS
@pytest.mark.parametrize(
    "rest",
    [
        [LATER],
        [(), ("芝罘区处罚公示表（续）",), LATER, LATER],
        # One of the rows is a whole record.
        [("", *LATER[1:]), LATER[:6], LATER],
        # A person: nothing is filled that may be empty.
        [(LATER[0], "赵一", "", "", "罚款", "", LATER[6], "")],
    ],
)
@pytest.mark.parametrize("head", [REPORT, REPORT[:3], REPORT[:2]])
def test_a_table_that_goes_on_without_a_header_is_refused(
    tmp_path: Path, write: Callable[..., bytes], rest: Rows, head: Rows
) -> None:
    for sheets in ((head, rest), (head, BESIDE["codes"], rest), (rest, head)):
        with pytest.raises(DeliveryRefused, match=r"\w+ has no header, and may go on with the records of \w+ "):
            numbers_in(tmp_path, write(*sheets))
    assert len(numbers_in(tmp_path, write(head, rest), sheet="1")) == len(head) - 2


@WRITERS
@pytest.mark.parametrize("beside", BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_a_table_is_not_taken_for_more_of_it(
    tmp_path: Path, write: Callable[..., bytes], beside: Rows
) -> None:
    for sheets in ((REPORT, beside), (beside, REPORT), (beside, REPORT, *BESIDE.values())):
        assert len(numbers_in(tmp_path, write(*sheets))) == 2
    assert len(numbers_in(tmp_path, write(REPORT[:3], beside))) == 1


def test_a_workbook_of_before_97_that_goes_on_in_another_sheet_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xls, "is_biff8", lambda _: False)
    with pytest.raises(DeliveryRefused, match="表1 has no header, and may go on with the records of 表0 "):
        numbers_in(tmp_path, as_xls(REPORT, [LATER]))
    assert len(numbers_in(tmp_path, as_xls(REPORT, BESIDE["codes"]))) == 2


def test_a_table_that_lacks_a_label_is_refused_for_it_whatever_stands_beside_it(tmp_path: Path) -> None:
    without = [[cell for place, cell in enumerate(row) if place != 0] for row in REPORT]
    with pytest.raises(DeliveryRefused, match="文号"):
        numbers_in(tmp_path, as_page(without, [LATER[1:]]))
