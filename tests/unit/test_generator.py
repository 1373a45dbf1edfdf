"""The answers that the generator gives with a delivery are what normalise finds in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from schemas.contracts import source
from tests.support.defects import Answers
from tests.support.generate import PENALTIES, SOURCES, generate, generate_next
from tests.support.normalised import normalise_file
from transforms.normalise import withheld
from transforms.normalise.record import Staged


def has_cases(name: str) -> bool:
    """Say whether a source is about cases; registers and requests are not."""
    return any(claim.entity == "case" for claim in source(name).claims)


def rules_of(staged: Staged) -> Counter[str]:
    rules = {(rule["row_number"], rule["field"], rule["rule"]) for rule in staged.rules.to_pylist()}
    return Counter(f"{field}:{rule}" for _, field, rule in rules)


def findings_of(staged: Staged) -> Counter[str]:
    records = zip(staged.records["row_number"].to_pylist(), staged.records["is_quarantined"].to_pylist(), strict=True)
    usable = {number for number, is_quarantined in records if not is_quarantined}
    columns = ("row_number", "field", "reason")
    found = zip(*(staged.findings[name].to_pylist() for name in columns), strict=True)
    return Counter(
        f"{field}:{reason}" for number, field, reason in found if number in usable and reason != withheld.REASON
    )


def test_the_words_of_each_usable_case_of_a_trade_secret_are_withheld(tmp_path: Path) -> None:
    delivered = generate(PENALTIES, 1000, 7, tmp_path)
    staged = normalise_file(source(PENALTIES), delivered.paths[0])
    told = Counter(zip(staged.findings["field"].to_pylist(), staged.findings["reason"].to_pylist(), strict=True))
    assert told["facts", withheld.REASON] >= delivered.answers.case_types["TS_PENALTY"] > 0


def usable_keys(staged: Staged) -> Counter[str]:
    keys = zip(staged.records["record_key"].to_pylist(), staged.records["is_quarantined"].to_pylist(), strict=True)
    return Counter(key for key, is_quarantined in keys if not is_quarantined)


def check(staged: Staged, answers: Answers) -> None:
    assert staged.records.num_rows == answers.sent
    assert rules_of(staged) == answers.quarantined
    assert findings_of(staged) == answers.findings
    keys = usable_keys(staged)
    assert sum(count - 1 for count in keys.values()) == answers.duplicates + answers.conflicting // 2
    assert len(keys) == answers.usable + answers.conflicting // 2


@pytest.mark.parametrize("name", SOURCES)
def test_answers_agree_with_normalise(name: str, tmp_path: Path) -> None:
    delivered = generate(name, 1000, 7, tmp_path)
    check(normalise_file(source(name), delivered.paths[0]), delivered.answers)


@pytest.mark.parametrize("layout", ["clean", "spreadsheet", "unreadable"])
def test_other_layouts_agree_too(layout: str, tmp_path: Path) -> None:
    delivered = generate(PENALTIES, 500, 3, tmp_path, layout)
    check(normalise_file(source(PENALTIES), delivered.paths[0]), delivered.answers)


def test_spreadsheet_dates_are_the_same_days(tmp_path: Path) -> None:
    contract = source(PENALTIES)
    staged = normalise_file(contract, generate(PENALTIES, 300, 5, tmp_path, "spreadsheet").paths[0])
    days = staged.claims["decision"]["decided_on"].to_pylist()
    assert len(days) == 300
    assert {day.year for day in days} <= {2024, 2025, 2026, 2027}


@pytest.mark.parametrize("name", [name for name in SOURCES if has_cases(name)])
def test_case_types_and_amounts_are_as_answered(name: str, tmp_path: Path) -> None:
    delivered = generate(name, 1000, 11, tmp_path)
    staged = normalise_file(source(name), delivered.paths[0])
    cases = staged.claims["case"].group_by("case_id").aggregate([("case_type", "min")])
    found = Counter(kind or "" for kind in cases["case_type_min"].to_pylist())
    if not source(name).is_pushed:  # several messages make one case
        spare = delivered.answers.conflicting // 2
        assert found.total() == delivered.answers.case_types.total() + spare
        assert sum((found - delivered.answers.case_types).values()) == spare


@pytest.mark.parametrize("name", SOURCES)
def test_defects_stay_below_the_bounds_of_the_contract(name: str, tmp_path: Path) -> None:
    delivered = generate(name, 1000, 7, tmp_path)
    staged = normalise_file(source(name), delivered.paths[0])
    for bound in source(name).bounds:
        share = 100 * staged.counts[bound.field, bound.metric] / delivered.answers.sent
        assert bound.severity == "warn" or bound.at_most is None or share <= bound.at_most, bound


def test_the_same_seed_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in SOURCES:
        first = generate(name, 200, 5, tmp_path / "a").paths[0].read_bytes()
        assert first == generate(name, 200, 5, tmp_path / "b").paths[0].read_bytes()
        assert first != generate(name, 200, 6, tmp_path / "c").paths[0].read_bytes()


def test_the_next_snapshot_changes_adds_and_drops_what_it_says(tmp_path: Path) -> None:
    contract = source(PENALTIES)
    before = generate(PENALTIES, 1000, 7, tmp_path)
    after = generate_next(1000, 7, tmp_path)
    images = [
        dict(zip(s.records["record_key"].to_pylist(), s.records["image"].to_pylist(), strict=True))
        for s in (normalise_file(contract, d.paths[0]) for d in (before, after))
    ]
    known, now = images
    assert len(known.keys() - now.keys()) == after.answers.gone
    assert len(now.keys() - known.keys()) == after.answers.new
    assert sum(now[key] != known[key] for key in known.keys() & now.keys()) == after.answers.changed


def test_both_sides_of_the_trademark_reform_are_present(tmp_path: Path) -> None:
    staged = normalise_file(source(PENALTIES), generate(PENALTIES, 1000, 7, tmp_path).paths[0])
    cases = staged.claims["case"]
    acts = {str(day) for day in cases["violation_on"].to_pylist()}
    assert {"2026-12-31", "2027-01-02"} <= acts


def test_the_sum_of_the_sanctions_is_as_answered(tmp_path: Path) -> None:
    delivered = generate(PENALTIES, 500, 3, tmp_path, "clean")
    staged = normalise_file(source(PENALTIES), delivered.paths[0])
    assert sum(filter(None, staged.claims["sanction"]["amount_cny"].to_pylist())) == delivered.answers.amount_cny
