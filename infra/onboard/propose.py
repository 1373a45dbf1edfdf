"""From a profile and what a person said to a proposal: which column fills which field, and which do not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from infra.onboard.labels import Reading, base_of, beside_of, candidates, readings_of, unit_in
from infra.onboard.profile import KINDS, with_epoch
from schemas.compatibility import days_in, with_days
from schemas.contracts import entities
from transforms.collect.arrays import MARK
from transforms.collect.header import label_form
from transforms.errors import ContractBroken
from transforms.normalise.cleaners.registry import cleaner

if TYPE_CHECKING:
    from infra.onboard.profile import Column

_MAP: Final = re.compile(r"(?P<label>.+)=(?P<field>[a-z][a-z0-9_]*):(?P<cleaner>.+)")
# What a number is where no column tells of which kind it is.
_ALONE: Final[Mapping[str, str]] = {"person_no": "resident_id"}
_SHOWN: Final = 4
WITHHELD: Final = "The label is known, but its values look personal."
NAMELESS: Final = "Nobody has named it, and its values look personal."
UNITLESS: Final = "amount"
"""The cleaner of an amount whose unit nobody has told yet."""


@dataclass(frozen=True)
class Said:
    """What a person said about columns.

    That is `label=field:cleaner` or `label=known label`, labels that are not wanted, and units by label.
    """

    maps: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """One column and what becomes of it: it fills fields, or is ignored with a reason, or is left unmapped."""

    column: Column
    readings: tuple[Reading, ...] = ()
    ignored: str = ""
    why_not: str = ""
    candidates: tuple[Reading, ...] = ()

    @property
    def array(self) -> str:
        """Return the array of objects in whose elements the column stands, if it does."""
        return self.column.label.rpartition(MARK)[0]

    @property
    def fate(self) -> str:
        """Return mapped, ignored or unmapped."""
        return "mapped" if self.readings else "ignored" if self.ignored else "unmapped"

    @property
    def is_decided(self) -> bool:
        """Say whether a label or a person tells what becomes of the column, and not only the looks of its values."""
        return self.fate != "unmapped" and self.ignored not in (WITHHELD, NAMELESS)

    @property
    def needs_unit(self) -> bool:
        """Say whether the column holds amounts of which nobody has said the unit."""
        return any(reading.cleaner == UNITLESS for reading in self.readings)

    def with_unit(self, unit: str) -> Placed:
        """Return the column with the unit of its amounts."""
        cleaner_name = f"{UNITLESS}(unit={unit})"
        readings = (replace(r, cleaner=cleaner_name) if r.cleaner == UNITLESS else r for r in self.readings)
        return replace(self, readings=tuple(readings))


def propose(columns: Sequence[Column], body_kind: str, said: Said) -> tuple[Placed, ...]:
    """Propose what becomes of every column; what was said wins, then the vocabulary of labels, never a guess."""
    maps, units = _maps(columns, said.maps, body_kind), _pairs(columns, said.units, "--unit")
    by_field = {_label(columns, match["label"], "--map") for match in map(_MAP.fullmatch, said.maps) if match}
    ignored = {_label(columns, label, "--ignore") for label in said.ignored}
    placed = [_place(column, body_kind, maps.get(column.label, ()), column.label in ignored) for column in columns]
    once = _once(placed, set(maps))
    told = [_with_unit(one, units.get(one.column.label) or unit_in(one.column.label)) for one in once]
    taken = {reading.field for one in told for reading in one.readings}
    asking = (one if one.column.label in by_field else _with_known(one, taken) for one in told)
    return tuple(_with_candidates(one, body_kind, taken) for one in asking)


def _with_known(placed: Placed, taken: set[str]) -> Placed:
    """Leave of the fields that the vocabulary lets a cleaner ask those that some column fills."""
    return replace(placed, readings=tuple(replace(r, cleaner=_asking(r.cleaner, taken)) for r in placed.readings))


def _asking(cleaner_name: str, taken: set[str]) -> str:
    if days_in(cleaner_name):
        return with_days(cleaner_name, taken)
    if set(beside_of(cleaner_name)) <= taken:
        return cleaner_name
    name = cleaner_name.partition("(")[0]
    return _ALONE.get(name, name)


def _with_candidates(placed: Placed, body_kind: str, taken: set[str]) -> Placed:
    if placed.fate != "unmapped":
        return placed
    found = _counting(placed.column, candidates(placed.column.label, placed.column.kind, body_kind))
    own = {reading.field for reading in readings_of(placed.column.label, body_kind)}
    fitting = (reading for reading in found if reading.field in own or _fits(placed.column, reading))
    free = {(reading.field, reading.cleaner): reading for reading in fitting if reading.field not in taken}
    return replace(placed, candidates=tuple(free.values())[:_SHOWN])


def _fits(column: Column, reading: Reading) -> bool:
    """Say whether some value of a column is of the sort that a cleaner takes, where values tell."""
    name = base_of(reading.cleaner)
    return name not in KINDS or not column.filled or bool(column.epoch) or bool(column.accepted.get(name))


def _with_unit(placed: Placed, unit: str | None) -> Placed:
    if not placed.needs_unit or unit is None:
        return placed
    cleaner(f"{UNITLESS}(unit={unit})")
    return placed.with_unit(unit)


def _place(column: Column, body_kind: str, said: tuple[Reading, ...], is_ignored: bool) -> Placed:
    if said:
        return Placed(column, _guarded(column, said))
    if is_ignored:
        return Placed(column, ignored="Not wanted.")
    known = _counting(column, readings_of(column.label, body_kind))
    if known and not known[0].field:
        return Placed(column, ignored=known[0].description)
    if column.is_personal and not (known and _hides(known)):
        return Placed(column, ignored=WITHHELD if known else NAMELESS)
    if strange := _strange(column, known):
        return Placed(column, why_not=f"the label is known, but no value of it is a term of {strange}")
    return Placed(column, known, why_not="" if known else "no label of the vocabulary fits")


def _strange(column: Column, readings: Sequence[Reading]) -> str:
    """Return the vocabulary that the column should be written in by its label and is not, not even once."""
    lists = (r.cleaner for r in readings if r.cleaner in KINDS and r.cleaner.startswith("code("))
    strange = (one for one in lists if column.filled and not column.accepted.get(one))
    return next(strange, "").partition("=")[2].rstrip(")")


def _counting(column: Column, readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return readings whose dates count from 1970, where all values of the sample look as if they did."""
    return tuple(replace(reading, cleaner=with_epoch(reading.cleaner, column.epoch)) for reading in readings)


