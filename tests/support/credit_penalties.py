"""Penalties of the Jiangsu market-regulation bureau as its enterprise-credit publicity system exports them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.acts import acts, cells_of, iso
from tests.support.defects import Defect, always, masked, undated, wrong_check
from tests.support.messages import Record, Records
from tests.support.parties import Party, break_org_check

_AGENCIES = (("南京市鼓楼区市场监督管理局", "宁鼓市监处罚"), ("苏州市姑苏区市场监督管理局", "苏姑市监处罚"))
_INDUSTRIES = ("C1821", "C1951", "F5132", "F5296", "I6434")
_PLANTED = (
    Defect(3, "penType_CN", always("其他处理方式"), "finding", "sanction_types", "unmapped"),
    Defect(3, "penContent", always(None), "quarantined", "content", "missing"),
    Defect(3, "publicDate", always(None), "quarantined", "published_on", "missing"),
    Defect(8, "uniscId", wrong_check, "finding", "infringer_uscc", "check_digit_failed"),
    Defect(6, "uniscId", masked, "finding", "infringer_uscc", "masked"),
    Defect(3, "uniscId", break_org_check, "warning", "infringer_uscc", "org_check_failed"),
    Defect(3, "penAm", always("0.8万美元"), "finding", "fine_cny", "foreign_currency"),
    Defect(3, "penDecIssDate", always("2026427日"), "finding", "decided_on", "unparseable", also=undated),
    Defect(8, "penDecIssDate", lambda cell: "{}年{}月{}日".format(*cell.split("-")), "harmless"),
    Defect(5, "penDecNo", lambda cell: cell.replace("〕", "）"), "harmless"),
)

_NEWEST = "2026-11-01"


def penalties(count: int, seed: int) -> Records:
    """Return penalties of enterprises; the operative part names the law."""
    # A record is taken by the day of its publication, which cannot lie ahead.
    drawn = [
        one for one in acts(min(max(count, 50), 4000), f"{seed} credit", iso) if cells_of(one)["decided"] < _NEWEST
    ]

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        act = rng.choice(drawn)
        cells = cells_of(act)
        agency, series = rng.choice(_AGENCIES)
        record: Record = {
            "pripId": f"32{row:011d}",
            "entName": party.name,
            "uniscId": party.uscc,
            "regNo": f"{party.uscc[2:8]}{row + 1:09d}",
            "industryCo": rng.choice(_INDUSTRIES),
            "domDistrict": party.uscc[2:8],
            "smeFlag": "是" if row % 3 else "否",
            "leRep": None,
            "penDecNo": f"{series}〔{act.year}〕{row + 1}号",
            "illegActType": cells["title"],
            "penType_CN": cells["types"],
            "penContent": f"依据{cells['basis']}，{cells['content']}",
            "penAm": cells["fine"],
            "forfAm": cells["gain"] or None,
            "penAuth_CN": agency,
            "penDecIssDate": cells["decided"],
            "publicDate": str(date.fromisoformat(cells["decided"]) + timedelta(days=row % 8)),
            "revDecDate": str(date.fromisoformat(cells["decided"]) + timedelta(days=40)) if row % 50 == 1 else None,
            "revReason": "经行政复议，决定书被撤销" if row % 50 == 1 else None,
            "remark": None,
        }
        return record, act.case_type, act.fine + act.gain

    return Records(make, _PLANTED, count, seed, persons_share=0)
