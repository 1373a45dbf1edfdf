"""Who complains or reports is protected (DOMAIN P12): nothing of them is sent on, whatever the file holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.contracts import source
from tests.support import intake
from tests.support.generate import generate
from tests.support.normalised import normalise_file, read_values

SOURCE = "hotline_12315_intake"
GOLDEN = Path(__file__).resolve().parents[1] / "golden" / SOURCE / "raw.html"
REPORTER = ("提供方姓名", "提供方联系电话", "提供方证件号码", "提供方地址", "诉求内容")


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    return generate(SOURCE, 200, 7, tmp_path).paths[0]


def test_the_files_name_the_reporter(delivered: Path) -> None:
    assert set(REPORTER) <= set(intake.LABELS)
    for text in (GOLDEN.read_text("utf-8"), delivered.read_text("gb18030")):
        assert "赵丽华" in text
        assert "13800138000" in text


def test_no_label_of_the_reporter_is_read() -> None:
    contract = source(SOURCE)
    assert set(REPORTER) <= contract.ignored
    assert not set(REPORTER) & set(contract.labels)


def test_nothing_of_the_reporter_reaches_a_message_or_a_claim(delivered: Path) -> None:
    contract = source(SOURCE)
    for path in (GOLDEN, delivered):
        staged = normalise_file(contract, path)
        sent = [*read_values(contract, path), *(str(table.to_pylist()) for table in staged.claims.values())]
        assert len(sent) > len(staged.claims)
        for secret in ("赵丽华", "13800138000", "某路1号"):
            assert [text for text in sent if secret in text] == []


def test_complaints_and_reports_are_split(delivered: Path) -> None:
    staged = normalise_file(source(SOURCE), delivered)
    cases = {row["case_id"]: row["proceeding"] for row in staged.claims["case"].to_pylist()}
    intakes = staged.claims["complaint"].to_pylist()
    assert {row["kind"] for row in intakes} == {"COMPLAINT", "REPORT"}
    assert all(cases[row["case_id"]] == row["kind"] for row in intakes)
    numbered = {(row["complaint_no"], row["kind"]) for row in intakes}
    assert len(numbered) > len({number for number, _ in numbered}), "one number may stand for one of each"


def test_a_complaint_is_accepted_and_a_report_leads_to_a_case(delivered: Path) -> None:
    staged = normalise_file(source(SOURCE), delivered)
    cases = {row["case_id"]: row["proceeding"] for row in staged.claims["case"].to_pylist()}
    kinds = {(cases[row["case_id"]], row["event_type"]) for row in staged.claims["case_event"].to_pylist()}
    assert ("COMPLAINT", "complaint.accepted") in kinds
    assert ("REPORT", "case.filed") in kinds
    assert not {("REPORT", "complaint.accepted"), ("COMPLAINT", "case.filed")} & kinds
    assert {cases[row["case_id"]] for row in staged.claims["case_reference"].to_pylist()} == {"REPORT"}
