"""What no delivery would take is no sample: it is refused with the same words, and nothing of a secret is shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from infra.onboard.sample import read_sample
from infra.runs.onboard import Proposed, begin_source, propose_source
from tests.unit.onboard.samples import HEADER, SAID, TOLD, row, write_sample
from transforms.collect.classified import Classified
from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

ROWS = [row(number) for number in range(1, 25)]


def proposed(folder: Path, others: Sequence[Sequence[str]], sheet: str = "") -> Proposed:
    book = Workbook()
    for name, rows in (("数据", [HEADER, *ROWS[:12]]), ("更多", others)):
        made = book.create_sheet(name)
        for cells in rows:
            made.append(list(cells))
    book.remove(book.worksheets[0])
    book.save(folder / "sample.xlsx")
    return propose_source(begin_source(folder / "sample.xlsx", SAID, TOLD, sheet), 10, None)


def test_a_table_that_goes_on_in_a_sheet_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="更多 has no header, and may go on with the records of 数据") as caught:
        proposed(tmp_path, ROWS[12:])
    assert caught.value.remedy == "say it with --sheet: its name, or its number from 1"


def test_a_sheet_that_is_named_or_of_something_else_is_read(tmp_path: Path) -> None:
    assert proposed(tmp_path, ROWS[12:], "数据").trial.accepted == 12
    assert proposed(tmp_path, [["说明"], ["本表每月更新"]]).trial.accepted == 12


@pytest.mark.parametrize("at", [4, LIMITS.header_rows + 40])
def test_a_table_that_says_that_it_is_secret_is_not_looked_at(tmp_path: Path, at: int) -> None:
    rows = (f"示例{n}局,{n},{'秘密' if n == at else '公开'}\n" for n in range(1, 101))
    text = "".join(["处罚机关,罚款金额（元）,密级\n", *rows])
    (tmp_path / "sample.csv").write_text(text, "utf-8")
    with pytest.raises(Classified):
        read_sample(tmp_path / "sample.csv")
    (tmp_path / "sample.csv").write_text(text.replace("秘密", "公开"), "utf-8")
    assert len(read_sample(tmp_path / "sample.csv").rows) == 100


def test_a_level_below_the_rows_that_are_looked_at_is_one_of_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.onboard.sample.ROWS", 3)
    records = [{"a": str(n), "密级": "机密" if n == 9 else "公开"} for n in range(1, 10)]
    rows = (",".join(one.values()) + "\n" for one in records)
    (tmp_path / "sample.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    (tmp_path / "sample.csv").write_text("".join(["a,密级\n", *rows]), "utf-8")
    for name in ("sample.jsonl", "sample.csv"):
        with pytest.raises(Classified):
            read_sample(tmp_path / name)


@pytest.mark.parametrize(
    "record", [{"meta": {"密级": "秘密"}}, {"parts": [{"no": "1", "密级": "机密"}]}, {"密级": "绝密★30年"}]
)
def test_records_that_say_that_they_are_secret_are_not_looked_at(tmp_path: Path, record: object) -> None:
    (tmp_path / "sample.jsonl").write_text("\n".join([json.dumps(record)] * 2), "utf-8")
    with pytest.raises(Classified):
        read_sample(tmp_path / "sample.jsonl")


def test_a_title_that_names_a_level_is_one_of_the_table(tmp_path: Path) -> None:
    with pytest.raises(Classified):
        read_sample(write_sample(tmp_path, title="密级：机密"))


def test_a_pushed_sample_is_no_delivery(tmp_path: Path) -> None:
    choices = replace(SAID, mode="event", source_time="receipt")
    made = propose_source(begin_source(write_sample(tmp_path), choices, TOLD), 10, None)
    assert made.trial.accepted == 30