def _hides(readings: Sequence[Reading]) -> bool:
    return all(reading.classification != "PUBLIC" for reading in readings)


def _guarded(column: Column, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    for reading in readings:
        if column.is_personal and reading.classification == "PUBLIC":
            raise ContractBroken(
                f"the values of {column.label!r} look personal, and {reading.field} is public",
                f"--map {column.label}={reading.field}:{reading.cleaner}",
                f"map it to a field …id_token with resident_id, or say --ignore {column.label!r}",
            )
    return readings


def _once(placed: Sequence[Placed], said: set[str]) -> list[Placed]:
    """Let each field be filled by one column: by what was said, else by the column that is filled more.

    The first field of a label says what it is: a column whose first field is filled already fills nothing.
    """
    order = sorted(placed, key=lambda one: (one.column.label not in said, -one.column.filled))
    taken: dict[str, str] = {}
    kept: dict[str, Placed] = {}
    for one in order:
        label = one.column.label
        clash = next((taken[r.field] for r in one.readings[:1] if r.field in taken), None)
        if clash is None:
            free = tuple(reading for reading in one.readings if reading.field not in taken)
            taken |= {reading.field: label for reading in free}
            kept[label] = replace(one, readings=free)
        else:
            kept[label] = replace(one, readings=(), why_not=f"{clash} fills the same field")
    return [kept[one.column.label] for one in placed]


def _maps(columns: Sequence[Column], said: Sequence[str], body_kind: str) -> Mapping[str, tuple[Reading, ...]]:
    found: dict[str, tuple[Reading, ...]] = {}
    for text in said:
        label, readings = _map(columns, text, body_kind)
        found[label] = (*found.get(label, ()), *readings)
    return found


def _map(columns: Sequence[Column], text: str, body_kind: str) -> tuple[str, tuple[Reading, ...]]:
    """Return a column and what it fills: one field by a cleaner, or all that a label of the vocabulary fills."""
    if match := _MAP.fullmatch(text):
        label, name = _label(columns, match["label"], "--map"), match["field"]
        cleaner(match["cleaner"])
        return label, (Reading(name, match["cleaner"], _classification(name, match["cleaner"]), f"As {label} says."),)
    label, _, known = text.rpartition("=")
    readings = readings_of(known, body_kind) if label else ()
    if not readings or not readings[0].field:
        remedy = "write --map 'label=field:cleaner', or a label that is known: --map 'label=处罚类别'"
        raise ContractBroken(f"cannot read {text!r}", "--map", remedy)
    label = _label(columns, label, "--map")
    return label, _counting(next(column for column in columns if column.label == label), readings)


def _pairs(columns: Sequence[Column], said: Sequence[str], option: str) -> Mapping[str, str]:
    pairs = {}
    for text in said:
        label, equals, value = text.rpartition("=")
        if not equals:
            raise ContractBroken(f"cannot read {text!r}", option, f"write {option} 'label=万元'")
        pairs[_label(columns, label, option)] = value
    return pairs


def _label(columns: Sequence[Column], label: str, option: str) -> str:
    known = {label_form(column.label): column.label for column in columns}
    if label_form(label) not in known:
        remedy = f"the file has {', '.join(known.values())}"
        raise ContractBroken(f"the file has no column {label!r}", option, remedy)
    return known[label_form(label)]


def _classification(name: str, cleaner_name: str) -> str:
    """Return the privacy tag of a field that a person named; what no attribute is known by is never public."""
    if name.endswith(("id_token", "declaration_token")):
        return "PI_SENSITIVE"
    if name.endswith(("name_raw", "uscc")) and not name.startswith("agency_"):
        return "PI_BASIC"
    if cleaner_name.partition("(")[0] == "resident_id":
        raise ContractBroken(f"{name} would hold an identity number", "--map", "name the field …id_token")
    tags = {a.classification for entity in entities().values() for a in entity.attributes if _is(name, a.name)}
    return "PUBLIC" if tags and tags <= {"PUBLIC", "PI_NONE"} else "PI_BASIC"


def _is(name: str, attribute: str) -> bool:
    return name == attribute or name.endswith(f"_{attribute}")
