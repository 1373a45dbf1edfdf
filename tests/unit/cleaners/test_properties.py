"""What holds for every cleaner on any input: plain equals column, reasons are known, twice is once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.cleaners.vectors import BASES, CELLS, DATED, LOGICS, MODULES, ON, REGISTERS, VECTORS, asked, beside
from transforms.normalise.cleaners.cleaned import REFUSALS, WARNINGS, Cleaned
from transforms.normalise.cleaners.column import DAYS as ASKED
from transforms.normalise.cleaners.registry import CLEANERS, Cleaner, cleaner

# Values of these are text in the form that they were cleaned to, so that they can be cleaned again.
TEXTUAL = [
    *("text", "party_name", "identifier", "uscc", "org_code", "resident_id", "doc_no", "court_case_no", "patent_no"),
    *(
        "trademark_no",
        "publication_no",
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


@pytest.mark.parametrize("logic", [*DATED, "right_no", "person_no"])
def test_so_it_does_on_each_day_and_with_each_code(logic: str) -> None:
    bound = cleaner(logic)
    for those in beside(logic):
        told = dict(zip(asked(logic), those, strict=True))
        columns = {name: pa.array([one] * len(VECTORS), asked(logic)[name]) for name, one in told.items()}
        values, reasons = bound.column(pa.array(VECTORS, pa.string()), **columns)
        expected = [bound.plain(cell, **told) for cell in VECTORS]
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


@pytest.mark.parametrize("logic", DATED)
@thorough
@given(st.lists(st.tuples(BASES | CELLS, ON, ON), max_size=12))
def test_the_column_form_equals_the_plain_form_on_each_day(
    logic: str, rows: list[tuple[str | None, date | None, date | None]]
) -> None:
    bound = cleaner(logic)
    cells = pa.array([row[0] for row in rows], pa.string())
    told = {name: [row[place] for row in rows] for place, name in enumerate(ASKED, 1) if name in bound.params}
    values, reasons = bound.column(cells, **{name: pa.array(days, pa.date32()) for name, days in told.items()})
    assert values.type == bound.arrow_type
    expected = [
        bound.plain(cell, **{name: days[place] for name, days in told.items()}) for place, (cell, *_) in enumerate(rows)
    ]
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
