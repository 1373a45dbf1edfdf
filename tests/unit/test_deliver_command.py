"""`casebridge deliver --dry-run` says by its exit code what `deliver` would say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from infra.cli.ledger import sources
from infra.cli.line import deliver
from infra.cli.replay import check as check_contract
from infra.cli.replay import release
from infra.runs.deliver import judge
from schemas import contracts
from transforms.collect.deliver import check_file
from transforms.errors import ContractBroken

HEADER = "行政处罚决定书文号,行政相对人名称,处罚类别,处罚依据,处罚决定日期,处罚机关\n"
ROW = "市监处罚〔2026〕1号,杭州青禾鞋业有限公司,罚款,《商标法》第六十条,2026-05-11,杭州市西湖区市场监督管理局\n"


@pytest.mark.parametrize(
    ("content", "state", "code"), [(HEADER + ROW, "checked", 0), ("no,header\n1,2\n", "refused", 1)]
)
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_what_would_be_refused_ends_with_1(
    tmp_path: Path, content: str, state: str, code: int, words: list[str]
) -> None:
    path = tmp_path / "may.csv"
    path.write_text(content, "utf-8")
    alone = typer.Typer()
    alone.command()(deliver)
    done = CliRunner().invoke(alone, [str(path), "--source", "amr_zj_penalties", "--dry-run", *words])
    assert done.exit_code == code
    if words:
        assert json.loads(done.stdout)["state"] == state
    else:
        assert state in done.stdout
        assert not done.stdout.startswith("{")


def test_a_cleaner_that_there_is_not_is_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    known = contracts.source("amr_zj_penalties")
    wrong = replace(known, fields=(*known.fields[:-1], replace(known.fields[-1], cleaner="usc")))
    monkeypatch.setattr(contracts, "source", lambda _: wrong)
    monkeypatch.setattr(contracts, "sources", lambda: {wrong.source: wrong})
    with pytest.raises(ContractBroken, match="no cleaner 'usc'") as caught:
        check_file(wrong.source, Path("may.csv"))
    assert caught.value.where.startswith(f"amr_zj_penalties.odcs.yaml: {known.fields[-1].name}, ")
    assert "uscc" in caught.value.remedy
    for command, words in ((sources, []), (release, [wrong.source]), (check_contract, [wrong.source])):
        alone = typer.Typer()
        alone.command()(command)
        refused = CliRunner().invoke(alone, words).exception
        assert isinstance(refused, ContractBroken), command


QUARANTINED = "3 of 10 records are quarantined, see `casebridge quarantine`; the others"
KNOWN, PUBLISHED = ("admitted", None, 0, None, None), ("admitted", None, 7, 4, "published")


@pytest.mark.parametrize(
    ("ended", "quarantined", "became", "code"),
    [
        (KNOWN, 0, "all records were known", 0),
        (KNOWN, 3, f"{QUARANTINED} were known", 0),
        (PUBLISHED, 0, "in marts since release 4", 0),
        (PUBLISHED, 3, f"{QUARANTINED} are in marts since release 4", 0),
        (PUBLISHED, 10, "all 10 records are quarantined; see `casebridge quarantine`", 1),
    ],
)
def test_records_that_nobody_could_use_are_called_neither_known_nor_published(
    ended: tuple[object, ...], quarantined: int, became: str, code: int
) -> None:
    outcome, _ = judge({}, (*ended, quarantined, 10, None))
    assert outcome is not None
    assert (outcome.became, outcome.exit_code) == (became, code)
