"""A sample becomes a contract that every command can read, a golden pair that shows both fates, and a trial run."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra.cli.main import typer_app
from infra.cli.source import register
from infra.onboard.choices import Choices, Question
from infra.onboard.propose import Said
from infra.onboard.trial import outcomes
from infra.runs.onboard import begin_source, propose_source, write_source
from tests.support.normalised import normalise_file
from tests.unit.onboard.samples import SAID, TOLD, proposed, row, write_sample, written
from transforms.errors import CasebridgeError, ContractBroken, Terminal
from transforms.normalise.claims import claimed_fields


def test_the_contract_says_what_was_said(tmp_path: Path) -> None:
    contract = written(tmp_path)
    assert (contract.source, contract.body_id, contract.body_kind) == ("amr_fj_penalties", "amr_fj", "AMR")
    assert (contract.mode, contract.cadence, contract.absence_brake) == ("snapshot", "daily", 0.2)
    assert contract.key == ("case_no", "infringer_name_raw")
    assert contract.field_named("infringer_uscc").label == "行政相对人代码_2（统一社会信用代码）"
    assert contract.field_named("registration_norm_value").label == "行政相对人代码_1（工商注册号）"
    assert {"联系电话", "经办"} <= contract.ignored
    assert {claim.entity for claim in contract.claims} == {
        *("case", "decision", "decision_legal_basis", "sanction", "party", "case_party", "party_identifier"),
        "case_event",
    }


def test_every_field_of_the_contract_has_a_use_and_a_sentence(tmp_path: Path) -> None:
    contract = written(tmp_path)
    assert contract.field_names <= {*contract.key, *claimed_fields(contract)}
    assert all(item.description.endswith(".") for item in contract.fields)
    assert all(bound.reason.endswith(".") for bound in contract.bounds)


@pytest.mark.parametrize("kind", ["AMR", "CUS", "COURT", "PSB", "PRO", "HOTLINE", "PIPA"])
def test_a_contract_of_any_kind_of_body_can_be_read(tmp_path: Path, kind: str) -> None:
    said = Said(
        maps=("行政处罚决定书文号=case_no:doc_no", "行政相对人名称=respondent_name_raw:party_name"), units=TOLD.units
    )
    choices = replace(SAID, kind=kind, key=("case_no",))
    made = proposed(tmp_path, choices, said)
    assert made.trial.records == made.trial.accepted == 30
    (case,) = (claim for claim in made.made.claims if claim["entity"] == "case")
    assert (case["constants"].get("security_class") == "CASE_SECRET") == (kind in {"PSB", "PRO"})


def test_what_would_be_accepted_quarantined_and_unmapped_is_told(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 11)]
    rows[0][6], rows[1][8], rows[2][3] = "", "罚酒", "91110000600037341M"
    rows[3][6] = rows[4][6] = rows[5][6] = "闽示〔202257"
    trial = proposed(tmp_path, rows=rows).trial
    assert (trial.records, trial.accepted, trial.quarantined, trial.doubtful) == (10, 6, 4, 5)
    assert trial.rules == {"case_no:damaged": 3, "case_no:missing": 1}
    assert trial.findings["infringer_uscc:check_digit_failed"] == 1
    assert trial.unmapped_terms == {"处罚类别": {"罚酒": 1}}
    assert [why.partition(":")[0] for why in trial.would_hold] == ["quarantined 40 % > 10 %", "findings 50 % > 30 %"]


def test_a_few_records_hold_no_delivery_as_the_gate_says(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 5)]
    rows[0][6] = rows[1][6] = rows[2][6] = ""
    trial = proposed(tmp_path, rows=rows).trial
    assert (trial.quarantined, trial.would_hold) == (3, ())


@pytest.mark.parametrize(("ahead", "accepted"), [(timedelta(hours=-1), 10), (timedelta(days=30), 0)])
def test_a_sample_is_tried_as_if_it_came_now(tmp_path: Path, ahead: timedelta, accepted: int) -> None:
    rows = [row(number) for number in range(1, 11)]
    for cells in rows:
        cells[16] = f"{datetime.now(UTC) + ahead:%Y-%m-%dT%H:%M:%SZ}"
    choices = replace(SAID, mode="incremental", source_time="updated_at")
    said = replace(TOLD, maps=("网格=updated_at:timestamp",))
    trial = proposed(tmp_path, choices, said, rows).trial
    assert (trial.accepted, trial.rules.get("updated_at:future_source_time", 0)) == (accepted, 10 - accepted)


def test_a_known_column_that_is_not_read_for_one_value_is_named(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 11)]
    rows[4][7] = "身份证11010519491231002X"
    (step,) = (step for step in proposed(tmp_path, rows=rows).next_steps if "looks personal" in step)
    assert step.startswith("look at the values of 处罚依据: ")
    assert "11010519491231002X" not in step


def test_a_column_that_nobody_has_named_is_named_though_it_looks_personal(tmp_path: Path) -> None:
    steps = [step for step in proposed(tmp_path).next_steps if "looks" in step]
    assert [step.partition(":")[0] for step in steps] == ["map or ignore 经办"]
    told = proposed(tmp_path, said=replace(TOLD, ignored=("经办",)))
    assert not [step for step in told.next_steps if "looks" in step]


def test_a_province_that_masks_every_number_is_not_held_by_its_own_contract(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 11)]
    for cells in rows:
        cells[1], cells[3], cells[5] = "张某某", "92350100MA***", "3501**********1234"
    trial = proposed(tmp_path, rows=rows).trial
    assert trial.findings == {"infringer_uscc:masked": 10, "infringer_id_token:masked": 10}
    assert (trial.accepted, trial.doubtful, trial.would_hold) == (10, 0, ())


def test_what_is_missing_is_named_all_at_once_off_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(CasebridgeError) as caught:
        proposed(tmp_path, Choices(), Said())
    for option in ("--source", "--body", "--kind", "--unit", "--mode", "--cadence", "--key", "--source-time"):
        assert option in caught.value.what
    assert "--unit '没收金额=元|千元|万元|亿元'" in caught.value.remedy
    assert "--key case_no" in caught.value.remedy


def test_on_a_terminal_each_is_asked_once_in_order(tmp_path: Path) -> None:
    answers = {"--source": "s", "--body": "amr_zj", "--unit": "元", "--mode": "incremental", "--cadence": "daily"}
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.option)
        return answers.get(question.option) or question.default or ""

    made = propose_source(begin_source(write_sample(tmp_path), Choices(), Said(), ask=ask), 10, ask)
    assert asked == ["--source", "--body", "--map", "--map", "--unit", "--mode", "--cadence", "--key", "--source-time"]
    assert (made.choices.kind, made.choices.source_time) == ("AMR", "receipt")


def test_an_answer_that_cannot_be_is_asked_again_with_the_reason(tmp_path: Path) -> None:
    answers = iter(["leave", "region_code", "patrol_area:text", "case_number", "case_no", "right_no:identifier"])
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.asks)
        return next(answers)

    made = propose_source(begin_source(write_sample(tmp_path), replace(SAID, key=()), TOLD), 10, ask)
    assert asked[0].startswith("经办 (text; Nobody has named it, and its values look personal.)")
    assert "网格" in asked[1]
    assert asked[2].startswith("cannot read '网格=region_code'")
    assert asked[2].endswith(f"\n{asked[1]}")
    assert asked[4].startswith("no column fills 'case_number'")
    assert asked[5].startswith("网格 (text; no claim takes patrol_area): ")
    assert made.choices.key == ("case_no",)
    assert [r.field for _, r in made.made.readings if r.field == "right_no"] == ["right_no"]


def test_who_sends_a_file_is_asked_before_its_columns_are_told(tmp_path: Path) -> None:
    answers = iter(["amr_zj_penalties", "amr_fj_penalties", "amr_fj", "AMR"])
    asked: list[str] = []

    def ask(question: Question) -> str:
        asked.append(question.asks.partition("\n")[0])
        return next(answers)

    draft = begin_source(write_sample(tmp_path), Choices(), Said(), ask=ask)
    assert asked[1].startswith("amr_zj_penalties is there already")
    assert draft.questions()[0].option == "--unit"
    assert (draft.choices.source, draft.choices.body, draft.choices.kind) == ("amr_fj_penalties", "amr_fj", "AMR")


def test_a_source_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = proposed(tmp_path), tmp_path / "checkout"
    write = Path.write_text

    def interrupted(path: Path, *text: Any, **how: Any) -> int:
        if path.name == "expected.jsonl":
            raise KeyboardInterrupt
        return write(path, *text, **how)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_source(source, out)
    assert not [path for path in out.rglob("*") if path.is_file()]
    assert len(write_source(source, out)) == 3


def test_a_column_may_be_ignored_or_left_on_a_terminal(tmp_path: Path) -> None:
    ignored = propose_source(begin_source(write_sample(tmp_path), SAID, TOLD), 10, lambda _: "ignore")
    left = propose_source(begin_source(write_sample(tmp_path), SAID, TOLD), 10, lambda _: "leave")
    assert [made.made.placed[-1].fate for made in (ignored, left)] == ["ignored", "unmapped"]


def test_a_likely_key_is_the_number_and_where_that_repeats_the_party_too(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 6)]
    rows[1][6] = rows[0][6]
    with pytest.raises(CasebridgeError) as caught:
        proposed(tmp_path, replace(SAID, key=()), rows=rows)
    assert caught.value.remedy == "say --key case_no,agency_key,infringer_name_raw"


def test_a_pushed_source_ignores_what_is_sensitive(tmp_path: Path) -> None:
    choices = replace(SAID, mode="event", cadence=None, source_time="decided_on")
    made = proposed(tmp_path, choices)
    contract = written(tmp_path, choices)
    assert contract.is_pushed
    assert "证件号码" in contract.ignored
    assert [step for step in made.next_steps if "casebridge.raw.amr_fj_penalties" in step]
    assert not [step for step in made.next_steps if "casebridge deliver" in step]
    assert made.choices.cadence == "pushed"
    folder = tmp_path / "tests/golden/amr_fj_penalties"
    lines = [json.loads(line) for line in (folder / "expected.jsonl").read_text("utf-8").splitlines()]
    assert list(outcomes(normalise_file(contract, folder / "raw.jsonl"))) == lines[1:]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"body": "amr_zj", "kind": "CUS"}, "amr_zj is AMR"),
        ({"kind": "AMRR"}, "--kind cannot be"),
        ({"mode": "daily"}, "--mode cannot be"),
        ({"cadence": "weekly"}, "--cadence cannot be"),
        ({"key": ("case_number",)}, "no column fills 'case_number'"),
        ({"source": "Amr JS"}, "is no name of ours"),
    ],
)
def test_a_wrong_choice_is_refused_with_the_remedy(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ContractBroken, match=complaint) as caught:
        proposed(tmp_path, replace(SAID, **change))
    assert caught.value.remedy


def test_a_source_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(Terminal, match="is there already"):
        written(tmp_path)


def run(*arguments: str) -> Any:
    register(typer_app)
    return CliRunner().invoke(typer_app, ["source", "new", *arguments])


def test_the_command_writes_only_when_told_and_prints_json(tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    said = [f"--{f.name}={getattr(SAID, f.name)}" for f in fields(SAID)[:5]]
    said += ["--key=case_no,行政相对人名称", "--unit=没收金额=元", "--ignore=网格", "--out", str(tmp_path), "--json"]
    tried = run(str(sample), *said, "--dry-run")
    assert tried.exit_code == 0
    assert json.loads(tried.stdout)["written"] == []
    assert not (tmp_path / "schemas").exists()
    assert run(str(sample), *said).exit_code == 2
    assert not (tmp_path / "schemas").exists()
    done = run(str(sample), *said, "--yes")
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["written"]) == 3
    assert "11010519491231002X" not in done.stdout
    assert "13800000000" not in done.stdout
