"""The reading of `transformLogic`, and what holds for every cleaner."""

from __future__ import annotations

import pyarrow as pa
import pytest

from transforms.errors import ContractBroken
from transforms.normalise.cleaners.registry import CLEANERS, cleaner


def test_a_name_alone_is_the_cleaner_itself() -> None:
    assert cleaner("date") is CLEANERS["date"]
    assert cleaner(" date() ").name == "date"


def test_parameters_are_bound() -> None:
    amounts = cleaner("amount(unit=万元)")
    assert str(amounts.plain("0.2").value) == "2000.00"
    assert amounts.params == {"unit": "万元"}
    values, _ = amounts.column(pa.array(["0.2", "3元"]))
    assert [str(value) for value in values.to_pylist()] == ["2000.00", "3.00"]


def test_a_list_takes_the_type_of_its_items() -> None:
    assert cleaner("list(of=date)").arrow_type == pa.list_(pa.date32())
    assert cleaner("list(of=code(vocabulary=sanction_type))").arrow_type == pa.list_(pa.string())


@pytest.mark.parametrize(
    ("logic", "message"),
    [
        ("dat", "no cleaner 'dat'.*date"),
        ("amount(units=元)", "amount takes no 'units'.*unit"),
        ("amount(unit=美元)", "unit cannot be '美元'"),
        ("code", "code needs 'vocabulary'"),
        ("code(vocabulary=nothing)", "no vocabulary 'nothing'"),
        ("timestamp(zone=Mars/Olympus)", "zone cannot be"),
        ("stage(body_kind=MARS)", "body_kind cannot be"),
        ("date(base=1904", "not closed"),
        ("date(1904)", "cannot read '1904'"),
        ("date(base=1900,base=1904)", "cannot read 'base=1904'"),
        ("list(of=lists)", "no cleaner 'lists'"),
        ("list(of=ip_right_type(on=decided_on))", "have no day, register or kind of their own"),
    ],
)
def test_a_wrong_name_breaks_the_contract_with_a_remedy(logic: str, message: str) -> None:
    with pytest.raises(ContractBroken, match=message) as broken:
        cleaner(logic)
    assert broken.value.where
    assert broken.value.remedy


def test_a_cleaner_may_ask_fields_for_a_day() -> None:
    assert cleaner("legal_basis(on=violation_on else filed_on, by=decided_on)").days == {
        "on": ("violation_on", "filed_on"),
        "by": ("decided_on",),
    }
    assert cleaner("legal_basis").days == {}


@pytest.mark.parametrize("logic", ["date", "amount(unit=万元)", "list(of=uscc)", "stage(body_kind=AMR)", "text"])
def test_a_column_may_be_empty_null_dictionary_or_chunked(logic: str) -> None:
    bound = cleaner(logic)
    for raw in (pa.array([], pa.string()), pa.nulls(3), pa.array(["无", None]).dictionary_encode()):
        values, reasons = bound.column(raw)
        assert (len(values), values.type) == (len(raw), bound.arrow_type)
        assert reasons.type == pa.string()
    values, _ = bound.column(pa.chunked_array([["无"], [None]]))
    assert len(values) == 2
