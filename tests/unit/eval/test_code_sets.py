"""Identifiers, layouts, HS and Nice: sets whose rows are single codes or labels."""

from __future__ import annotations

import json
from pathlib import Path

from infra.eval import hs, identifiers, layouts, nice
from tests.unit.eval.folders import shares, write_csv

CODE = "91110000600037341L"


def test_identifiers_agree_by_verdict_and_are_never_told(tmp_path: Path) -> None:
    rows = [
        {"kind": "cn_uscc", "number": CODE, "expected": "valid"},
        {"kind": "cn_uscc", "number": "12345", "expected": "InvalidLength"},
        {"kind": "cn_uscc", "number": f"{CODE[:-1]}M", "expected": "valid"},
        {"kind": "kr_brn", "number": "0", "expected": "valid"},
    ]
    write_csv(tmp_path / "identifier_cases.csv", rows)
    measured = identifiers.evaluate(tmp_path)
    assert shares(measured) == {"cn_uscc valid: agree": (1, 2), "cn_uscc invalid: agree": (1, 1)}
    assert measured.errors == {"wrong: cn_uscc valid there, check_digit_failed here": 1}
    assert measured.notes == (
        "1 numbers judged otherwise, 1 unexplained",
        "1 numbers of other kinds have no cleaner: kr_brn",
    )
    assert measured.quarantined == {"cn_uscc valid there, check_digit_failed here": 1}
    assert CODE[:-1] not in str(measured)


def test_labels_are_covered_by_a_contract_or_by_the_vocabulary(tmp_path: Path) -> None:
    fields = [{"field": "A", "cn": "行政相对人代码＿3（统一社会信用代码）"}, {"field": "B", "cn": "从未见过的标签"}]
    write_csv(tmp_path / "double_publicity_cf_fields.csv", fields)
    write_csv(tmp_path / "code_industryphy.csv", [{"编码": "0111"}, {"编码": "X"}])
    bases = [
        {"row_code": "2", "group": "商标侵权", "behaviour_basis": "商标法第57条第1项"},
        {"row_code": "3", "group": "地理标志", "behaviour_basis": "商标法第57条第1项"},
        {"row_code": "40", "group": "其他", "behaviour_basis": "电子商务法第84条"},
    ]
    write_csv(tmp_path / "ip_case_statistics_form.csv", bases)
    classes = ["侵犯知识产权案", "假冒注册商标案", "侵犯商业秘密案", "非法经营案"]
    write_csv(tmp_path / "psb_ip_case_class_codes.csv", [{"code6_old": "1", "name": name} for name in classes])
    write_csv(tmp_path / "code_currency.csv", [{"编码": "156"}])
    write_csv(tmp_path / "code_other.csv", [{"编码": "1"}])
    measured = layouts.evaluate(tmp_path)
    found = shares(measured)
    assert found["double_publicity_cf_fields: label is known"] == (1, 2)
    assert found["code_industryphy: code is accepted"] == (1, 2)
    assert found["statistics form: kind of right by the cited law is that of the group"] == (1, 2)
    assert found["police: class is a criminal IP case by its name"] == (3, 4)
    assert found["police: class is a charge that we know"] == (2, 4)
    assert found["police: kind of right by the name is that by the article of its charge"] == (2, 2)
    assert (measured.records, measured.accepted, sum(measured.quarantined.values())) == (10, 6, 4)
    assert measured.notes[1:] == (
        "code_currency.csv is not read: currencies: an amount is in 元",
        "code_other.csv is not read: nothing of ours is like it",
    )


def test_subheadings_alone_are_codes_of_goods(tmp_path: Path) -> None:
    rows = [{"hscode": "01", "level": "2"}, {"hscode": "010121", "level": "6"}, {"hscode": "770000", "level": "6"}]
    write_csv(tmp_path / "harmonized-system.csv", rows)
    measured = hs.evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (2, 1)
    assert [item.value for item in measured.disagreements] == ["770000"]


def test_a_class_is_accepted_in_every_way_that_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "classes.json").write_text(json.dumps([{"number": 1}, {"number": 45}, {"number": 46}]), "utf-8")
    measured = nice.evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (3, 2)
    assert shares(measured)["class is accepted"] == (2, 3)
