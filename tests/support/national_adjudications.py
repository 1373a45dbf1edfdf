"""Patent adjudications of the national administration, one XML element a case, the document in an archive."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.adjudications import PATENTS, drawn_requester
from tests.support.defects import Defect, always, full_width, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party, credit_code
from tests.support.patents import patent_no

_STEP = timedelta(seconds=31)
_MAJOR, _DRUG = "重大专利侵权纠纷行政裁决", "药品专利纠纷早期解决机制行政裁决"
_BASES = {
    _MAJOR: "《中华人民共和国专利法》第七十条第一款，《重大专利侵权纠纷行政裁决办法》",
    _DRUG: "《中华人民共和国专利法》第七十六条，《药品专利纠纷早期解决机制行政裁决办法》",
}
_OPEN = ("请求已接收", "立案", "答辩", "口头审理", "合议", "中止")
_ENDED = ("撤案", "驳回请求", "调解结案")
_FOUND = (("侵权成立", "责令停止侵权"), ("侵权不成立", None))
_ANSWERED = (("支持请求", None), ("驳回请求", None))
_DRUGS = ("甲氨缓释片", "乙氧胶囊", "丙酮注射液")
_ACTS = ("制造专利产品", "许诺销售专利产品", "销售专利产品", "进口专利产品")
_ORIGINS = ("江苏省知识产权局", "苏知执纠字"), ("浙江省知识产权局", "浙知执纠字")
# A product that infringes is sold in many places, by others too.
_OTHERS = (("南京白鹭贸易有限公司", "320102", 2901), ("泉州远岚鞋业有限公司", "350582", 2902))
_PLANTED = (
    Defect(4, "office", always(""), "quarantined", "agency_name", "missing"),
    Defect(4, "kind", always("专利权质押登记"), "quarantined", "case_type", "unmapped"),
    Defect(3, "requester.name", always("不详"), "quarantined", "requester_name_raw", "placeholder"),
    Defect(2, "@updatedAt", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "caseNo", always("国知保立字〔202"), "duplicate"),
    Defect(6, "status", always("专家会商"), "finding", "stage", "unmapped"),
    Defect(4, "caseNo", always("国知保立字〔202"), "finding", "case_no", "damaged"),
    Defect(6, "patent.no", wrong_check, "finding", "right_no", "check_digit_failed"),
    Defect(12, "patent.no", lambda cell: cell[2:-2], "warning", "right_no", "no_check_digit"),
    Defect(4, "receivedOn", always("2025622日"), "finding", "lead_on", "unparseable"),
    Defect(8, "patent.no", lambda cell: f"{cell[:2]} {cell[2:6]} {cell[6:]}", "harmless"),
    Defect(8, "caseNo", full_width, "harmless"),
)


def adjudications(count: int, seed: int) -> Records:
    """Return cases in the order of their last change; a major one has up to three respondents in as many provinces."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    kind = _DRUG if row % 4 == 3 else _MAJOR
    patent, digit, title = PATENTS[0] if kind == _DRUG else rng.choice(PATENTS)
    updated = FIRST + _STEP * row
    received = updated.date() - timedelta(days=rng.randrange(120, 300))
    requester = drawn_requester(rng)
    series = "国知药" if kind == _DRUG else "国知保"
    record: Record = {
        "@id": f"GZ{received.year}{row + 1:06d}",
        "@updatedAt": updated.isoformat(),
        "@state": "valid",
        "caseNo": f"{series}立字〔{received.year}〕{row + 1}号",
        "kind": kind,
        "title": f"{requester['name']}与{party.name}{patent}纠纷",
        "office": "国家知识产权局",
        "foreignRelated": "否" if requester["country"] == "CN" else "是",
        "receivedOn": str(received),
        **_course(rng, kind, received, f"{series}裁字〔{received.year}〕{row + 1}号"),
        "patent": {"no": patent_no(rng, digit), "type": patent, "title": title},
        "requester": requester,
        "respondent": _respondents(party, row % 3 if kind == _MAJOR else 0),
    }
    if kind == _DRUG:
        record |= {"drug": {"name": rng.choice(_DRUGS), "acceptanceNo": f"CYHS26{row:05d}", "declaration": "四类"}}
    else:
        office, numbers = rng.choice(_ORIGINS)
        origin = {"kind": "移送", "no": f"{numbers}〔{received.year}〕{row + 1}号", "office": office}
        record |= {"act": rng.choice(_ACTS), "origin": origin if row % 2 else {"kind": "权利人"}}
    return record, "PAT_DRUG" if kind == _DRUG else "PAT_ADJ", 0


def _respondents(party: Party, others: int) -> list[Record]:
    first = {"name": party.name, "uscc": party.uscc or "/", "type": party.kind, "region": party.uscc[2:8]}
    return [first] + [
        {"name": name, "uscc": credit_code("91", region, number), "type": "法人及非法人组织", "region": region}
        for name, region, number in _OTHERS[:others]
    ]


def _course(rng: Random, kind: str, received: date, doc_no: str) -> Record:
    """Return how a case went on after its receipt."""
    filed = received + timedelta(days=5)
    drawn = rng.random()
    if drawn < 0.1:
        return {"status": "不予受理", "refusedOn": str(filed), "closedOn": str(filed)}
    course: Record = {"filedOn": str(filed)}
    if drawn < 0.45:
        course["status"] = rng.choice(_OPEN)
        if course["status"] == "中止":
            course["suspension"] = {"from": str(filed + timedelta(days=9))}
    elif drawn < 0.85:
        decided = filed + timedelta(days=rng.randrange(60, 100))
        outcome, order = rng.choice(_FOUND if kind == _MAJOR else _ANSWERED)
        course |= {
            "status": "裁决作出",
            "hearing": {"notifiedOn": str(filed + timedelta(days=20)), "heldOn": str(filed + timedelta(days=35))},
            "decision": {
                "no": doc_no, "date": str(decided), "servedOn": str(decided + timedelta(days=5)), "outcome": outcome,
                "basis": _BASES[kind], "text": f"{outcome}。", "order": order,
            },
        }  # fmt: skip
        if kind == _MAJOR and rng.random() < 0.5:
            course |= {"status": f"结案（{outcome}）", "closedOn": str(decided + timedelta(days=20))}
    else:
        course |= {"status": rng.choice(_ENDED), "closedOn": str(filed + timedelta(days=40))}
    return course
