"""Read the Open Data Contract Standard documents into the few typed facts that the pipeline needs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from schemas.document import (
    CLASSIFICATIONS,
    Bound,
    ContractError,
    Fetch,
    Field,
    bounds,
    custom,
    fetched,
    field_of,
    read_document,
    read_single,
    sla,
)
from schemas.entity import Attribute, EntityContract, Identity, entities, read_entity

__all__ = [
    "CLASSIFICATIONS",
    "MODES",
    "ROOT",
    "Attribute",
    "Bound",
    "Claim",
    "ContractError",
    "EntityContract",
    "Fetch",
    "Field",
    "Identity",
    "SourceContract",
    "entities",
    "read_document",
    "read_entity",
    "read_source",
    "source",
    "sources",
]

ROOT = Path(__file__).resolve().parent

MODES = frozenset({"snapshot", "incremental", "event"})
# What schemas.versions reads beside the newest.
_OLDER = re.compile(r".+\.v[0-9]+\.odcs\.yaml")
# What cleaning tells of a number, under the prefix of the field that holds it.
_TOLD = ("id_mask", "check_status", "is_masked", "masked_value")
_NUMBERS = ("id_token", "norm_value")
_CHOICES = {"deliveryMode": MODES, "numberedBy": {"authority", "body"}}
_CUSTOM = {"bodyKind", "sourceTime", "cursor", "lookBack", "absenceBrake", "claims", "ignore", "withdrawal", *_CHOICES}


@dataclass(frozen=True)
class Claim:
    """One canonical row that each record makes.

    An attribute of the entity is filled by the field `prefix + attribute`, else by the constant of that name.
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
        names = (a.name for a in entities()[claim.entity].attributes if a.name not in claim.constants)
        return {name: claim.prefix + name for name in names if self.array_of(claim.prefix + name) == claim.each}

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


@cache
def sources(root: Path = ROOT / "sources") -> Mapping[str, SourceContract]:
    """Return the newest contract of every source under `root`, by source id, in alphabetical order."""
    found: dict[str, SourceContract] = {}
    for path in sorted(path for path in root.glob("*/*.odcs.yaml") if not _OLDER.fullmatch(path.name)):
        contract = read_source(path)
        if contract.source in found:
            raise ContractError(path, f"id {contract.source}", f"is taken by {found[contract.source].path}")
        found[contract.source] = contract
    return dict(sorted(found.items()))


def source(name: str, root: Path = ROOT / "sources") -> SourceContract:
    """Return the newest contract of a source; raises KeyError that names the nearest sources."""
    known = sources(root)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=2) or sorted(known)
        raise KeyError(f"no source {name!r}; did you mean {', '.join(near)}?")
    return known[name]


def read_source(path: Path) -> SourceContract:
    """Read one source contract and check that it is whole: classification, key, claims, mode, severity."""
    document, table = read_single(path)
    given = {"numberedBy": "authority", **custom(document.customProperties)}
    if unknown := set(given) - _CUSTOM:
        raise ContractError(path, f"customProperties {sorted(unknown)}", f"known are {sorted(_CUSTOM)}")
    for what, allowed in _CHOICES.items():
        if given.get(what) not in allowed:
            raise ContractError(path, what, f"say one of {sorted(allowed)}")
    contract = SourceContract(
        source=document.id or path.name.split(".")[0],
        body_id=path.parent.name,
        body_kind=str(given["bodyKind"]),
        version=document.version or "",
        title=document.name or "",
        mode=given["deliveryMode"],
        cadence=sla(document, "frequency") or "",
        fetch=fetched(document, path),
        fields=tuple(field_of(path, p) for p in table.properties or []),
        claims=tuple(Claim(**spec) for spec in given.get("claims", ())),
        bounds=tuple(bounds(path, table)),
        source_time=given.get("sourceTime"),
        cursor=tuple(given.get("cursor", ())),
        look_back=given.get("lookBack"),
        absence_brake=given.get("absenceBrake"),
        ignored=frozenset(given.get("ignore", ())),
        withdrawal=_pair(given.get("withdrawal")),
        path=path,
        numbered_by=given["numberedBy"],
    )
    _check(contract)
    return contract


