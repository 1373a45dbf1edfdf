"""Delimited text: mapped by label, every row checked, nothing partial (DOMAIN D13-D15)."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.collect.builders import PUBLISHED_ID, contract, delivered, field, silent
from transforms.collect.footer import is_footer
from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

CELLS = st.text(st.characters(codec="gb18030", exclude_characters="\0\ufffd锟烫琛"), max_size=20)


def refusal(folder: Path, content: str | bytes) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as caught:
        delivered(folder, content).check(silent)
    assert caught.value.remedy
    return caught.value


@settings(deadline=None)
@given(
    # A row that holds a total alone is no record.
    rows=st.lists(st.tuples(CELLS.filter(str.strip), CELLS).filter(lambda row: not is_footer(row, 2)), max_size=20),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
)
def test_what_was_written_is_read(rows: list[tuple[str, str]], encoding: str) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(["文号", "金额（万元）"])
    writer.writerows(rows)
    with TemporaryDirectory() as folder:
        found = delivered(Path(folder), written.getvalue().encode(encoding))
        assert found.check(silent).rows == len(rows)
        assert [tuple(values) for values in found.values()] == rows


def test_labels_are_found_whatever_their_order_and_spelling(tmp_path: Path) -> None:
    made = contract(field("代码_1（统一社会信用代码）"), field("文号", required=True), field("金额（万元）"))
    found = delivered(tmp_path, "﻿ 金额 (万元),代码＿3(统一社会信用代码), 文 号\n3,c,1\n", made)
    assert found.check(silent).findings == ()
    assert list(found.values()) == [("c", "1", "3")]


def test_d13_titles_above_and_totals_below_the_table_are_no_records(tmp_path: Path) -> None:
    made = contract(*(field(label, required=label == "文号") for label in ("文号", "甲", "乙", "丙")))
    content = "行政处罚公示表,,,\n制表单位：某局,,,\n文号,甲,乙,丙\n1,a,b,c\n2,a,b,c\n合计,2,,\n制表人：某\n,,,\n"
    found = delivered(tmp_path, content, made)
    checked = found.check(silent)
    assert checked.rows == 2
    assert [(f.kind, f.count) for f in checked.findings] == [("footer_row", 3)]
    assert len(list(found.values())) == 2


def test_unknown_and_missing_columns_are_told_and_unknown_values_stay(tmp_path: Path) -> None:
    found = delivered(tmp_path, "文号,联系电话,备注\n1,secret,x\n", contract(ignored=("备注",)))
    assert [(f.kind, f.labels) for f in found.check(silent).findings] == [
        ("unknown_column", ("联系电话",)),
        ("missing_column", ("金额（万元）",)),
    ]
    assert list(found.values()) == [("1", None)]


def test_an_empty_table_is_a_delivery_of_no_rows(tmp_path: Path) -> None:
    assert delivered(tmp_path, "文号,金额（万元）\n").check(silent).rows == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("金额（万元）\n1\n", "lacks 文号"),
        ("文号,文 号,金额（万元）\n1,2,3\n", "twice: 文号"),
        ("文号,金额（万元）\n1,2\n3\n", "row 2 has 1 cells, the header has 2"),
        ("文号,金额（万元）\n1,2,3\n", "row 1 has 3 cells"),
        ("文号,金额（万元）\n1,2\n3,4", "does not end in a line break"),
        ('文号,金额（万元）\n1,"2\n3,4\n', "unexpected end of data"),
        ('文号,金额（万元）\n1,"2"3\n', "expected after"),
        ("文号" + ",x" * LIMITS.columns + "\n", "at most 1,000"),
        ("文号,金额（万元）\n1," + "字" * 400_000 + "\n", "row 1 has 1,2"),
        ("文号,金额（万元）\n1," + "x" * (LIMITS.cell_chars + 2) + "\n", "field larger than field limit"),
        ("文号,金额（万元）\n" + '"a\n",' * 2_000_000 + "\n", "a row is longer than|does not end"),
    ],
    ids=range(11),
)
def test_a_broken_table_is_refused_with_the_place(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(DeliveryRefused, match=said):
        raise refusal(tmp_path, content)


def test_no_refusal_shows_a_value(tmp_path: Path) -> None:
    for content in (
        f"{PUBLISHED_ID},张某\n{PUBLISHED_ID},李某\n",
        f"文号,金额（万元）\n{PUBLISHED_ID},1,2\n",
        f'文号,金额（万元）\n"{PUBLISHED_ID}"x,1\n',
    ):
        assert PUBLISHED_ID not in str(refusal(tmp_path, content))


@settings(deadline=None)
@given(cut=st.integers(min_value=1, max_value=60))
def test_a_file_that_was_cut_is_never_taken_for_the_whole(cut: int) -> None:
    whole = '文号,金额（万元）\n浙市监处罚〔2024〕1号,1.5\n浙市监处罚〔2024〕2号,"2,5"\n'.encode("gb18030")
    lines = [len(line) for line in whole.splitlines(keepends=True)]
    if cut in (lines[2], lines[1] + lines[2]):
        return
    with TemporaryDirectory() as folder, pytest.raises(DeliveryRefused):
        delivered(Path(folder), whole[:-cut]).check(silent)


def test_rows_that_repeat_a_long_text_are_refused_before_they_fill_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.collect.table.LIMITS", replace(LIMITS, inflated_bytes=100))
    content = "文号,金额（万元）\n" + "12345678,0\n" * 12
    with pytest.raises(DeliveryRefused, match="the first 12 rows hold more than 100 characters"):
        delivered(tmp_path, content).check(silent)
