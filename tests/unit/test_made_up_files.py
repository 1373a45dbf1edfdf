"""Made-up deliveries are what their names say, and columns are read by their words."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from schemas.contracts import source
from tests.support.files import write_xls
from tests.support.generate import generate
from tests.support.normalised import normalise_file
from tests.support.penalties_swapped import ORG_CODE, REG_NO

ROWS = 60
_MAGIC = {
    "cnipa_trademarks": b"PK\x03\x04",
    "cult_lz_penalties": bytes.fromhex("D0CF11E0"),
    "hotline_12315_intake": b"<html>",
    "pipa_js_adjudications": b"<?xml",
    "customs_nl_seizures": b"PK\x03\x04",
    "ipc_zj_evaluations": b"PK\x03\x04",
    "pro_zj_prosecutions": b"PK\x03\x04",
    "amr_gd_penalties": b"\xff\xfe",
    "amr_js_penalties": b'{"code"',
}


@pytest.mark.parametrize("name", _MAGIC)
def test_a_file_begins_as_its_kind_does(name: str, tmp_path: Path) -> None:
    assert generate(name, ROWS, 7, tmp_path).paths[0].read_bytes().startswith(_MAGIC[name])


def test_the_template_has_title_two_row_header_and_totals(tmp_path: Path) -> None:
    path = generate("pro_zj_prosecutions", ROWS, 7, tmp_path).paths[0]
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert "A1:Y1" in {str(one) for one in sheet.merged_cells.ranges}
    assert (sheet["K2"].value, sheet["K3"].value, sheet["L3"].value) == ("审查逮捕", "批捕日期", "不捕日期")
    assert sheet.cell(ROWS + 4, 1).value == "合计"
    assert normalise_file(source("pro_zj_prosecutions"), path).records.num_rows == ROWS


def test_a_spreadsheet_says_first_what_it_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(generate("ipc_zj_evaluations", ROWS, 7, tmp_path).paths[0]) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"


def test_an_archive_holds_one_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(generate("cnipa_trademarks", ROWS, 7, tmp_path).paths[0]) as archive:
        assert archive.namelist() == ["trademarks.csv"]


def test_an_old_workbook_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="65,000 rows"):
        write_xls(tmp_path / "long.xls", "表", ["号"], ({"号": n} for n in range(65_001)), "制表人")


def test_codes_are_told_apart_by_the_words_in_the_bracket(tmp_path: Path) -> None:
    contract = source("amr_gd_penalties")
    path = generate(contract.source, ROWS, 7, tmp_path).paths[0]
    text = path.read_text("utf-16")
    header = next(csv.reader(io.StringIO(text), delimiter="\t"))
    assert header.index(ORG_CODE) < header.index(REG_NO)
    other = text.replace(ORG_CODE, "行政相对人代码_3（组织机构代码）").replace(REG_NO, "行政相对人代码_2（工商注册号）")
    renumbered = tmp_path / "renumbered.txt"
    renumbered.write_bytes(other.encode("utf-16"))
    first, second = (normalise_file(contract, one).claims["party_identifier"] for one in (path, renumbered))
    assert first.equals(second)
    assert set(first["id_type"].to_pylist()) == {"ORG_CODE", "REG_NO", "RID", "USCC"}
