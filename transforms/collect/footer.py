"""What stands under a table in an exported sheet: totals, who made it, notes (DOMAIN D13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.collect.header import label_form

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_TOTALS: Final = ("合计", "总计", "共计", "小计", "累计", "总合计")
_NOTES: Final = (
    *("制表", "填表", "填报", "审核人", "审批人", "复核人", "负责人", "联系人", "经办人", "打印时间", "导出时间"),
    *("表格说明", "填表说明", "说明:", "备注:", "注:", "数据来源:"),
)
_MOST_CELLS: Final = 3


def count_footers(last: Collection[Sequence[str]], width: int) -> int:
    """Return how many of the last rows stand under the table; notes go on in rows of one cell."""
    count = 0
    for number, row in enumerate(reversed([*last]), start=1):
        if is_footer(row, width):
            count = number
        elif sum(map(bool, map(str.strip, row))) > 1 or width <= _MOST_CELLS:
            break
    return count


def is_footer(row: Sequence[str], width: int) -> bool:
    """Say whether a row holds nothing, a total, or who made the table."""
    cells = [cell for cell in row if cell and not cell.isspace()]
    if not cells:
        return True
    start = label_form(cells[0]) if len(cells[0]) < 1_000 else ""
    if start.rstrip(":") in _TOTALS and len(cells) < max(width, 2):
        return True
    return len(cells) <= _MOST_CELLS < width and start.startswith((*_TOTALS, *_NOTES))
