"""Credit codes beside organisation codes; the code is the published example of DOMAIN 2.1."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

from infra.eval.credit_lists import evaluate
from tests.unit.eval.folders import shares, write_csv

CODE, INNER = "91110000600037341L", "60003734-1"


def test_a_credit_code_is_held_against_the_organisation_code_beside_it(tmp_path: Path) -> None:
    rows = [
        {"企业名称": "甲", "统一社会信用代码": CODE, "组织结构代码": INNER},
        {"企业名称": "乙", "统一社会信用代码": CODE, "组织结构代码": "600037342"},
        {"企业名称": "丙", "统一社会信用代码": f"{CODE[:-1]}M", "组织结构代码": INNER},
        {"企业名称": "丁", "统一社会信用代码": "92341722MA***", "组织结构代码": INNER},
        {"企业名称": "戊", "统一社会信用代码": "无", "组织结构代码": CODE},
    ]
    write_csv(tmp_path / "list.csv", rows)
    measured = evaluate(tmp_path)
    found = shares(measured)
    assert (measured.records, measured.accepted) == (5, 1)
    assert [found[f"csv credit code: {verdict}"] for verdict in ("OK", "FAIL", "MASKED")] == [(2, 4), (1, 4), (1, 4)]
    assert found["csv: credit code holds the organisation code beside it"] == (2, 3)
    assert found["csv: the same, where the check character holds"] == (1, 2)
    assert measured.quarantined == {
        "credit code: check_digit_failed": 1,
        "credit code: masked": 1,
        "organisation code: check_digit_failed": 1,
        "organisation code: is a whole credit code": 1,
    }
    assert measured.findings["csv credit code: masked"] == 1
    assert measured.errors["lost: csv organisation code is a whole credit code"] == 1
    assert measured.errors["lost: csv credit code"] == 1, "the masked one is not lost"


def test_a_label_that_a_scan_has_spoilt_still_says_court(tmp_path: Path) -> None:
    rows = [
        {"统一社会信用代码": CODE, "案号": "（2015）海执字第100号", "汍行法院": "北京市海淀区人民法院"},
        {"统一社会信用代码": CODE, "案号": "^015〕海汍字第100号", "汍行法院": "北京市海淀区人民法阮"},
    ]
    write_csv(tmp_path / "list.csv", rows)
    measured = evaluate(tmp_path)
    assert shares(measured)["csv case number: OK"] == (1, 2)
    assert shares(measured)["csv: court is a people's court in full"] == (1, 2)
    assert [item.value for item in measured.disagreements] == ["^015〕海汍字第100号"]


def test_lists_are_told_apart_by_the_kind_of_their_file(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["企业名称", "统一信用代码", "组织机构代码"])
    book.active.append(["甲", CODE, INNER])
    book.save(tmp_path / "list.xlsx")
    (tmp_path / "broken.xls").write_bytes(b"%PDF-1.7")
    (tmp_path / "SOURCE.txt").write_text("where it comes from")
    measured = evaluate(tmp_path)
    assert shares(measured)["xlsx credit code: OK"] == (1, 1)
    assert (measured.records, measured.accepted) == (1, 1)
    assert "1 files were refused, and hold no record: " in measured.notes[-1]
