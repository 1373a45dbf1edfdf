"""Patent adjudications of the Jiangsu Intellectual Property Administration, one XML element a case."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import HOLDERS, Party, credit_code, persons
from tests.support.patents import patent_no

_STEP = timedelta(seconds=29)
_BASIS = "《中华人民共和国专利法》第六十五条，《专利纠纷行政裁决和调解办法》"
_OFFICES = (
    ({"name": "江苏省知识产权局", "region": "320000", "level": "省级"}, "苏"),
    ({"name": "南京市知识产权局", "region": "320100", "level": "市级"}, "宁"),
    ({"name": "苏州市知识产权局", "region": "320500", "level": "市级"}, "苏苏"),
)
_OPEN = ("请求已接收", "立案", "答辩", "口头审理", "合议", "中止")
_DECIDED = (
    ("裁决作出", "侵权成立"), ("裁决作出", "侵权不成立"), ("结案（侵权成立）", "侵权成立"),
    ("结案（侵权不成立）", "侵权不成立"),
)  # fmt: skip
_ENDED = ("不予受理", "撤案", "驳回请求")
_NOT_FILED = ("请求已接收", "不予受理")
PATENTS = (("发明专利", 1, "一种便携榨汁机的刀头结构"), ("实用新型", 2, "折叠保温杯"), ("外观设计", 3, "运动鞋底"))
_ACTS = ("制造专利产品", "许诺销售专利产品", "销售专利产品", "进口专利产品")
_NO_CODE = "/"
(_INVENTOR,) = persons(1, "adjudications")
_SECOND = (("南京白鹭贸易有限公司", _NO_CODE, "法人及非法人组织"),)
_PLANTED = (
    Defect(4, "office.name", always(""), "quarantined", "agency_name", "missing"),
    Defect(4, "requester.name", always("无"), "quarantined", "requester_name_raw", "placeholder"),
    Defect(2, "@id", always(""), "quarantined", "adjudication_id", "missing"),
    Defect(2, "@updatedAt", always("上周二"), "quarantined", "updated_at", "unparseable"),
    Defect(5, "caseNo", always("苏知执纠字〔202"), "duplicate"),
    Defect(6, "status", always("专家会商"), "finding", "stage", "unmapped"),
    Defect(4, "caseNo", always("苏知执纠字〔202"), "finding", "case_no", "damaged"),
    Defect(6, "patent.no", wrong_check, "finding", "right_no", "check_digit_failed"),
    Defect(3, "patent.no", always("CN101234567B"), "finding", "right_no", "publication_no"),
    Defect(15, "patent.no", lambda cell: cell[2:-2], "warning", "right_no", "no_check_digit"),
    Defect(3, "act", always("出租专利产品"), "finding", "patent_infringement_type", "unmapped"),
    Defect(4, "receivedOn", always("2025622日"), "finding", "lead_on", "unparseable"),
    Defect(8, "patent.no", lambda cell: f"{cell[:2]} {cell[2:6]} {cell[6:]}", "harmless"),
    Defect(8, "caseNo", full_width, "harmless"),
)


def adjudications(count: int, seed: int) -> Records:
    """Return cases in the order of their last change; every third has two respondents."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    office, series = rng.choice(_OFFICES)
    kind, digit, title = rng.choice(PATENTS)
    requester = drawn_requester(rng)
    updated = FIRST + _STEP * row
    received = updated.date() - timedelta(days=rng.randrange(60, 150))
    course, case_type = _course(rng, received, updated.date(), f"{series}知执裁字〔{received.year}〕{row + 1}号")
    if row % 12 == 11 and case_type == "PAT_ADJ":
        into = {"caseNo": f"{series}知执纠字〔{received.year}〕{row}号", "office": office["name"]}
        course |= {"status": "并案处理", "mergedInto": into, "closedOn": str(updated.date())}
    respondents = [(party.name, party.uscc or _NO_CODE, party.kind), *(_SECOND if row % 3 == 2 else ())]
    record: Record = {
        "@id": f"JS{received.year}{row + 1:06d}",
        "@updatedAt": updated.isoformat(),
        "@state": "valid",
        "caseNo": f"{series}知执纠字〔{received.year}〕{row + 1}号",
        "title": f"{requester['name']}与{party.name}{kind}纠纷",
        "basis": _BASIS,
        "office": office,
        "procedure": rng.choice(("普通程序", "速裁程序")),
        "foreignRelated": "否" if requester["country"] == "CN" else "是",
        "receivedOn": str(received),
        **course,
        "patent": {"no": patent_no(rng, digit), "type": kind, "title": title},
        "act": rng.choice(_ACTS),
        "requester": requester,
        "respondents": {
            name: [*texts] for name, texts in zip(("name", "uscc", "type"), zip(*respondents, strict=True), strict=True)
        },
    }
    return record, case_type, 0


def drawn_requester(rng: Random) -> Record:
    """Return a company, or one time in ten the inventor."""
    if rng.random() < 0.1:
        return {"name": _INVENTOR.name, "type": _INVENTOR.kind, "idNo": _INVENTOR.id_no, "country": "CN"}
    name, kind, country = rng.choice(HOLDERS)
    code = credit_code("91", "330106", 801 + len(name)) if country == "CN" else None
    return {"name": name, "type": kind, "uscc": code, "country": country}


def _course(rng: Random, received: date, updated: date, doc_no: str) -> tuple[Record, str]:
    """Return how a case went on after its receipt, and its type."""
    kind, case_type = "专利侵权纠纷行政裁决", "PAT_ADJ"
    filed = received + timedelta(days=5)
    course: Record = {}
    drawn = rng.random()
    if drawn < 0.4:
        course["status"] = rng.choice(_OPEN)
        if course["status"] == "中止":
            course["suspension"] = {"from": str(filed + timedelta(days=9))}
        if course["status"] == "合议":
            stopped = {"from": str(filed + timedelta(days=9)), "to": str(filed + timedelta(days=39)), "days": 30}
            course |= {"suspension": stopped, "hearingOn": str(filed + timedelta(days=44))}
    elif drawn < 0.8:
        course["status"], outcome = rng.choice(_DECIDED)
        decided = filed + timedelta(days=rng.randrange(20, 45))
        course["hearingOn"] = str(filed + timedelta(days=15))
        course["decision"] = {
            "no": doc_no, "date": str(decided), "servedOn": str(decided + timedelta(days=5)), "outcome": outcome,
            "basis": _BASIS, "text": f"{outcome}。", "order": "责令停止侵权" if outcome == "侵权成立" else None,
        }  # fmt: skip
    else:
        course |= {"status": rng.choice(_ENDED), "closedOn": str(updated)}
    if drawn >= 0.9:
        kind, case_type = "专利纠纷调解", "PAT_MED"
        course |= {"status": "调解结案", "mediation": {"amount": rng.randrange(5, 90) * 1000}}
    if course["status"] not in _NOT_FILED:
        course["filedOn"] = str(filed)
    return {"kind": kind, **course}, case_type
