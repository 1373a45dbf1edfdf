"""A file that names rights, goods and measures: what is claimed of them follows from its labels, and reaches rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from infra.onboard.choices import Choices
from infra.onboard.design import DEFAULTS
from infra.onboard.labels import readings_of
from infra.onboard.propose import Said
from infra.onboard.trial import envelope_value, normalise_values
from infra.runs.onboard import Proposed, begin_source, propose_source
from schemas.compatibility import Promise
from schemas.contracts import SourceContract, read_source
from tests.unit.onboard.samples import HEADER, SAID, TOLD, row
from transforms.normalise.cleaners.vocabulary import codes_of, read_vocabulary
from transforms.normalise.record import Staged

RIGHTS = ("商标注册号", "商标名称", "专利号", "权利人", "权利人统一社会信用代码", "海关备案号")
GOODS = ("商品名称", "数量", "单位", "货值（万元）")
MARK = ("3333018", "示例牌", "", "示例权利人有限公司", "91110000600037341L", "")
PATENT = ("", "", "ZL98101234.5", "示例权利人有限公司", "91110000600037341L", "T2022-136490")


def records(rights: tuple[str, ...] = RIGHTS, goods: tuple[str, ...] = GOODS, unit: str = "双") -> list[list[str]]:
    """Return a header and made-up penalties, every second one for a patent."""
    of = (MARK, PATENT)
    made = [[*row(number), *of[1 - number % 2], "运动鞋", str(number), unit, "1.5"] for number in range(1, 31)]
    return [[*HEADER, *rights, *goods], *made]


def proposed(folder: Path, rows: list[list[str]], choices: Choices = SAID, said: Said = TOLD) -> Proposed:
    path = folder / "sample.csv"
    path.write_text("\n".join(map(",".join, rows)) + "\n", "utf-8")
    return propose_source(begin_source(path, choices, said), 10, None)


def read(folder: Path, made: Proposed) -> SourceContract:
    path = folder / "amr_fj_penalties.odcs.yaml"
    path.write_text(made.contract, "utf-8")
    return read_source(path)


def staged(folder: Path, rows: list[list[str]], said: Said = TOLD) -> Staged:
    contract = read(folder, proposed(folder, rows, said=said))
    header, *lines = rows
    return normalise_values(
        contract, [envelope_value(contract, dict(zip(header, line, strict=True))) for line in lines]
    )


def test_rights_goods_and_their_holder_reach_rows(tmp_path: Path) -> None:
    claims = staged(tmp_path, records()).claims
    rights = {(one["register"], one["right_no"], one["title"]) for one in claims["ip_right"].to_pylist()}
    assert rights == {
        ("TRADEMARK", "3333018", "示例牌"),
        ("PATENT", "98101234.5", None),
        ("RECORDAL", "T2022-136490", None),
    }
    assert len(claims["case_right"]) == 45
    assert all(one["holder_party_id"] for one in claims["ip_right"].to_pylist())
    goods = claims["goods_item"].to_pylist()[1]
    told = [str(goods[name]) for name in ("description", "quantity", "unit", "unit_std", "value_cny")]
    assert told == ["运动鞋", "2.00", "双", "PAIR", "15000.00"]
    assert {one["role"] for one in claims["case_party"].to_pylist()} == {"INFRINGER", "RIGHT_HOLDER"}
    numbers = {(one["id_type"], one["norm_value"]) for one in claims["party_identifier"].to_pylist()}
    assert ("USCC", "91110000600037341L") in numbers


def test_the_number_at_hand_is_filled_once_and_each_register_keeps_its_own(tmp_path: Path) -> None:
    made = proposed(tmp_path, records())
    readings = {one.column.label: [r.field for r in one.readings] for one in made.made.placed}
    assert readings["商标注册号"] == ["mark_right_no", "right_no"]
    assert readings["专利号"] == ["patent_right_no"]
    assert readings["海关备案号"] == ["recordal_right_no"]


def test_a_label_whose_values_are_no_terms_of_its_list_is_left_to_a_person(tmp_path: Path) -> None:
    made = proposed(tmp_path, records(unit="福州市示例公司"))
    (unit,) = (one for one in made.made.placed if one.column.label == "单位")
    assert (unit.fate, unit.why_not) == ("unmapped", "the label is known, but no value of it is a term of unit_std")
    assert "goods_unit_std" in [reading.field for reading in unit.candidates]


def test_the_number_of_a_right_is_written_as_its_register_does_where_the_file_names_it(tmp_path: Path) -> None:
    lines = [[f"沪关知〔2026〕{n}号", "商标权", "第3333018号", "上海海关"] for n in range(9)]
    rows = [["案号", "权利类别", "权利号", "海关名称"], *lines]
    choices = replace(SAID, kind="CUS", key=("案号",))
    said = Said(maps=("案号=case_no:doc_no",))
    made = proposed(tmp_path, rows, choices, said)
    cleaners = {reading.field: reading.cleaner for _, reading in made.made.readings}
    assert cleaners["right_right_no"] == "right_no(register=right_register)"
    assert ("ip_right", "right_") in {(claim["entity"], claim.get("prefix")) for claim in made.made.claims}
    without = proposed(tmp_path, [[*line[:1], *line[2:]] for line in rows], choices, said)
    assert {reading.field: reading.cleaner for _, reading in without.made.readings}["right_no"] == "right_no"
    assert "ip_right" not in {claim["entity"] for claim in without.made.claims}


def test_what_a_new_contract_claims_can_be_promised(tmp_path: Path) -> None:
    contract = read(tmp_path, proposed(tmp_path, records()))
    assert Promise.of(contract).claims


def _prefixes() -> list[tuple[str, str]]:
    told = yaml.safe_load(DEFAULTS.read_text("utf-8"))["beside"]
    return sorted({(one["entity"], one["prefix"]) for one in told if "prefix" in one})


@pytest.mark.parametrize(("entity", "prefix"), _prefixes())
def test_every_claim_beside_has_a_label_that_fills_it(entity: str, prefix: str) -> None:
    kinds = set(codes_of("body_kind").values())
    labels = {row["label"] for row in read_vocabulary("label")}
    fields = {r.field for label in labels for kind in kinds for r in readings_of(label, kind)}
    assert any(field.startswith(prefix) for field in fields), entity


@pytest.mark.parametrize(
    ("label", "amounts"),
    [
        ("没收违法所得（元）", {("CONF_GOODS", None)}),
        ("没收金额（元）", {("CONF_GOODS", "350.00")}),
        ("没收违法所得、没收非法财物的金额（元）", {("CONF_GOODS", "350.00")}),
    ],
)
def test_a_gain_is_not_the_value_of_goods(tmp_path: Path, label: str, amounts: set[tuple[str, str | None]]) -> None:
    header, *lines = records()
    rows = [[label if cell == "没收金额" else cell for cell in header]]
    rows += [["没收侵权商品" if cell == "罚款、没收违法所得" else cell for cell in line] for line in lines]
    made = staged(tmp_path, rows, Said())
    found = {(one["sanction_type"], one["amount_cny"]) for one in made.claims["sanction"].to_pylist()}
    assert {(kind, None if amount is None else f"{amount:.2f}") for kind, amount in found} == amounts
    told = {(one["field"], one["reason"]) for one in made.findings.to_pylist()}
    assert (("confiscated_cny", "no_such_sanction") in told) == (amounts == {("CONF_GOODS", None)})
