"""Requests for mutual assistance that China's customs send abroad."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

TITLE = "海关知识产权行政互助请求登记表（发出）"
LABELS = (
    "序号", "请求编号", "案件编号", "被请求国", "依据协定", "请求类型", "请求事项", "涉案人员", "办理状态", "拒绝理由",
    "主管机关", "对外联系机关", "审批文号", "是否紧急", "译文语种", "发出日期", "对方签收日期", "执行日期", "回复日期",
    "经办人", "更新时间",
)  # fmt: skip
_STEP = timedelta(seconds=59)
_PARTNERS = (("德国", "de"), ("荷兰", "nl"), ("阿拉伯联合酋长国", "ar"))
_TYPES = ("查获数据", "风险信息", "案件移交", "调查取证")
_STATUSES = ("草拟", "审查中", "已发出", "已签收", "部分执行", "已执行", "拒绝")
_PLANTED = (
    Defect(4, "请求编号", always("署国际助〔202"), "quarantined", "request_no", "damaged"),
    Defect(3, "被请求国", always("欧盟"), "quarantined", "partner_code", "unmapped"),
    Defect(2, "更新时间", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "被请求国", always(""), "duplicate"),
    Defect(6, "办理状态", always("搁置"), "finding", "assistance_status", "unmapped"),
    Defect(4, "请求类型", always("越境追缉"), "finding", "request_type", "unmapped"),
    Defect(8, "请求编号", full_width, "harmless"),
)


def requests(count: int, seed: int) -> Records:
    """Return requests in the order of their last change."""
    return Records(_make, _PLANTED, count, seed, persons_share=0.5)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    partner, language = rng.choice(_PARTNERS)
    step = rng.randrange(len(_STATUSES))
    updated = FIRST + _STEP * row
    sent = updated.date() - timedelta(days=rng.randrange(60, 200))
    record: Record = dict.fromkeys(LABELS, "") | {
        "序号": row + 1,
        "请求编号": f"署国际助〔{sent.year}〕{row + 1}号",
        "案件编号": f"沪关知字〔{sent.year}〕{row + 1}号",
        "被请求国": partner,
        "依据协定": "海关行政互助协定",
        "请求类型": rng.choice(_TYPES),
        "涉案人员": party.name,
        "办理状态": _STATUSES[step],
        "拒绝理由": "其他" if _STATUSES[step] == "拒绝" else "",
        "主管机关": "海关总署",
        "对外联系机关": "海关总署国际合作司",
        "是否紧急": rng.choice(("是", "否")),
        "译文语种": language,
        "经办人": "某甲",
        "更新时间": f"{updated:%Y-%m-%d %H:%M:%S}",
    }
    if step >= _STATUSES.index("已发出"):
        record |= {"审批文号": f"署国际准〔{sent.year}〕{row + 1}号", "发出日期": str(sent)}
    if step >= _STATUSES.index("已签收"):
        record["对方签收日期"] = str(sent + timedelta(days=9))
    if _STATUSES[step] == "已执行":
        record |= {"执行日期": str(sent + timedelta(days=40)), "回复日期": str(sent + timedelta(days=45))}
    return record, "", 0
