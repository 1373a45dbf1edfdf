"""Penalties as the API of Shanghai Customs gives them."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.support.defects import Defect, always, full_width, masked, wrong_check
from tests.support.detentions import FIRST
from tests.support.messages import Record, Records
from tests.support.parties import Party

_STEP = timedelta(seconds=13)
_HOUSES = (("上海浦东国际机场海关", "沪浦机关知字"), ("洋山海关", "沪洋关知字"), ("上海邮局海关", "沪邮关知字"))
_GOODS = (("运动鞋", "6404110000", "双", 25), ("手提包", "4202210090", "个", 18), ("手表", "9102110000", "只", 14))
_TRADE = ("一般贸易", "9610", "邮递", "快件")
_STATUSES = ("处罚决定", "货物处置中", "处置完毕")
_BASIS = "《中华人民共和国海关行政处罚实施条例》第二十五条第一款"
_PLANTED = (
    Defect(5, "party.name", always(None), "quarantined", "infringer_name_raw", "missing"),
    Defect(3, "penalties", always("暂停报关"), "finding", "sanction_types", "unmapped"),
    Defect(2, "id", lambda cell: cell[:6] + "****", "quarantined", "penalty_id", "masked"),
    Defect(6, "status", always("待复核"), "finding", "stage", "unmapped"),
    Defect(5, "recordalNos", lambda cell: cell + "、T20-99731", "finding", "recordal_nos", "some_format"),
    Defect(8, "party.uscc", wrong_check, "finding", "infringer_uscc", "check_digit_failed", "organisation"),
    Defect(4, "party.uscc", masked, "finding", "infringer_uscc", "masked", "organisation"),
    Defect(3, "party.idNo", wrong_check, "finding", "infringer_id_token", "check_digit_failed", "person"),
    Defect(3, "fineCny", always("约3万元"), "finding", "fine_cny", "unparseable"),
    Defect(3, "goods.hsCode", always("901110000"), "warning", "goods_hs_code", "leading_zero_restored"),
    Defect(3, "goods.unit", always("板"), "finding", "goods_unit_std", "unmapped"),
    Defect(8, "decisionNo", full_width, "harmless"),
)


def penalties(count: int, seed: int) -> Records:
    """Return penalties in the order of their last change; a fine is at most 30 % of the value of the goods."""
    return Records(_make, _PLANTED, count, seed)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    house, series = rng.choice(_HOUSES)
    goods, hs_code, unit, nice_class = rng.choice(_GOODS)
    status = rng.choice(_STATUSES)
    updated = FIRST + _STEP * row
    decided = updated.date() - timedelta(days=rng.randrange(8, 40))
    quantity = rng.randrange(1, 400) * 5
    value = quantity * rng.randrange(10, 300)
    fine = value * rng.randrange(5, 30) // 100
    ended = str(updated.date()) if status == "处置完毕" else None
    recordals = "、".join(f"T20{rng.randrange(18, 26)}-{rng.randrange(10000, 160000)}" for _ in range(1 + row % 3))
    record: Record = {
        "id": f"SHP{decided.year}{row + 1:07d}",
        "decisionNo": f"{series}〔{decided.year}〕{50000 + row}号",
        "detentionNo": f"{series}〔{decided.year}〕{row + 1}号",
        "status": status,
        "title": f"{party.name}出口侵权货物案",
        "customs": {"name": house},
        "filedOn": str(decided - timedelta(days=30)),
        "decidedOn": str(decided),
        "servedOn": str(decided + timedelta(days=3)),
        "publishedOn": str(decided + timedelta(days=7)),
        "disposedOn": ended, "closedOn": ended,
        "performed": "是" if ended else "否", "performedOn": ended,
        "facts": f"当事人申报出口{goods}{quantity}{unit}，经权利人确认为侵权货物",
        "legalBasis": _BASIS,
        "content": f"没收侵权货物；罚款{fine}元",
        "penalties": "没收侵权货物、罚款",
        "fineCny": f"{fine}.00", "rightType": "商标",
        "recordalNos": recordals,
        "goods": {
            "name": goods, "brand": "诺瓦", "hsCode": hs_code, "hsVersion": "HS2022", "niceClass": nice_class,
            "quantity": quantity, "unit": unit, "valueCny": f"{value}.00", "tradeMode": rng.choice(_TRADE),
        },
        "party": {"name": party.name, "type": party.kind, "uscc": party.uscc or None, "idNo": party.id_no or None},
        "declarationNo": f"2244{decided.year}0{row + 1:09d}",
        "recordState": "valid",
        "updatedAt": updated.isoformat(),
    }  # fmt: skip
    return record, "CUS_PENALTY", fine
