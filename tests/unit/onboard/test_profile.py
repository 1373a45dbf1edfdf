"""A sample is read without a contract, and its columns are told by what our cleaners make of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.onboard.profile import Column, profile
from infra.onboard.sample import read_sample
from tests.unit.onboard.samples import HEADER, row, write_sample
from transforms.errors import DeliveryRefused


def columns(path: Path) -> dict[str, Column]:
    return {column.label: column for column in profile(read_sample(path))}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("title", ["", "某省行政处罚公示表", "某省,行政处罚,公示表"])
def test_the_header_is_found_below_a_title_in_any_encoding(tmp_path: Path, encoding: str, title: str) -> None:
    sample = read_sample(write_sample(tmp_path, title=title, encoding=encoding))
    assert sample.labels == HEADER
    assert sample.header_row == (2 if title else 1)
    assert (sample.format, len(sample.rows)) == ("csv", 30)


@pytest.mark.parametrize(("delimiter", "form"), [("\t", "tsv"), (";", "csv"), ("|", "csv")])
def test_the_delimiter_is_the_one_that_makes_even_rows(tmp_path: Path, delimiter: str, form: str) -> None:
    path = tmp_path / "sample.txt"
    path.write_text(
        "\n".join(delimiter.join(line) for line in (("甲", "乙，丙", "丁,戊"), ("1", "2", "3"))) + "\n", "utf-8"
    )
    sample = read_sample(path)
    assert (sample.labels, sample.format) == (("甲", "乙，丙", "丁,戊"), form)


def test_records_of_json_lines_name_their_columns_by_dotted_path(tmp_path: Path) -> None:
    path = tmp_path / "sample.jsonl"
    path.write_text(
        json.dumps({"penDecNo": "x", "party": {"name": "y", "codes": [1, 2]}}) + '\n{"more": 0.10}\n', "utf-8"
    )
    sample = read_sample(path)
    assert sample.labels == ("penDecNo", "party.name", "party.codes", "more")
    assert sample.rows == (["x", "y", "1\n2", None], [None, None, None, "0.10"])
    assert (sample.format, sample.header_row) == ("jsonl", 0)


def test_a_row_of_values_that_are_labels_elsewhere_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    cells = "原告,被告,罚款,警告,示例,示例二,示例三,示例四,示例五"
    path.write_text(f"a,b,c,d,e,f,g,h,i\n{cells}\n{cells}\n", "utf-8")
    assert read_sample(path).labels == tuple("abcdefghi")


def test_values_are_never_taken_for_a_header(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_text("张示例,11010519491231002X,罚款\n王示例,440524188001010014,罚款\n", "utf-8")
    with pytest.raises(DeliveryRefused, match="no header row") as caught:
        read_sample(path)
    assert "110105" not in str(caught.value)


@pytest.mark.parametrize("text", ['{"a": 1}\n[1]\n', '{"a": 1}\n{"a": \n'])
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sample.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(DeliveryRefused) as caught:
        read_sample(path)
    assert caught.value.where
    assert caught.value.remedy


def test_types_are_those_of_the_cleaners(tmp_path: Path) -> None:
    found = {label: column.kind for label, column in columns(write_sample(tmp_path)).items()}
    assert found["行政相对人代码_2（统一社会信用代码）"] == "uscc"
    assert found["证件号码"] == "resident_id"
    assert found["行政处罚决定书文号"] == "doc_no"
    assert found["处罚决定日期"] == "date"
    assert found["罚款金额（万元）"] == "amount"
    assert found["行政相对人类别"] == "code(vocabulary=party_type)"
    assert found["处罚依据"] == "text"


def test_a_bare_number_is_a_date_only_where_the_label_says_so(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_text("编码甲,立案日期\n20260511,20260511\n20260512,20260512\n", "utf-8")
    assert {label: column.kind for label, column in columns(path).items()} == {"编码甲": "integer", "立案日期": "date"}


def test_the_filled_share_and_what_a_cleaner_takes_leave_placeholders_out(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 5)]
    rows[0][3], rows[1][3] = "/", "91110000600037341M"
    found = columns(write_sample(tmp_path, rows))["行政相对人代码_2（统一社会信用代码）"]
    assert found.filled == 0.75
    assert found.accepted["uscc"] == pytest.approx(2 / 3, abs=0.001)


def test_examples_show_the_shape_of_what_is_personal_and_the_rest_as_it_stands(tmp_path: Path) -> None:
    found = columns(write_sample(tmp_path))
    assert found["证件号码"].examples == ("99999999999999999A",)
    assert found["联系电话"].examples == ("99999999999",)
    assert found["经办"].examples == ("汉汉汉",)
    assert found["网格"].examples == ("G1",)
    assert found["处罚决定日期"].examples[0].startswith("2026年5月")
    # An old registration number has fifteen digits, as an old identity number has.
    personal = {"证件号码", "联系电话", "经办", "行政相对人代码_1（工商注册号）"}
    assert {label for label, column in found.items() if column.is_personal} == personal


def test_a_credit_code_of_digits_alone_is_no_identity_number(tmp_path: Path) -> None:
    assert not columns(write_sample(tmp_path))["处罚机关代码（统一社会信用代码）"].is_personal
