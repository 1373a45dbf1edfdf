"""Every source has a golden pair: small made-up records and the reviewed canonical rows that they make.

A missing `expected.jsonl` is written and fails: read it, then set `reviewed` in its first line to true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from schemas.contracts import SourceContract, sources
from tests.support.normalised import normalise_file
from transforms.normalise.record import Staged

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

Json = dict[str, Any]


def outcomes(staged: Staged) -> Iterator[Json]:
    """Yield what became of each record: its key and status, its rules and findings, and its claims by entity."""
    for record in staged.records.to_pylist():
        number = record["row_number"]
        rules = {f"{r['field']}:{r['rule']}" for r in staged.rules.to_pylist() if r["row_number"] == number}
        findings = {f"{f['field']}:{f['reason']}" for f in staged.findings.to_pylist() if f["row_number"] == number}
        yield {
            "row": number,
            "record_key": record["record_key"],
            "source_time": plain(record["source_time"]),
            "status": status(record),
            "rules": sorted(rules),
            "findings": sorted(findings),
            "claims": claims(staged, record["record_id"]),
        }


def status(record: Mapping[str, Any]) -> str:
    if record["is_quarantined"]:
        return "quarantined"
    return "withdrawal" if record["is_withdrawal"] else "ok"


def claims(staged: Staged, record_id: int) -> dict[str, list[Json]]:
    found = {
        entity: [
            {name: plain(value) for name, value in row.items() if value is not None and name != "record_id"}
            for row in table.to_pylist()
            if row["record_id"] == record_id
        ]
        for entity, table in staged.claims.items()
    }
    return {entity: rows for entity, rows in found.items() if rows}


def plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def raw_of(contract: SourceContract) -> Path:
    found = sorted((GOLDEN / contract.source).glob("raw.*"))
    assert len(found) == 1, f"tests/golden/{contract.source} needs one raw file"
    return found[0]


def write_unreviewed(path: Path, records: list[Json]) -> None:
    lines = [json.dumps(line, ensure_ascii=False) for line in ({"reviewed": False}, *records)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize("contract", sources().values(), ids=lambda contract: contract.source)
def test_a_golden_pair_comes_out_as_reviewed(contract: SourceContract) -> None:
    path = GOLDEN / contract.source / "expected.jsonl"
    actual = list(outcomes(normalise_file(contract, raw_of(contract))))
    if not path.exists():
        write_unreviewed(path, actual)
    head, *expected = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert head == {"reviewed": True}, f"read {path.relative_to(GOLDEN.parents[1])}, then mark it as reviewed"
    assert len(actual) == len(expected)
    for became, wanted in zip(actual, expected, strict=True):
        assert became == wanted


def test_no_golden_pair_is_left_without_a_source() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(sources())


@pytest.mark.parametrize("contract", sources().values(), ids=lambda contract: contract.source)
def test_a_golden_pair_shows_both_fates_and_a_finding(contract: SourceContract) -> None:
    records = list(outcomes(normalise_file(contract, raw_of(contract))))
    assert {"ok", "quarantined"} <= {record["status"] for record in records}
    assert any(record["findings"] and record["status"] == "ok" for record in records)
    assert 8 <= len(records) <= 15
