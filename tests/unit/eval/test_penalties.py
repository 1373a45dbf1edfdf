"""Fines in words and in 万元, legal basis and type column."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from infra.eval.penalties import compare_amounts, evaluate
from tests.unit.eval.folders import shares, write_csv

TRADEMARK = "中华人民共和国商标法/第七章注册商标专用权的保护/第六十条/第二款"
ADVERTISING = "中华人民共和国广告法/第五章法律责任/第五十五条/第一款"


def row(number: int, content: str, fine: str, kind: str = "广告违法行为", basis: str = ADVERTISING) -> dict[str, str]:
    return {
        "mid": str(number),
        "party_name_registry": "深圳市云鹤贸易有限公司",
        "party_category": "法人及非法人组织",
        "penalty_type": "罚款",
        "decision_date": "20260511",
        "violation_type": kind,
        "legal_basis": basis,
        "case_name": "某案",
        "penalty_content": content,
        "fine_wan_yuan": fine,
        "confiscated_wan_yuan": "0",
    }


def test_a_fine_that_is_off_by_ten_thousand_is_a_class_of_its_own(tmp_path: Path) -> None:
    rows = [row(1, "罚款2000元", "0.2"), row(2, "警告;罚款2000元", "2000"), row(3, "罚款300元;罚款100元", "0.03")]
    write_csv(tmp_path / "penalties_subset.csv", rows)
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (3, 3)
    assert shares(measured)["fine in words equals the number"] == (1, 3)
    assert measured.errors == {"wrong: fine off by the factor 10,000": 1, "wrong: fine differs": 1}
    assert [item.found for item in measured.disagreements] == ["20000000.00", "300.00"]


def test_the_legal_basis_is_asked_beside_the_type_column(tmp_path: Path) -> None:
    rows = [row(1, "罚款300元", "0.03", "其他", TRADEMARK), row(2, "罚款300元", "0.03", "商标违法行为", TRADEMARK)]
    write_csv(tmp_path / "penalties_subset.csv", rows)
    found = shares(evaluate(tmp_path))
    assert found["legal basis is about IP"] == (2, 2)
    assert found["type column names a kind of right where the basis is about one"] == (1, 2)
    assert found["type column names the subject of a law that the basis cites"] == (1, 1)


def test_every_article_that_a_basis_names_is_that_of_a_provision(tmp_path: Path) -> None:
    unread = "第三十条"
    rows = [row(n, "罚款300元", "0.03", basis=basis) for n, basis in enumerate((TRADEMARK, ADVERTISING, unread), 1)]
    write_csv(tmp_path / "penalties_subset.csv", rows)
    measured = evaluate(tmp_path)
    assert shares(measured)["articles of the legal basis are those that it names"] == (2, 3)
    assert [item.value for item in measured.disagreements] == [""], "a basis is free text"


def test_what_cannot_be_used_is_counted_by_its_rule(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "penalties_subset.csv", [row(1, "罚款300元", "0.03"), row(2, "罚款300元", "0.03") | {"mid": ""}]
    )
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (2, 1)
    assert sum(measured.quarantined.values()) > 0
    assert any(name.startswith("publication_no") for name in measured.quarantined)


@pytest.mark.parametrize(
    ("text", "number", "expected"),
    [
        ("2000", "2000", "equal"),
        ("2000", "0.2", "off by the factor 10,000"),
        ("2000", "0", "differs"),
        ("0", "5", "differs"),
    ],
)
def test_two_amounts_are_equal_or_off_by_a_factor_or_differ(text: str, number: str, expected: str) -> None:
    assert compare_amounts(Decimal(text), Decimal(number)) == expected
