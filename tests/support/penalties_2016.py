"""Penalties of the Shandong market-regulation bureau in the double-publicity layout of 2016."""

from __future__ import annotations

from random import Random

from tests.support.acts import acts, cells_of, iso
from tests.support.defects import Defect, always, full_width, masked, undated, wrong_check
from tests.support.messages import Record, Records
from tests.support.parties import Party

LABELS = (
    "CF_WSH", "CF_CFMC", "CF_CFLB1", "CF_CFLB2", "CF_SY", "CF_YJ", "CF_XDR_MC", "CF_XDR_SHXYM", "CF_XDR_ZDM",
    "CF_XDR_GSDJ", "CF_XDR_SWDJ", "CF_XDR_SFZ", "CF_FR", "CF_JG", "CF_JDRQ", "CF_XZJG", "CF_ZT", "DFBM", "SJC", "BZ",
)  # fmt: skip
_AGENCIES = (
    ("青岛市市北区市场监督管理局", "青市北市监处罚", "370203"),
    ("济南市历下区市场监督管理局", "济历下市监处罚", "370102"),
    ("莱芜市工商行政管理局", "莱工商处", "370116"),
)
_PLANTED = (
    Defect(3, "CF_YJ", always(""), "quarantined", "legal_basis", "missing"),
    Defect(3, "CF_WSH", always("市监处罚〔202257"), "quarantined", "case_no", "damaged"),
    Defect(3, "SJC", always("昨天下午"), "quarantined", "recorded_at", "unparseable"),
    Defect(4, "CF_ZT", always("9"), "finding", "stage", "unmapped"),
    Defect(6, "CF_XDR_SHXYM", wrong_check, "finding", "infringer_uscc", "check_digit_failed", "organisation"),
    Defect(6, "CF_XDR_SHXYM", masked, "finding", "infringer_uscc", "masked", "organisation"),
    Defect(4, "CF_XDR_SFZ", masked, "finding", "infringer_id_token", "masked", "person"),
    Defect(4, "CF_XDR_ZDM", wrong_check, "finding", "organisation_norm_value", "check_digit_failed", "organisation"),
    Defect(4, "CF_JDRQ", always("2022427日"), "finding", "decided_on", "unparseable", also=undated),
    Defect(8, "CF_WSH", full_width, "harmless"),
    # 莱芜市 was dissolved in 2019, and no system learns that at once.
    Defect(9, "DFBM", always("371200"), "warning", "region_code", "retired_region"),
    Defect(6, "DFBM", always("山东省济南市历下区"), "harmless"),
    Defect(5, "CF_JDRQ", lambda cell: cell.replace("-", "."), "harmless"),
)


def penalties(count: int, seed: int) -> Records:
    """Return penalties; one in fifty was revoked."""
    drawn = acts(min(max(count, 50), 4000), f"{seed} 2016", iso)

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        act = rng.choice(drawn)
        cells = cells_of(act)
        agency, series, region = rng.choice(_AGENCIES)
        first, *others = cells["types"].replace(";", "、").replace("；", "、").split("、")
        record: Record = dict.fromkeys(LABELS, "") | {
            "CF_WSH": f"{series}〔{act.year}〕{row + 1}号",
            "CF_CFMC": f"{cells['title']}案",
            "CF_CFLB1": first,
            "CF_CFLB2": "、".join(others),
            "CF_SY": cells["facts"],
            "CF_YJ": cells["basis"],
            "CF_XDR_MC": party.name,
            "CF_XDR_SHXYM": party.uscc,
            "CF_XDR_ZDM": party.uscc[8:17],
            "CF_XDR_SFZ": party.id_no,
            "CF_JG": cells["content"],
            "CF_JDRQ": cells["decided"],
            "CF_XZJG": agency,
            "CF_ZT": "1" if rng.random() < 0.02 else "0",
            "DFBM": region,
            "SJC": f"2026-{1 + row % 10:02d}-15 0{row % 10}:30:00",
        }
        return record, act.case_type, 0

    return Records(make, _PLANTED, count, seed)
