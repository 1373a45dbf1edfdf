"""An extract of the register of trademarks."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, masked, wrong_check
from tests.support.messages import Record, Records
from tests.support.parties import Party

LABELS = (
    "注册号", "商标名称", "国际分类", "分类版本", "核定使用商品服务", "注册人名称", "注册人统一社会信用代码",
    "注册人国别", "注册人地址", "代理机构", "注册公告日期", "专用期限止", "商标状态", "更新日期",
)  # fmt: skip
_MARKS = ("青禾", "诺瓦", "远岚", "墨川 MOCHUAN", "图形")
_PLANTED = (
    Defect(4, "注册号", always("3333O18"), "quarantined", "mark_right_no", "format"),
    Defect(3, "注册人名称", always("不详"), "quarantined", "holder_name_raw", "placeholder"),
    Defect(3, "更新日期", always(""), "quarantined", "updated_on", "missing"),
    Defect(3, "", always(None), "duplicate"),
    Defect(4, "国际分类", always("25、47"), "finding", "mark_nice_classes", "some_format"),
    Defect(4, "商标状态", always("待核准"), "finding", "mark_right_status", "unmapped"),
    Defect(5, "注册人统一社会信用代码", wrong_check, "finding", "holder_uscc", "check_digit_failed"),
    Defect(4, "注册人统一社会信用代码", masked, "finding", "holder_uscc", "masked"),
    Defect(8, "注册号", lambda cell: f"第{cell}号", "harmless"),
)


def trademarks(count: int, seed: int) -> Records:
    """Return registrations; each holds for ten years."""

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        granted = date(2012, 1, 1) + timedelta(days=rng.randrange(5000))
        expires = granted.replace(year=granted.year + 10, day=min(granted.day, 28)) - timedelta(days=1)
        record: Record = {
            "注册号": str(3000000 + row),
            "商标名称": rng.choice(_MARKS),
            "国际分类": rng.choice(("25", "18、25", "9", "30、33")),
            "分类版本": "NCL13-2026",
            "核定使用商品服务": "服装；鞋；帽",
            "注册人名称": party.name,
            "注册人统一社会信用代码": party.uscc,
            "注册人国别": "中国",
            "注册人地址": "",
            "代理机构": "",
            "注册公告日期": str(granted),
            "专用期限止": str(expires),
            "商标状态": "注册" if expires > date(2026, 1, 1) else "届满",
            "更新日期": f"2026-{1 + row % 10:02d}-0{1 + row % 9}",
        }
        return record, "", 0

    return Records(make, _PLANTED, count, seed, persons_share=0)
