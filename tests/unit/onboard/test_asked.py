"""What a person answers about a column is known before what hangs on it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from infra.onboard.choices import Choices, Question
from infra.onboard.propose import Said
from infra.runs.onboard import Proposed, begin_source, propose_source
from tests.unit.onboard.samples import SAID
from transforms.errors import ContractBroken

ROWS = [
    {"no": f"闽示市监处罚〔2026〕{n}号", "fine": f"2.{n}", "at": f"2026-05-0{n}T08:00:00Z", "state": "正常"}
    for n in range(1, 6)
]
ANSWERS = {"no": "case_no:doc_no", "fine": "illegal_gain_cny:amount", "at": "updated_at:timestamp"}
UNKNOWN = replace(SAID, mode="incremental", key=())


def asked(
    folder: Path, choices: Choices, columns: Mapping[str, str], others: Mapping[str, str]
) -> tuple[Proposed, Sequence[Question]]:
    path, questions = folder / "sample.jsonl", list[Question]()
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in ROWS), "utf-8")

    def ask(question: Question) -> str:
        assert "no column fills" not in question.asks
        is_again = question.label in [one.label for one in questions if one.option == question.option == "--map"]
        questions.append(question)
        if question.option == "--map":
            return "leave" if is_again else columns.get(question.label, "leave")
        return others.get(question.option) or question.default or question.allowed[0]

    return propose_source(begin_source(path, choices, Said(), ask=ask), 10, ask), questions


def test_a_file_of_which_no_label_is_known_is_asked_to_its_end(tmp_path: Path) -> None:
    made, questions = asked(tmp_path, UNKNOWN, ANSWERS, {"--unit": "万元", "--source-time": "updated_at"})
    options = [question.option for question in questions if question.label != "state"]
    assert options == ["--map", "--map", "--map", "--unit", "--key", "--source-time"]
    assert (made.choices.key, made.choices.source_time) == (("case_no",), "updated_at")
    assert made.trial.accepted == 5


def test_the_unit_of_a_column_that_an_answer_maps_is_asked(tmp_path: Path) -> None:
    made, _ = asked(tmp_path, UNKNOWN, ANSWERS, {"--unit": "万元"})
    assert "transformLogic: amount(unit=万元)" in made.contract


def test_a_key_that_was_told_may_be_mapped_by_an_answer(tmp_path: Path) -> None:
    made, _ = asked(tmp_path, replace(UNKNOWN, key=("case_no",)), ANSWERS, {"--unit": "元"})
    assert made.made.key == ("case_no",)
    with pytest.raises(ContractBroken, match="no column fills 'case_no'"):
        asked(tmp_path, replace(UNKNOWN, key=("case_no",)), {}, {})


def test_an_amount_may_be_named_before_the_kinds_that_it_belongs_to(tmp_path: Path) -> None:
    columns = {"no": "行政处罚决定书文号", "fine": "fine_cny:amount", "state": "处罚类别"}
    made, questions = asked(tmp_path, UNKNOWN, columns, {"--unit": "元"})
    assert [question.label for question in questions].count("fine") == 2  # of what it is, and in which unit
    assert {"FINE": "fine_cny"} in [claim.get("amounts") for claim in made.made.claims]


def test_what_nothing_takes_is_asked_again_once_all_else_is_told(tmp_path: Path) -> None:
    columns = {"no": "case_no:doc_no", "at": "patrol_area:text"}
    made, questions = asked(tmp_path, UNKNOWN, columns, {})
    assert (questions[-1].label, "no claim takes patrol_area" in questions[-1].asks) == ("at", True)
    assert [label for label, _ in made.made.readings] == ["no"]
    made, questions = asked(tmp_path, UNKNOWN, columns, {"--key": "patrol_area"})
    assert (made.made.key, questions[-1].option) == (("patrol_area",), "--source-time")


def test_who_sends_a_sample_is_told_before_the_column_that_its_key_waits_for(tmp_path: Path) -> None:
    columns, others = {"no": "case_no:doc_no", "at": "patrol_area:text"}, {"--source": "amr_fj_penalties"}
    made, questions = asked(tmp_path, replace(UNKNOWN, source=None, key=("case_no", "patrol_area")), columns, others)
    assert [question.option for question in questions[:2]] == ["--source", "--map"]
    assert made.made.key == ("case_no", "patrol_area")


def test_a_status_column_that_an_answer_maps_is_asked_for_its_words(tmp_path: Path) -> None:
    columns = {"no": "case_no:doc_no", "state": "record_state:text"}
    _, questions = asked(tmp_path, UNKNOWN, columns, {"--withdrawn": "never"})
    assert "--withdrawn" in [question.option for question in questions]
