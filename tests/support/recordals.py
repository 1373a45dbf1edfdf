"""The public list of rights recorded with customs."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, full_width
from tests.support.messages import Record, Records
from tests.support.parties import HOLDERS, Party
from tests.support.patents import patent_no

LABELS = (
    "序号", "备案号", "权利名称", "权利人名称", "权利人国别", "权利号", "权利类别", "商品分类", "备案状态",
    "备案起始日期", "备案终止日期",
)  # fmt: skip
_TITLES = {"商标权": ("诺瓦", "ORLANE", "青禾"), "外观设计专利": ("折叠保温杯",), "著作权": ("小桐卡通形象",)}
_LETTERS = {"商标权": "T", "外观设计专利": "P", "著作权": "C"}
_KINDS = ("商标权", "商标权", "商标权", "外观设计专利", "著作权")
_COUNTRIES = {"DE": "德国", "US": "美国", "FR": "法国", "CN": "中国"}
_TODAY = date(2026, 1, 4)
_PLANTED = (
    Defect(4, "备案号", always("T20-99731"), "quarantined", "recordal_right_no", "format"),
    Defect(3, "权利人名称", always(""), "quarantined", "holder_name_raw", "missing"),
    Defect(2, "权利类别", always("商号权"), "quarantined", "recorded_register", "unmapped"),
    Defect(2, "", always(None), "duplicate"),
    Defect(4, "商品分类", always("25、47"), "finding", "recordal_nice_classes", "some_format"),
    Defect(4, "备案状态", always("待续展"), "finding", "recordal_right_status", "unmapped"),
    Defect(3, "权利人国别", always("德国/瑞士"), "finding", "holder_country_code", "unmapped"),
    Defect(4, "备案终止日期", always("2025-02-30"), "finding", "recordal_recordal_expires_on", "impossible_date"),
    Defect(8, "备案号", full_width, "harmless"),
    Defect(4, "备案号", lambda cell: cell.replace("-", "—"), "harmless"),
)


def recordals(count: int, seed: int) -> Records:
    """Return recordals; each holds for ten years, and half of the works are in no register."""

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        kind = rng.choice(_KINDS)
        holder, _, country = rng.choice(HOLDERS) if row % 2 else (party.name, party.kind, "CN")
        begun = date(2014, 1, 1) + timedelta(days=rng.randrange(4300))
        ends = begun.replace(year=begun.year + 10, day=min(begun.day, 28))
        record: Record = {
            "序号": row + 1,
            "备案号": f"{_LETTERS[kind]}{begun.year}-{10000 + row}",
            "权利名称": rng.choice(_TITLES[kind]),
            "权利人名称": holder,
            "权利人国别": _COUNTRIES[country],
            "权利号": _number(rng, kind, row),
            "权利类别": kind,
            "商品分类": rng.choice(("25", "18、25", "9")) if kind == "商标权" else "",
            "备案状态": "有效" if ends > _TODAY else "失效",
            "备案起始日期": str(begun),
            "备案终止日期": str(ends),
        }
        return record, "", 0

    return Records(make, _PLANTED, count, seed, persons_share=0)


def _number(rng: Random, kind: str, row: int) -> str:
    if kind == "商标权":
        return f"第{40_000_000 + row}号" if row % 3 else str(40_000_000 + row)
    if kind == "外观设计专利":
        number = patent_no(rng, 3, row)
        return number if row % 3 else number.removeprefix("ZL")
    return f"国作登字-2024-F-{10_000_000 + row}" if row % 2 else "/"
