"""Requests to arrest as the procuratorates of Jiangsu review them, one JSON object a case, in an archive."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

_STEP = timedelta(seconds=47)
_OFFICES = (
    ({"name": "南京市人民检察院", "region": "320100"}, "宁检", "南京市公安局", "宁公(经)"),
    ({"name": "苏州市人民检察院", "region": "320500"}, "苏检", "苏州市公安局", "苏公(食药环)"),
)
_CHARGES = ("假冒注册商标罪", "销售假冒注册商标的商品罪", "侵犯著作权罪", "侵犯商业秘密罪")
_STATUSES = ("受理", "审查逮捕", "批准逮捕", "不批准逮捕")
_PLANTED = (
    Defect(4, "caseNo", always("宁检捕〔202"), "quarantined", "case_no", "damaged"),
    Defect(4, "office.name", always(""), "quarantined", "agency_name", "missing"),
    Defect(2, "updatedAt", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "office.name", always(""), "duplicate"),
    Defect(6, "status", always("待分案"), "finding", "stage", "unmapped"),
    Defect(6, "police.letterNo", always("宁公(经)提捕字〔2026〕××号"), "finding", "police_other_case_no", "masked"),
    Defect(4, "acceptedOn", always("2026427日"), "finding", "accepted_on", "unparseable"),
    Defect(8, "caseNo", full_width, "harmless"),
)


def arrests(count: int, seed: int) -> Records:
    """Return cases in the order of their last change; in one of ten the police are asked why they did not file."""
    return Records(_make, _PLANTED, count, seed, persons_share=0.9)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    office, series, police, letters = rng.choice(_OFFICES)
    updated = FIRST + _STEP * row
    accepted = updated.date() - timedelta(days=rng.randrange(10, 60))
    status, year = rng.choice(_STATUSES), accepted.year
    decided = str(accepted + timedelta(days=6))
    case: Record = {
        "caseNo": f"{series}捕〔{year}〕{row + 1}号",
        "updatedAt": updated.isoformat(),
        "recordState": "valid",
        "charge": rng.choice(_CHARGES),
        "office": office,
        "police": {"name": police, "letterNo": f"{letters}提捕字〔{year}〕{row + 1}号"},
        "suspects": party.name,
        "suspectCount": 1,
        "prosecutor": "某甲",
        "status": status,
        "acceptedOn": str(accepted),
        "approvedOn": decided if status == "批准逮捕" else None,
        "refusedOn": decided if status == "不批准逮捕" else None,
    }
    if row % 10 == 9:
        case["supervision"] = {
            "letterNo": f"{series}立监〔{year}〕{row + 1}号",
            "police": police,
            "sentOn": decided,
            "replyDueOn": str(accepted + timedelta(days=13)),
            "repliedOn": str(accepted + timedelta(days=12)),
            "outcome": rng.choice(("立案", "不予立案")),
        }
    return case, "CRIM_ARREST", 0
