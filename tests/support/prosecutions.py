"""The template that the procuratorates of Zhejiang fill in: title, header of two rows, cases, totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.support.defects import Defect, always, full_width
from tests.support.detentions import FIRST
from tests.support.files import Record as Written
from tests.support.files import write_xlsx
from tests.support.messages import Record, Records
from tests.support.parties import Party

_TITLE = "侵犯知识产权犯罪案件审查情况表"
_LABELS = (
    "序号", "案号", "案由", "承办院", "行政区划代码", "移送机关", "移送文号", "受理日期", "犯罪嫌疑人", "嫌疑人数",
    "审查逮捕/批捕日期", "审查逮捕/不捕日期", "提起公诉/文号", "提起公诉/日期", "不起诉/文号", "不起诉/日期",
    "不起诉/类型", "检察意见/文号", "检察意见/日期", "检察意见/受文机关", "检察意见/回复期限", "检察意见/回复日期",
    "检察意见/反馈结果", "办理状态", "承办检察官",
)  # fmt: skip
_MERGED = ("A1:Y1", "K2:L2", "M2:N2", "O2:Q2", "R2:W2", *(f"{one}2:{one}3" for one in "ABCDEFGHIJXY"))
_OFFICES = (
    ("杭州市人民检察院", "杭检", "330100", "杭州市公安局", "杭公(经)"),
    ("宁波市海曙区人民检察院", "甬海检", "330203", "宁波市公安局海曙分局", "甬海公(经)"),
    ("永嘉县人民检察院", "永检", "330324", "永嘉县公安局", "永公(食药环)"),
)
_CHARGES = ("假冒注册商标罪", "销售假冒注册商标的商品罪", "侵犯著作权罪", "侵犯商业秘密罪", "假冒专利罪")
_STATUSES = ("受理", "审查中", "退补", "起诉", "不起诉", "不捕")
_REPLIES = ("立案", "待反馈", "不予立案")
_PLANTED = (
    Defect(4, "案号", always("杭检刑诉〔202"), "quarantined", "case_no", "damaged"),
    Defect(4, "承办院", always("无"), "quarantined", "agency_name", "placeholder"),
    Defect(5, "承办院", always(""), "duplicate"),
    Defect(6, "办理状态", always("待分案"), "finding", "stage", "unmapped"),
    Defect(4, "移送文号", always("杭公(经)诉字〔20"), "finding", "police_other_case_no", "damaged"),
    Defect(6, "移送文号", always("杭公(经)诉字〔2026〕××号"), "finding", "police_other_case_no", "masked"),
    Defect(4, "受理日期", always("2026427日"), "finding", "accepted_on", "unparseable"),
    Defect(8, "案号", full_width, "harmless"),
)


def prosecutions(count: int, seed: int) -> Records:
    """Return cases; the template holds persons above all."""
    return Records(_make, _PLANTED, count, seed, persons_share=0.9)


def _make(rng: Random, row: int, party: Party) -> tuple[Record, str, int]:
    office, series, region, police, sent_as = rng.choice(_OFFICES)
    status = rng.choice(_STATUSES)
    accepted = FIRST.date() - timedelta(days=rng.randrange(60, 300))
    decided = accepted + timedelta(days=rng.randrange(10, 40))
    record: Record = dict.fromkeys(_LABELS, "") | {
        "序号": row + 1,
        "案号": f"{series}刑受〔{accepted.year}〕{row + 1}号",
        "案由": rng.choice(_CHARGES),
        "承办院": office,
        "行政区划代码": region,
        "移送机关": police,
        "移送文号": f"{sent_as}诉字〔{accepted.year}〕{row + 1}号",
        "受理日期": str(accepted),
        "犯罪嫌疑人": party.name,
        "嫌疑人数": 1,
        "审查逮捕/批捕日期": str(accepted + timedelta(days=6)) if status == "起诉" else "",
        "审查逮捕/不捕日期": str(accepted + timedelta(days=6)) if status == "不捕" else "",
        "办理状态": status,
    }
    return record | _end(rng, status, series, row + 1, decided), "CRIM_PROS", 0


def _end(rng: Random, status: str, series: str, serial: int, decided: date) -> Record:
    """Return what a case ended with; what is not prosecuted goes back to a regulator."""
    if status == "起诉":
        return {"提起公诉/文号": f"{series}刑诉〔{decided.year}〕{serial}号", "提起公诉/日期": str(decided)}
    if status != "不起诉":
        return {}
    reply = rng.choice(_REPLIES)
    return {
        "不起诉/文号": f"{series}刑不诉〔{decided.year}〕{serial}号",
        "不起诉/日期": str(decided),
        "不起诉/类型": rng.choice(("法定不起诉", "相对不起诉", "存疑不起诉")),
        "检察意见/文号": f"{series}行意〔{decided.year}〕{serial}号",
        "检察意见/日期": str(decided + timedelta(days=3)),
        "检察意见/受文机关": "永嘉县市场监督管理局",
        "检察意见/回复期限": str(decided + timedelta(days=34)),
        "检察意见/回复日期": "" if reply == "待反馈" else str(decided + timedelta(days=30)),
        "检察意见/反馈结果": reply,
    }


def write_template(path: Path, records: Iterable[Written]) -> None:
    """Fill in the template; dates are dates of the workbook, the last row holds the totals."""
    upper = [label.partition("/")[0] for label in _LABELS]
    groups = ["" if place and name == upper[place - 1] else name for place, name in enumerate(upper)]
    lower = [label.partition("/")[2] for label in _LABELS]
    write_xlsx(path, [[_TITLE], groups, lower], _MERGED, _rows(records), [["制表人：", "办公室"]])


def _rows(records: Iterable[Written]) -> Iterator[list[Any]]:
    suspects = 0
    for record in records:
        suspects += record["嫌疑人数"]
        yield [_moment(record[label]) if "日期" in label or "期限" in label else record[label] for label in _LABELS]
    totals = dict.fromkeys(_LABELS, "") | {"序号": "合计", "嫌疑人数": suspects}
    yield [*totals.values()]


def _moment(cell: Any) -> Any:
    try:
        return datetime.strptime(cell, "%Y-%m-%d")  # noqa: DTZ007  # spreadsheets know no zones
    except ValueError:
        return cell
