"""A source contract as the few typed facts that the pipeline needs: what is read, and the claims that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemas.document import Bound, Fetch, Field
from schemas.entity import Attribute, entities

# What cleaning tells of a number, under the prefix of the field that holds it.
_TOLD = ("id_mask", "check_status", "is_masked", "masked_value")
_NUMBERS = ("id_token", "norm_value")


@dataclass(frozen=True)
class Claim:
    """One canonical row that each record makes.

    An attribute of the entity is filled by the field `prefix + attribute`, else by the constant of that name; one that
    is an object by the fields `prefix + attribute.member`, whatever the members are called.
    With `each`, one row per element of these list fields, side by side, each filling its attribute; or of the array of
    objects that it names, in whose elements the fields are read (`SourceContract.each_of`). `amounts` names
    the amount field of each kind. `of` says for an id of another entity the prefix of the claim that makes it.
    """

    entity: str
    prefix: str = ""
    each: Mapping[str, str] | str = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, str] = field(default_factory=dict)
    of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceContract:
    """One feed of a body, as its contract promises it; its numbers are of each authority, or of the body for all."""

    source: str
    body_id: str
    body_kind: str
    version: str
    title: str
    mode: str
    cadence: str
    fetch: Fetch
    fields: tuple[Field, ...]
    claims: tuple[Claim, ...]
    bounds: tuple[Bound, ...]
    source_time: str | None
    cursor: tuple[str, ...]
    look_back: str | None
    absence_brake: float | None
    ignored: frozenset[str]
    withdrawal: tuple[str, str] | None
    path: Path
    numbered_by: str = "authority"
    standing: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """Return the Kafka topic that carries the records of this source."""
        return f"casebridge.raw.{self.source}"

    @property
    def key(self) -> tuple[str, ...]:
        """Return the field names of the record key, in order."""
        keyed = [(f.key_position, f.name) for f in self.fields if f.key_position is not None]
        return tuple(name for _, name in sorted(keyed))

    @property
    def authority_in_key(self) -> int | None:
        """Return the place in the record key, from 1, of the authority that gives the number; None where none is."""
        named = (place for place, name in enumerate(self.key, 1) if self.field_named(name).cleaner == "agency_key")
        return next(named, None)

    @property
    def is_pushed(self) -> bool:
        """Say whether the body writes to its topic itself."""
        return self.fetch.kind == "kafka"

    @property
    def labels(self) -> tuple[str, ...]:
        """Return every label that is read, once, in order of first use."""
        return tuple(dict.fromkeys(f.label for f in self.fields))

    def field_named(self, name: str) -> Field:
        """Return the field of that name; raises KeyError."""
        if name not in self.field_names:
            raise KeyError(f"{self.source} has no field {name!r}; known are {sorted(self.field_names)}")
        return next(f for f in self.fields if f.name == name)

    @property
    def field_names(self) -> frozenset[str]:
        """Return the names of all fields."""
        return frozenset(f.name for f in self.fields)

    def array_of(self, name: str) -> str | None:
        """Return the array in whose elements a column is read; what is told of a number stands beside it."""
        found = {f.name: f.array for f in self.fields}
        prefix = next((name.removesuffix(told) for told in _TOLD if name.endswith(told)), None)
        if name in found or prefix is None:
            return found.get(name)
        return next((found[prefix + number] for number in _NUMBERS if prefix + number in found), None)

    def each_of(self, claim: Claim) -> Mapping[str, str]:
        """Return the list field that fills each attribute of a claim, of which each element makes a row."""
        if not isinstance(claim.each, str):
            return claim.each
        names = [a.name for a in entities()[claim.entity].attributes if a.name not in claim.constants]
        names += self.members_of(claim)
        return {name: claim.prefix + name for name in names if self.array_of(claim.prefix + name) == claim.each}

    def members_of(self, claim: Claim) -> Mapping[str, str]:
        """Return the field that fills each member of an attribute that is an object: `detail.days` of `detail`."""
        objects = tuple(f"{a.name}." for a in entities()[claim.entity].attributes if a.is_object)
        named = {f.name.removeprefix(claim.prefix): f.name for f in self.fields if f.name.startswith(claim.prefix)}
        return {name: field for name, field in named.items() if objects and name.startswith(objects)}

    def claim_of(self, claim: Claim, attribute: Attribute) -> Claim | None:
        """Return the claim whose id this attribute of `claim` holds; None where no claim makes it.

        That is the one whose prefix `of` names; for a required id else the one with the same prefix, else the only one.
        """
        made = [c for c in self.claims if c.entity == attribute.refers_to]
        if attribute.name in claim.of:
            return next((c for c in made if c.prefix == claim.of[attribute.name]), None)
        if not attribute.required:
            return None
        alike = [c for c in made if c.prefix == claim.prefix]
        return alike[0] if alike else made[0] if len(made) == 1 else None
