"""Documents of a source to cleaned columns, one a field; a cleaner that asks for a day gets it of another field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from transforms.errors import ContractBroken
from transforms.normalise.cleaners.dates import LOCAL_ZONE
from transforms.normalise.cleaners.registry import Cleaner, cleaner
from transforms.normalise.lists import level, relisted
from transforms.normalise.numbers import check_status, checked_fields, masked_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.contracts import Field, SourceContract

Json = dict[str, Any]
_TEXTS = pa.list_(pa.string())
UNPROTECTED = "unprotected"
"""Reason of a value that was archived before its label was sensitive: it has no token."""


@dataclass(frozen=True)
class Column:
    """The cleaned values of one field, and why a value is missing or doubtful.

    A field that is read in an array of objects has a list a record, `elements` the reason of each of its elements;
    `reasons` then tells why the first one that was lost is missing.
    """

    values: pa.Array
    reasons: pa.Array
    elements: pa.Array | None = None

    @property
    def lacks(self) -> pa.Array:
        """Say which records have no value, or of an array no element or one without."""
        missing = self.values.is_null()
        if self.elements is None:
            return missing
        holes = pc.list_parent_indices(self.values).filter(self.values.flatten().is_null()).unique()
        some = pc.is_in(pa.array(np.arange(len(missing))), holes.cast(pa.int64()))
        return pc.or_(pc.or_(missing, pc.equal(pc.list_value_length(self.values), 0).fill_null(False)), some)


def clean_fields(contract: SourceContract, documents: Sequence[Json]) -> dict[str, Column]:
    """Clean every field; fields that read the same label with the same cleaner are cleaned once."""
    raw, unread = _raw(contract, documents)
    done: dict[tuple[str, str], Column] = {}
    columns: dict[str, Column] = {}
    for item in sorted(contract.fields, key=lambda f: _asks(cleaner(f.cleaner))):
        place = (item.label, item.cleaner)
        if place not in done:
            column = _clean_field(contract, item, documents, raw, columns)
            done[place] = _without(column, unread[item.label]) if item.label in unread else column
        columns[item.name] = done[place]
    masks = {
        # Collect puts a display mask beside the token of a protected value.
        item.name.removesuffix("id_token") + "id_mask": _beside(columns[item.name], _masks(documents, item))
        for item in contract.fields
        if item.classification == "PI_SENSITIVE" and item.name.endswith("id_token")
    }
    told = _told_of_numbers(contract, columns, raw)
    return _level(contract, {item.name: columns[item.name] for item in contract.fields} | masks | told)


def _told_of_numbers(
    contract: SourceContract, columns: Mapping[str, Column], raw: Mapping[str, pa.Array]
) -> dict[str, Column]:
    """Return what follows from the checks of claimed numbers; of a protected one collect has made the mask."""
    told: dict[str, Column] = {}
    for item, prefix, follow in checked_fields(contract):
        column, texts = columns[item.name], raw.get(item.label)
        values, reasons = column.values, column.reasons
        if column.elements is not None:
            values, reasons, texts = (
                values.flatten(),
                column.elements.flatten(),
                texts if texts is None else texts.flatten(),
            )
        status = check_status(item, values, reasons)
        made = {"check_status": status, "is_masked": pc.equal(status, "MASKED")}
        if "masked_value" in follow and texts is not None:
            made["masked_value"] = masked_value(texts, status)
        told |= {prefix + name: _beside(column, found) for name, found in made.items() if name in follow}
    return told


def _beside(column: Column, values: pa.Array) -> Column:
    """Return a column of values that nothing speaks against, one for each value of another column."""
    nothing = pa.nulls(len(values), pa.string())
    if column.elements is None:
        return Column(values, nothing)
    return _of_elements(relisted(column.values, values), relisted(column.values, nothing))


def _level(contract: SourceContract, columns: dict[str, Column]) -> dict[str, Column]:
    """Give the columns of each array as many elements: a record of before may lack a label of it."""
    for array in dict.fromkeys(item.array for item in contract.fields if item.array):
        names = [name for name in columns if contract.array_of(name) == array]
        values = level([columns[name].values for name in names])
        reasons = level([columns[name].elements for name in names])
        for name, value, elements in zip(names, values, reasons, strict=True):
            columns[name] = replace(columns[name], values=value, elements=elements)
    return columns


def _masks(documents: Sequence[Json], item: Field) -> pa.Array:
    masks = _protected(documents, item, "mask")
    return masks if item.array is None else masks.flatten()


def _protected(documents: Sequence[Json], item: Field, what: str) -> pa.Array:
    """Return one part of what collect made of a sensitive value, or of each element of an array."""
    found = [d.get(item.label) for d in documents]
    if item.array is None:
        return pa.array([_part(one, what) for one in found], pa.string())
    lists = [one if isinstance(one, list) else [one] if one else None for one in found]
    return pa.array([several and [_part(one, what) for one in several] for several in lists], _TEXTS)


def _part(made: Any, what: str) -> str | None:
    """Return a part of what collect made of a value; one that came before its label was sensitive nobody protected."""
    told = {"check": UNPROTECTED} if made and not isinstance(made, dict) else made or {}
    return told.get(what)


def _clean_field(
    contract: SourceContract,
    item: Field,
    documents: Sequence[Json],
    raw: Mapping[str, pa.Array],
    columns: Mapping[str, Column],
) -> Column:
    if item.classification == "PI_SENSITIVE":
        values, reasons = (_protected(documents, item, what) for what in ("token", "check"))
        return Column(values, reasons) if item.array is None else _of_elements(values, reasons)
    bound = cleaner(item.cleaner)
    if item.array is not None:
        return _clean_elements(contract, item, raw[item.label], columns)
    return Column(*bound.column(raw[item.label], **_asked(contract, item, bound, columns)))


def _asked(contract: SourceContract, item: Field, bound: Cleaner, columns: Mapping[str, Column]) -> dict[str, pa.Array]:
    """Return what a cleaner is told of other fields: days, and codes such as the register of a right."""
    asked = {day: _day(contract, item, names, columns) for day, names in bound.days.items()}
    return asked | {name: _code(contract, item, told, columns) for name, told in bound.beside.items()}


def _clean_elements(contract: SourceContract, item: Field, raw: pa.Array, columns: Mapping[str, Column]) -> Column:
    """Clean the elements of all records as one column; what a cleaner asks for is told of the element or its record."""
    bound, where = cleaner(item.cleaner), f"{contract.path.name}: {item.name}.transformLogic {item.cleaner!r}"
    if pa.types.is_list(bound.arrow_type):
        raise ContractBroken("an element of an array is one value", where, "name the cleaner of one value")
    parents = pc.list_parent_indices(raw)
    beside = dict[str, Column]()
    for name in filter(columns.__contains__, chain(*bound.days.values(), bound.beside.values())):
        if contract.array_of(name) not in (None, item.array):
            raise ContractBroken(f"{name!r} stands in another array", where, f"name a field of {item.array}")
        told = columns[name].values
        beside[name] = replace(columns[name], values=told.flatten() if contract.array_of(name) else told.take(parents))
    values, reasons = bound.column(raw.flatten(), **_asked(contract, item, bound, beside))
    return _of_elements(relisted(raw, values), relisted(raw, reasons))


def _of_elements(values: pa.Array, reasons: pa.Array) -> Column:
    said, parents = reasons.flatten(), pc.list_parent_indices(reasons)
    lost = pc.and_(said.is_valid(), values.flatten().is_null())
    first: list[str | None] = [None] * len(values)
    told = zip(parents.filter(lost).to_pylist(), said.filter(lost).to_pylist(), strict=True)
    for record, reason in reversed([*told]):
        first[record] = reason
    return Column(values, pa.array(first, pa.string()), reasons)


def _asks(bound: Cleaner) -> bool:
    """Say whether a cleaner is told something of another field, which is then cleaned before."""
    return bool(bound.days or bound.beside)


def _code(contract: SourceContract, item: Field, told: str, columns: Mapping[str, Column]) -> pa.Array:
    if told not in columns:
        where = f"{contract.path.name}: {item.name}.transformLogic {item.cleaner!r}"
        raise ContractBroken(f"{told!r} is no field of this contract", where, "name a field of cleaner code")
    return columns[told].values


def _day(contract: SourceContract, item: Field, names: Sequence[str], columns: Mapping[str, Column]) -> pa.Array:
    """Return the day of each record: the first of the named fields that is known."""
    found = []
    for name in names:
        values = columns[name].values if name in columns else pa.nulls(0)
        if pa.types.is_timestamp(values.type):
            values = pc.local_timestamp(values.cast(pa.timestamp("us", LOCAL_ZONE)))
        elif not pa.types.is_date(values.type):
            where = f"{contract.path.name}: {item.name}.transformLogic {item.cleaner!r}"
            raise ContractBroken(f"{name!r} is no date of this contract", where, "name a field of cleaner date")
        found.append(values.cast(pa.date32(), safe=False))
    return pc.coalesce(*found)


def _raw(contract: SourceContract, documents: Sequence[Json]) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """Return what stands under each label as text, or a list of texts, and by label which of it is no text at all.

    All labels are read in one pass if they are texts.
    """
    labels = {item.label: item.array is not None for item in contract.fields if item.classification != "PI_SENSITIVE"}
    try:
        kinds = [(label, _TEXTS if is_array else pa.string()) for label, is_array in labels.items()]
        read = pa.array(documents, pa.struct(kinds))
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        found = {label: [d.get(label) for d in documents] for label in labels}
        told = {label: _lists(found[label]) if is_array else _texts(found[label]) for label, is_array in labels.items()}
        unread = {label: pa.array(map(_is_unread, several), pa.bool_()) for label, (_, several) in told.items()}
        return {label: raw for label, (raw, _) in told.items()}, {k: v for k, v in unread.items() if v.true_count}
    return dict(zip(labels, read.flatten(), strict=True)), {}


def _lists(values: list[Any]) -> tuple[pa.Array, list[Any]]:
    several = [value if isinstance(value, list) or value is None else [value] for value in values]
    texts = pa.array([value and [_text(one) for one in value] for value in several], _TEXTS)
    return texts, [one for value in several for one in value or ()]


def _texts(values: list[Any]) -> tuple[pa.Array, list[Any]]:
    try:
        return pa.array(values, pa.string()), []
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([_text(value) for value in values], pa.string()), values


def _is_unread(value: Any) -> bool:
    """Say whether a value is an object, or a list that holds anything but texts and numbers."""
    return isinstance(value, dict) or (
        isinstance(value, list) and not all(isinstance(v, str | int | float) for v in value)
    )


def _text(value: Any) -> str | None:
    if value is None or type(value) is str:
        return value
    if _is_unread(value):
        return None
    if isinstance(value, list):
        return "\n".join(_text(one) or "" for one in value)
    return orjson.dumps(value).decode()


def _without(column: Column, unread: pa.Array) -> Column:
    """Return a column in which these values, or elements of an array, could not be read."""
    if column.elements is None:
        values = pc.if_else(unread, pa.scalar(None, column.values.type), column.values)
        return Column(values, pc.if_else(unread, "unparseable", column.reasons))
    values = pc.if_else(unread, pa.scalar(None, column.values.type.value_type), column.values.flatten())
    reasons = pc.if_else(unread, "unparseable", column.elements.flatten())
    return _of_elements(relisted(column.values, values), relisted(column.values, reasons))
