"""What our cleaners find in judgments, against a draft."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.eval.judgments import compare, evaluate, find_court, find_day, find_number
from tests.unit.eval.folders import shares, write_archive, write_csv

TEXT = """北京市海淀区人民法院
民事判决书
（2015）海民（知）初字第100号
原告于2014年3月2日起诉。参见(2014)京知行初字第7号。
二〇一五年十二月三十日
"""


def draft(number: str, **said: str) -> dict[str, str]:
    empty = dict.fromkeys(("source_title", "court", "case_no", "judgment_date"), "")
    return {"file": number, **empty, "trademark_reg_nos": "", "award_mentions": ""} | said


def test_a_text_says_its_number_its_court_and_its_day() -> None:
    assert find_number(TEXT) == "(2015)海民(知)初字第100号"
    assert find_court(TEXT) == "北京市海淀区人民法院"
    assert find_day(TEXT) == "2015-12-30"
    assert (find_number(""), find_court(""), find_day("")) == ("", "", "")


def test_texts_are_judged_by_the_draft_where_they_are_there(tmp_path: Path) -> None:
    facts = {"case_no": "(2015)海民(知)初字第100号", "court": "中华人民共和国北京市海淀区人民法院"}
    rows = [draft("J000.txt", **facts, judgment_date="2015-12-30"), draft("J001.txt", judgment_date="2015-12-31")]
    write_csv(tmp_path / "judgments_extracted.csv", rows)
    texts = {f"texts/{name}": TEXT.encode() for name in ("J000.txt", "J001.txt", "J002.txt")}
    write_archive(tmp_path / "raw_judgments.tar.gz", texts)
    measured = evaluate(tmp_path)
    found = shares(measured)
    assert found["case number found in the text agrees with the draft"] == (1, 2)
    assert found["court found in the text agrees with the draft"] == (1, 2)
    assert found["date found in the text agrees with the draft"] == (1, 2)
    assert measured.errors == {"wrong: date, they differ": 1}
    assert "人民法院" not in str(measured.disagreements), "the class alone"


def test_without_texts_the_draft_alone_is_judged_and_that_is_said(tmp_path: Path) -> None:
    said = {"case_no": "（2015）海民初字第1号", "source_title": "(2015)海民初字第2号", "judgment_date": "2015-13-01"}
    write_csv(tmp_path / "judgments_extracted.csv", [draft("J000.txt", **said, award_mentions="5万元;约5万元;000元")])
    measured = evaluate(tmp_path)
    assert (measured.records, measured.accepted) == (1, 0)
    assert any("raw_judgments.tar.gz is not there" in note for note in measured.notes)
    assert shares(measured)["amount is read"] == (2, 3)
    assert measured.errors["wrong: amount cut at its comma reads as 0 元"] == 1
    assert measured.errors["wrong: case number of title and text differ"] == 1
    assert measured.errors["lost: date impossible_date"] == 1


def test_words_before_a_cited_number_are_not_told(tmp_path: Path) -> None:
    write_csv(tmp_path / "judgments_extracted.csv", [draft("J000.txt")])
    cited = ["渝工商[2007]84号", "法官墨川已经做出（2011）海民初字第1号", "市监执罚〔202257"]
    rows = [{"file": "J000.txt", "tag": "商标权行政处罚", "document_number": number} for number in cited]
    write_csv(tmp_path / "cited_document_numbers.csv", rows)
    measured = evaluate(tmp_path)
    assert shares(measured)["cited document number is read"] == (1, 3)
    assert "墨川" not in str(measured)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("a", "a", "agree"),
        ("a", "", "only we found it"),
        ("", "a", "only the draft has it"),
        ("ab", "a", "one is part of the other"),
        ("a", "b", "they differ"),
    ],
)
def test_two_findings_compare_in_five_ways(ours: str, theirs: str, expected: str) -> None:
    assert compare(ours, theirs) == expected
