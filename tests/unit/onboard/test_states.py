"""A column that withdraws: its words are told by a person, and each that nobody told is shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.onboard.choices import Choices, Question
from infra.runs.onboard import Proposed, begin_source, propose_source, write_source
from schemas.contracts import read_source
from tests.support.normalised import normalise_file
from tests.unit.onboard.samples import HEADER, SAID, TOLD, row
from transforms.errors import CasebridgeError, ContractBroken

STATES = ("正常", "正常", "正常", "已撤销", "撤销公示")
WITHDRAWN = replace(SAID, withdrawn="撤销", stands=("正常",))


def sample(folder: Path, states: Sequence[str] = STATES) -> Path:
    lines = [(*HEADER, "公示状态"), *((*row(number), state) for number, state in enumerate(states, 1))]
    path = folder / "sample.csv"
    path.write_text("\n".join(map(",".join, lines)) + "\n", "utf-8")
    return path


def proposed(folder: Path, choices: Choices, states: Sequence[str] = STATES) -> Proposed:
    return propose_source(begin_source(sample(folder, states), choices, TOLD), 10, None)


def test_words_that_nobody_told_are_doubtful_and_named(tmp_path: Path) -> None:
    made = proposed(tmp_path, WITHDRAWN)
    assert made.trial.findings["record_state:unmapped"] == 2
    unknown, unsaid = (step for step in made.next_steps if "公示状态" in step)
    assert "已撤销 (1), 撤销公示 (1)" in unknown
    assert "no record of the sample says 撤销" in unsaid
    assert (made.trial.withdrawals, made.trial.accepted) == (0, 5)


def test_a_word_that_withdraws_is_counted(tmp_path: Path) -> None:
    made = proposed(tmp_path, replace(WITHDRAWN, withdrawn="已撤销", stands=("正常", "撤销公示")))
    assert (made.trial.withdrawals, made.trial.accepted) == (1, 5)
    assert "record_state:unmapped" not in made.trial.findings
    assert not [step for step in made.next_steps if "公示状态" in step]


def test_the_contract_knows_the_words_and_a_golden_row_is_withdrawn(tmp_path: Path) -> None:
    contract_path, raw, expected = write_source(proposed(tmp_path, WITHDRAWN), tmp_path)
    contract = read_source(contract_path)
    assert (contract.withdrawal, contract.standing) == (("record_state", "撤销"), ("正常",))
    lines = [json.loads(line) for line in expected.read_text("utf-8").splitlines()][1:]
    assert [line["status"] for line in lines].count("withdrawal") == 1
    assert not [line for line in lines if "record_state:unmapped" in line["findings"]]
    assert normalise_file(contract, raw).records["is_withdrawal"].to_pylist().count(True) == 1


def test_the_words_that_stand_are_asked_for_beside_those_of_the_sample(tmp_path: Path) -> None:
    with pytest.raises(CasebridgeError) as caught:
        proposed(tmp_path, replace(SAID, withdrawn="已撤销"))
    assert caught.value.remedy == "say --stands 正常"
    asked: list[Question] = []

    def ask(question: Question) -> str:
        asked.append(question)
        return {"--withdrawn": "已撤销", "--stands": "正常,撤销公示"}.get(question.option, "leave")

    made = propose_source(begin_source(sample(tmp_path), SAID, TOLD), 10, ask)
    assert [question.option for question in asked][2:4] == ["--withdrawn", "--stands"]
    assert all("正常 (3), 已撤销 (1), 撤销公示 (1)" in question.asks for question in asked[2:4])
    assert made.choices.stands == ("正常", "撤销公示")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [({"stands": ("正常", "撤销")}, "cannot stand"), ({"withdrawn": "never"}, "cannot stand")],
)
def test_words_that_cannot_be_are_refused(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CasebridgeError, match=complaint):
        proposed(tmp_path, replace(WITHDRAWN, **change))


def test_a_word_of_withdrawal_needs_its_column(tmp_path: Path) -> None:
    path = sample(tmp_path)
    path.write_text(path.read_text("utf-8").replace("公示状态", "网格状态"), "utf-8")
    with pytest.raises(ContractBroken, match="no column fills 'record_state'"):
        propose_source(begin_source(path, WITHDRAWN, TOLD), 10, None)
