"""A column that nobody knows may be named as one that is known; what a label fills is not halved in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from infra.onboard.labels import readings_of
from infra.onboard.propose import Said
from infra.runs.onboard import Proposed, begin_source, propose_source
from tests.unit.onboard.samples import SAID
from transforms.errors import ContractBroken

NESTED = {
    "doc": {"penDecNo": "闽示市监处罚〔2026〕{}号", "CF_JDRQ": "2026-05-1{}"},
    "entInfo": {"CF_XDR_MC": "福州示例{}有限公司"},
    "measure": {"kinds": "罚款", "law": "《中华人民共和国商标法》第五十七条第三项"},
}
BY_FIELD = (
    "measure.kinds=sanction_types:list(of=code(vocabulary=sanction_type))",
    "measure.law=legal_basis:text",
)
BY_LABEL = ("measure.kinds=处罚类别", "measure.law=处罚依据")


def proposed(folder: Path, maps: tuple[str, ...]) -> Proposed:
    records = [json.dumps(NESTED, ensure_ascii=False).replace("{}", str(number)) for number in range(1, 10)]
    records[0] = records[0].replace('"罚款"', '"不予处罚"')
    path = folder / "sample.jsonl"
    path.write_text("\n".join(records), "utf-8")
    return propose_source(begin_source(path, replace(SAID, key=("case_no",)), Said(maps)), 10, None)


def filled(made: Proposed) -> set[str]:
    return {reading.field for _, reading in made.made.readings}


@pytest.mark.parametrize(
    ("label", "like"),
    [("penInfo.CF_SY", "CF_SY"), ("penInfo.penDecNo", "penDecNo"), ("a.b.CF_XDR_LB", "CF_XDR_LB"), ("p.SJC", "SJC")],
)
def test_an_official_name_is_known_wherever_it_stands(label: str, like: str) -> None:
    assert readings_of(label, "AMR") == readings_of(like, "AMR") != ()


@pytest.mark.parametrize("label", ["party.status", "related.case_no", "relatedCase.docNo", "当事人.案由", "xpenDecNo"])
def test_another_name_within_an_object_is_left_to_a_person(label: str) -> None:
    assert readings_of(label, "COURT") == readings_of(label, "CUS") == ()


def test_a_column_may_be_named_as_a_label_that_is_known(tmp_path: Path) -> None:
    made = proposed(tmp_path, BY_LABEL)
    assert {"sanction_types", "outcome", "legal_basis", "legal_bases", "case_type"} <= filled(made)
    cleaners = {reading.field: reading.cleaner for _, reading in made.made.readings}
    assert cleaners["legal_bases"] == "legal_basis(by=decided_on)"
    assert made.trial.accepted == 9
    assert not [step for step in made.next_steps if "a label of the vocabulary says" in step]


def test_a_map_to_one_field_tells_what_the_known_label_fills_too(tmp_path: Path) -> None:
    made = proposed(tmp_path, BY_FIELD)
    assert "outcome" not in filled(made)
    (step,) = (step for step in made.next_steps if "a label of the vocabulary says" in step)
    assert "--map 'measure.kinds=处罚类别' (it fills outcome too)" in step
    assert "--map 'measure.law=处罚依据' (it fills legal_bases, ip_right_type, case_type too)" in step
    assert "penDecNo" not in step


@pytest.mark.parametrize("known", ["处罚花样", "备注"])
def test_a_label_that_nobody_knows_or_wants_is_no_map(tmp_path: Path, known: str) -> None:
    with pytest.raises(ContractBroken, match="cannot read") as caught:
        proposed(tmp_path, (f"measure.kinds={known}",))
    assert "处罚类别" in caught.value.remedy
