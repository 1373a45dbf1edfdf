"""Customs detain goods and punish: what a list is of, its number and its kinds of penalty tell."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.onboard.propose import Said
from infra.runs.onboard import Proposed, begin_source, propose_source
from tests.unit.onboard.samples import SAID

CUSTOMS = replace(SAID, source="customs_fj_list", body="customs_fj", kind="CUS", key=("case_no",))
PENALTIES = ("当事人", "行政处罚决定书文号", "处罚类别", "罚款金额（万元）", "处罚决定日期")
DETENTIONS = ("当事人", "扣留决定书文号", "扣留日期")


def proposed(folder: Path, labels: tuple[str, ...], said: Said | None = None) -> Proposed:
    cells = {
        "当事人": "福州示例{}有限公司",
        "行政处罚决定书文号": "榕关知罚〔2026〕{}号",
        "扣留决定书文号": "榕关知扣〔2026〕{}号",
        "案件号": "榕关知〔2026〕{}号",
        "处罚类别": "罚款",
        "罚款金额（万元）": "0.{}",
        "处罚决定日期": "2026-05-0{}",
        "扣留日期": "2026-04-0{}",
    }
    lines = [labels, *([cells[label].format(number) for label in labels] for number in range(1, 5))]
    path = folder / "sample.csv"
    path.write_text("\n".join(map(",".join, lines)) + "\n", "utf-8")
    return propose_source(begin_source(path, CUSTOMS, said or Said()), 10, None)


def claimed(made: Proposed) -> dict[str, dict[str, Any]]:
    return {claim["entity"]: claim for claim in made.made.claims}


def fates(made: Proposed) -> dict[str, str]:
    return {one.column.label: one.fate for one in made.made.placed}


def test_a_list_of_penalties_is_no_list_of_detentions(tmp_path: Path) -> None:
    made = proposed(tmp_path, PENALTIES)
    claims = claimed(made)
    assert claims["case"]["constants"] == {"proceeding": "PENALTY", "stage": "DECIDED", "case_type": "CUS_PENALTY"}
    assert claims["decision"] == {"entity": "decision", "constants": {"doc_type": "PENALTY", "outcome": "PUNISHED"}}
    assert claims["sanction"]["amounts"] == {"FINE": "fine_cny"}
    assert set(fates(made).values()) == {"mapped"}
    assert (made.trial.accepted, dict(made.trial.findings)) == (4, {})


def test_the_kinds_of_penalty_alone_tell_a_list_of_penalties(tmp_path: Path) -> None:
    labels = ("案件号", "当事人", "处罚类别", "罚款金额（万元）", "处罚决定日期")
    made = proposed(tmp_path, labels, Said(maps=("案件号=case_no:doc_no",)))
    assert claimed(made)["case"]["constants"]["proceeding"] == "PENALTY"


def test_a_list_of_detentions_is_one_and_takes_no_penalty_that_stands_in_it(tmp_path: Path) -> None:
    made = proposed(tmp_path, (*DETENTIONS, "处罚类别", "罚款金额（万元）"))
    claims = claimed(made)
    assert claims["case"]["constants"]["proceeding"] == "DETENTION"
    assert claims["decision"]["constants"] == {"doc_type": "DETENTION"}
    assert "sanction" not in claims
    assert {label for label, fate in fates(made).items() if fate == "unmapped"} == {"处罚类别", "罚款金额（万元）"}
    assert not [one for one in made.made.placed if "map its column" in one.why_not]
