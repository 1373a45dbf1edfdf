"""Read the Open Data Contract Standard documents into the few typed facts that the pipeline needs."""

from __future__ import annotations

import difflib
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
    classification,
    custom,
    fetched,
    field_of,
    read_document,
    read_single,
    sla,
)

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
_CUSTOM = frozenset(
    {"bodyKind", "deliveryMode", "sourceTime", "cursor", "lookBack", "absenceBrake", "claims", "ignore", "withdrawal"}
)


@dataclass(frozen=True)
class Claim:
    """One canonical row that each record makes.

    An attribute of the entity is filled by the constant of that name, else by the field `prefix + attribute`.
    With `each`, one row per element of that list field; `amounts` then names the amount field of an element.
    """

    entity: str
    prefix: str = ""
    each: str | None = None
    constants: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SourceContract:
    """One feed of a body, as its contract promises it."""

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


@dataclass(frozen=True)
class Attribute:
    """One column of a canonical entity, with its PostgreSQL type."""

    name: str
    sql_type: str
    required: bool
    key_position: int | None
    classification: str
    description: str


@dataclass(frozen=True)
class EntityContract:
    """One canonical entity: the columns of its claims and whose claim survives first."""

    entity: str
    grain: str
    attributes: tuple[Attribute, ...]
    source_rank: tuple[str, ...]
    path: Path

    @property
    def key(self) -> tuple[str, ...]:
        """Return the names of the key columns, in order."""
        return tuple(name for _, name in sorted((a.key_position, a.name) for a in self.attributes if a.key_position))


_SQL_TYPES = {
    "string": "text",
    "date": "date",
    "timestamp": "timestamptz",
    "integer": "bigint",
    "number": "numeric(18,2)",
    "boolean": "boolean",
}


@cache
def sources(root: Path = ROOT / "sources") -> Mapping[str, SourceContract]:
    """Return every source contract under `root`, by source id, in alphabetical order."""
    found: dict[str, SourceContract] = {}
    for path in sorted(root.glob("*/*.odcs.yaml")):
        contract = read_source(path)
        if contract.source in found:
            raise ContractError(path, f"id {contract.source}", f"is taken by {found[contract.source].path}")
        found[contract.source] = contract
    return dict(sorted(found.items()))


def source(name: str) -> SourceContract:
    """Return one source contract; raises KeyError that names the nearest sources."""
    known = sources()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=2) or sorted(known)
        raise KeyError(f"no source {name!r}; did you mean {', '.join(near)}?")
    return known[name]


@cache
def entities(root: Path = ROOT / "canonical") -> Mapping[str, EntityContract]:
    """Return every canonical entity contract, by entity name, in alphabetical order."""
    contracts = (read_entity(path) for path in sorted(root.glob("*.odcs.yaml")))
    return {contract.entity: contract for contract in contracts}


def read_entity(path: Path) -> EntityContract:
    """Read one canonical contract."""
    document, table = read_single(path)
    attributes = tuple(
        Attribute(
            name=p.name or "",
            sql_type=p.physicalType or _SQL_TYPES[p.logicalType or "string"],
            required=bool(p.required),
            key_position=p.primaryKeyPosition if p.primaryKey else None,
            classification=classification(path, p),
            description=(p.description or "").strip(),
        )
        for p in table.properties or []
    )
    given = custom(document.customProperties)
    return EntityContract(
        table.name or "",
        (table.dataGranularityDescription or "").strip(),
        attributes,
        tuple(given.get("sourceRank", ())),
        path,
    )


def read_source(path: Path) -> SourceContract:
    """Read one source contract and check that it is whole: classification, key, claims, mode, severity."""
    document, table = read_single(path)
    given = custom(document.customProperties)
    unknown = set(given) - _CUSTOM
    if unknown:
        raise ContractError(path, f"customProperties {sorted(unknown)}", f"known are {sorted(_CUSTOM)}")
    if given.get("deliveryMode") not in MODES:
        raise ContractError(path, "deliveryMode", f"say one of {sorted(MODES)}")
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
    )
    _check(contract)
    return contract


def _check(contract: SourceContract) -> None:
    path, names = contract.path, contract.field_names
    if not contract.key:
        raise ContractError(path, "primaryKey", "mark the fields of the record key with primaryKey")
    if len(names) != len(contract.fields):
        raise ContractError(path, "properties", "two properties have the same name")
    wanted = [contract.source_time, *contract.cursor, *(c.each for c in contract.claims)]
    for name in filter(None, [*wanted, *(a for c in contract.claims for a in c.amounts.values())]):
        if name not in names:
            raise ContractError(path, f"field {name}", f"is named but is no property; known are {sorted(names)}")
    if not any(claim.entity == "case" for claim in contract.claims):
        raise ContractError(path, "claims", "every source claims a case, with its `proceeding`")
    for claim in contract.claims:
        _check_claim(contract, claim)
    if contract.is_pushed and any(f.classification == "PI_SENSITIVE" for f in contract.fields):
        raise ContractError(path, "classification", "a pushed source may not carry a PI_SENSITIVE column")


def _check_claim(contract: SourceContract, claim: Claim) -> None:
    known = entities()
    if claim.entity not in known:
        raise ContractError(contract.path, f"claims.{claim.entity}", f"known entities are {sorted(known)}")
    attributes = {a.name for a in known[claim.entity].attributes}
    for name in claim.constants:
        if name not in attributes:
            raise ContractError(contract.path, f"claims.{claim.entity}.{name}", f"known are {sorted(attributes)}")


def _pair(value: Mapping[str, str] | None) -> tuple[str, str] | None:
    return (value["field"], value["value"]) if value else None
