"""Reconsideration of customs decisions, as the General Administration lists it."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

LABELS = (
    "序号", "复议案件编号", "复议机关", "机关层级", "复议事项", "原行政行为文号", "被申请人", "申请人", "申请人类型",
    "申请人统一社会信用代码", "申请人证件号码", "委托代理人", "复议理由", "申请日期", "受理日期", "复议决定书文号",
    "复议决定日期", "送达日期", "复议结果", "决定依据", "结案日期", "办理状态", "承办人", "更新时间",
)  # fmt: skip
_STEP = timedelta(seconds=53)
_OFFICES = (
    ("海关总署", "国家级", "署复议", "上海海关", "沪关知罚"),
    ("上海海关", "", "沪关复字", "浦东机场海关", "沪浦机关知字"),
)
_MATTERS = ("出口侵犯商标专用权货物行政处罚", "扣留侵犯专利权嫌疑货物", "出口侵犯著作权货物行政处罚")
_OPEN = ("收到申请", "受理", "审理中", "中止审理")
_ENDED = ("不予受理", "终止（撤回申请）", "终止（达成和解）")
_RESULTS = ("维持原行政行为", "维持原行政行为", "撤销原行政行为", "变更原行政行为", "驳回复议请求")
_PLANTED = (
    Defect(4, "复议案件编号", always("署复议〔202"), "quarantined", "case_no", "damaged"),
    Defect(4, "复议机关", always(""), "quarantined", "agency_name", "missing"),
    Defect(2, "申请人", always("/"), "quarantined", "applicant_name_raw", "placeholder"),
    Defect(2, "更新时间", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "复议机关", always(""), "duplicate"),
    Defect(6, "办理状态", always("待分案"), "finding", "stage", "unmapped"),
    Defect(6, "申请人统一社会信用代码", wrong_check, "finding", "applicant_uscc", "check_digit_failed", "organisation"),
    Defect(4, "申请人证件号码", masked, "finding", "applicant_id_token", "masked", "person"),
    Defect(5, "原行政行为文号", always("沪关知罚〔202"), "finding", "reviewed_other_case_no", "damaged"),
    Defect(4, "申请日期", always("2025622日"), "finding", "lead_on", "unparseable"),
    Defect(8, "复议案件编号", full_width, "harmless"),
)


def reviews(count: int, seed: int) -> Records:
    """Return cases in the order of their last change."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    office, level, series, customs, numbers = rng.choice(_OFFICES)
    updated = FIRST + _STEP * row
    asked = updated.date() - timedelta(days=rng.randrange(70, 200))
    record: Record = dict.fromkeys(LABELS, "") | {
        "序号": row + 1,
        "复议案件编号": f"{series}〔{asked.year}〕{row + 1}号",
        "复议机关": office,
        "机关层级": level,
        "复议事项": rng.choice(_MATTERS),
        "原行政行为文号": f"{numbers}〔{asked.year}〕{row + 1:04d}号",
        "被申请人": customs,
        "申请人": party.name,
        "申请人类型": party.kind,
        "申请人统一社会信用代码": party.uscc,
        "申请人证件号码": party.id_no,
        "复议理由": "处罚过重",
        "申请日期": str(asked),
        "承办人": "某甲",
        "更新时间": f"{updated:%Y-%m-%d %H:%M:%S}",
    }
    drawn = rng.random()
    if drawn < 0.3:
        return record | {"办理状态": rng.choice(_OPEN), "受理日期": str(asked + timedelta(days=4))}, "ADM_REVIEW", 0
    if drawn < 0.5:
        return record | {"办理状态": rng.choice(_ENDED), "结案日期": str(updated.date())}, "ADM_REVIEW", 0
    decided = asked + timedelta(days=55)
    record |= {
        "受理日期": str(asked + timedelta(days=4)),
        "复议决定书文号": f"{series}决〔{decided.year}〕{row + 1}号",
        "复议决定日期": str(decided),
        "送达日期": str(decided + timedelta(days=5)),
        "复议结果": rng.choice(_RESULTS),
        "决定依据": "《中华人民共和国行政复议法》第六十八条",
        "办理状态": "复议决定作出",
    }
    return record, "ADM_REVIEW", 0
