"""Enforcement cases of the Shenzhen Intermediate Court, as its system exports them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import HOLDERS, Party, credit_code

TITLE = "知识产权执行案件情况表"
LABELS = (
    "序号", "案件标识", "案号", "案件类别", "案由", "执行法院", "行政区划代码", "生效裁判案号", "行政决定文号",
    "作出机关", "申请执行人", "申请执行人类型", "申请执行人代码", "被执行人", "被执行人类型", "被执行人代码",
    "被执行人证件号码", "申请标的额（元）", "执行到位金额（元）", "申请日期", "立案日期", "裁定文号", "裁定日期",
    "裁定结果", "协助执行通知书文号", "协助执行单位", "协助通知送达日期", "协助回执日期", "结案日期", "办理状态",
    "承办法官", "更新时间",
)  # fmt: skip
_STEP = timedelta(seconds=41)
_CAUSES = ("侵害商标权纠纷", "侵害外观设计专利权纠纷", "著作权权属、侵权纠纷")
_COURT = "广东省深圳市中级人民法院"
_AUTHORITY = ("深圳市市场监督管理局", credit_code("11", "440300", 105))
_STATUSES = ("立案", "执行中", "中止", "执行完毕", "终结本次执行程序")
_PLANTED = (
    Defect(4, "执行法院", always(""), "quarantined", "agency_name", "missing"),
    Defect(4, "案件类别", always("司法救助"), "quarantined", "case_type", "unmapped"),
    Defect(2, "更新时间", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "执行法院", always(""), "duplicate"),
    Defect(12, "案号", always("（2026）粤03执×××号"), "finding", "case_no", "masked"),
    Defect(6, "办理状态", always("待分案"), "finding", "stage", "unmapped"),
    Defect(6, "被执行人代码", wrong_check, "finding", "debtor_uscc", "check_digit_failed", "organisation"),
    Defect(4, "被执行人证件号码", masked, "finding", "debtor_id_token", "masked", "person"),
    Defect(3, "申请日期", always("2025622日"), "finding", "lead_on", "unparseable"),
    Defect(8, "案件标识", full_width, "harmless"),
    Defect(8, "立案日期", lambda cell: "{}年{}月{}日".format(*cell.split("-")), "harmless"),
)


def cases(count: int, seed: int) -> Records:
    """Return cases in the order of their last change; of three, one enforces a penalty."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    updated = FIRST + _STEP * row
    filed = updated.date() - timedelta(days=rng.randrange(60, 200))
    is_penalty, status = row % 3 == 2, rng.choice(_STATUSES)
    claimed = rng.randrange(5, 300) * 1000
    record: Record = dict.fromkeys(LABELS, "") | {
        "序号": row + 1,
        "案件标识": f"SZ{filed.year}{row + 1:08d}",
        "案号": f"（{filed.year}）粤03{'行审' if is_penalty else '执'}{row + 1}号",
        "案件类别": "行政非诉执行" if is_penalty else "执行",
        "案由": "侵犯商标专用权行政处罚" if is_penalty else rng.choice(_CAUSES),
        "执行法院": _COURT,
        "行政区划代码": "440300",
        "被执行人": party.name,
        "被执行人类型": party.kind,
        "被执行人代码": party.uscc,
        "被执行人证件号码": party.id_no,
        "申请标的额（元）": claimed,
        "申请日期": str(filed - timedelta(days=6)),
        "立案日期": str(filed),
        "办理状态": status,
        "承办法官": "某甲",
        "更新时间": f"{updated:%Y-%m-%d %H:%M:%S}",
    }
    if status in _STATUSES[3:]:
        record |= {"结案日期": str(updated.date()), "执行到位金额（元）": claimed if status == "执行完毕" else 0}
    record |= _penalty(rng, row, filed) if is_penalty else _judgment(rng, row, filed)
    return record, "NONLIT_EXEC" if is_penalty else "EXEC", 0


def _penalty(rng: Random, row: int, filed: date) -> Record:
    return {
        "行政决定文号": f"深市监处罚〔{filed.year - 1}〕{row + 1}号",
        "作出机关": _AUTHORITY[0],
        "申请执行人": _AUTHORITY[0],
        "申请执行人类型": "法人及非法人组织",
        "申请执行人代码": _AUTHORITY[1],
        "裁定文号": f"（{filed.year}）粤03行审{row + 1}号",
        "裁定日期": str(filed + timedelta(days=20)),
        "裁定结果": rng.choice(("准予强制执行", "不准予强制执行")),
    }


def _judgment(rng: Random, row: int, filed: date) -> Record:
    """Return the judgment that is enforced, and of every second one the notice to customs."""
    holder, kind, _ = rng.choice(HOLDERS)
    judgment: Record = {
        "生效裁判案号": f"（{filed.year - 1}）粤03民初{row + 1}号",
        "作出机关": _COURT,
        "申请执行人": holder,
        "申请执行人类型": kind,
    }
    if row % 6 == 0:
        judgment |= {
            "协助执行通知书文号": f"（{filed.year}）粤03执协{row + 1}号",
            "协助执行单位": "皇岗海关",
            "协助通知送达日期": str(filed + timedelta(days=4)),
            "协助回执日期": str(filed + timedelta(days=6)),
        }
    return judgment
