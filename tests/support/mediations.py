"""Patent disputes that the protection centres of Zhejiang mediate."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import HOLDERS, Party
from tests.support.patents import patent_no

LABELS = (
    "序号", "调解案号", "调解机构", "行政区划代码", "案由", "专利类型", "专利号", "申请人", "申请人类型",
    "申请人统一社会信用代码", "被申请人", "被申请人类型", "被申请人统一社会信用代码", "调解金额（元）", "申请日期",
    "受理日期", "协议日期", "结案日期", "办理状态", "调解员", "调解笔录", "更新时间",
)  # fmt: skip
_STEP = timedelta(seconds=53)
_CENTRES = (("浙江省知识产权保护中心", "浙", "330000"), ("宁波市知识产权保护中心", "甬", "330200"))
_KINDS = (("发明专利", 1), ("实用新型", 2), ("外观设计", 3))
_STATUSES = ("已受理", "调解中", "达成协议", "终止调解", "不予受理", "撤回")
_PLANTED = (
    Defect(4, "调解机构", always(""), "quarantined", "agency_name", "missing"),
    Defect(4, "申请人", always("无"), "quarantined", "requester_name_raw", "placeholder"),
    Defect(2, "更新时间", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "调解机构", always(""), "duplicate"),
    Defect(6, "办理状态", always("待分派专家"), "finding", "stage", "unmapped"),
    Defect(5, "专利号", wrong_check, "finding", "right_no", "check_digit_failed"),
    Defect(
        6, "被申请人统一社会信用代码", wrong_check, "finding", "respondent_uscc", "check_digit_failed", "organisation"
    ),
    Defect(5, "被申请人统一社会信用代码", masked, "finding", "respondent_uscc", "masked", "organisation"),
    Defect(4, "申请日期", always("2025622日"), "finding", "lead_on", "unparseable"),
    Defect(8, "调解案号", full_width, "harmless"),
    Defect(6, "行政区划代码", always("浙江省宁波市"), "harmless"),
)


def mediations(count: int, seed: int) -> Records:
    """Return cases in the order of their last change."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    centre, series, region = rng.choice(_CENTRES)
    kind, digit = rng.choice(_KINDS)
    holder, holder_kind, _ = rng.choice(HOLDERS)
    updated, status = FIRST + _STEP * row, rng.choice(_STATUSES)
    asked = updated.date() - timedelta(days=rng.randrange(30, 90))
    record: Record = dict.fromkeys(LABELS, "") | {
        "序号": row + 1,
        "调解案号": f"{series}知调字〔{asked.year}〕{row + 1}号",
        "调解机构": centre,
        "行政区划代码": region,
        "案由": f"{kind}侵权纠纷",
        "专利类型": kind,
        "专利号": patent_no(rng, digit, row),
        "申请人": holder,
        "申请人类型": holder_kind,
        "被申请人": party.name,
        "被申请人类型": party.kind,
        "被申请人统一社会信用代码": party.uscc,
        "申请日期": str(asked),
        "受理日期": "" if status == "不予受理" else str(asked + timedelta(days=5)),
        "结案日期": "" if status in _STATUSES[:2] else str(updated.date()),
        "办理状态": status,
        "调解员": "某甲",
        "更新时间": f"{updated:%Y-%m-%d %H:%M:%S}",
    }
    if status == "达成协议":
        record |= {"协议日期": str(updated.date()), "调解金额（元）": rng.randrange(5, 90) * 1000}
    return record, "PAT_MED", 0
