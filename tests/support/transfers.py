"""Cases that market-regulation authorities in Zhejiang hand to the police, as their province lists them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

LABELS = (
    "序号", "案件名称", "移送文号", "移送机关", "移送机关统一社会信用代码", "移送机关行政区划", "处罚决定书文号",
    "受移送机关", "受移送机关统一社会信用代码", "受移送机关行政区划", "批准移送日期", "移送日期", "签收日期",
    "决定日期", "处理结果", "不予立案理由", "公安立案号", "承办人", "更新时间",
)  # fmt: skip
_OFFICES = (
    ("杭州市西湖区市场监督管理局", "杭西市监", "113301060000020144", "330106", "杭州市公安局西湖区分局"),
    ("宁波市海曙区市场监督管理局", "甬海市监", "", "330203", "宁波市公安局海曙分局"),
)
_OUTCOMES = ("立案", "立案", "不予立案", "退回", "待反馈")
_PLANTED = (
    Defect(4, "移送文号", always("杭西市监案移〔202"), "quarantined", "transfer_doc_no", "damaged"),
    Defect(4, "移送机关", always(""), "quarantined", "from_agency_name", "missing"),
    Defect(4, "移送机关", always(""), "duplicate"),
    Defect(3, "更新时间", always("上个月"), "quarantined", "updated_at", "unparseable"),
    Defect(6, "处理结果", always("研究中"), "finding", "transfer_outcome", "unmapped"),
    Defect(5, "批准移送日期", always("2026331日"), "finding", "approved_on", "unparseable"),
    Defect(6, "移送文号", full_width, "harmless"),
)


def transfers(count: int, seed: int) -> Records:
    """Return transfers; of five, the police take two, decline one, return one and leave one open."""
    return Records(_make, _PLANTED, count, seed, persons_share=0)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    name, series, uscc, region, police = rng.choice(_OFFICES)
    outcome = _OUTCOMES[row % len(_OUTCOMES)]
    sent = FIRST.date() - timedelta(days=rng.randrange(40, 300))
    is_open, is_declined = outcome == "待反馈", outcome in {"不予立案", "退回"}
    record: Record = {
        "序号": row + 1,
        "案件名称": f"{party.name}涉嫌假冒注册商标案",
        "移送文号": f"{series}案移〔{sent.year}〕{row + 1}号",
        "移送机关": name,
        "移送机关统一社会信用代码": uscc,
        "移送机关行政区划": region,
        "处罚决定书文号": f"{series}处罚〔{sent.year}〕{row + 1}号" if is_declined else "",
        "受移送机关": police,
        "受移送机关统一社会信用代码": "",
        "受移送机关行政区划": region,
        "批准移送日期": str(sent - timedelta(days=1)),
        "移送日期": str(sent),
        "签收日期": str(sent + timedelta(days=row % 2)),
        "决定日期": "" if is_open else str(sent + timedelta(days=3 + row % 8)),
        "处理结果": outcome,
        "不予立案理由": "未达到刑事立案追诉标准" if is_declined else "",
        "公安立案号": f"X公(经)立字〔{sent.year}〕{row + 1}号" if outcome == "立案" else "",
        "承办人": "某甲、某乙",
        "更新时间": f"2026-{1 + row % 10:02d}-15 0{row % 10}:30:00",
    }
    return record, "", 0
