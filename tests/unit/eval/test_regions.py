"""Codes and names on a date, and what abolished codes have become."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.eval.regions import evaluate
from tests.unit.eval.folders import shares, write_csv

LABELS = ("代码", "一级行政区", "二级行政区", "名称", "级别", "状态", "启用时间", "变更/弃用时间", "新代码")
Row = tuple[str, ...]
ABOLISHED: Row = ("330103", "浙江省", "杭州市", "下城区", "县级", "弃用", "1983", "2021", "330105")
IN_USE: Row = ("110101", "北京市", "直辖", "东城区", "县级", "在用", "1981", "", "")


def write_set(folder: Path, *rows: Row) -> None:
    write_csv(folder / "result.csv", [dict(zip(LABELS, row, strict=True)) for row in rows])


def test_codes_and_names_resolve_at_their_time_and_today(tmp_path: Path) -> None:
    write_set(tmp_path, ABOLISHED, IN_USE)
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (2, 2)
    assert measured.errors == {}
    assert "was made of this set" in " ".join(measured.notes)
    found = shares(measured)
    assert found["full name leads to the code on a date in its validity"] == (2, 2)
    assert found["abolished county code resolves to codes of today"] == (1, 1)
    assert found["abolished county code resolves to what its successors in the set are today"] == (1, 1)
    assert measured.findings == {"abolished county code today: renamed_region": 1}


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        (("990009", "示例省", "示例市", "示例县", "县级", "弃用", "1983", "2021", "990008"), "does not resolve"),
        (("330103", "浙江省", "杭州市", "下城区", "县级", "弃用", "1970", "2021", "330105"), "on its own date"),
        (("110101", "北京市", "直辖", "西城区", "县级", "在用", "1981", "", ""), "full name"),
    ],
)
def test_what_the_vocabulary_does_not_know_is_lost(tmp_path: Path, row: Row, lost: str) -> None:
    write_set(tmp_path, row)
    assert any(lost in error for error in evaluate(tmp_path).errors)


def test_a_successor_that_took_only_a_part_is_not_asked_for(tmp_path: Path) -> None:
    part = (
        "510213",
        "四川省",
        "重庆市",
        "九龙坡区",
        "县级",
        "弃用",
        "1983",
        "1997",
        "510203[1994];510219[1994];500107",
    )
    write_set(tmp_path, part)
    found = shares(evaluate(tmp_path))
    assert found["abolished county code resolves to what its successors in the set are today"] == (1, 1)
