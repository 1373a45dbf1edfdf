"""A delivery that says that it is a state or work secret is refused whole, and nothing of it is kept (DOMAIN P14)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.contracts import source
from tests.support.normalised import normalise_values
from tests.unit.collect.builders import contract, delivered, field, silent
from tests.unit.collect.readers.files import WRITERS, Rows, as_csv, as_html, as_xlsx
from transforms.collect.classified import Classified, is_marked
from transforms.collect.delivered import read_delivered
from transforms.collect.fit import fit
from transforms.collect.inbox import file_away
from transforms.collect.readers.heading import heading
from transforms.collect.receipt import Receipt
from transforms.collect.vault import Loose
from transforms.errors import DeliveryRefused
from transforms.secrecy import CLASSIFIED, gb_json_pattern, json_pattern

MADE = contract(field("文号", required=True), field("金额"), field("违法事实"))
LABELS = ("文号", "金额", "违法事实")
ROW = ("1", "2", "侵犯商业秘密，并泄露密级为机密的文件")
MARKS = (
    "密级：机密",
    "密级:秘密★5年",
    "机密★10年",
    "绝密★长期",
    "密 级： 内 部",
    "秘密",
    "密級：機密",
    "表一 密级：秘密",
)
PLAIN = (
    "密级：公开",
    "密级：无",
    "密级：",
    "商业秘密案件一览",
    "侵犯商业秘密★重点",
    "内部",
    "机密文件泄露案件统计",
    "密级（秘密、机密、公开）",
)
LEVELS = ("绝密", "机密", "秘密", "内部", "机密★10年", "秘密级", "内部资料", " 机 密 ", "機密", "秘密（5年）")
OPEN = ("公开", "无", "", "非密", "商业秘密", "—", "内部审计署")


def check(tmp_path: Path, content: bytes) -> int:
    return delivered(tmp_path, content, MADE).check(silent).rows


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("write", [as_csv, as_xlsx, as_html])
def test_a_table_under_a_title_that_names_a_level_is_refused(
    tmp_path: Path, write: Callable[[Rows], bytes], mark: str
) -> None:
    with pytest.raises(Classified, match="classified"):
        check(tmp_path, write([(mark, "", ""), LABELS, ROW]))


def test_the_level_may_stand_in_the_cell_beside_its_label(tmp_path: Path) -> None:
    with pytest.raises(Classified):
        check(tmp_path, as_csv([("密级：", "机密", ""), LABELS, ROW]))


@pytest.mark.parametrize("title", PLAIN)
def test_a_title_that_names_none_is_a_title(tmp_path: Path, title: str) -> None:
    assert check(tmp_path, as_csv([(title, "", ""), LABELS, ROW])) == 1


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", WRITERS)
def test_a_row_whose_column_names_a_level_refuses_the_delivery(tmp_path: Path, kind: str, level: str) -> None:
    rows = [(*LABELS, "密级"), (*ROW, "公开"), (*ROW, level)]
    with pytest.raises(Classified) as refusal:
        check(tmp_path, WRITERS[kind](rows))
    assert not [word for word in ("绝密", "机密", "侵犯") if word in str(refusal.value)]


@pytest.mark.parametrize("kind", WRITERS)
def test_rows_that_say_that_they_are_open_pass(tmp_path: Path, kind: str) -> None:
    rows = [(*LABELS, "保密级别"), *((*ROW, level) for level in OPEN)]
    assert check(tmp_path, WRITERS[kind](rows)) == len(OPEN)


def test_a_level_is_found_where_the_header_is_not(tmp_path: Path) -> None:
    with pytest.raises(Classified):
        check(tmp_path, as_csv([("编号", "密级"), ("1", "机密")]))


@pytest.mark.parametrize(
    "content",
    [
        "<html><h1>处罚一览</h1><p><b>密级：</b>机密★10年</p><table><tr><td>文号</td></tr></table>",
        '{"密级": "机密", "data": [{"文号": "1"}]}',
        '{"meta": {"密级": "秘密"}, "data": [{"文号": "1"}]}',
        '<?xml version="1.0"?><list 密级="机密"><r><文号>1</文号></r></list>',
    ],
)
def test_a_heading_that_names_a_level_refuses_a_document(tmp_path: Path, content: str) -> None:
    made = contract(field("文号", required=True), recordPath="data") if content.startswith("{") else MADE
    with pytest.raises(Classified):
        delivered(tmp_path, content, made).check(silent)


def test_a_level_is_told_behind_tags_that_do_not_end() -> None:
    head = "<a " * 20_000 + "<p>密级：机密</p>"
    assert is_marked([heading("html", head, ())])


def test_a_level_is_told_before_what_another_version_says(tmp_path: Path) -> None:
    path = tmp_path / "delivered"
    path.write_bytes(as_csv([(*LABELS, "密级"), (*ROW, "机密")]))
    with pytest.raises(Classified):
        fit(MADE, lambda one: read_delivered(one, Loose(path)), silent)


def test_a_refused_secret_leaves_the_inbox_with_nothing_but_its_receipt(tmp_path: Path) -> None:
    for name in ("a.csv", "a.csv.manifest.json"):
        (tmp_path / name).write_text("机密", "utf-8")
    file_away(tmp_path / "a.csv", Receipt("x", "made_up", "refused", "a.csv", is_kept=False))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.csv.receipt.json"]


def is_known(record: object, ascii_only: bool, encoding: str) -> bool:
    text = json.dumps(record, ensure_ascii=ascii_only)
    if encoding == "utf-8":
        return re.search(json_pattern(), text) is not None
    return re.search(gb_json_pattern(), text.encode(encoding).decode("latin-1")) is not None


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_text_of_a_record_that_names_a_level_is_known(level: str, ascii_only: bool, encoding: str) -> None:
    said = level.replace(" ", "")
    labels = ("密级", "文件密级", "信息密级", "数据密级", "a.数据密级", "數據密級")
    for record in (*({"文号": "1", label: said} for label in labels), {"a": {"密级": [said]}}):
        assert is_known(record, ascii_only, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_text_of_an_open_record_is_not(ascii_only: bool, encoding: str) -> None:
    for level in OPEN:
        record = {"密级": level, "事由": "密级：机密", "类别": "秘密", "罪名": "侵犯商业秘密罪"}
        assert not is_known(record, ascii_only, encoding)


def test_what_the_archive_holds_of_a_secret_is_quarantined_without_a_value() -> None:
    made = source("psb_zj_case_events")
    staged = normalise_values(made, [CLASSIFIED])
    assert staged.rules["rule"].to_pylist() == ["classified"]
    assert not [table for table in staged.claims.values() if table.num_rows]


def test_a_secret_is_a_refusal() -> None:
    assert issubclass(Classified, DeliveryRefused)
