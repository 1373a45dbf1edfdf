"""Pages that hold a table, as systems export them under the name .xls (DOMAIN D02, D13, D19)."""

from __future__ import annotations

import pytest

from tests.unit.collect.readers.contents import rows_of
from transforms.collect.readers.content import Options
from transforms.errors import DeliveryRefused


def test_cells_are_read_as_they_are_shown() -> None:
    page = (
        "<html xmlns:x='urn:x'><head><meta charset=gb2312><style>td{mso-number-format:'@'}</style></head><body><table>"
        "<tr><th>文&nbsp;号<th>事实\r\n  经过</tr>"
        "<tr><td x:str>1&amp;2</td><td><p>甲<br>乙 <b>丙</b></p><script>x()</script></td></tr></table></body></html>"
    )
    assert rows_of(page.encode("gb18030")) == [["文 号", "事实 经过"], ["1&2", "甲\n乙 丙"]]


def test_spanning_cells_keep_the_columns_in_place() -> None:
    page = (
        "<table><tr><td colspan=3>处罚公示表</td></tr>"
        "<tr><td rowspan=2>文号</td><td colspan=2>当事人</td></tr><tr><td>名称</td><td>代码</td></tr>"
        "<tr><td rowspan=2>1</td><td>甲</td><td>a</td></tr><tr><td>乙</td><td>b</td></tr></table>"
    )
    assert rows_of(page.encode()) == [
        ["处罚公示表"],
        ["文号", "当事人"],
        ["文号", "名称", "代码"],
        ["1", "甲", "a"],
        ["1", "乙", "b"],
    ]


PAGE = (
    "<table><tr><td>菜单<table><tr><td>首页</td></tr></table></td></tr></table>"
    "<table><tr><td>文号</td><td>金额</td></tr><tr><td>1</td><td>2</td></tr></table>"
).encode()


@pytest.mark.parametrize(("sheet", "rows"), [("", [["文号", "金额"], ["1", "2"]]), ("2", [["首页"]])])
def test_the_table_is_the_one_that_fits_or_the_one_that_is_numbered(sheet: str, rows: list[list[str]]) -> None:
    assert rows_of(PAGE, Options(sheet=sheet)) == rows


def test_a_page_that_was_cut_is_refused() -> None:
    with pytest.raises(DeliveryRefused, match="ends inside its table"):
        rows_of("<table><tr><td>文号</td></tr><tr><td>1".encode())


def test_a_long_page_is_read_whole() -> None:
    rows = [[str(number), "长" * 50] for number in range(60_000)]
    lines = "".join(f"<TR><TD rowspan=1>{left}</TD><TD>{right}" for left, right in rows)
    assert rows_of(f"<html><TABLE border=1>{lines}</TABLE></html>".encode()) == rows
