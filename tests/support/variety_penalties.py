"""Plant-variety penalties of the agriculture authorities of Anhui."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

LABELS = (
    "序号", "案件名称", "案件来源", "立案号", "行政处罚决定书文号", "当事人", "当事人类型", "统一社会信用代码",
    "品种名称", "品种权号", "品种权人", "侵权行为", "违法事实", "处罚依据", "处罚种类", "处罚内容",
    "罚款金额（元）", "没收违法所得（元）", "货值金额（元）", "数量（公斤）", "违法行为日期", "立案日期",
    "处罚决定日期", "处罚机关", "行政区划代码", "办理状态", "承办人", "串并案编号", "串并案名称",
    "串并案首次发案日期", "违法行为终了日期", "违法所得（元）", "暂扣或限制期限（月）", "暂扣或吊销证照名称及编号",
    "加处罚款（元）", "查封决定书文号", "查封依据", "查封日期", "查封是否延长", "查封结束日期", "查封物品处理",
    "更新时间",
)  # fmt: skip
_OFFICES = (
    ("合肥市农业农村局", "合农(种子)", "340100"),
    ("宿州市农业农村局", "宿农(种子)", "341300"),
    ("寿县农业农村局", "寿农(种子)", "340422"),
)
_VARIETIES = (
    ("青禾1号", "玉米", "安徽海棠种业有限公司"),
    ("云鹤玉9", "玉米", "安徽云鹤种业股份有限公司"),
    ("银杏麦33", "小麦", "宿州银杏农科所"),
)
_ACTS = (("生产授权品种繁殖材料", "第三十九条"), ("销售授权品种繁殖材料", "第三十九条"), ("", "第四十条"))
_LAW = "《中华人民共和国植物新品种保护条例》"
_STATUSES = ("处罚决定", "已送达", "已公示", "履行中", "结案")
_PLANTED = (
    Defect(4, "处罚依据", always(""), "quarantined", "legal_basis", "missing"),
    Defect(3, "行政处罚决定书文号", always("合农(种子)罚〔202"), "quarantined", "case_no", "damaged"),
    Defect(3, "更新时间", always("上个月"), "quarantined", "updated_at", "unparseable"),
    Defect(4, "处罚依据", always(""), "duplicate"),
    Defect(6, "立案号", always("合农(种子)立〔202"), "finding", "filing_norm_value", "damaged"),
    Defect(6, "办理状态", always("待归档"), "finding", "stage", "unmapped"),
    Defect(6, "统一社会信用代码", wrong_check, "finding", "infringer_uscc", "check_digit_failed", "organisation"),
    Defect(5, "统一社会信用代码", masked, "finding", "infringer_uscc", "masked", "organisation"),
    Defect(4, "罚款金额（元）", always("约2千"), "finding", "fine_cny", "unparseable"),
    Defect(4, "数量（公斤）", always("若干"), "finding", "goods_quantity", "unparseable"),
    Defect(6, "行政处罚决定书文号", full_width, "harmless"),
    Defect(6, "处罚决定日期", lambda cell: "{}年{}月{}日".format(*cell.split("-")), "harmless"),
)


def penalties(count: int, seed: int) -> Records:
    """Return penalties; one in three is about a counterfeit variety."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    office, series, region = rng.choice(_OFFICES)
    act, article = rng.choice(_ACTS)
    decided = FIRST.date() - timedelta(days=rng.randrange(300, 700))
    filed = decided - timedelta(days=50)
    fine, quantity = rng.randrange(5, 300) * 100, rng.randrange(10, 9000)
    record: Record = dict.fromkeys(LABELS, "") | {
        "序号": row + 1,
        "案件名称": f"{party.name}{'侵犯植物新品种权' if act else '假冒授权品种'}案",
        "案件来源": rng.choice(("举报", "检查", "权利人", "抽检")),
        "立案号": f"{series}立〔{filed.year}〕{row + 1}号",
        "行政处罚决定书文号": f"{series}罚〔{decided.year}〕{row + 1}号",
        "当事人": party.name,
        "当事人类型": party.kind,
        "统一社会信用代码": party.uscc,
        "处罚依据": f"{_LAW}{article}",
        "处罚种类": "罚款、没收非法财物",
        "处罚内容": f"罚款{fine}元；没收种子{quantity}公斤",
        "罚款金额（元）": fine,
        "货值金额（元）": quantity * 12,
        "数量（公斤）": quantity,
        "违法行为日期": str(filed - timedelta(days=20)),
        "立案日期": str(filed),
        "处罚决定日期": str(decided),
        "处罚机关": office,
        "行政区划代码": region,
        "办理状态": rng.choice(_STATUSES),
        "承办人": "某甲、某乙",
        "串并案编号": f"AHZ2025{row // 30:04d}" if row % 10 == 0 else "",
        "更新时间": f"2026-{1 + row % 10:02d}-15 0{row % 10}:30:00",
    }
    record |= _variety(act, rng.randrange(len(_VARIETIES)), row % 10)
    return record | _rare(row, filed, fine) | (_sealed(series, row, filed) if row % 4 == 0 else {}), "PV_PENALTY", fine


def _rare(row: int, filed: date, fine: int) -> Record:
    """Return what only some cases have: an act that went on, a gain, a matter, a suspension and a late payment."""
    record: Record = {"违法所得（元）": fine // 2} if row % 2 else {}
    if row % 3 == 0:
        record["违法行为终了日期"] = str(filed - timedelta(days=6))
    if row % 10 == 0:
        record |= {"串并案名称": f"系列侵权案{row // 30}", "串并案首次发案日期": str(filed - timedelta(days=90))}
    if row % 15 == 0:
        record |= {"处罚种类": "罚款、没收非法财物、暂扣许可证件", "暂扣或限制期限（月）": 6}
        record |= {"暂扣或吊销证照名称及编号": f"农种许字第{row:04d}号", "加处罚款（元）": fine // 10}
    return record


def _sealed(series: str, row: int, filed: date) -> Record:
    """Return what a case says of seed that was sealed: 30 days, and 30 more where it was extended."""
    is_extended = row % 8 == 0
    return {
        "查封决定书文号": f"{series}封〔{filed.year}〕{row + 1}号",
        "查封依据": "《中华人民共和国行政强制法》第二十五条",
        "查封日期": str(filed),
        "查封是否延长": "是" if is_extended else "否",
        "查封结束日期": str(filed + timedelta(days=60 if is_extended else 30)),
        "查封物品处理": "没收" if is_extended else "解除",
    }


def _variety(act: str, number: int, check: int) -> Record:
    """Return what a case says of its variety; a counterfeit one has no right."""
    variety, crop, holder = _VARIETIES[number]
    return {
        "品种名称": variety,
        "品种权号": f"CNA2018{1000 + number}.{check}" if act else "",
        "品种权人": holder if act else "",
        "侵权行为": act,
        "违法事实": f"当事人{act or '销售假冒授权品种'}，{crop}种子“{variety}”",
    }
