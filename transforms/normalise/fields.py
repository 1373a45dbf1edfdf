"""Documents of a source to cleaned columns, one a field; a cleaner that asks for a day gets it of another field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from transforms.errors import ContractBroken
from transforms.normalise.cleaners.dates import LOCAL_ZONE
from transforms.normalise.cleaners.registry import Cleaner, cleaner
from transforms.normalise.numbers import check_status, checked_fields, masked_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.contracts import Field, SourceContract

Json = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """The cleaned values of one field, and why a value is missing or doubtful."""

    values: pa.Array
    reasons: pa.Array


def clean_fields(contract: SourceContract, documents: Sequence[Json]) -> dict[str, Column]:
    """Clean every field; fields that read the same label with the same cleaner are cleaned once."""
    raw = _raw(contract, documents)
    done: dict[tuple[str, str], Column] = {}
    columns: dict[str, Column] = {}
    for item in sorted(contract.fields, key=lambda f: _asks(cleaner(f.cleaner))):
        place = (item.label, item.cleaner)
        if place not in done:
            done[place] = _clean_field(contract, item, documents, raw, columns)
        columns[item.name] = done[place]
    masks = {
        # Collect puts a display mask beside the token of a protected value.
        item.name.removesuffix("id_token") + "id_mask": _masks(documents, item.label)
        for item in contract.fields
        if item.classification == "PI_SENSITIVE" and item.name.endswith("id_token")
    }
    told = _told_of_numbers(contract, columns, raw)
    return {item.name: columns[item.name] for item in contract.fields} | masks | told


def _told_of_numbers(
    contract: SourceContract, columns: Mapping[str, Column], raw: Mapping[str, pa.Array]
) -> dict[str, Column]:
    """Return what follows from the checks of claimed numbers; of a protected one collect has made the mask."""
    told: dict[str, pa.Array] = {}
    for item, prefix, follow in checked_fields(contract):
        status = check_status(item, columns[item.name].values, columns[item.name].reasons)
        made = {"check_status": status, "is_masked": pc.equal(status, "MASKED")}
        if "masked_value" in follow and item.label in raw:
            made["masked_value"] = masked_value(raw[item.label], status)
        told |= {prefix + name: values for name, values in made.items() if name in follow}
    return {name: Column(values, pa.nulls(len(values), pa.string())) for name, values in told.items()}


def _masks(documents: Sequence[Json], label: str) -> Column:
    masks = pa.array([(d.get(label) or {}).get("mask") for d in documents], pa.string())
    return Column(masks, pa.nulls(len(masks), pa.string()))


def _clean_field(
    contract: SourceContract,
    item: Field,
    documents: Sequence[Json],
    raw: Mapping[str, pa.Array],
    columns: Mapping[str, Column],
) -> Column:
    if item.classification == "PI_SENSITIVE":
        protected = [d.get(item.label) or {} for d in documents]
        return Column(
            pa.array([p.get("token") for p in protected], pa.string()),
            pa.array([p.get("check") for p in protected], pa.string()),
        )
    bound = cleaner(item.cleaner)
    if bound.days:
        days = {day: _day(contract, item, names, columns) for day, names in bound.days.items()}
        return Column(*bound.column(raw[item.label], **days))
    if bound.register:
        return Column(*bound.column(raw[item.label], register=_register(contract, item, bound, columns)))
    return Column(*bound.column(raw[item.label]))


def _asks(bound: Cleaner) -> bool:
    """Say whether a cleaner is told something of another field, which is then cleaned before."""
    return bool(bound.days or bound.register)


def _register(contract: SourceContract, item: Field, bound: Cleaner, columns: Mapping[str, Column]) -> pa.Array:
    if bound.register not in columns:
        where = f"{contract.path.name}: {item.name}.transformLogic {item.cleaner!r}"
        remedy = "name a field of cleaner code(vocabulary=right_register)"
        raise ContractBroken(f"{bound.register!r} is no field of this contract", where, remedy)
    return columns[bound.register].values


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


def _raw(contract: SourceContract, documents: Sequence[Json]) -> dict[str, pa.Array]:
    """Return what stands under each label as text; documents in which all is text are read in one pass."""
    labels = list(dict.fromkeys(item.label for item in contract.fields if item.classification != "PI_SENSITIVE"))
    try:
        read = pa.array(documents, pa.struct([(label, pa.string()) for label in labels]))
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return {label: _texts([d.get(label) for d in documents]) for label in labels}
    return dict(zip(labels, read.flatten(), strict=True))


def _texts(values: list[object]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([_text(value) for value in values], pa.string())


def _text(value: object) -> str | None:
    if value is None or type(value) is str:
        return value
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return "\n".join(value)
    return orjson.dumps(value).decode()