def _check(contract: SourceContract) -> None:
    path, names = contract.path, contract.field_names
    if not contract.key:
        raise ContractError(path, "primaryKey", "mark the fields of the record key with primaryKey")
    if len(names) != len(contract.fields):
        raise ContractError(path, "properties", "two properties have the same name")
    wanted = [contract.source_time, *contract.cursor]
    for claim in contract.claims:
        _check_claim(contract, claim)
        wanted += [*claim.amounts.values(), *(claim.each.values() if isinstance(claim.each, Mapping) else ())]
    _check_arrays(contract)
    for name in filter(None, wanted):
        if name not in names:
            raise ContractError(path, f"field {name}", f"is named but is no property; known are {sorted(names)}")
    if not contract.claims:
        raise ContractError(path, "claims", "say which canonical rows a record makes")
    if contract.is_pushed and any(f.classification == "PI_SENSITIVE" for f in contract.fields):
        raise ContractError(path, "classification", "a pushed source may not carry a PI_SENSITIVE column")


def _check_claim(contract: SourceContract, claim: Claim) -> None:
    known, path, where = entities(), contract.path, f"claims.{claim.entity}"
    if claim.entity not in known:
        raise ContractError(path, where, f"known entities are {sorted(known)}")
    entity = known[claim.entity]
    if not isinstance(claim.each, Mapping) and claim.each not in {f.array for f in contract.fields if f.array}:
        remedy = "write {attribute: list field}, one for each list, or the array that fields are read in"
        raise ContractError(path, f"{where}.each", remedy)
    attributes = {a.name for a in entity.attributes}
    for name in (*claim.constants, *contract.each_of(claim)):
        if name not in attributes:
            raise ContractError(path, f"{where}.{name}", f"known are {sorted(attributes)}")
    if claim.amounts and not entity.amounts:
        raise ContractError(path, f"{where}.amounts", "this entity has no amount of several kinds")
    _check_references(contract, claim, entity)


def _check_arrays(contract: SourceContract) -> None:
    """Refuse what an array of objects cannot be: a part of the record itself, or one of another array."""
    path, arrays = contract.path, {f.name: f.array for f in contract.fields if f.array}
    single = {*contract.key, contract.source_time, *contract.cursor, *(contract.withdrawal or ())[:1]}
    single |= {name for claim in contract.claims for name in claim.amounts.values()}
    for name, array in arrays.items():
        if "[]" in array:
            raise ContractError(path, f"{name}.physicalName", "an array within an array is not read")
        if name in single:
            raise ContractError(path, f"field {name}", f"is one value a record, and {array} has many")
        if contract.is_pushed or any(label == array or label.startswith(f"{array}.") for label in contract.labels):
            remedy = "a pushed record is read by its labels" if contract.is_pushed else f"{array} is read whole already"
            raise ContractError(path, f"{name}.physicalName", remedy)
    for claim in contract.claims:
        attributes = {a.name for a in entities()[claim.entity].attributes} - {*claim.constants}
        read = {claim.prefix + name for name in attributes} | {*contract.each_of(claim).values()}
        for name in sorted(read & arrays.keys()):
            if arrays[name] != claim.each:
                remedy = f"is read in the array {arrays[name]}: say `each: {arrays[name]}`, or name the field otherwise"
                raise ContractError(path, f"claims.{claim.entity}.{name}", remedy)


def _check_references(contract: SourceContract, claim: Claim, entity: EntityContract) -> None:
    where, references = f"claims.{claim.entity}", {a.name: a for a in entity.references}
    if unknown := sorted(set(claim.of) - set(references)):
        raise ContractError(contract.path, f"{where}.of {unknown}", f"known are {sorted(references)}")
    for name, attribute in references.items():
        if contract.claim_of(claim, attribute) is None and (attribute.required or name in claim.of):
            remedy = f"claim a {attribute.refers_to} with this prefix, or say with `of` which claim makes it"
            raise ContractError(contract.path, f"{where}.{name}", remedy)
    if len(_lists_of(contract, claim)) > 1:
        remedy = "its rows follow the lists of one claim; set lists that belong together side by side in one `each`"
        raise ContractError(contract.path, where, remedy)


def _lists_of(contract: SourceContract, claim: Claim) -> set[int | str]:
    """Return whose lists make the rows of a claim: an array, or the claim itself, and those whose ids it holds."""
    referred = (contract.claim_of(claim, a) for a in entities()[claim.entity].references)
    follows = {place for one in referred if one for place in _lists_of(contract, one)}
    own: set[int | str] = {claim.each if isinstance(claim.each, str) else id(claim)}
    return follows | own if claim.each else follows


def _pair(value: Mapping[str, str] | None) -> tuple[str, str] | None:
    return (value["field"], value["value"]) if value else None
