"""Letters by which leads and cases come to and leave market regulation in Jiangsu, one XML element a letter."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party, credit_code

_STEP = timedelta(seconds=43)
_NANJING = ("南京市市场监督管理局", credit_code("11", "320100", 120), "320100", "宁市监")
_SUZHOU = ("苏州市市场监督管理局", credit_code("11", "320500", 121), "320500", "苏市监")
_DONGGUAN = ("东莞市市场监督管理局", "", "441900", "粤莞市监")
_POLICE = ("苏州市公安局", "", "320500", "苏公(经)")
_PROSECUTOR = ("宁波市海曙区人民检察院", "", "330203", "甬海检")
# What it is called, who sends it and to whom, and the word in its number.
_KINDS = (
    ("线索移送", _NANJING, _DONGGUAN, "线移"),
    ("案件移送", _NANJING, _SUZHOU, "案移"),
    ("行刑正向衔接", _SUZHOU, _POLICE, "刑移"),
    ("不够刑事处罚移送", _POLICE, _SUZHOU, "行移"),
    ("行刑反向衔接", _PROSECUTOR, _NANJING, "检意"),
)
_OUTCOMES = ("受理", "受理", "不予立案", "退回", "待反馈")
_PLANTED = (
    Defect(4, "sender.name", always(""), "quarantined", "from_agency_name", "missing"),
    Defect(4, "kind", always("通报"), "quarantined", "transfer_type", "unmapped"),
    Defect(2, "@updatedAt", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "sender.name", always(""), "duplicate"),
    Defect(5, "letterNo", always("苏市监案移〔202"), "finding", "transfer_doc_no", "damaged"),
    Defect(6, "outcome", always("研究中"), "finding", "transfer_outcome", "unmapped"),
    Defect(4, "approvedOn", always("2026331日"), "finding", "approved_on", "unparseable"),
    Defect(8, "letterNo", full_width, "harmless"),
)


def handovers(count: int, seed: int) -> Records:
    """Return letters in the order of their last change, of every kind in turn."""
    return Records(_make, _PLANTED, count, seed, persons_share=0)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    kind, sender, receiver, word = _KINDS[row % len(_KINDS)]
    outcome = rng.choice(_OUTCOMES)
    updated = FIRST + _STEP * row
    sent = updated.date() - timedelta(days=rng.randrange(40, 200))
    is_lead, is_opinion, is_answered = sender is _NANJING and receiver is _DONGGUAN, word == "检意", outcome != "待反馈"
    letter: Record = {
        "@id": f"JSYS{sent.year}{row + 1:08d}",
        "@updatedAt": updated.isoformat(),
        "@state": "valid",
        "kind": kind,
        "subject": f"{party.name}涉嫌假冒注册商标",
        "letterNo": f"{sender[3]}{word}〔{sent.year}〕{row + 1}号",
        "sender": _authority(
            sender, "" if is_lead or sender is _POLICE else f"{sender[3]}案〔{sent.year}〕{row + 1}号"
        ),
        "receiver": _authority(
            receiver,
            f"{receiver[3]}立〔{sent.year}〕{row + 1}号" if outcome == "受理" and receiver is not _POLICE else "",
        ),
        "approvedOn": str(sent - timedelta(days=1)),
        "sentOn": str(sent),
        "acknowledgedOn": str(sent + timedelta(days=2)),
        "decidedOn": str(sent + timedelta(days=5)) if is_answered else None,
        "outcome": outcome,
        "reason": "管辖有误" if outcome in {"不予立案", "退回"} else None,
        "replyDueOn": str(sent + timedelta(days=60)) if is_opinion else None,
        "repliedOn": str(sent + timedelta(days=30)) if is_opinion and is_answered else None,
        "clerk": "某甲",
    }
    return letter, "", 0


def _authority(authority: tuple[str, str, str, str], case_no: str) -> Record:
    name, uscc, region, _ = authority
    return {"name": name, "uscc": uscc, "region": region, "caseNo": case_no}
