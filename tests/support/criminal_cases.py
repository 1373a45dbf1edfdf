"""Criminal cases as the view of the Hangzhou Intermediate Court shows them, one JSON object a row."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

_STEP = timedelta(seconds=17)
_CHARGES = ("假冒注册商标罪", "销售假冒注册商标的商品罪", "侵犯著作权罪", "侵犯商业秘密罪")
_OPEN, _JUDGED = ("立案", "审理中", "开庭"), ("已判决", "上诉中", "生效", "执行完毕")
_PLANTED = (
    Defect(5, "charge", always(None), "quarantined", "title", "missing"),
    Defect(4, "defendant", always("/"), "quarantined", "defendant_name_raw", "placeholder"),
    Defect(15, "case_no", always("（2026）浙01刑初×××号"), "finding", "case_no", "masked"),
    Defect(6, "status", always("待排期"), "finding", "stage", "unmapped"),
    Defect(5, "indictment_no", always("杭检刑诉〔202"), "finding", "indictment_other_case_no", "damaged"),
    Defect(4, "defendant_uscc", wrong_check, "finding", "defendant_uscc", "check_digit_failed", "organisation"),
    Defect(4, "defendant_id_no", masked, "finding", "defendant_id_token", "masked", "person"),
    Defect(3, "term_months", always("三年有余"), "finding", "sentence_term_months", "unparseable"),
    Defect(8, "case_no", full_width, "harmless"),
)


def cases(count: int, seed: int) -> Records:
    """Return the rows of the view in the order of their last change."""
    return Records(_make, _PLANTED, count, seed, persons_share=0.7)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    charge = rng.choice(_CHARGES)
    updated = FIRST + _STEP * row
    filed = updated.date() - timedelta(days=rng.randrange(60, 200))
    is_judged = rng.random() < 0.6
    is_acquitted = is_judged and rng.random() < 0.02
    is_convicted = is_judged and not is_acquitted
    status = "生效" if is_acquitted else rng.choice(_JUDGED if is_judged else _OPEN)
    decided = filed + timedelta(days=rng.randrange(20, 50))
    number = f"（{filed.year}）浙01刑初{row + 1}号"
    fine = rng.randrange(1, 400) * 500
    record: Record = {
        "id": row + 1,
        "case_no": number,
        "charge": charge,
        "convicted_charge": charge if is_convicted else None,
        "status": status,
        "result": ("无罪" if is_acquitted else "有罪") if is_judged else None,
        "court_name": "浙江省杭州市中级人民法院",
        "judge_name": None,
        "victim": None,
        "procuratorate": "浙江省杭州市人民检察院",
        "indictment_no": f"杭检刑诉〔{filed.year}〕{row + 1}号",
        # Of twelve cases one was a part of the one before it.
        "severed_from_no": f"（{filed.year}）浙01刑初{row}号" if row % 12 == 11 else None,
        "filed_on": str(filed),
        "decided_on": str(decided) if is_judged else None,
        "effective_on": str(decided + timedelta(days=11)) if status in ("生效", "执行完毕") else None,
        "judgment_no": number if is_judged else None,
        "defendant": party.name,
        "defendant_type": party.kind,
        "defendant_uscc": party.uscc or None,
        "defendant_id_no": party.id_no or None,
        "term_months": rng.randrange(6, 84) if is_convicted and party.id_no else None,
        "is_probation": rng.random() < 0.4 if is_convicted and party.id_no else None,
        "fine_cny": fine if is_convicted else None,
        "updated_at": updated.isoformat(),
    }
    return record, "CRIM_TRIAL", fine if is_convicted else 0
