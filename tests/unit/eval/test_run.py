"""All sets together: what is not there is said, and the costliest classes of error stand last."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli.main import _register, typer_app
from infra.eval.measured import Measured, Tally
from infra.eval.run import SETS, Evaluated, chosen, evaluate, worst
from tests.unit.eval.folders import write_archive
from transforms.errors import CasebridgeError

CLASSES = json.dumps([{"number": 1}, {"number": 46}])


@pytest.fixture(name="real")
def _real(tmp_path: Path) -> Path:
    (tmp_path / "nice").mkdir()
    (tmp_path / "nice/classes.json").write_text(CLASSES, "utf-8")
    (tmp_path / "hs").mkdir()
    (tmp_path / "stdnum_cn").mkdir()
    (tmp_path / "stdnum_cn/identifier_cases.csv").write_text("墨川\n1\n", "utf-8")
    (tmp_path / "csv_corpora").mkdir()
    write_archive(tmp_path / "csv_corpora/made.tar.gz", {"csvs/cut.csv": b"a,b\n1,2"})
    return tmp_path


def call(*words: str) -> tuple[int, str]:
    if "eval-real" not in {command.name for command in typer_app.registered_commands}:
        _register()
    done = CliRunner().invoke(typer_app, ["eval-real", *words])
    return done.exit_code, done.output


def test_a_set_or_a_file_that_is_not_there_is_said_and_the_others_go_on(real: Path) -> None:
    done = {one.name: one for one in evaluate(real, tuple(SETS))}
    assert list(done) == list(SETS)
    assert done["areacodes"].problem == "the set is not there"
    assert done["hs"].problem == "the set has no harmonized-system.csv"
    assert done["stdnum_cn"].problem == "the set is laid out otherwise than we know it (KeyError)"
    assert done["nice"].measured is not None


def test_the_worst_classes_come_first_over_all_sets() -> None:
    found = [
        Evaluated(name, 0.0, Measured(9, 9, errors=errors))
        for name, errors in (("a", {"x": 1, "y": 5}), ("b", {"z": 3}))
    ]
    assert [(one.real_set, one.error, one.count) for one in worst(found, 2)] == [("a", "y", 5), ("b", "z", 3)]


def test_a_set_that_nobody_knows_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(CasebridgeError, match="areacodes"):
        chosen("areas")
    assert chosen("hs") == ("hs",)


def test_a_value_that_may_name_somebody_is_never_kept() -> None:
    tally = Tally()
    tally.disagree("name", "name differs", "墨川", "墨川", "川墨")
    tally.disagree("date", "date differs", "2026-02-30", "", "impossible_date")
    tally.disagree("case number", "case number format", "李墨川", "", "format")
    shown = [item.value for item in tally.measured().disagreements]
    assert shown[:2] == ["", "2026-02-30"]
    assert "墨川" not in shown[2]


def test_every_record_is_accepted_or_quarantined_for_one_fault() -> None:
    tally = Tally()
    for fault in ("", "a", "b", "a", ""):
        tally.take(fault)
    measured = tally.measured()
    assert (measured.records, measured.accepted, measured.quarantined) == (5, 2, {"a": 2, "b": 1})


def test_without_a_folder_nothing_is_measured_and_nothing_is_wrong(tmp_path: Path) -> None:
    code, output = call("--real", str(tmp_path / "absent"))
    assert code == 0
    assert "no real sets" in output


def test_the_command_prints_each_set_and_its_disagreements(real: Path) -> None:
    code, output = call("--real", str(real), "--only", "nice", "--disagreements")
    assert code == 0
    assert "nice: 2 records, 1 accepted" in output
    assert "class refused" in output
    code, output = call("--real", str(real), "--json")
    assert code == 0
    shown = json.loads(output)
    assert [one["name"] for one in shown["sets"]] == list(SETS)
    assert {"real_set": "nice", "error": "lost: class refused", "count": 1} in shown["worst"]
    assert (
        sum(next(one for one in shown["sets"] if one["name"] == "csv_corpora")["measured"]["quarantined"].values()) == 1
    )
