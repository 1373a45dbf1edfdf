"""A record that its body takes back is a withdrawal however the word is written; an unknown word is told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from schemas.contracts import source, sources
from tests.support.normalised import normalise_values
from tests.unit.normalise.sent_rows import SHANDONG
from transforms.normalise.record import Staged


def shandong(state: str, word: str = "1") -> Staged:
    known = source("amr_sd_penalties")
    record = dict.fromkeys(known.labels) | SHANDONG | {"CF_ZT": state}
    changed = replace(known, withdrawal=("record_state", word), standing=("0", "2", "3"))
    return normalise_values(changed, [json.dumps(record, ensure_ascii=False)])


@pytest.mark.parametrize(
    ("word", "state", "withdrawn"),
    [
        ("1", "1", True),
        ("1", "１", True),
        ("1", " 1 ", True),
        ("1", "0", False),
        ("void", "VOID", True),
        ("void", "ｖｏｉｄ", True),
        ("已作废", "已作废", True),
        ("1", "已作废", False),
        ("1", "", False),
    ],
)
def test_width_and_case_of_the_word_do_not_matter(word: str, state: str, withdrawn: bool) -> None:
    assert shandong(state, word).records["is_withdrawal"].to_pylist() == [withdrawn]


@pytest.mark.parametrize(
    ("state", "told"), [("已作废", True), ("deleted", True), ("2", False), ("1", False), ("", False)]
)
def test_a_word_that_the_contract_does_not_know_is_told(state: str, told: bool) -> None:
    found = {(item["field"], item["reason"]) for item in shandong(state).findings.to_pylist()}
    assert (("record_state", "unmapped") in found) == told


def test_every_contract_that_takes_back_says_what_stands() -> None:
    """Where the word is the state of the case, its stage tells what is unknown."""
    silent = [name for name, known in sources().items() if known.withdrawal and not known.standing]
    assert silent == ["amr_sd_penalties"]
    label = source(silent[0]).field_named("record_state").label
    assert any(item.label == label and item.cleaner.startswith("stage(") for item in source(silent[0]).fields)
