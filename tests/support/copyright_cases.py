"""Copyright cases of the copyright administrations of Sichuan, in the columns of the credit platform and some more."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

TITLE = "四川省版权局著作权行政处罚案件信息归集表（双公示）"
LABELS = (
    "序号", "立案号", "案件名称", "案件来源", "是否网络案件", "办案程序", "CF_XDR_MC", "当事人身份", "CF_XDR_LB",
    "CF_XDR_SHXYM", "CF_XDR_GSZC", "CF_XDR_ZZJG", "CF_FRDB", "CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX",
    "CF_XDR_ZJHM", "作品名称", "作品登记号", "登记类别", "著作权人", "CF_WFXW", "CF_SY", "违法行为发生日期",
    "立案依据", "CF_YJ", "非法经营额（元）", "侵权复制品", "数量", "单位", "立案日期", "CF_WSH", "处理结论",
    "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM",
    "行政区划代码", "机关层级", "移送文号", "受移送机关", "移送日期", "公安处理结果", "是否履行", "履行日期",
    "办理状态", "承办人", "CF_SJLY", "CF_SJLYDM", "BZ",
)  # fmt: skip
_OFFICES = (
    ("四川省版权局", "川版", "11510000000001169G", "510000", "省级"),
    ("成都市版权局", "蓉版", "11510100000001177G", "510100", "市级"),
)
_WORKS = (
    ("《星澜少年》系列图书", "国作登字-2024-A-00{:06d}", "作品登记", "《中华人民共和国著作权法》第五十三条第一项"),
    (
        "云鹤财务软件V3.0", "2024SR{:07d}", "计算机软件著作权登记",
        "《中华人民共和国著作权法》第五十三条第一项，《计算机软件保护条例》第二十四条",
    ),
)  # fmt: skip
_DONE, _MINOR, _HANDED = "处罚", "轻微不罚", ""
_PLANTED = (
    Defect(4, "CF_CFJG", always(""), "quarantined", "agency_name", "missing"),
    Defect(3, "当事人身份", always("举报人"), "quarantined", "infringer_role", "unmapped"),
    Defect(4, "立案号", always("川版立字〔202"), "quarantined", "case_no", "damaged"),
    Defect(2, "CF_XDR_MC", always("/"), "quarantined", "infringer_name_raw", "placeholder"),
    Defect(5, "CF_CFJG", always(""), "duplicate"),
    Defect(6, "办理状态", always("待归档"), "finding", "stage", "unmapped"),
    Defect(6, "CF_XDR_SHXYM", wrong_check, "finding", "infringer_uscc", "check_digit_failed", "organisation"),
    Defect(4, "CF_XDR_ZJHM", masked, "finding", "infringer_id_token", "masked", "person"),
    Defect(4, "非法经营额（元）", always("约2万"), "finding", "illegal_turnover_cny", "unparseable"),
    Defect(4, "CF_WFXW", always("其他侵权行为"), "finding", "work_infringement_type", "unmapped"),
    Defect(3, "立案日期", always("2025622日"), "finding", "filed_on", "unparseable"),
    Defect(8, "立案号", full_width, "harmless"),
    Defect(8, "非法经营额（元）", lambda cell: f"人民币{int(cell):,}.00元", "harmless"),
    Defect(8, "立案依据", lambda cell: cell.replace("中华人民共和国", ""), "harmless"),
)


def cases(count: int, seed: int) -> Records:
    """Return cases; of six, four end with a penalty, one without, and one goes to the police."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    office, filed = rng.choice(_OFFICES), FIRST.date() - timedelta(days=rng.randrange(60, 300))
    quantity = rng.randrange(10, 900)
    ended = _MINOR if row % 6 == 4 else _HANDED if row % 6 == 5 else _DONE
    fine = rng.randrange(5, 300) * 100 if ended == _DONE else 0
    name, series, uscc, region, level = office
    work = _work(rng, row, quantity)
    record: Record = dict.fromkeys(LABELS, "") | {
        "序号": row + 1,
        "立案号": f"{series}立字〔{filed.year}〕{row + 1}号",
        "案件名称": f"{party.name}侵犯著作权案",
        "案件来源": rng.choice(("投诉", "举报", "监督检查", "移送", "媒体曝光")),
        "是否网络案件": "是" if row % 2 else "否",
        "办案程序": "普通程序",
        "CF_XDR_MC": party.name,
        "当事人身份": "行政相对人" if ended == _DONE else "被调查人",
        "CF_XDR_LB": party.kind,
        "CF_XDR_SHXYM": party.uscc,
        "CF_XDR_ZJLX": "身份证" if party.id_no else "",
        "CF_XDR_ZJHM": party.id_no,
        **work,
        "违法行为发生日期": str(filed - timedelta(days=20)),
        "立案日期": str(filed),
        "CF_CFJG": name,
        "CF_CFJGDM": uscc,
        "行政区划代码": region,
        "机关层级": level,
        "承办人": "某甲、某乙",
        "CF_SJLY": name,
        "CF_SJLYDM": uscc,
    }
    if ended == _HANDED:
        return record | _handed_over(rng, series, filed, row), "CPR_PENALTY", 0
    return record | _decided(rng, record, f"{series}罚字", filed + timedelta(days=40), fine), "CPR_PENALTY", fine


def _work(rng: Random, row: int, quantity: int) -> Record:
    title, number, register, basis = rng.choice(_WORKS)
    return {
        "作品名称": title,
        "作品登记号": number.format(row + 1),
        "登记类别": register,
        "著作权人": "成都银杏文化传播有限公司",
        "CF_WFXW": "擅自复制、发行、传播作品",
        "CF_SY": f"当事人未经许可发行{title}{quantity}册",
        "立案依据": basis,
        "非法经营额（元）": quantity * 20,
        "侵权复制品": "侵权复制品",
        "数量": quantity,
        "单位": "册",
    }


def _handed_over(rng: Random, series: str, filed: date, row: int) -> Record:
    return {
        "移送文号": f"{series}案移〔{filed.year}〕{row + 1}号",
        "受移送机关": "成都市公安局",
        "移送日期": str(filed + timedelta(days=15)),
        "公安处理结果": rng.choice(("立案", "不予立案", "待反馈")),
        "办理状态": "移送司法机关",
    }


def _decided(rng: Random, filed: Record, series: str, on: date, fine: int) -> Record:
    """Return the decision: a penalty where there is a fine."""
    course: Record = {
        "CF_WSH": f"{series}〔{on.year}〕{filed['序号']}号",
        "处理结论": _DONE if fine else _MINOR,
        "CF_JDRQ": str(on),
        "办理状态": rng.choice(("处罚决定", "已送达", "履行中", "结案")) if fine else "不予处罚",
    }
    if fine:
        course |= {
            "CF_YJ": filed["立案依据"],
            "CF_CFLB": "罚款、没收非法财物",
            "CF_NR": f"罚款{fine}元；没收侵权复制品{filed['数量']}册",
            "CF_NR_FK": f"{fine / 10_000:.4f}",
            "CF_YXQ": "2099-12-31",
            "CF_GSJZQ": f"{on.year + 3}-01-31",
        }
    if course["办理状态"] == "结案":
        course |= {"是否履行": "是", "履行日期": str(on + timedelta(days=14))}
    return course
