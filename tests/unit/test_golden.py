"""Every source has a golden pair: small made-up records and the reviewed canonical rows that they make.

A missing `expected.jsonl` is written and fails: read it, then set `reviewed` in its first line to true.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.onboard.trial import outcomes
from schemas.contracts import SourceContract, sources
from tests.support.normalised import normalise_file

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

Json = dict[str, Any]


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
