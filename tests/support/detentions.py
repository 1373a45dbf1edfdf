"""Detentions as the API of Shanghai Customs gives them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.support.defects import Answers, Defect, PartyKind, always, full_width, masked, wrong_check
from tests.support.messages import Made, planted_lines, quoted
from tests.support.parties import HOLDERS, organisations, persons

FIRST = datetime(2026, 1, 4, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_STEP = timedelta(seconds=5)
_HOUSES = (
    ("上海浦东国际机场海关", "沪浦机关知字"),
    ("洋山海关", "沪洋关知字"),
    ("上海邮局海关", "沪邮关知字"),
    ("外高桥港区海关", "沪外关知字"),
)
_GOODS = (
    ("运动鞋", "6404110000", "双"),
    ("手提包", "4202210090", "个"),
    ("手表", "9102110000", "只"),
    ("太阳镜", "9004100000", "副"),
    ("玩具模型", "9503006000", "件"),
    ("移动电源", "8507600090", "个"),
    ("女式上衣", "6204330000", "件"),
)
_RIGHTS = (("商标", "T"), ("商标", "T"), ("商标", "T"), ("著作权", "C"), ("外观设计专利", "P"))
_WAYS = (("海运", "一般贸易"), ("海运", "9710"), ("空运", "9610"), ("邮运", "邮递"), ("快件", "快件"))
_ABROAD = ("US", "DE", "BR", "NG", "AE")
_STATUSES = (
    ("已扣留", None), ("调查认定中", None), ("认定侵权", "认定侵权"), ("处罚决定", "没收"), ("货物处置中", "没收"),
    ("处置完毕", "没收"), ("不能认定放行", "不能认定"), ("担保放行", "放行"), ("移送公安", None),
)  # fmt: skip
_POLICE = "上海市公安局"
_PLANTED = (
    Defect(6, "customs.name", always(None), "quarantined", "agency_name", "missing"),
    Defect(4, "customs.name", always("无"), "quarantined", "agency_name", "placeholder"),
    Defect(2, "id", lambda cell: cell[:6] + "****", "quarantined", "detention_id", "masked"),
    Defect(6, "status", always("待复核"), "finding", "stage", "unmapped"),
    Defect(4, "docNo", always("沪浦机关知字〔202"), "finding", "case_no", "damaged"),
    Defect(4, "goods.hsCode", always("7701000000"), "finding", "hs_code", "format"),
    Defect(4, "goods.hsCode", always("901110000"), "warning", "hs_code", "leading_zero_restored"),
    Defect(4, "right.recordalNo", always("T20-99731"), "finding", "right_no", "format"),
    Defect(8, "consignor.uscc", wrong_check, "finding", "consignor_uscc", "check_digit_failed", "organisation"),
    Defect(4, "consignor.uscc", masked, "finding", "consignor_uscc", "masked", "organisation"),
    Defect(3, "consignor.idNo", wrong_check, "finding", "consignor_id_token", "check_digit_failed", "person"),
    Defect(3, "goods.valueCny", always("约3万元"), "finding", "goods_value_cny", "unparseable"),
    Defect(3, "goods.transport", always("管道"), "finding", "goods_transport_mode", "unmapped"),
    Defect(2, "mode", always("依协议"), "finding", "detention_mode", "unmapped"),
    Defect(8, "docNo", full_width, "harmless"),
    Defect(8, "docNo", lambda cell: cell.replace("〔", "﹝").replace("〕", "﹞"), "harmless"),
)


class Detentions:
    """The records of the API in the order of their last change."""

    def __init__(self, count: int, seed: int) -> None:
        """Draw the consignors."""
        self.count, self.seed, self.answers = count, seed, Answers()
        self._parties = {
            "organisation": organisations(min(max(count // 4, 40), 20000), f"{seed} customs"),
            "person": persons(min(max(count // 10, 20), 5000), f"{seed} customs"),
        }

    def lines(self) -> Iterator[str]:
        """Yield every record as JSON text."""
        return planted_lines(self._record, _PLANTED, self.count, self.seed, self.answers)

    def _record(self, rng: Random, row: int, kind: PartyKind) -> Made:
        party = rng.choice(self._parties[kind or ("person" if rng.random() < 0.2 else "organisation")])
        house, series = rng.choice(_HOUSES)
        goods, hs_code, unit = rng.choice(_GOODS)
        right, letter = rng.choice(_RIGHTS)
        holder, holder_kind, country = rng.choice(HOLDERS)
        status, finding = rng.choice(_STATUSES)
        updated = FIRST + _STEP * row
        detained = updated.date() - timedelta(days=rng.randrange(1, 60))
        ended = quoted(updated.date().isoformat() if "放行" in status or status == "处置完毕" else "")
        quantity = rng.randrange(1, 400) * 5
        value = quantity * rng.randrange(10, 300)
        (transport, trade), abroad = rng.choice(_WAYS), rng.choice(_ABROAD)
        handover = _handover(series, row, updated.date()) if status == "移送公安" else ""
        recordal = f"{letter}20{rng.randrange(18, 26)}-{rng.randrange(10000, 160000)}"
        line = (
            f'{{"id":"SH{detained.year}{row + 1:07d}","docNo":"{series}〔{detained.year}〕{row + 1}号",'
            f'"status":"{status}","mode":"{rng.choice(("依职权", "依申请"))}","finding":{quoted(finding or "")},'
            f'"title":"{holder}{right}权边境保护","customs":{{"name":"{house}"}},"detainedOn":"{detained}",'
            f'"releasedOn":{ended if "放行" in status else "null"},"closedOn":{ended},'
            f'"goods":{{"lineNo":1,"name":"{goods}","hsCode":"{hs_code}","quantity":{quantity},"unit":"{unit}","valueCny":{value}.00,'
            f'"tradeMode":"{trade}","transport":"{transport}","origin":"CN","destination":"{abroad}"}},'
            f'"security":{{"amountCny":{value}.00}},{handover}'
            f'"right":{{"type":"{right}","recordalNo":"{recordal}",'
            f'"brand":null,"holder":{{"name":"{holder}","type":"{holder_kind}","country":"{country}"}}}},'
            f'"consignor":{{"name":"{party.name}","type":"{party.kind}","uscc":{quoted(party.uscc)},'
            f'"idNo":{quoted(party.id_no)}}},"declarationNo":"2244{detained.year}0{row + 1:09d}",'
            f'"recordState":"valid","updatedAt":"{updated.isoformat()}"}}'
        )
        return Made(line, "CUS_DETENTION", value)


def _handover(series: str, row: int, sent: date) -> str:
    """Return the member that tells how a suspected crime was handed to the police; of three, one is not filed yet."""
    result, reason = (("立案", ""), ("不予立案", "未达到刑事立案追诉标准"), ("", ""))[row % 3]
    decided = (sent + timedelta(days=3)).isoformat() if result else ""
    return (
        f'"handover":{{"docNo":"{series.removesuffix("知字")}缉移字〔{sent.year}〕{row + 1}号","to":"{_POLICE}",'
        f'"sentOn":"{sent}","acknowledgedOn":"{sent}","decidedOn":{quoted(decided)},"result":{quoted(result)},'
        f'"reason":{quoted(reason)}}},'
    )
