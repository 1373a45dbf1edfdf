"""Complaints and reports as 12315 exports them; who complains or reports stands in the file and is never read."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party, identity_number

TITLE = "知识产权投诉举报登记表"
LABELS = (
    "序号", "登记编号", "登记类型", "登记渠道", "登记日期", "问题类别", "提供方姓名", "提供方联系电话",
    "提供方证件号码", "提供方地址", "诉求内容", "涉及主体名称", "涉及主体统一社会信用代码", "是否网络交易",
    "承办单位", "承办单位区划代码", "分流日期", "投诉受理日期", "举报立案日期", "处罚决定书文号", "办结日期",
    "办理状态", "办理结果", "调解金额（元）", "更新时间",
)  # fmt: skip
_REPORTER = {
    "提供方姓名": "赵丽华",
    "提供方联系电话": "13800138000",
    "提供方证件号码": identity_number("330106", date(1980, 2, 29)),
    "提供方地址": "杭州市西湖区某路1号",
    "诉求内容": "我家住某路1号，希望有关部门依法处理",
}
_COMPLAINTS = ("登记", "已受理", "不予受理", "调解中", "达成协议", "终止调解", "撤回")
_REPORTS = ("登记", "核查", "立案", "不予立案")
_ENDED = ("不予受理", "达成协议", "终止调解", "撤回", "不予立案")
_ACCEPTED = ("已受理", "调解中", "达成协议", "终止调解")
_PROBLEMS = ("侵犯注册商标专用权", "假冒专利", "销售侵权复制品", "侵犯商业秘密", "虚假宣传")
_CHANNELS = ("全国12315平台", "12345热线", "12330热线", "来信")
_UNITS = (
    ("杭州市西湖区市场监督管理局", "330106", "杭西市监处罚"),
    ("义乌市市场监督管理局", "330782", "义市监处罚"),
    ("苏州市姑苏区市场监督管理局", "320508", "苏姑市监处罚"),
)
_PLANTED = (
    Defect(5, "登记编号", always(""), "quarantined", "case_no", "missing"),
    Defect(4, "承办单位", always(""), "quarantined", "agency_name", "missing"),
    Defect(2, "更新时间", always("昨天"), "quarantined", "updated_at", "unparseable"),
    Defect(3, "", always(None), "duplicate"),
    Defect(6, "办理状态", always("待回访"), "finding", "stage", "unmapped"),
    Defect(4, "登记渠道", always("微信小程序"), "finding", "intake_channel", "unmapped"),
    Defect(8, "涉及主体统一社会信用代码", wrong_check, "finding", "accused_uscc", "check_digit_failed"),
    Defect(4, "涉及主体统一社会信用代码", masked, "finding", "accused_uscc", "masked"),
    Defect(3, "登记日期", always("2026427日"), "finding", "lead_on", "unparseable"),
    Defect(3, "调解金额（元）", always("约一千"), "finding", "mediated_amount_cny", "unparseable"),
    Defect(5, "涉及主体统一社会信用代码", always("/"), "harmless"),
)


def intake(count: int, seed: int) -> Records:
    """Return complaints and reports, about half of each; some numbers stand for one of both kinds."""
    return Records(_make, _PLANTED, count, seed, persons_share=0)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    is_complaint = row % 2 == 0
    status = rng.choice(_COMPLAINTS if is_complaint else _REPORTS)
    unit, region, series = rng.choice(_UNITS)
    registered = FIRST.date() - timedelta(days=rng.randrange(10, 60))
    number = row - 1 if row % 10 == 1 else row
    record: Record = {
        **dict.fromkeys(LABELS, ""),
        **_REPORTER,
        "序号": row + 1,
        "登记编号": f"{FIRST.year}{number + 1:08d}",
        "登记类型": "投诉" if is_complaint else "举报",
        "登记渠道": rng.choice(_CHANNELS),
        "登记日期": str(registered),
        "问题类别": rng.choice(_PROBLEMS),
        "涉及主体名称": party.name,
        "涉及主体统一社会信用代码": party.uscc,
        "是否网络交易": rng.choice("是否"),
        "承办单位": unit,
        "承办单位区划代码": region,
        "分流日期": str(registered + timedelta(days=1)),
        "办理状态": status,
        "更新时间": f"{registered + timedelta(days=9)} 10:{row % 60:02d}:00",
    }
    made = record | _course(rng, status, registered, f"{series}〔{registered.year}〕{row + 1}号")
    return made, "COMPLAINT" if is_complaint else "REPORT", 0


def _course(rng: Random, status: str, registered: date, case_no: str) -> Record:
    """Return what a status says of the way to it."""
    accepted, ended = str(registered + timedelta(days=5)), str(registered + timedelta(days=9))
    course: Record = {"投诉受理日期": accepted} if status in _ACCEPTED else {}
    if status == "立案":
        course |= {"举报立案日期": ended, "处罚决定书文号": case_no, "办理结果": status}
    if status in _ENDED:
        course |= {"办结日期": ended, "办理结果": status}
    if status == "达成协议":
        course["调解金额（元）"] = str(rng.randrange(1, 90) * 50)
    return course
