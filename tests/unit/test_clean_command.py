"""`casebridge clean KIND`: JSON lines of what the cleaners make of values."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from infra.cli.clean import Kind, clean
from transforms.errors import CasebridgeError


def said(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    kind: str,
    *values: str,
    unit: str | None = None,
    on: str | None = None,
    epoch: str | None = None,
    by: str | None = None,
) -> list[dict[str, object]]:
    path = folder / "values.txt"
    path.write_text("".join(f"{value}\n" for value in values), "utf-8")
    clean(Kind(kind), path, unit, on, epoch, by)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("kind", "raw", "value", "reason"),
    [
        ("date", "二〇二四年七月三十日", "2024-07-30", None),
        ("date", "2025622日", None, "unparseable"),
        ("amount", "贰万叁仟元整", "23000.00", None),
        ("uscc", "91110000600037341L", "91110000600037341L", None),
        ("uscc", "92341722MA***", None, "masked"),
        ("org_code", "60003734-1", "600037341", None),
        ("resident_id", "110105491231002", "11010519491231002X", None),
        ("patent_no", "ZL 2009 2 0182473.2", "200920182473.2", None),
        ("trademark_no", "第3333018号", "3333018", None),
        ("right_no", "ZL 2009 2 0182473.2", "200920182473.2", None),
        ("right_no", "第3333018号", "3333018", None),
        ("doc_no", "浏市监先登[2025]0000541号", "浏市监先登〔2025〕541号", None),
        ("case_no", "（2021）最高法知民终2270号", "(2021)最高法知民终2270号", None),
        ("region", "浙江省杭州市余杭区", "330110", None),
        ("party_name", "德荣堂医药(深圳)有限公司", "德荣堂医药（深圳）有限公司", None),
        ("agency_name", "杭州市监局", "杭州市市场监督管理局", None),
        ("hs", "4202.22.00", "42022200", None),
        ("nice", "第25类", 25, None),
        ("legal_basis", "《刑法》第二百一十三条", ["CRL//213"], None),
        ("nice", "", None, None),
    ],
)
def test_a_value_is_told_with_its_reason(
    kind: str, raw: str, value: object, reason: str | None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert said(capsys, tmp_path, kind, raw) == [{"raw": raw, "value": value, "reason": reason}]


def test_every_kind_has_a_cleaner_and_answers(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for kind in Kind:
        (answer,) = said(capsys, tmp_path, kind, "/")
        assert list(answer) == ["raw", "value", "reason"]
        assert answer["reason"] == "placeholder"


def test_the_unit_of_the_column_and_the_day_are_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    amounts = said(capsys, tmp_path, "amount", "0.2", "3500元", unit="万元")
    assert [answer["value"] for answer in amounts] == ["2000.00", "3500.00"]
    assert said(capsys, tmp_path, "region", "110228", on="2026-11-22") == [
        {"raw": "110228", "value": "110118", "reason": "renamed_region"}
    ]
    counts = said(capsys, tmp_path, "date", "1767225600000", "2026-01-01", "1767225600", epoch="ms")
    assert [answer["value"] for answer in counts] == ["2026-01-01", "2026-01-01", None]
    basis = "《商标法》第五十四条"
    for day, version in (("2026-12-31", "2019"), ("2027年1月1日", "2026")):
        assert said(capsys, tmp_path, "legal_basis", basis, on=day)[0]["value"] == [f"TML/{version}/54"]
    (decided,) = said(capsys, tmp_path, "legal_basis", basis, by="2027-01-20")
    assert (decided["value"], decided["reason"]) == (["TML//54"], "open_version")


@pytest.mark.parametrize(
    ("kind", "unit", "on", "message"),
    [
        ("date", None, "2026-12-31", "date does not ask for a day"),
        ("region", None, "2026-13-01", "is no day"),
        ("amount", "美元", None, "unit cannot be"),
        ("date", "万元", None, "takes no 'unit'"),
    ],
)
def test_an_option_that_does_not_fit_is_told(kind: str, unit: str | None, on: str | None, message: str) -> None:
    with pytest.raises(CasebridgeError, match=message):
        clean(Kind(kind), None, unit, on)


def test_an_epoch_that_nobody_counts_in_is_told() -> None:
    for kind, message in (("date", "epoch cannot be 'us'"), ("amount", "takes no 'epoch'")):
        with pytest.raises(CasebridgeError, match=message):
            clean(Kind(kind), None, epoch="us")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "gbk").write_bytes("二〇二四年".encode("gb18030"))
    for path in (tmp_path / "gbk", tmp_path / "missing"):
        with pytest.raises(CasebridgeError) as told:
            clean(Kind.DATE, path)
        assert str(path) in told.value.where


def test_what_stands_before_a_line_that_is_no_text_is_answered(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "values.txt"
    path.write_bytes(b"\xef\xbb\xbf2026-05-01\r\n2026-05-02\n\xff\xfe\n")
    with pytest.raises(CasebridgeError) as told:
        clean(Kind.DATE, path)
    assert told.value.where == f"{path}, line 3"
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["raw"] for answer in answers] == ["2026-05-01", "2026-05-02"]


def test_data_is_utf_8_whatever_the_locale() -> None:
    run = [sys.executable, "-m", "infra.cli.main", "clean", "party_name"]
    done = subprocess.run(
        run, input="䶮𠮷店\n".encode(), capture_output=True, env={**os.environ, "PYTHONIOENCODING": "gbk"}, check=True
    )
    assert json.loads(done.stdout.decode())["value"] == "䶮𠮷店"


def test_the_command_streams_standard_input() -> None:
    run = [sys.executable, "-m", "infra.cli.main", "clean", "date"]
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as program:
        assert program.stdin
        assert program.stdout
        for day in (date(2024, 7, 30), date(2024, 8, 1)):
            program.stdin.write(f"{day:%Y/%m/%d}\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["value"] == str(day)
        program.stdin.close()
        assert program.wait() == 0
