"""Set `cn_gov_schema_excerpts`: which labels, codes and bases of real systems our vocabularies know."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from infra.eval.measured import Measured, Tally
from infra.onboard.labels import known_forms, readings_of
from schemas.contracts import sources
from transforms.collect.header import label_form
from transforms.normalise.cleaners.registry import cleaner

# Which column holds the label.
_LABELS: Final = {
    "double_publicity_cf_fields.csv": "cn",
    "case_trademark_fields.csv": "cn",
    "ningbo_zhejiang_shared_tables.csv": "field_cn",
}
# Which column holds codes, and the cleaner that takes them.
_CODES: Final = {"code_industryphy.csv": ("编码", "industry_code"), "code_regorg.csv": ("编码", "region_code")}
_LAW: Final = re.compile("[法例]第|[法例]$|条例")
_RIGHTS: Final = (("商标", "TM"), ("专利", "PAT"), ("地理标志", "GI"))


def evaluate(folder: Path) -> Measured:
    """Judge coverage: a label is covered by a contract of ours or by the vocabulary of labels."""
    tally = Tally()
    records = accepted = 0
    for name, column in _LABELS.items():
        for label in _column(folder / name, column):
            records += 1
            covered = is_known(label)
            accepted += covered
            stem = name.removesuffix(".csv")
            tally.judge(f"{stem}: label is known", covered)
            if not covered:
                tally.disagree("code", f"{stem}: label is not known", label, "", "")
    for name, (column, kind) in _CODES.items():
        for code in _column(folder / name, column):
            value, reason = cleaner(kind).plain(code)
            tally.judge(
                f"{name.removesuffix('.csv')}: code is accepted", value is not None, error=f"lost: {kind} {reason}"
            )
            if value is None:
                tally.disagree("code", f"{kind} {reason}", code, "", reason)
    _judge_bases(tally, folder / "ip_case_statistics_form.csv")
    return tally.measured(
        records, accepted, notes=("records are labels, accepted are those known; none is lost by it",)
    )


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    if path.exists():
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)


def _column(path: Path, column: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in _rows(path) if row[column]))


def is_known(label: str) -> bool:
    """Say whether a contract reads or ignores a label, or the vocabulary knows it."""
    return label_form(label) in _contracted() or bool(readings_of(label, ""))


@cache
def _contracted() -> frozenset[str]:
    every = sources().values()
    return frozenset(label_form(label) for one in every for label in (*one.labels, *one.ignored)) | known_forms("")


def _judge_bases(tally: Tally, path: Path) -> None:
    """Judge the kind of right of each behaviour by the law that it cites, against the group of the form."""
    for row in _rows(path):
        right = next((code for word, code in _RIGHTS if word in row["group"]), None)
        if right is None or not _LAW.search(row["behaviour_basis"]):
            continue
        found = cleaner("ip_right_type").plain(row["behaviour_basis"]).value
        agrees = found is not None and (found == right or (right == "PAT" and found in {"INV", "UM", "DES"}))
        about = f"behaviour of group {right} is {found}"
        tally.judge(
            "statistics form: kind of right by the cited law is that of the group", agrees, error=f"wrong: {about}"
        )
        if not agrees:
            tally.disagree("code", about, row["row_code"], right, found)
