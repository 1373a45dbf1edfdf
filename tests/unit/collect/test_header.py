"""Where a header stands: under titles, in one row or two; what stands under a table (DOMAIN D13)."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.unit.collect.builders import contract, delivered, field, silent
from tests.unit.collect.readers.files import as_xlsx, saved
from transforms.collect.footer import count_footers, is_footer
from transforms.collect.header import Found, find_header, label_form, read_labels

MADE = contract(*map(field, ("文号", "当事人/名称", "代理人/名称", "证件号码", "金额")))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (
            [["文号", "当事人", "", "金额"], ["", "名称", "证件号码", ""]],
            Found(2, ("文号", "当事人/名称", "证件号码", "金额")),
        ),
        (
            [["处罚公示表"], [], ["文号", "当事人", "", "代理人"], ["文号", "名称", "证件号码", "名称"], ["1", "甲"]],
            Found(4, ("文号", "当事人/名称", "证件号码", "代理人/名称")),
        ),
        ([["公示表", ""], ["文号", "金额"], ["1", "2"]], Found(2, ("文号", "金额"))),
        ([["文号", "金额"], ["文号", "金额"]], Found(1, ("文号", "金额"))),
        ([["x", ""], ["a", "a"], ["文号", "金额"]], Found(3, ("文号", "金额"))),
        ([], Found(0, ())),
    ],
)
def test_the_header_is_what_knows_most_labels(rows: list[list[str]], found: Found) -> None:
    assert find_header(MADE, rows) == found


@pytest.mark.parametrize(
    "label", ["金 额", "金&nbsp;额", "金_x000D_\n额", "金<br/>额", "'金额", "\t金额", "金\u200b额"]
)
def test_a_label_is_known_in_spite_of_its_remnants(label: str) -> None:
    assert label_form(label) == label_form("金额")


def test_a_template_with_all_of_it_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["某市检察院案件统计表"],
        ["填报单位：某院", None, None, None, "2026年1月"],
        ["文号", "当事人", None, "代理人", "金额"],
        [None, "名称", "证件号码", "名称", None],
        ["检〔2026〕1号", "甲公司", "a", "某律师", 1500],
        ["检〔2026〕2号", "乙公司", "b", None, 2500.5],
        ["合 计", None, None, None, 4000.5],
        [],
        ["制表人：某", None, None, "审核人：某"],
        ["表格说明："],
        ["1. 金额以元计"],
    ):
        sheet.append(row)
    for merged in ("A1:E1", "A3:A4", "B3:C3", "E3:E4"):
        sheet.merge_cells(merged)
    found = delivered(tmp_path, saved(book), MADE)
    checked = found.check(silent)
    assert [(finding.kind, finding.count) for finding in checked.findings] == [("footer_row", 4)]
    named = [dict(zip(read_labels(MADE), values, strict=True)) for values in found.values()]
    assert [(row["文号"], row["当事人/名称"], row["代理人/名称"], row["金额"]) for row in named] == [
        ("检〔2026〕1号", "甲公司", "某律师", "1500"),
        ("检〔2026〕2号", "乙公司", "", "2500.5"),
    ]


def test_cells_without_a_label_are_told(tmp_path: Path) -> None:
    found = delivered(
        tmp_path, as_xlsx([["文号", "金额"], ["1", "2", "x"], ["3"]]), contract(field("文号"), field("金额"))
    )
    assert [(finding.kind, finding.count) for finding in found.check(silent).findings] == [("cell_without_label", 1)]
    assert {frozenset(values) for values in found.values()} == {frozenset({"1", "2"}), frozenset({"3", ""})}


@pytest.mark.parametrize(
    ("row", "stands_under"),
    [
        (["合计", "", "", ""], True),
        (["", "合 计：", "3", "4"], True),
        (["合计", "1", "2", "3"], False),
        (["总计金额", "", "12", ""], True),
        (["制表人：某", "", "", "审核人：某"], True),
        (["注：以元计", "", "", ""], True),
        (["注册商标", "", "", ""], False),
        (["合计", "12"], False),
        (["", "", "", ""], True),
        (["1", "2", "", ""], False),
    ],
)
def test_a_footer_is_known_by_its_first_word(row: list[str], stands_under: bool) -> None:
    assert is_footer(row, len(row)) is stands_under


def test_notes_belong_to_the_footer_only_below_its_keyword() -> None:
    rows = [["1", "a", "b", "c"], ["2", "", "", ""], ["说明：", "", "", ""], ["一、略", "", "", ""]]
    assert count_footers(rows, 4) == 2
    assert count_footers(rows[:2], 4) == 0
