"""One sound penalty, and what becomes of it with some cells changed."""

from __future__ import annotations

import json

from schemas.contracts import SourceContract, source
from tests.support.normalised import normalise_values
from transforms.normalise.record import Staged

SOUND = {
    "行政相对人名称": "杭州青禾鞋业有限公司",
    "行政处罚决定书文号": "杭西市监处罚〔2026〕1号",
    "处罚依据": "《商标法》第六十条",
    "处罚类别": "罚款、没收违法所得",
    "处罚内容": "罚款2000元；没收违法所得350元",
    "罚款金额（万元）": "0.2",
    "没收违法所得、没收非法财物的金额（万元）": "0.035",
    "处罚决定日期": "2026-05-11",
    "处罚机关": "杭州市西湖区市场监督管理局",
}


def penalty(contract: SourceContract | None = None, /, **changed: str) -> Staged:
    known = contract or source("amr_zj_penalties")
    record = dict.fromkeys(known.labels) | SOUND | changed
    return normalise_values(known, [json.dumps(record, ensure_ascii=False)])
