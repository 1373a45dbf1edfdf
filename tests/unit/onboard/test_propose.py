"""Every column is mapped by what was said or by its label, ignored by name, or left unmapped; nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.onboard.profile import profile
from infra.onboard.propose import Placed, Said, propose
from infra.onboard.sample import read_sample
from tests.unit.onboard.samples import row, write_sample
from transforms.errors import ContractBroken


def placed(folder: Path, said: Said | None = None, rows: Sequence[Sequence[str]] | None = None) -> dict[str, Placed]:
    columns = profile(read_sample(write_sample(folder, rows)))
    return {one.column.label: one for one in propose(columns, "AMR", said or Said())}


def test_labels_map_known_things_are_ignored_and_the_rest_is_left(tmp_path: Path) -> None:
    found = placed(tmp_path)
    assert [r.field for r in found["行政处罚决定书文号"].readings] == ["case_no", "doc_no", "doc_no_raw"]
    assert [r.field for r in found["行政相对人代码_1（工商注册号）"].readings] == ["registration_norm_value"]
    assert found["序号"].fate == "ignored"
    assert found["网格"].fate == "unmapped"
    assert found["证件号码"].readings[0].classification == "PI_SENSITIVE"


def test_an_unknown_column_that_looks_personal_is_ignored_by_name_and_never_public(tmp_path: Path) -> None:
    found = placed(tmp_path)["经办"]
    assert found.fate == "ignored"
    assert "look personal" in found.ignored


def test_a_known_public_label_with_personal_values_is_not_let_through(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 5)]
    for cells in rows:
        cells[7] = "身份证11010519491231002X"
    found = placed(tmp_path, rows=rows)["处罚依据"]
    assert (found.fate, found.readings) == ("ignored", ())


def test_a_fraction_that_a_program_writes_keeps_no_column_of_fines_from_being_read(tmp_path: Path) -> None:
    rows = [row(number) for number in range(1, 5)]
    rows[2][9] = "6.900000000000001"
    assert placed(tmp_path, rows=rows)["罚款金额（万元）"].fate == "mapped"


def test_the_unit_of_an_amount_is_in_its_label_or_is_said_or_is_open(tmp_path: Path) -> None:
    found = placed(tmp_path)
    assert found["罚款金额（万元）"].readings[0].cleaner == "amount(unit=万元)"
    assert found["没收金额"].needs_unit
    told = placed(tmp_path, Said(units=("没收金额=元",)))["没收金额"]
    assert (told.readings[0].cleaner, told.needs_unit) == ("amount(unit=元)", False)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        (Said(), "by=decided_on"),
        (Said(maps=("网格=violation_on:date",)), "on=violation_on, by=decided_on"),
        (Said(ignored=("处罚决定日期",)), ""),
    ],
)
def test_a_legal_basis_is_read_on_the_days_that_the_file_tells(tmp_path: Path, said: Said, days: str) -> None:
    found = {r.field: r.cleaner for r in placed(tmp_path, said)["处罚依据"].readings}
    assert found["legal_bases"] == (f"legal_basis({days})" if days else "legal_basis")
    assert found["case_type"] == ", ".join(filter(None, ("ip_case_type(body_kind=AMR", days))) + ")"


def test_what_is_said_wins_over_the_vocabulary(tmp_path: Path) -> None:
    said = Said(maps=("网格=region_code:region_code", "处罚机关=facts:text"), ignored=("处罚类别",))
    found = placed(tmp_path, said)
    assert found["网格"].readings[0].classification == "PUBLIC"
    assert [(r.field, r.classification) for r in found["处罚机关"].readings] == [("facts", "PI_BASIC")]
    assert found["处罚类别"].fate == "ignored"


def test_one_label_may_be_mapped_to_several_fields(tmp_path: Path) -> None:
    found = placed(tmp_path, Said(maps=("网格=goods:text", "网格=right_no:identifier")))
    assert [r.field for r in found["网格"].readings] == ["goods", "right_no"]


def test_a_field_is_filled_by_one_column_and_the_other_says_by_which(tmp_path: Path) -> None:
    found = placed(tmp_path, Said(maps=("网格=agency_name:text",)))
    assert found["网格"].fate == "mapped"
    assert (found["处罚机关"].fate, found["处罚机关"].why_not) == ("unmapped", "网格 fills the same field")


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (Said(maps=("网格",)), "cannot read"),
        (Said(maps=("格网=goods:text",)), "no column '格网'"),
        (Said(maps=("网格=goods:txet",)), "no cleaner 'txet'"),
        (Said(ignored=("格网",)), "no column '格网'"),
        (Said(units=("没收金额=两",)), "unit cannot be '两'"),
        (Said(units=("没收金额",)), "cannot read"),
        (Said(maps=("联系电话=region_code:text",)), "look personal, and region_code is public"),
        (Said(maps=("证件号码=right_no:resident_id",)), "would hold an identity number"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(tmp_path: Path, said: Said, complaint: str) -> None:
    with pytest.raises(ContractBroken, match=complaint) as caught:
        placed(tmp_path, said)
    assert caught.value.remedy


def test_an_unmapped_column_has_candidates_by_its_words_and_by_its_values(tmp_path: Path) -> None:
    rows = [[*row(number)[:-1], f"2026-0{number}-11"] for number in range(1, 5)]
    fields = [r.field for r in placed(tmp_path, rows=rows)["网格"].candidates]
    assert "violation_on" in fields
    assert "decided_on" not in fields
    rows = [[*row(number)[:-1], "示例"] for number in range(1, 5)]
    path = write_sample(tmp_path, rows)
    path.write_text(path.read_text("gb18030").replace("网格", "裁定日期"), "gb18030")
    (column,) = (one for one in profile(read_sample(path)) if one.label == "裁定日期")
    assert {r.cleaner for r in propose([column], "COURT", Said())[0].candidates} <= {"text"}
    found = placed(tmp_path, Said(maps=("处罚机关=goods:text", "网格=agency_name:text")))["处罚机关"]
    assert found.candidates == ()


def test_a_candidate_stands_once(tmp_path: Path) -> None:
    rows = [[*row(number)[:-1], f"{number}.5"] for number in range(1, 5)]
    shown = [
        (r.field, r.cleaner) for r in placed(tmp_path, Said(ignored=("罚款金额（万元）",)), rows)["网格"].candidates
    ]
    assert ("fine_cny", "amount") in shown
    assert len(shown) == len(set(shown))
