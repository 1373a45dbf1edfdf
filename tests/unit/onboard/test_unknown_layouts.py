"""Files of provinces that nobody has tuned anything for: what a newcomer is told, and what is never guessed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from infra.onboard.labels import candidates, unit_in
from infra.onboard.profile import profile
from infra.onboard.propose import Said
from infra.onboard.sample import read_sample
from infra.onboard.steps import NUMBERED, UNNAMED
from infra.onboard.trial import envelope_value, normalise_values
from infra.runs.onboard import begin_source, propose_source
from schemas.contracts import read_source
from tests.support.normalised import normalise_file
from tests.unit.collect.builders import contract, field
from tests.unit.onboard.samples import HEADER, SAID, TOLD, row, write_sample
from transforms.collect.header import find_header, label_form
from transforms.errors import DeliveryRefused


def written(folder: Path, text: str, name: str = "sample.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_merged_header_of_two_rows_is_found_by_a_newcomer_as_by_collect(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    head = [["裁决情况表"], ["序号", "案号", "请求人", "", "被请求人", ""], ["", "", "名称", "代码", "名称", "代码"]]
    for cells in (
        *head,
        *([str(n), f"湘裁〔2026〕{n}号", "甲", "91110000600037341L", "乙", "无"] for n in range(1, 9)),
    ):
        sheet.append([cell or None for cell in cells])
    for merged in ("A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:F2"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "sample.xlsx")
    sample = read_sample(tmp_path / "sample.xlsx")
    assert sample.labels == ("序号", "案号", "请求人/名称", "请求人/代码", "被请求人/名称", "被请求人/代码")
    assert (sample.header_row, len(sample.rows)) == (3, 8)
    found = find_header(contract(*map(field, sample.labels)), head)
    assert found.labels == sample.labels


def test_columns_without_a_name_are_left_out_and_told(tmp_path: Path) -> None:
    sample = read_sample(written(tmp_path, "处罚机关,罚款金额,,,\n甲局,1,x,,\n乙局,2,,,\n"))
    assert (sample.labels, sample.nameless) == (("处罚机关", "罚款金额"), (3,))
    assert sample.rows == (["甲局", "1"], ["乙局", "2"])


def test_a_document_that_holds_its_records_inside_is_not_taken_for_one_record(tmp_path: Path) -> None:
    text = json.dumps({"code": 0, "data": {"list": [{"a": "1"}, {"a": "2"}]}})
    with pytest.raises(DeliveryRefused, match=r"records of its own at data\.list") as refusal:
        read_sample(written(tmp_path, text, "sample.json"))
    assert "--record-path" in refusal.value.remedy


def test_a_way_that_is_missing_is_told_as_an_option_of_the_command(tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="several names") as refusal:
        read_sample(written(tmp_path, "<a><b><x/></b><c><r/><r/></c></a>", "sample.xml"))
    assert "--record-path" in refusal.value.remedy


@pytest.mark.parametrize(("label", "cleaner"), [("处罚金（元）", "amount(unit=元)"), ("标的额", "amount")])
def test_a_candidate_never_brings_the_unit_of_another_label(label: str, cleaner: str) -> None:
    amounts = {one.cleaner for one in candidates(label, "amount", "AMR") if one.cleaner.startswith("amount")}
    assert amounts == {cleaner}


def test_what_was_fined_and_confiscated_together_is_no_fine(tmp_path: Path) -> None:
    path = written(tmp_path, "处罚机关,罚没金额（万元）\n甲局,1\n乙局,2\n")
    sample = read_sample(path)
    draft = begin_source(path, replace(SAID, key=()), Said())
    assert [one.fate for one in draft.placed()] == ["mapped", "unmapped"]
    assert [column.label for column in profile(sample)] == list(sample.labels)


def test_labels_in_traditional_characters_are_known(tmp_path: Path) -> None:
    assert label_form("罰款金額（萬元）") == label_form("罚款金额(万元)")
    path = written(tmp_path, "處罰機關,罰款金額（萬元）,處罰決定日期\n甲局,1,2026-05-01\n")
    placed = begin_source(path, SAID, Said()).placed()
    readings = {one.column.label: [r.cleaner for r in one.readings] for one in placed}
    assert readings == {
        "處罰機關": ["text", "agency_key"],
        "罰款金額（萬元）": ["amount(unit=万元)"],
        "處罰決定日期": ["date", "date"],
    }


def test_an_amount_that_no_claim_takes_says_what_it_lacks(tmp_path: Path) -> None:
    place = HEADER.index("处罚类别")
    lines = [[cell for at, cell in enumerate(cells) if at != place] for cells in (HEADER, *map(row, range(1, 13)))]
    path = written(tmp_path, "".join(",".join(cells) + "\n" for cells in lines))
    steps = propose_source(begin_source(path, SAID, TOLD), 10, None).next_steps
    assert any("罚款金额（万元） (no claim takes fine_cny: an amount belongs" in step for step in steps)


def test_several_parties_in_one_cell_are_told(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 13)]
    rows[3][1] = "示例甲商行、示例乙商行"
    proposed = propose_source(begin_source(write_sample(tmp_path, rows), SAID, TOLD), 10, None)
    assert proposed.trial.findings["infringer_name_raw:several_parties"] == 1
    assert any("several parties" in step for step in proposed.next_steps)


@pytest.mark.parametrize(("mode", "rule"), [("snapshot", "snapshot"), ("incremental", "delivery")])
def test_records_that_say_two_things_of_one_key_are_told_before_a_delivery_is(
    tmp_path: Path, mode: str, rule: str
) -> None:
    rows = [row(number) for number in range(1, 13)]
    for number in (1, 2, 3):
        rows[number][HEADER.index("行政处罚决定书文号")] = rows[0][HEADER.index("行政处罚决定书文号")]
    choices = replace(SAID, mode=mode, source_time="receipt", key=("case_no",))
    proposed = propose_source(begin_source(write_sample(tmp_path, rows), choices, TOLD), 10, None)
    assert (proposed.trial.accepted, proposed.trial.quarantined) == (8, 4)
    assert proposed.trial.rules == {f":conflicting_in_{rule}": 4}
    assert proposed.trial.would_hold[0].startswith("quarantined 33 %")
    again = propose_source(begin_source(write_sample(tmp_path, [*rows[:1], *rows[:1]]), choices, TOLD), 10, None)
    assert again.trial.quarantined == 0


@pytest.mark.parametrize(("key", "asks"), [(("case_no",), True), (("case_no", "agency_key"), False)])
def test_a_number_that_authorities_give_asks_for_the_authority_in_the_key(
    tmp_path: Path, key: tuple[str, ...], asks: bool
) -> None:
    proposed = propose_source(begin_source(write_sample(tmp_path), replace(SAID, key=key), TOLD), 10, None)
    assert (NUMBERED in proposed.next_steps) == asks


def test_a_number_whose_authority_no_column_names_is_told_too(tmp_path: Path) -> None:
    ignored = replace(TOLD, ignored=("处罚机关", "处罚机关代码（统一社会信用代码）"))
    draft = begin_source(write_sample(tmp_path), replace(SAID, key=("case_no",)), ignored)
    assert UNNAMED in propose_source(draft, 10, None).next_steps


def test_what_no_record_tells_is_named(tmp_path: Path) -> None:
    ignored = replace(TOLD, ignored=("处罚依据", "处罚决定日期", "行政相对人名称", "证件号码"))
    maps = ("行政相对人代码_2（统一社会信用代码）=right_no:identifier",)
    choices = replace(SAID, key=("case_no",))
    draft = begin_source(write_sample(tmp_path), choices, replace(ignored, maps=maps))
    (step,) = (step for step in propose_source(draft, 10, None).next_steps if step.startswith("no record tells"))
    assert step.startswith("no record tells case_type, decided_on, a party: ")
    told = propose_source(begin_source(write_sample(tmp_path), SAID, TOLD), 10, None)
    assert (told.trial.untold, told.trial.to_come) == ((), 0)


def test_a_cause_tells_the_type_of_case_where_no_law_does(tmp_path: Path) -> None:
    text = "行政处罚决定书文号,当事人名称,案由\n"
    text += "".join(f"闽示市监处罚〔2026〕{n}号,福州示例{n}有限公司,商标侵权\n" for n in range(1, 9))
    path, choices = written(tmp_path, text), replace(SAID, key=("case_no",))
    bare = propose_source(begin_source(path, choices, Said()), 10, None)
    (step,) = (step for step in bare.next_steps if "tells case_type: --map" in step)
    mapped = step.split("'")[1].replace("label", "案由")
    said = Said(maps=(mapped, "案由=title:text"))
    assert propose_source(begin_source(path, choices, said), 10, None).trial.untold == ("decided_on",)


def test_a_decision_of_days_to_come_is_told(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 13)]
    rows[3][HEADER.index("处罚决定日期")] = "2036-04-01"
    proposed = propose_source(begin_source(write_sample(tmp_path, rows), SAID, TOLD), 10, None)
    assert any(step.startswith("in 1 records decided_on has not come yet") for step in proposed.next_steps)


def test_that_nobody_was_punished_is_no_penalty_in_a_new_source_too(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 31)]
    rows[0][HEADER.index("处罚类别")], rows[0][HEADER.index("罚款金额（万元）")] = "不予处罚", ""
    proposed = propose_source(begin_source(write_sample(tmp_path, rows), SAID, TOLD), 10, None)
    (decision,) = (claim for claim in proposed.made.claims if claim["entity"] == "decision")
    assert decision["constants"]["outcome"] == "PUNISHED"
    path = written(tmp_path, proposed.contract, "amr_fj_penalties.odcs.yaml")
    known = read_source(path)
    values = [envelope_value(known, dict(zip(HEADER, cells, strict=True))) for cells in rows[:2]]
    made = normalise_values(known, values).claims["decision"]
    assert made["outcome"].to_pylist() == ["NO_PUNISH", "PUNISHED"]


@pytest.mark.parametrize(("cells", "told"), [(1, "row 3 has 18 cells, the header has 17"), (-3, "row 3 has 14 cells")])
def test_a_row_that_a_delivery_would_be_refused_for_is_told(tmp_path: Path, cells: int, told: str) -> None:
    rows = [row(number) for number in range(1, 13)]
    rows[2] = [*rows[2], "多"] if cells > 0 else rows[2][:cells]
    with pytest.raises(DeliveryRefused, match=told):
        read_sample(write_sample(tmp_path, rows))


def test_what_stands_under_a_table_is_left_out_as_a_delivery_does_and_nothing_above(tmp_path: Path) -> None:
    filler = [""] * (len(HEADER) - 2)
    rows = [row(1), ["小计", "1", *filler], row(2), ["合计", "2", *filler], ["制表：示例"]]
    sample = read_sample(write_sample(tmp_path, rows))
    assert [cells[0] for cells in sample.rows] == ["1", "小计", "2"]


@pytest.mark.parametrize("upper", ["处罚金额（万元）", "金额（万元）"])
def test_a_unit_in_the_upper_row_of_a_header_is_kept(tmp_path: Path, upper: str) -> None:
    head = f"处罚机关,{upper},,货值,,备注\n,罚款,没收违法所得,金额,说法,\n"
    path = written(tmp_path, head + "甲局,1,2,3,多,\n乙局,3,4,5,少,\n")
    placed = begin_source(path, SAID, Said()).placed()
    readings = {one.column.label: [f"{r.field}:{r.cleaner}" for r in one.readings] for one in placed}
    assert readings == {
        "处罚机关": ["agency_name:text", "agency_key:agency_key"],
        f"{upper}/罚款": ["fine_cny:amount(unit=万元)"],
        f"{upper}/没收违法所得": ["confiscated_cny:amount(unit=万元)"],
        "货值/金额": [],
        "货值/说法": [],
        "备注": [],
    }
    assert [one.column.label for one in placed if one.fate == "unmapped"] == ["货值/金额", "货值/说法"]
    known = contract(*(field(one.column.label) for one in placed))
    assert find_header(known, [line.split(",") for line in head.splitlines()]).labels == tuple(readings)


def test_the_unit_of_a_price_is_none_of_an_amount() -> None:
    assert unit_in("货值（元/件）") is None
    assert unit_in("处罚金额（万元）/罚款（元）") == "元"


def test_columns_of_one_label_are_left_out_with_their_places(tmp_path: Path) -> None:
    rows = [[*row(number), "甲", "乙"] for number in range(1, 13)]
    text = "".join(",".join(cells) + "\n" for cells in [[*HEADER, "备注", "网 格"], *rows])
    proposed = propose_source(begin_source(written(tmp_path, text), SAID, TOLD), 10, None)
    assert proposed.sample.labels == (*HEADER[:-1], "备注")
    assert proposed.sample.twice == {"网格": (17, 19)}
    step = "ask the body to name columns 17 and 19 apart: each is called 网格, so none of them is read"
    assert step in proposed.next_steps
    assert proposed.sample.rows[0][-1] == "甲"
    path = written(tmp_path, proposed.contract, "amr_fj_penalties.odcs.yaml")
    assert len(normalise_file(read_source(path), tmp_path / "sample.csv").records) == 12
