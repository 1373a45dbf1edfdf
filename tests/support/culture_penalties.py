"""Copyright penalties of the Liuzhou cultural-market enforcement team, as its clerks keep them in a workbook."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, undated, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party, credit_code

TITLE = "柳州市文化市场综合行政执法著作权行政处罚案件台账"
FOOT = "制表人：文化市场综合行政执法支队"
LABELS = (
    "序号", "案件名称", "案件来源", "当事人", "当事人类型", "统一社会信用代码", "违法事实", "处罚依据", "处罚种类",
    "处罚结果", "罚款（元）", "没收违法所得（元）", "违法经营额（元）", "没收物品", "没收数量", "单位",
    "先行登记保存文号", "先行登记保存日期", "立案日期", "行政处罚决定书文号", "处罚决定日期", "执法机构",
    "行政区划代码", "办理状态", "执法人员", "备注",
)  # fmt: skip
_TEAMS = (
    ("柳州市文化市场综合行政执法支队", "柳文综", "450200"),
    ("融水苗族自治县文化市场综合行政执法大队", "(融水)文综", "450225"),
    ("柳城县文化市场综合行政执法大队", "(柳城)文综", "450222"),
)
_GOODS = (("侵权图书", "册"), ("盗版教辅", "本"), ("盗版光盘", "张"))
_BASES = (
    "《中华人民共和国著作权法》第五十三条第一项",
    "《中华人民共和国著作权法》第五十三条第（一）项，《著作权法实施条例》第三十六条",
)
_SOURCES = ("检查", "举报", "移送", "权利人", "上级交办")
_STATUSES = ("处罚决定", "已送达", "已公示", "履行中", "结案")
_SECOND = credit_code("92", "450225", 2301)


def _wrong_alone(codes: str) -> str:
    return wrong_check(codes.partition("、")[0])


_PLANTED = (
    Defect(4, "处罚依据", always(""), "quarantined", "legal_basis", "missing"),
    Defect(3, "行政处罚决定书文号", always("文综罚字〔202457"), "quarantined", "case_no", "damaged"),
    Defect(2, "当事人", always("/"), "quarantined", "infringer_names", "placeholder"),
    Defect(5, "处罚依据", always(""), "duplicate"),
    Defect(6, "办理状态", always("待归档"), "finding", "stage", "unmapped"),
    # Three names stand beside the codes of the sound row.
    Defect(6, "当事人", always("甲书店、乙书店；丙书店"), "finding", "infringer_names", "unequal_lists"),
    Defect(6, "统一社会信用代码", _wrong_alone, "finding", "infringer_codes", "check_digit_failed"),
    Defect(6, "统一社会信用代码", masked, "finding", "infringer_codes", "masked"),
    Defect(3, "统一社会信用代码", always("9.2450225E+17"), "finding", "infringer_codes", "scientific_notation"),
    Defect(4, "罚款（元）", always("约2千"), "finding", "fine_cny", "unparseable"),
    Defect(3, "没收数量", always("若干"), "finding", "goods_quantity", "unparseable"),
    Defect(3, "处罚决定日期", always("2025622日"), "finding", "decided_on", "unparseable", also=undated),
    Defect(8, "行政处罚决定书文号", full_width, "harmless"),
    Defect(8, "处罚决定日期", lambda cell: "{}年{}月{}日".format(*cell.split("-")), "harmless"),
    Defect(6, "罚款（元）", lambda cell: f"人民币{int(cell):,}.00元", "harmless"),
)


def penalties(count: int, seed: int) -> Records:
    """Return penalties; one in five is against two shops in one cell."""
    return Records(_make, _PLANTED, count, seed, persons_share=0)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    team, series, region = rng.choice(_TEAMS)
    goods, unit = rng.choice(_GOODS)
    decided = FIRST.date() - timedelta(days=rng.randrange(5, 300))
    filed = decided - timedelta(days=40)
    fine, quantity = rng.randrange(5, 300) * 100, rng.randrange(10, 900)
    record: Record = dict.fromkeys(LABELS, "") | {
        "序号": row + 1,
        "案件名称": f"{party.name}发行侵权复制品案",
        "案件来源": rng.choice(_SOURCES),
        "当事人": party.name,
        "当事人类型": party.kind,
        "统一社会信用代码": party.uscc,
        "违法事实": f"当事人销售未经许可复制的{goods}{quantity}{unit}",
        "处罚依据": rng.choice(_BASES),
        "处罚种类": "罚款、没收非法财物",
        "处罚结果": f"罚款{fine}元；没收{goods}{quantity}{unit}",
        "罚款（元）": fine,
        "违法经营额（元）": quantity * 20,
        "没收物品": goods,
        "没收数量": quantity,
        "单位": unit,
        "先行登记保存文号": f"{series}先登字〔{filed.year}〕{row + 1}号",
        "先行登记保存日期": str(filed - timedelta(days=2)),
        "立案日期": str(filed),
        "行政处罚决定书文号": f"{series}罚字〔{decided.year}〕 {row + 1}号",
        "处罚决定日期": str(decided),
        "执法机构": team,
        "行政区划代码": region,
        "办理状态": rng.choice(_STATUSES),
        "执法人员": "某甲、某乙",
    }
    if row % 5 == 4:
        record["当事人"] += "、融水银杏书店"
        record["当事人类型"] += "、个体工商户"
        record["统一社会信用代码"] += f"、{_SECOND}"
    return record, "CPR_PENALTY", fine
