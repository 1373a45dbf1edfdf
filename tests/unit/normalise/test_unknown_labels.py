"""A label that no contract knows is told of each pushed record; collect tells it of a delivery."""

from __future__ import annotations

import json
from typing import Any

from infra.settings import ROOT
from schemas.contracts import source
from tests.support.normalised import normalise_values
from transforms.normalise.record import Staged


def notice() -> dict[str, Any]:
    raw = (ROOT / "tests/golden/platform_notices/raw.jsonl").read_text("utf-8").splitlines()
    made: dict[str, Any] = json.loads(next(line for line in raw if line.startswith("{")))
    return made


def pushed(record: dict[str, Any]) -> Staged:
    return normalise_values(source("platform_notices"), [json.dumps(record, ensure_ascii=False)])


def told(staged: Staged) -> set[str]:
    found = staged.findings.to_pylist()
    return {one["field"] for one in found if one["reason"] == "unknown_column"}


def test_an_unknown_label_of_a_pushed_record_is_told_and_holds_nothing() -> None:
    record = notice()
    assert told(pushed(record)) == set()
    renamed = {"RightNo" if label == "rightNo" else label: value for label, value in record.items()}
    staged = pushed(renamed | {"penaltyScore": 3})
    assert told(staged) == {"RightNo", "penaltyScore"}
    assert staged.records["has_finding"].to_pylist() == [False]
    assert staged.counts["", "findings"] == 0
    assert staged.counts["", "quarantined"] == 0


def test_what_is_ignored_and_a_level_of_secrecy_that_says_none_are_known() -> None:
    assert told(pushed(notice() | {"listingUrl": "x", "密级": "公开", "文件密级": "无"})) == set()


def test_labels_are_told_without_numbers_of_persons_shortened_and_not_without_end() -> None:
    many = {f"label {number}": 1 for number in range(1_000)}
    found = told(pushed(notice() | {"13800138000": 1, "x" * 1_000: 1} | many))
    assert len(found) == 50
    assert {"…", "x" * 64 + "…"} <= found
