"""Expectations that are kept as data are read whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from quality.arrival import bounds_of
from quality.suites import read_common_bounds, read_suite
from schemas.contracts import sources
from transforms.errors import Terminal

RULE = {
    "model": "fct_case",
    "name": "keyIsThere",
    "query": "select 1 from added",
    "severity": "stop",
    "reason": "A case without a key cannot be joined.",
}


def write(folder: Path, content: Any) -> Path:
    path = folder / "suite.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), "utf-8")
    return path


def test_every_rule_of_the_suite_and_every_common_bound_has_a_severity_and_a_reason() -> None:
    stated = [(rule.severity, rule.reason) for rule in read_suite().rules]
    stated += [(bound.severity, bound.reason) for bound in read_common_bounds().bounds]
    assert all(severity in {"stop", "warn"} and len(reason) >= 10 for severity, reason in stated)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"severity": "error"}, "severity"),
        ({"severity": None}, "severity"),
        ({"reason": "why"}, "reason"),
        ({"reason": None}, "reason"),
        ({"query": ""}, "query or an expectation"),
        ({"expectation": "not_null"}, "query or an expectation"),
        ({"query": "", "expectation": "is_fine"}, "known are"),
        ({"mostly": 0.9}, "mostly"),
        ({"model": "fct_case; drop table x"}, "model"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(Terminal, match=told):
        read_suite(write(tmp_path, {"rules": [RULE | change]}))


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Terminal, match="keyIsThere"):
        read_suite(write(tmp_path, {"rules": [RULE, RULE]}))


@pytest.mark.parametrize("content", ["rules: []", "rules: [", "{}"])
def test_a_suite_without_rules_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(Terminal):
        read_suite(write(tmp_path, content))


@pytest.mark.parametrize(
    "bound",
    [
        {"metric": "rowCount", "severity": "stop", "reason": "It has no bound at all."},
        {"metric": "rowCount", "at_least": 0, "severity": "hold", "reason": "It has no such severity."},
        {"metric": "rowCount", "at_least": 0, "severity": "stop"},
        {"metric": "absent", "at_most": "brake", "severity": "stop", "reason": "There is no such name."},
    ],
)
def test_a_common_bound_that_is_not_whole_is_refused(tmp_path: Path, bound: dict[str, Any]) -> None:
    content = {"tolerated_records": 3, "most_reused": 20, "shares": ["quarantined"], "bounds": [bound]}
    with pytest.raises(Terminal):
        read_common_bounds(write(tmp_path, content))


def test_d22_the_absence_brake_of_the_contract_bounds_snapshots_only() -> None:
    common = read_common_bounds()
    snapshot = [b for b in bounds_of(sources()["amr_zj_penalties"], common) if b.metric == "absent"]
    assert [b.at_most for b in snapshot] == [20]
    assert not [
        b for b in bounds_of(sources()["platform_notices"], common) if b.metric in {"absent", "doubtfulAbsences"}
    ]
