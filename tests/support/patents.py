"""An extract of the register of patents."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.support.defects import Defect, always, wrong_check
from tests.support.messages import Record, Records
from tests.support.parties import Party
from transforms.normalise.cleaners.rights import patent_check

_KINDS = (("发明", 1, 20, "B"), ("实用新型", 2, 10, "U"), ("外观设计", 3, 15, "S"))
_TITLES = ("一种便携榨汁机的刀头结构", "折叠保温杯", "运动鞋底", "太阳镜铰链")
_PLANTED = (
    Defect(4, "patentNo", wrong_check, "quarantined", "patent_right_no", "check_digit_failed"),
    Defect(3, "patentNo", always("CN101234567B"), "quarantined", "patent_right_no", "publication_no"),
    Defect(3, "holder.name", always(None), "quarantined", "holder_name_raw", "missing"),
    Defect(3, "", always(None), "duplicate"),
    Defect(8, "patentNo", lambda cell: cell.removeprefix("ZL")[:-2], "warning", "patent_right_no", "no_check_digit"),
    Defect(4, "publicationNo", always("CN1012345"), "finding", "publication_right_no", "format"),
    Defect(4, "status", always("质押"), "finding", "patent_right_status", "unmapped"),
    Defect(5, "holder.uscc", wrong_check, "finding", "holder_uscc", "check_digit_failed"),
    Defect(8, "patentNo", lambda cell: f"{cell[:2]} {cell[2:6]} {cell[6:]}", "harmless"),
)


def patent_no(rng: Random, kind: int, serial: int | None = None) -> str:
    """Return a made-up patent number whose check digit holds."""
    body = f"{rng.randrange(2015, 2025)}{kind}{rng.randrange(10**7) if serial is None else serial:07d}"
    return f"ZL{body}.{patent_check(body)}"


def patents(count: int, seed: int) -> Records:
    """Return granted patents."""

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        kind, digit, years, letter = rng.choice(_KINDS)
        granted = date(2016, 1, 1) + timedelta(days=rng.randrange(3500))
        record: Record = {
            "patentNo": patent_no(rng, digit, row),
            "kind": kind,
            "title": rng.choice(_TITLES),
            "grantedOn": str(granted),
            "expiresOn": str(granted.replace(year=granted.year + years, day=min(granted.day, 28))),
            "status": "专利权维持",
            "inventors": ["王晓明"],
            "publicationNo": f"CN{110_000_000 + row}{letter}",
            "agency": None,
            "holder": {"name": party.name, "uscc": party.uscc, "country": "CN", "address": None},
            "updatedAt": f"2026-{1 + row % 10:02d}-0{1 + row % 9}T08:00:00+08:00",
        }
        return record, "", 0

    return Records(make, _PLANTED, count, seed, persons_share=0)
