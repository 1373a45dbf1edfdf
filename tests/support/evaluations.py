"""Service institutions of Zhejiang and their evaluation, as the protection centre collects them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party, credit_code

TITLE = "浙江省知识产权服务机构名录及评价指标表"
LABELS = (
    "序号", "机构名称", "统一社会信用代码", "机构类型", "行政区划代码", "评价周期", "评价指标", "分子", "分母",
    "指标值", "计量单位", "佐证材料", "填报人", "填报日期",
)  # fmt: skip
_KINDS = (("知识产权保护中心", "12"), ("快速维权中心", "12"), ("维权援助中心", "12"), ("专利代理机构", "91"))
_SEATS = (("杭州市", "330100"), ("宁波市", "330200"), ("义乌市", "330782"), ("温州市", "330300"))
_RATES = ("调解成功率", "服务满意度", "预审合格率", "维权援助办结率", "咨询意见按期出具率")
_DAYS = "受理至移送平均用时"
_INDICATORS = (_DAYS, *_RATES)
_PLANTED = (
    Defect(4, "统一社会信用代码", wrong_check, "quarantined", "uscc", "check_digit_failed"),
    Defect(4, "评价指标", always("社会影响力"), "quarantined", "indicator_code", "unmapped"),
    Defect(3, "评价周期", always("去年"), "quarantined", "period", "unparseable"),
    Defect(2, "机构类型", always("孵化器"), "quarantined", "institution_type", "unmapped"),
    Defect(4, "评价指标", always(""), "duplicate"),
    Defect(5, "指标值", always("优秀"), "finding", "value", "unparseable"),
    Defect(4, "分母", always("/"), "harmless"),
    Defect(6, "分子", full_width, "harmless"),
    Defect(6, "评价周期", lambda cell: f"{cell}年度", "harmless"),
    Defect(4, "指标值", lambda cell: f"{cell}%", "harmless"),
)


def evaluations(count: int, seed: int) -> Records:
    """Return the rows of institutions that each report every indicator of one year."""
    return Records(_make, _PLANTED, count, seed, persons_share=0)


def _make(rng: Random, row: int, _party: Party) -> tuple[Record, str, int]:
    number, place = divmod(row, len(_INDICATORS))
    kind, code = _KINDS[number % len(_KINDS)]
    seat, region = _SEATS[number // len(_KINDS) % len(_SEATS)]
    indicator, out_of = _INDICATORS[place], rng.randrange(40, 400)
    counted = out_of * rng.randrange(3, 12) if indicator == _DAYS else rng.randrange(out_of // 2, out_of + 1)
    record: Record = {
        "序号": row + 1,
        "机构名称": f"{seat}第{number + 1}{kind}",
        "统一社会信用代码": credit_code(code, region, 3000 + number),
        "机构类型": kind,
        "行政区划代码": region,
        "评价周期": "2025",
        "评价指标": indicator,
        "分子": counted,
        "分母": out_of,
        "指标值": f"{(1 if indicator == _DAYS else 100) * counted / out_of:.2f}",
        "计量单位": "工作日" if indicator == _DAYS else "%",
        "佐证材料": f"佐证2025-{row + 1:06d}",
        "填报人": "某甲",
        "填报日期": str(FIRST.date() - timedelta(days=rng.randrange(1, 60))),
    }
    return record, "", 0
