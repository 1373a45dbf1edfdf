"""Penalties of the Guangdong market-regulation bureau: the layout of 2018 with 代码_2 and 代码_3 in the other order."""

from __future__ import annotations

from random import Random

from tests.support.acts import acts, cells_of, excel_serial
from tests.support.defects import Defect, always, full_width, masked, undated, wrong_check
from tests.support.messages import Record, Records
from tests.support.parties import Party, break_org_check, credit_code

NAME, KIND, USCC = "行政相对人名称", "行政相对人类别", "行政相对人代码_1（统一社会信用代码）"
ORG_CODE, REG_NO = "行政相对人代码-2(组织机构代码)", "行政相对人代码＿3（工商注册号）"
ID_NO, DOC_NO, BASIS, TYPES = "证件号码", "行政处罚决定书文号", "处罚依据", "处罚类别"
FINE, DECIDED, AGENCY = "罚款金额（万元）", "处罚决定日期", "处罚机关"
LABELS = (
    NAME, KIND, USCC, ORG_CODE, REG_NO, "行政相对人代码_4（税务登记号）", "行政相对人代码_5（事业单位证书号）",
    "行政相对人代码_6（社会组织登记证号）", "法定代表人", "法定代表人证件类型", "法定代表人证件号码", "证件类型", ID_NO,
    DOC_NO, "违法行为类型", "违法事实", BASIS, TYPES, "处罚内容", FINE, "没收违法所得、没收非法财物的金额（万元）",
    "暂扣或吊销证照名称及编号", DECIDED, "处罚有效期", "公示截止期", AGENCY, "处罚机关统一社会信用代码", "数据来源单位",
    "数据来源单位统一社会信用代码", "备注",
)  # fmt: skip
_AGENCIES = (
    ("深圳市福田区市场监督管理局", "深市监福处罚", "440304"),
    ("广州市天河区市场监督管理局", "穗天市监处罚", "440106"),
    ("佛山市顺德区市场监督管理局", "佛顺市监处罚", "440606"),
)
_PLANTED = (
    Defect(3, BASIS, always(""), "quarantined", "legal_basis", "missing"),
    Defect(3, TYPES, always("其他处理方式"), "finding", "sanction_types", "unmapped"),
    Defect(2, AGENCY, always("无"), "quarantined", "agency_name", "placeholder"),
    Defect(8, USCC, wrong_check, "finding", "infringer_uscc", "check_digit_failed", "organisation"),
    Defect(6, USCC, masked, "finding", "infringer_uscc", "masked", "organisation"),
    Defect(3, USCC, break_org_check, "warning", "infringer_uscc", "org_check_failed", "organisation"),
    # The codes of one row in the order of other provinces.
    Defect(5, ORG_CODE, always("440304000002101"), "finding", "organisation_norm_value", "format", "organisation"),
    Defect(
        4, REG_NO, always("4.40304E+14"), "finding", "registration_norm_value", "scientific_notation", "organisation"
    ),
    Defect(4, ID_NO, masked, "finding", "infringer_id_token", "masked", "person"),
    Defect(4, FINE, always("约2万"), "finding", "fine_cny", "unparseable"),
    Defect(3, DECIDED, always("2025-02-30"), "finding", "decided_on", "impossible_date", also=undated),
    Defect(8, DOC_NO, full_width, "harmless"),
    Defect(6, FINE, lambda cell: f"人民币{round(float(cell) * 10000):,}.00元", "harmless"),
)


def penalties(count: int, seed: int) -> Records:
    """Return penalties whose dates a spreadsheet program wrote as numbers."""
    drawn = acts(min(max(count, 50), 4000), f"{seed} 2018", excel_serial)
    agencies = [
        (name, series, credit_code("11", region, number))
        for number, (name, series, region) in enumerate(_AGENCIES, start=301)
    ]

    def make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
        act = rng.choice(drawn)
        cells = cells_of(act)
        agency, series, code = rng.choice(agencies)
        record: Record = dict.fromkeys(LABELS, "") | {
            NAME: party.name,
            KIND: party.kind,
            USCC: party.uscc,
            ORG_CODE: party.uscc[8:17],
            REG_NO: f"{party.uscc[2:8]}{row + 1:09d}" if party.uscc else "",
            "证件类型": "身份证" if party.id_no else "",
            ID_NO: party.id_no,
            DOC_NO: f"{series}〔{act.year}〕{row + 1}号",
            "违法行为类型": cells["title"],
            "违法事实": cells["facts"],
            BASIS: cells["basis"],
            TYPES: cells["types"],
            "处罚内容": cells["content"],
            FINE: cells["fine"],
            "没收违法所得、没收非法财物的金额（万元）": cells["gain"],
            DECIDED: cells["decided"],
            "处罚有效期": cells["valid_to"],
            "公示截止期": cells["publicity_end"],
            AGENCY: agency,
            "处罚机关统一社会信用代码": code,
            "数据来源单位": agency,
            "数据来源单位统一社会信用代码": code,
        }
        return record, act.case_type, act.fine + act.gain

    return Records(make, _PLANTED, count, seed)
