"""Requests for mutual assistance as German customs sends them, one XML element a request."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

_STEP = timedelta(seconds=31)
_TYPES = ("Seizure data", "Risk profile", "Case referral", "Evidence", "Statistics")
_STATUSES = ("Acknowledged", "Executing", "Partly executed", "Executed", "Refused")
_GROUNDS = ("Sovereignty, security or public interest", "Other")
_PLANTED = (
    Defect(4, "@no", always(""), "quarantined", "request_no", "missing"),
    Defect(4, "@updatedAt", always("last Tuesday"), "quarantined", "updated_at", "unparseable"),
    Defect(2, "partner", always("Bundesrepublik"), "quarantined", "partner_code", "unmapped"),
    Defect(3, "", always(None), "duplicate"),
    Defect(6, "status", always("Parked"), "finding", "assistance_status", "unmapped"),
    Defect(4, "type", always("Hot pursuit"), "finding", "request_type", "unmapped"),
    Defect(4, "dates.received", always("2026-02-30"), "finding", "received_on", "impossible_date"),
)


def requests(count: int, seed: int) -> Records:
    """Return requests in the order of their last change."""

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        status = rng.choice(_STATUSES)
        updated = FIRST + _STEP * row
        sent = updated.date() - timedelta(days=rng.randrange(40, 200))
        record: Record = {
            "@no": f"DE-CN-{sent.year}-{row + 1:06d}",
            "@updatedAt": updated.isoformat(),
            "partner": "DE",
            "treaty": "EU-China agreement on customs cooperation and mutual administrative assistance (2004)",
            "type": rng.choice(_TYPES),
            "status": status,
            "refusalGround": rng.choice(_GROUNDS) if status == "Refused" else None,
            "competentAuthority": "海关总署",
            "liaisonOrgan": "海关总署国际合作司",
            "applicableLaw": None,
            "persons": {"person": {"name": party.name}},
            "facts": None,
            "urgent": rng.choice(("yes", "no")),
            "approval": f"署国际准〔{updated.year}〕{row + 1}号" if status == "Executed" else None,
            "translation": "zh",
            "dates": {
                "sent": str(sent),
                "received": str(sent + timedelta(days=8)),
                "acknowledged": str(sent + timedelta(days=12)),
                "executed": str(sent + timedelta(days=33)) if status == "Executed" else None,
                "returned": str(sent + timedelta(days=36)) if status == "Executed" else None,
            },
        }
        return record, "", 0

    return Records(make, _PLANTED, count, seed)
