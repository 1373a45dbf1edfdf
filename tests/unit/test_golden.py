"""Every source has a golden pair, and so has every older version of its contract that is kept.

It is a few made-up records, and the reviewed canonical rows that they make.

A missing `expected.jsonl` is written and fails: read it, then set `reviewed` in its first line to true.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.onboard.trial import outcomes
from schemas.contracts import sources
from schemas.versions import versions
from tests.support.normalised import normalise_file

GOLDEN = Path(__file__).resolve().parents[1] / "golden"

Json = dict[str, Any]
KEPT = {c.path.name.removesuffix(".odcs.yaml"): c for name in sources() for c in versions(name)}


def outcomes_of(name: str) -> list[Json]:
    found = sorted((GOLDEN / name).glob("raw.*"))
    assert len(found) == 1, f"tests/golden/{name} needs one raw file"
    return list(outcomes(normalise_file(KEPT[name], found[0])))


def write_unreviewed(path: Path, records: list[Json]) -> None:
    lines = [json.dumps(line, ensure_ascii=False) for line in ({"reviewed": False}, *records)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize("name", KEPT)
def test_a_golden_pair_comes_out_as_reviewed(name: str) -> None:
    path = GOLDEN / name / "expected.jsonl"
    actual = outcomes_of(name)
    if not path.exists():
        write_unreviewed(path, actual)
    head, *expected = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert head == {"reviewed": True}, f"read {path.relative_to(GOLDEN.parents[1])}, then mark it as reviewed"
    assert len(actual) == len(expected)
    for became, wanted in zip(actual, expected, strict=True):
        assert became == wanted


def test_no_golden_pair_is_left_without_a_source() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(KEPT)


@pytest.mark.parametrize("name", KEPT)
def test_a_golden_pair_shows_both_fates_and_a_finding(name: str) -> None:
    records = outcomes_of(name)
    assert {"ok", "quarantined"} <= {record["status"] for record in records}
    assert any(record["findings"] and record["status"] == "ok" for record in records)
    assert 8 <= len(records) <= 15
