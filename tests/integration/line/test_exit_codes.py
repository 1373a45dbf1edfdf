"""What `casebridge deliver --wait` returns, while somebody else integrates."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infra.runs.held import decide
from tests.integration.line.line import Line, Taken

SHENZHEN, DMCA = "shenzhen_amr_penalties", "github_dmca_notices"
_DONE, _NO, _UNKNOWN = 0, 1, 2


def _penalties(line: Line, numbers: range, fine: str = "罚款2000元") -> Path:
    header = (
        "mid,party_name_registry,party_category,penalty_type,decision_date,violation_type,legal_basis,case_name,"
        "penalty_content,fine_wan_yuan,confiscated_wan_yuan"
    )
    row = "{},深圳市云鹤贸易有限公司,法人及非法人组织,罚款,20260511,广告违法行为,广告法/第五十五条,虚假广告案,{},0.2,0"
    path = line.folder / f"shenzhen_{numbers.start}.csv"
    path.write_text("\n".join([header, *(row.format(number, fine) for number in numbers)]) + "\n", "utf-8")
    return path


def _notices(line: Line) -> Path:
    """Write notices of which none says when it was published."""
    header = "path,notice_date,kind,claimant_slug,published_at,lag_days,bytes,n_github_urls,network_repos,han_chars,"
    rows = [f"2026/03/{n}.md,2026-03-02,takedown,orlane,,1,2000,2,,0,0,{'0' * 40}" for n in range(5)]
    path = line.folder / "notices.csv"
    path.write_text("\n".join([header + "bad_utf8,blob_sha", *rows]) + "\n", "utf-8")
    return path


def _start(line: Line, path: Path, source: str, timeout: int = 240) -> subprocess.Popen[str]:
    """Start the command and return once the file is handed over."""
    process = line.start("deliver", str(path), "--source", source, "--wait", "--timeout", str(timeout), "--json")
    assert process.stderr is not None
    assert any("sent to casebridge.raw" in told for told in process.stderr)
    return process


def _end(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any]]:
    out, _ = process.communicate(timeout=240)
    return process.returncode, json.loads(out)


def test_the_exit_code_says_where_the_records_ended(line: Line, first: Taken) -> None:
    good, bad = _penalties(line, range(90001, 90011)), _notices(line)

    code, told = _end(_start(line, good, SHENZHEN, timeout=1))
    assert (code, told["state"], told["release"]) == (_UNKNOWN, "closed", None)

    waiting = _start(line, good, SHENZHEN), _start(line, bad, DMCA)
    done = line.integrate()
    assert done.release is not None
    (code, told), (held_code, held_told) = map(_end, waiting)
    assert (code, told["state"], told["release"]) == (_DONE, "known", done.release.release_id)
    assert held_code == _NO
    assert held_told["became"].startswith("held: ")

    (number,) = done.batches[0].held
    decide(line.stack, number, "admit", "they are what they are", "a test")
    code, told = _end(_start(line, bad, DMCA))
    assert (code, told["became"].split(";")[0]) == (_NO, "all 5 records are quarantined")


def test_a_refused_file_exits_1_at_once(line: Line, first: Taken) -> None:
    path = line.folder / "refused.csv"
    path.write_bytes(b"mid,party_name_registry\n\xff\xfe\xff\n")
    code, told = line.command("deliver", str(path), "--source", SHENZHEN, "--wait")
    assert (code, told["state"]) == (_NO, "refused")
    assert told["reason"]
    assert told["remedy"]


@pytest.mark.parametrize("source", ["no_such_source", "platform_notices"])
def test_a_source_that_takes_no_files_exits_1(line: Line, first: Taken, source: str) -> None:
    code, complaint = line.command("deliver", str(_penalties(line, range(1, 2))), "--source", source, "--wait")
    assert code == _NO
    assert "remedy" in complaint


def test_an_abandoned_release_exits_1_and_its_retry_0(line: Line, first: Taken) -> None:
    path = _penalties(line, range(90101, 90106), "罚款人民币2000元")
    waiting = _start(line, path, SHENZHEN)
    line.take()
    with line.wrong_books():
        made = line.integrate().release
    assert made is not None
    assert made.state == "abandoned"
    code, told = _end(waiting)
    assert (code, told["release"]) == (_NO, made.release_id)
    assert "abandoned" in told["became"]
    assert line.command("release", "retry")[0] == 0
    code, told = _end(_start(line, path, SHENZHEN))
    assert (code, told["state"]) == (_DONE, "known")
    assert told["release"] > made.release_id
