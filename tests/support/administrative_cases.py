"""Administrative cases as the view of the Hangzhou Intermediate Court shows them, one JSON object a row."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party, credit_code

_STEP = timedelta(seconds=19)
_CAUSES = ("侵犯商标专用权行政处罚纠纷", "专利侵权纠纷行政裁决纠纷", "假冒专利行政处罚纠纷")
_OPEN = (("立案", None), ("审理中", None), ("中止", None))
_JUDGED = (("已判决", "驳回诉讼请求"), ("生效", "支持"), ("上诉中", "驳回"), ("执行完毕", "部分支持"))
_AGENCIES = (
    ("杭州市西湖区市场监督管理局", "杭西市监处罚", "330106"),
    ("宁波市海曙区市场监督管理局", "甬海市监处罚", "330203"),
)
_PLANTED = (
    Defect(5, "cause", always(None), "quarantined", "title", "missing"),
    Defect(3, "plaintiff", always(None), "quarantined", "plaintiff_name_raw", "missing"),
    Defect(15, "case_no", always("（2026）浙01行初×××号"), "finding", "case_no", "masked"),
    Defect(6, "status", always("待排期"), "finding", "stage", "unmapped"),
    Defect(5, "challenged_no", always("杭西市监处罚〔202"), "finding", "challenged_other_case_no", "damaged"),
    Defect(6, "plaintiff_uscc", wrong_check, "finding", "plaintiff_uscc", "check_digit_failed", "organisation"),
    Defect(4, "plaintiff_id_no", masked, "finding", "plaintiff_id_token", "masked", "person"),
    Defect(8, "challenged_no", full_width, "harmless"),
)


def cases(count: int, seed: int) -> Records:
    """Return the rows of the view in the order of their last change."""

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        agency, series, region = rng.choice(_AGENCIES)
        updated = FIRST + _STEP * row
        filed = updated.date() - timedelta(days=rng.randrange(60, 200))
        status, result = rng.choice(_JUDGED if rng.random() < 0.6 else _OPEN)
        number = f"（{filed.year}）浙01行初{row + 1}号"
        record: Record = {
            "id": row + 1,
            "case_no": number,
            "cause": rng.choice(_CAUSES),
            "status": status,
            "result": result,
            "court_name": "浙江省杭州市中级人民法院",
            "judge_name": None,
            "filed_on": str(filed),
            "decided_on": str(filed + timedelta(days=rng.randrange(20, 50))) if result else None,
            "closed_on": str(updated.date()) if status == "执行完毕" else None,
            "judgment_no": number if result else None,
            "challenged_no": f"{series}〔2025〕{row + 1}号",
            "plaintiff": party.name,
            "plaintiff_type": party.kind,
            "plaintiff_uscc": party.uscc or None,
            "plaintiff_id_no": party.id_no or None,
            "defendant": agency,
            "defendant_uscc": credit_code("11", region, 201),
            "updated_at": updated.isoformat(),
        }
        return record, "ADM_TRIAL", 0

    return Records(make, _PLANTED, count, seed)
