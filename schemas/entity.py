"""Read the canonical contracts: what an entity is made of, what makes its id, and what a claim must say at least."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import SchemaProperty

from schemas.document import ContractError, classification, custom, read_single

CANONICAL = Path(__file__).resolve().parent / "canonical"

# Parts of an id that are no attributes; a part that begins with = is that word itself.
RECORD_PARTS = frozenset({"body_id", "source", "record_key", "claim_key", "right_key", "authority"})
_CUSTOM = frozenset(
    {"sourceRank", "identity", "substance", "amounts", "kinds", "checked", "nonNominal", "authority", "ofOne", "codes"}
    | {"lookups"}
)
_MONEY = "numeric(18,2)"
_WIDEST = Decimal("9999999999999999.99")
_SQL_TYPES = {
    "string": "text",
    "date": "date",
    "timestamp": "timestamptz",
    "integer": "bigint",
    "number": _MONEY,
    "boolean": "boolean",
    "object": "jsonb",
}


@dataclass(frozen=True)
class Attribute:
    """One column of a canonical entity, with its PostgreSQL type.

    `refers_to` is the entity whose id it holds; `bounds` are the least and the greatest number that it may hold,
    of a text the most characters.
    """

    name: str
    sql_type: str
    required: bool
    key_position: int | None
    classification: str
    description: str
    refers_to: str | None
    bounds: tuple[Decimal | None, Decimal | None] | None = None

    @property
    def is_object(self) -> bool:
        """Say whether it holds an object, whose members the source contracts name."""
        return self.sql_type == "jsonb"


@dataclass(frozen=True)
class Identity:
    """One way to make an id, hashed from these parts; taken where all of `given` are known, the last way needs none."""

    parts: tuple[str, ...]
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class EntityContract:
    """One canonical entity: the columns of its claims and whose claim survives first.

    `identity` makes the id, unless the key is made of other columns. A row that has nothing of `substance` is no claim.
    `amounts` is the attribute that a claim's amounts fill, and the attribute that chooses among them; an attribute of
    `kinds` is filled in rows only where that one has one of these codes. The check of a `checked` attribute fills
    check_status, is_masked and masked_value. A text of `non_nominal` may name nobody: its record is quarantined.
    `authority` tells who gives the numbers: its name, else its region. `of_one` is the attribute that names, and the
    numbers that one has: beside the name of several they are empty. It may be an attribute of an entity referred to.
    `codes` tells of an attribute the vocabulary in which whatever a contract reads into it must be. Claims are found by
    an attribute of `lookups`, as by their record and their id.
    """

    entity: str
    grain: str
    attributes: tuple[Attribute, ...]
    source_rank: tuple[str, ...]
    identity: tuple[Identity, ...]
    substance: tuple[str, ...]
    amounts: tuple[str, str] | None
    kinds: Mapping[str, tuple[str, ...]]
    checked: tuple[str, ...]
    non_nominal: tuple[str, ...]
    authority: tuple[str, str] | None
    of_one: tuple[str, tuple[str, ...]] | None
    codes: Mapping[str, str]
    lookups: tuple[str, ...]
    path: Path

    @property
    def key(self) -> tuple[str, ...]:
        """Return the names of the key columns, in order."""
        return tuple(name for _, name in sorted((a.key_position, a.name) for a in self.attributes if a.key_position))

    @property
    def own_id(self) -> str | None:
        """Return the column that `identity` makes; None where the key is made of other columns."""
        return self.key[0] if self.identity else None

    @property
    def references(self) -> tuple[Attribute, ...]:
        """Return the attributes that hold the id of another entity."""
        return tuple(a for a in self.attributes if a.refers_to)


@cache
def entities(root: Path = CANONICAL) -> Mapping[str, EntityContract]:
    """Return every canonical entity contract, by entity name, in alphabetical order."""
    contracts = (read_entity(path) for path in sorted(root.glob("*.odcs.yaml")))
    return {contract.entity: contract for contract in contracts}


def read_entity(path: Path) -> EntityContract:
    """Read one canonical contract and check that its id and its substance are made of what it has."""
    document, table = read_single(path)
    given = custom(document.customProperties)
    unknown = set(given) - _CUSTOM
    if unknown:
        raise ContractError(path, f"customProperties {sorted(unknown)}", f"known are {sorted(_CUSTOM)}")
    amounts, authority, of_one = (given.get(name) for name in ("amounts", "authority", "ofOne"))
    contract = EntityContract(
        table.name or "",
        (table.dataGranularityDescription or "").strip(),
        tuple(_attribute(path, p) for p in table.properties or []),
        tuple(given.get("sourceRank", ())),
        tuple(_identity(path, way) for way in given.get("identity", ())),
        tuple(given.get("substance", ())),
        (amounts["attribute"], amounts["by"]) if amounts else None,
        {name: tuple(codes) for name, codes in given.get("kinds", {}).items()},
        tuple(given.get("checked", ())),
        tuple(given.get("nonNominal", ())),
        (authority["name"], authority["region"]) if authority else None,
        (of_one["name"], tuple(of_one["numbers"])) if of_one else None,
        dict(given.get("codes", {})),
        tuple(given.get("lookups", ())),
        path,
    )
    _check(contract)
    return contract


def _attribute(path: Path, p: SchemaProperty) -> Attribute:
    return Attribute(
        name=p.name or "",
        sql_type=p.physicalType or _SQL_TYPES[p.logicalType or "string"],
        required=bool(p.required),
        key_position=p.primaryKeyPosition if p.primaryKey else None,
        classification=classification(path, p),
        description=(p.description or "").strip(),
        bounds=_bounds(path, p),
        refers_to=next((str(r.to).partition(".")[0] for r in p.relationships or [] if r.to), None),
    )


def _bounds(path: Path, p: SchemaProperty) -> tuple[Decimal | None, Decimal | None] | None:
    given, sql_type = p.logicalTypeOptions or {}, p.physicalType or _SQL_TYPES[p.logicalType or "string"]
    known = {"maxLength"} if sql_type == "text" else {"minimum", "maximum"}
    if set(given) - known:
        raise ContractError(path, f"logicalTypeOptions of {p.name}", f"known are {' and '.join(sorted(known))}")
    least = Decimal(given["minimum"]) if "minimum" in given else None
    most = next((Decimal(given[what]) for what in ("maximum", "maxLength") if what in given), None)
    widest = _WIDEST if sql_type == _MONEY else None
    return (least, most or widest) if least is not None or most is not None or widest else None


def _identity(path: Path, way: Mapping[str, Any]) -> Identity:
    if not set(way) <= {"given", "parts"} or not way.get("parts"):
        raise ContractError(path, "identity", "give each way its `parts`, and all but the last what must be `given`")
    given = way.get("given", ())
    return Identity(tuple(way["parts"]), (given,) if isinstance(given, str) else tuple(given))


def _check(contract: EntityContract) -> None:
    names = {a.name for a in contract.attributes}
    parts = {p for way in contract.identity for p in way.parts if not p.startswith("=")} - RECORD_PARTS
    wanted = {"identity": parts | {name for way in contract.identity for name in way.given}}
    wanted |= {"substance": set(contract.substance), "amounts": set(contract.amounts or ())}
    wanted |= {"lookups": set(contract.lookups)}
    wanted |= {"codes": set(contract.codes), "kinds": set(contract.kinds), "nonNominal": set(contract.non_nominal)}
    wanted |= {"authority": set(contract.authority or ())}
    wanted |= {"ofOne": {contract.of_one[0].partition(".")[0], *contract.of_one[1]} if contract.of_one else set()}
    wanted |= {"checked": {*contract.checked, "check_status"} if contract.checked else set()}
    for where, named in wanted.items():
        if named - names:
            raise ContractError(contract.path, f"{where} {sorted(named - names)}", f"known are {sorted(names)}")
    if contract.kinds and not contract.amounts:
        raise ContractError(contract.path, "kinds", "say in `amounts` which attribute chooses `by`")
    if not contract.authority and any("authority" in way.parts for way in contract.identity):
        raise ContractError(contract.path, "identity", "say in `authority` which attributes hold its name and region")
    if not contract.key:
        raise ContractError(contract.path, "primaryKey", "mark the columns of the key with primaryKey")
    if contract.identity and len(contract.key) != 1:
        raise ContractError(contract.path, "identity", "an id is one column: mark one primaryKey, or leave it out")
    *before, last = [bool(way.given) for way in contract.identity] or [False]
    if last or not all(before):
        raise ContractError(contract.path, "identity", "every way but the last says what must be `given`")
