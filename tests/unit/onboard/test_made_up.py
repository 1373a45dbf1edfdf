"""The golden pair of a new source shows both fates, and holds nothing of the sample but terms of ours."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

from infra.onboard.trial import outcomes
from tests.support.normalised import normalise_file
from tests.unit.onboard.samples import SAID, TOLD, proposed, row, written


def test_the_golden_pair_shows_both_fates_and_waits_for_a_reader(tmp_path: Path) -> None:
    contract = written(tmp_path)
    folder = tmp_path / "tests/golden/amr_fj_penalties"
    head, *expected = [json.loads(line) for line in (folder / "expected.jsonl").read_text("utf-8").splitlines()]
    assert head == {"reviewed": False}
    assert list(outcomes(normalise_file(contract, folder / "raw.csv"))) == expected
    assert [record["status"] for record in expected].count("quarantined") == 1
    assert any(record["findings"] and record["status"] == "ok" for record in expected)
    assert len(expected) == 10


def test_the_doubtful_record_of_a_golden_pair_keeps_its_time(tmp_path: Path) -> None:
    numbers = ("行政相对人代码_2（统一社会信用代码）", "行政相对人代码_1（工商注册号）", "证件号码")
    said = replace(TOLD, ignored=numbers, maps=("网格=updated_at:timestamp",))
    choices = replace(SAID, mode="incremental", source_time="updated_at")
    rows = [[*row(number)[:-1], "2026-05-02 10:00:00"] for number in range(1, 11)]
    expected = [json.loads(line) for line in proposed(tmp_path, choices, said, rows).expected.splitlines()][1:]
    assert [record["status"] for record in expected].count("quarantined") == 1
    assert any(record["findings"] and record["status"] == "ok" for record in expected)


def test_the_golden_pair_holds_nothing_of_the_sample_but_our_own_terms(tmp_path: Path) -> None:
    made = proposed(tmp_path)
    cells = {cell for number in range(1, 31) for cell in row(number)[1:]}
    kept = {cell for line in made.raw[1].splitlines()[1:] for cell in line.split(",")} & cells
    published = {"91110000600037341L", "11010519491231002X", "《中华人民共和国商标法》第五十七条第三项"}
    assert kept - published <= {"法人及非法人组织", "罚款、没收违法所得", "0.2"} | {
        f"2026年5月{day}日" for day in range(1, 30)
    }
    numbers = set(re.findall(r"(?<![0-9A-Z])[0-9]{17}[0-9X]", made.raw[1]))
    assert numbers <= {
        *published,
        "440524188001010014",
        "110105194912310021",
        "911101051234567883",
        "11110000123456788X",
    }
