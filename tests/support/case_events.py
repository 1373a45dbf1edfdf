"""Events of investigations as the Zhejiang public-security department pushes them: nothing that tells who."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

_STEP = timedelta(seconds=23)
_COURSE = (
    ("case.accepted", "受案"),
    ("case.filed", "立案"),
    ("measure.imposed", "取保候审"),
    ("transfer.sent", "移送起诉"),
)
_CLASSES = ("假冒注册商标案", "销售假冒注册商标的商品案", "侵犯著作权案", "侵犯商业秘密案")
_BUREAUS = (("杭州市公安局", "330100"), ("宁波市公安局", "330200"), ("义乌市公安局", "330782"))
_LEADS = ("移送", "举报", "权利人", "平台线索")
_PLANTED = (
    Defect(1, "", lambda line: line[:40], "quarantined", "", "not_json"),
    Defect(4, "eventType", always("case.archived"), "quarantined", "event_type", "unmapped"),
    Defect(3, "caseRef", always(None), "quarantined", "case_ref", "missing"),
    Defect(3, "occurredAt", always("2036-05-01T08:00:00+08:00"), "quarantined", "event_at", "future_source_time"),
    Defect(5, "caseRef", always(None), "duplicate"),
    Defect(8, "status", always("初查中"), "finding", "stage", "unmapped"),
    Defect(4, "leadSource", always("网上巡查"), "finding", "lead_source", "unmapped"),
)


def events(count: int, seed: int) -> Records:
    """Return messages; four follow each other in one case."""

    def make(rng: Random, row: int, _party: Party) -> tuple[Record, str, int]:
        case, step = divmod(row, len(_COURSE))
        event_type, status = _COURSE[step]
        drawn = Random(f"{seed} case {case}")
        bureau, region = drawn.choice(_BUREAUS)
        begun = FIRST + _STEP * (row - step)
        occurred = begun + timedelta(days=9) * step
        record: Record = {
            "caseRef": f"ZJ{drawn.getrandbits(64):016X}",
            "eventType": event_type,
            "sequence": 1,
            "occurredAt": occurred.isoformat(),
            "status": status,
            "caseClass": drawn.choice(_CLASSES),
            "bureau": bureau,
            "regionCode": region,
            "leadSource": drawn.choice(_LEADS),
            "acceptedOn": str(begun.date()),
            "filedOn": str((begun + timedelta(days=9)).date()) if step else None,
            "recordState": "valid",
        }
        return record, "CRIM_INV", 0

    return Records(make, _PLANTED, count, seed)
