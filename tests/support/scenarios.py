"""Matters that run through several bodies: `python -m tests.support.scenarios --scenario S --out DIR` (DOMAIN 7)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.support.files import write_csv
from tests.support.generate import PENALTIES, messages
from tests.support.penalties import HEADER, Plan, Snapshot
from tests.support.shapes import SHAPES

_SEED: Final = 88
_BUREAU: Final = "杭州市西湖区市场监督管理局"
_PENALTY: Final = "杭西市监处罚〔2026〕880001号"
_DETENTION: Final = "沪浦机关知字〔2026〕880010号"
_TM: Final = "《中华人民共和国商标法》第五十七条第三项、第六十条第二款"
_POLICE: Final = {"caseRef": "ZJ0000000000880001", "bureau": "杭州市公安局", "regionCode": "330100"}
_OTHER: Final = {"caseRef": "ZJ0000000000880002", "bureau": "杭州市公安局", "regionCode": "330100"}
_HOUSE: Final = {
    "customs.name": "上海浦东国际机场海关",
    "detainedOn": "2026-03-02",
    "releasedOn": None,
    "closedOn": None,
}


class Step(NamedTuple):
    """One record of a source: what differs from the source's first made-up record."""

    source: str
    said: Mapping[str, Any]


SCENARIOS: Final[Mapping[str, tuple[Step, ...]]] = {
    # Reported, filed, transferred, not taken by the police, punished, sued, upheld.
    "upheld": (
        Step(
            "hotline_12315_intake",
            {
                "登记编号": "2026030200880001",
                "登记类型": "举报",
                "问题类别": "侵犯注册商标专用权",
                "承办单位": _BUREAU,
                "投诉受理日期": "",
                "举报立案日期": "2026-03-09",
                "处罚决定书文号": _PENALTY,
                "办结日期": "",
                "办理状态": "立案",
                "办理结果": "立案",
                "调解金额（元）": "",
            },
        ),
        Step("psb_zj_case_events", {**_POLICE, "eventType": "case.accepted", "status": "受案", "leadSource": "移送"}),
        Step(
            "psb_zj_case_events",
            {
                **_POLICE,
                "eventType": "case.not_filed",
                "status": "不予立案",
                "leadSource": "移送",
                "occurredAt": "2026-03-20T09:00:00+08:00",
            },
        ),
        Step(
            PENALTIES,
            {"行政处罚决定书文号": _PENALTY, "处罚依据": _TM, "处罚机关": _BUREAU, "处罚决定日期": "2026-05-11"},
        ),
        Step(
            "court_hz_administrative_cases",
            {
                "case_no": "（2026）浙01行初880001号",
                "challenged_no": _PENALTY,
                "defendant": _BUREAU,
                "cause": "侵犯商标专用权行政处罚纠纷",
                "status": "生效",
                "result": "驳回诉讼请求",
                "decided_on": "2026-09-15",
            },
        ),
    ),
    # Investigated, not prosecuted, sent back to a regulator of another province, punished there.
    "returned": (
        Step("psb_zj_case_events", {**_OTHER, "eventType": "case.filed", "status": "立案"}),
        Step(
            "psb_zj_case_events",
            {**_OTHER, "eventType": "transfer.sent", "status": "移送起诉", "occurredAt": "2026-04-20T09:00:00+08:00"},
        ),
        Step(
            "pro_zj_prosecutions",
            {
                "案号": "杭检刑受〔2026〕880002号",
                "案由": "销售假冒注册商标的商品罪",
                "办理状态": "不起诉",
                "不起诉/文号": "杭检刑不诉〔2026〕880002号",
                "不起诉/日期": "2026-06-01",
                "不起诉/类型": "相对不起诉",
                "检察意见/文号": "杭检行意〔2026〕880002号",
                "检察意见/日期": "2026-06-03",
                "检察意见/受文机关": "深圳市福田区市场监督管理局",
            },
        ),
        Step(
            "amr_gd_penalties",
            {
                "行政处罚决定书文号": "深市监福处罚〔2026〕880002号",
                "处罚依据": _TM,
                "处罚机关": "深圳市福田区市场监督管理局",
                "处罚决定日期": "46219",
            },
        ),
    ),
    # Three marks in one shipment; the holder of the third stays silent, and its goods go on.
    "shipment": (
        Step(
            "customs_sh_detentions",
            {
                **_HOUSE,
                "id": "SH20260880011",
                "docNo": _DETENTION,
                "status": "认定侵权",
                "finding": "认定侵权",
                "right.recordalNo": "T2020-99731",
            },
        ),
        Step(
            "customs_sh_detentions",
            {
                **_HOUSE,
                "id": "SH20260880012",
                "docNo": _DETENTION,
                "status": "认定侵权",
                "finding": "认定侵权",
                "right.recordalNo": "T2016-45490",
            },
        ),
        Step(
            "customs_sh_detentions",
            {
                **_HOUSE,
                "id": "SH20260880013",
                "docNo": None,
                "status": "权利人逾期未申请",
                "finding": "放行",
                "releasedOn": "2026-03-05",
                "closedOn": "2026-03-05",
                "right.recordalNo": "T2023-151552",
            },
        ),
        Step(
            "customs_sh_penalties",
            {
                "decisionNo": "沪浦机关知字〔2026〕880014号",
                "detentionNo": _DETENTION,
                "recordalNos": "T2020-99731、T2016-45490",
            },
        ),
    ),
}
"""By name: the records in the order in which they come."""


def write_scenario(name: str, out_dir: Path) -> dict[str, Path]:
    """Write the records of a scenario and return one file a source, in the order of their first record."""
    steps = SCENARIOS[name]
    paths: dict[str, Path] = {}
    out_dir.mkdir(parents=True, exist_ok=True)
    for source in dict.fromkeys(step.source for step in steps):
        records = [_record(step) for step in steps if step.source == source]
        paths[source] = _write(source, records, out_dir / f"{source}_{name}")
    return paths


def _record(step: Step) -> dict[str, Any]:
    record = _first(step.source)
    for label, value in step.said.items():
        *way, last = label.split(".")
        inner = record
        for name in way:
            inner = inner[name]
        if last not in inner:
            raise KeyError(f"{step.source} has no {label}; known are {', '.join(inner)}")
        inner[last] = value
    return record


def _first(source: str) -> dict[str, Any]:
    if source == PENALTIES:
        _, line, *_ = Snapshot(Plan(1, _SEED, "clean")).lines()
        return dict(zip(HEADER, line.rstrip("\r\n").split(","), strict=True))
    found: dict[str, Any] = json.loads(next(messages(source, 1, _SEED).lines()))
    return found


def _write(source: str, records: list[dict[str, Any]], stem: Path) -> Path:
    if source == PENALTIES:
        path = stem.with_suffix(".csv")
        write_csv(path, HEADER, records, "gb18030")
    elif source in SHAPES:
        path = stem.with_suffix(f".{SHAPES[source].suffix}")
        SHAPES[source].write(path, records)
    else:
        path = stem.with_suffix(".jsonl")
        path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return path


def main(arguments: list[str] | None = None) -> None:
    """Write one scenario and print its files as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", required=True, choices=sorted(SCENARIOS))
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    told = {source: str(path) for source, path in write_scenario(given.scenario, given.out).items()}
    json.dump(told, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
