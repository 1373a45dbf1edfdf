"""What holds for every cleaner on any input: plain equals column, reasons are known, twice is once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.cleaners.vectors import ALPHABET, DATED, DAYS, LOGICS, MODULES, REGISTERS, VECTORS, asked, beside
from transforms.normalise.cleaners.cleaned import REFUSALS, WARNINGS, Cleaned
from transforms.normalise.cleaners.registry import CLEANERS, Cleaner, cleaner

JUNK = st.text(st.sampled_from(ALPHABET), max_size=24) | st.text(max_size=12)
WELL_FORMED = st.one_of(
    st.dates().map(str),
    st.integers(-(10**10), 10**10).map(str),
    st.integers(-(10**13), 10**13).map(str),
    st.integers(10**12, 2 * 10**12).map(str),
    st.integers(10**9, 2 * 10**9).map(str),
    st.decimals(min_value=0, max_value=10**10, places=3).map(str),
    st.dates().map(lambda day: day.strftime("%Y%m%d")),
    st.datetimes().map(str),
    st.datetimes().map(lambda moment: moment.isoformat() + "+08:00"),
    st.decimals(min_value=-1, max_value=10**17, places=2).map(str),
    st.decimals(min_value=0, max_value=10**12, places=6).map(str),
    st.from_regex(r"[浙杭]{2,4}市监处罚[〔\[（﹝]20[0-9]{2}[〕\]）﹞]0{0,7}[0-9]{1,12}号", fullmatch=True),
    st.from_regex(r"[(（]20[0-9]{2}[)）][京粤浙](01|73|0305)?知?(民初|刑终|行审|执)[0-9]{1,9}号", fullmatch=True),
    st.from_regex(r"[A-Z]{0,8}[0-9]{0,6}(-[0-9]{1,3}){0,2}", fullmatch=True),
    st.from_regex(r"9[123][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}", fullmatch=True),
    st.from_regex(r"[一-龥A-Z]{0,8}(有限公司|有限责任公司|有限公可|商行|店|店（某）|等三人)", fullmatch=True),
)
CELLS = st.sampled_from(VECTORS) | st.none() | JUNK | WELL_FORMED
# Values of these are text in the form that they were cleaned to, so that they can be cleaned again.
TEXTUAL = [
    *("text", "party_name", "identifier", "uscc", "org_code", "resident_id", "doc_no", "court_case_no", "patent_no"),
    *(
        "trademark_no",
        "right_no",
        "customs_recordal_no",
        "customs_declaration_no",
        "region_code",
        "region",
        "name_norm",
        "trade_name",
        "agency_name",
        "agency_successor",
        "police_no",
        "pros_no",
        "industry_code",
    ),
    *("date", "amount", "integer", "code(vocabulary=party_type)"),
]
thorough = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plain_outcomes(bound: Cleaner, cells: list[str | None]) -> list[Cleaned]:
    return [bound.plain(cell) for cell in cells]


def column_outcomes(bound: Cleaner, cells: list[str | None]) -> list[tuple[object, object]]:
    values, reasons = bound.column(pa.array(cells, pa.string()))
    assert values.type == bound.arrow_type
    return list(zip(values.to_pylist(), reasons.to_pylist(), strict=True))


@pytest.mark.parametrize("logic", LOGICS)
def test_the_column_form_equals_the_plain_form_on_every_vector(logic: str) -> None:
    bound = cleaner(logic)
    for cells in (VECTORS, VECTORS[::-1], *([cell] for cell in VECTORS)):
        assert column_outcomes(bound, cells) == plain_outcomes(bound, cells)


@pytest.mark.parametrize("logic", [*DATED, "right_no"])
def test_so_it_does_on_each_day_and_in_each_register(logic: str) -> None:
    bound = cleaner(logic)
    ((name, kind),) = asked(logic).items()
    for one in beside(logic):
        values, reasons = bound.column(pa.array(VECTORS, pa.string()), **{name: pa.array([one] * len(VECTORS), kind)})
        expected = [bound.plain(cell, **{name: one}) for cell in VECTORS]
        assert list(zip(values.to_pylist(), reasons.to_pylist(), strict=True)) == expected


@pytest.mark.parametrize("logic", LOGICS)
@thorough
@given(st.lists(CELLS, max_size=12))
def test_the_column_form_equals_the_plain_form(logic: str, cells: list[str | None]) -> None:
    bound = cleaner(logic)
    assert column_outcomes(bound, cells) == plain_outcomes(bound, cells)


@pytest.mark.parametrize("logic", LOGICS)
@thorough
@given(CELLS)
def test_a_reason_empties_the_value_unless_it_is_a_warning(logic: str, cell: str | None) -> None:
    value, reason = cleaner(logic).plain(cell)
    assert reason is None or reason in REFUSALS | WARNINGS
    assert (value is not None) == (reason in WARNINGS) or reason is None


@pytest.mark.parametrize("logic", TEXTUAL)
@thorough
@given(CELLS)
def test_cleaning_twice_is_cleaning_once(logic: str, cell: str | None) -> None:
    bound = cleaner(logic)
    value = bound.plain(cell).value
    assert value is None or bound.plain(str(value)).value == value


ON = st.none() | st.dates() | st.sampled_from([*DAYS, date(2015, 6, 1)])
BASES = st.builds(
    "《{}》第{}条第{}项".format, st.sampled_from(["商标法", "专利法", "某法"]), st.integers(1, 99), st.integers(1, 9)
)


@pytest.mark.parametrize("logic", DATED)
@thorough
@given(st.lists(st.tuples(BASES | CELLS, ON), max_size=12))
def test_the_column_form_equals_the_plain_form_on_each_day(
    logic: str, rows: list[tuple[str | None, date | None]]
) -> None:
    bound = cleaner(logic)
    cells, days = [cell for cell, _ in rows], [day for _, day in rows]
    values, reasons = bound.column(pa.array(cells, pa.string()), on=pa.array(days, pa.date32()))
    assert values.type == bound.arrow_type
    expected = [bound.plain(cell, on=day) for cell, day in rows]
    assert list(zip(values.to_pylist(), reasons.to_pylist(), strict=True)) == expected


@thorough
@given(st.lists(st.tuples(CELLS, st.sampled_from(REGISTERS)), max_size=12))
def test_the_column_form_equals_the_plain_form_in_each_register(rows: list[tuple[str | None, str | None]]) -> None:
    bound = cleaner("right_no")
    cells, registers = (pa.array([row[place] for row in rows], pa.string()) for place in (0, 1))
    values, reasons = bound.column(cells, register=registers)
    expected = [bound.plain(cell, register=register) for cell, register in rows]
    assert list(zip(values.to_pylist(), reasons.to_pylist(), strict=True)) == expected


def test_every_dated_cleaner_is_held_to_its_days() -> None:
    assert {logic.partition("(")[0] for logic in DATED} == {name for name, one in CLEANERS.items() if one.changes}


def test_every_test_with_a_table_gives_its_cells() -> None:
    """But those of the names of cleaners and of the roles of provisions, which clean nothing."""
    modules = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert modules - MODULES == {"test_properties", "test_registry", "test_provision_roles"}


def test_warnings_and_refusals_are_apart() -> None:
    assert not WARNINGS & REFUSALS
