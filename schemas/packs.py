"""Read pack contracts: what a recipient gets, as an allow-list of columns, each with its masking rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from open_data_contract_standard.model import SchemaObject, SchemaProperty

from schemas.contracts import CLASSIFICATIONS, ROOT, ContractError
from schemas.document import custom, read_document

MASKING_RULES: Final = frozenset({"plain", "keyed_id", "name_outside", "code_outside", "unwritten"})
_NEVER_GIVEN: Final = frozenset({"PI_SENSITIVE", "TRADE_SECRET", "CASE_SECRET"})
_MASKED_ONLY: Final = frozenset({"PI_BASIC"})
_TYPES: Final = frozenset({"string", "date", "integer", "number", "boolean"})
_FORMATS: Final = frozenset({"parquet", "csv"})
_COLUMN: Final = re.compile(r"[a-z]+\.[a-z][a-z0-9_]*")
_READ: Final = re.compile(r"\bmarts\.(\w+)")
_CHANGED: Final = re.compile(r"\bchanged\.(\w+)")


@dataclass(frozen=True)
class PackColumn:
    """One column that a recipient gets, read from `expression` (alias.column) and masked by `masking`."""

    name: str
    expression: str
    logical_type: str
    required: bool
    key_position: int | None
    classification: str
    masking: str
    description: str
    refers_to: str | None

    @property
    def is_written(self) -> bool:
        """Say whether the column is in the files, or is read for masking only."""
        return self.masking != "unwritten"


@dataclass(frozen=True)
class PackTable:
    """One table of a pack, which becomes one file per format; `order` makes its rows unique."""

    name: str
    grain: str
    relation: str
    where: str | None
    order: tuple[str, ...]
    columns: tuple[PackColumn, ...]

    @property
    def written(self) -> tuple[PackColumn, ...]:
        """Return the columns of the files."""
        return tuple(column for column in self.columns if column.is_written)

    @property
    def key(self) -> tuple[str, ...]:
        """Return the names of the key's columns, in order."""
        keyed = [(c.key_position, c.name) for c in self.columns if c.key_position is not None]
        return tuple(name for _, name in sorted(keyed))


@dataclass(frozen=True)
class PackContract:
    """One pack of one recipient; `scope` is the query that names its cases, with the parameter `as_of`.

    `touched` names the cases of which a row may have changed since a pack as of the parameter `before`; it reads the
    row versions that came or went since as `changed.<model>`.
    """

    recipient: str
    pack: str
    version: str
    title: str
    purpose: str
    usage: str
    limitations: str
    legal_basis: tuple[str, ...]
    licence: str
    scope: str
    touched: str
    formats: tuple[str, ...]
    tables: tuple[PackTable, ...]
    path: Path


@cache
def packs(root: Path = ROOT / "packs") -> Mapping[str, tuple[PackContract, ...]]:
    """Return the pack contracts under `root` by recipient, both in alphabetical order."""
    found: dict[str, tuple[PackContract, ...]] = {}
    for path in sorted(root.glob("*/*.odcs.yaml")):
        contract = read_pack(path)
        found[contract.recipient] = (*found.get(contract.recipient, ()), contract)
    return found


def read_pack(path: Path) -> PackContract:
    """Read one pack contract and check that it promises no column unmasked that may not be given."""
    document = read_document(path)
    described = document.description
    given = custom(document.customProperties)
    missing = {"legalBasis", "licence", "scope", "touched"} - set(given)
    if missing or described is None:
        raise ContractError(path, f"customProperties {sorted(missing)}", "give them, and a description")
    formats = tuple(server.format or "" for server in document.servers or [])
    if not formats or set(formats) - _FORMATS:
        raise ContractError(path, f"servers {list(formats)}", f"name formats among {sorted(_FORMATS)}")
    name = path.name.removesuffix(".odcs.yaml")
    if document.id != f"{path.parent.name}.{name}":
        raise ContractError(path, f"id {document.id}", f"call it {path.parent.name}.{name}, as its folder and file say")
    contract = PackContract(
        recipient=path.parent.name,
        pack=name,
        version=document.version or "",
        title=document.name or "",
        purpose=described.purpose or "",
        usage=described.usage or "",
        limitations=described.limitations or "",
        legal_basis=tuple(str(law) for law in given["legalBasis"] or ()),
        licence=str(given["licence"]),
        scope=str(given["scope"]).strip(),
        touched=str(given["touched"]).strip(),
        formats=formats,
        tables=tuple(_table(path, table) for table in document.schema_ or []),
        path=path,
    )
    _check_delta(contract)
    return contract


def _check_delta(contract: PackContract) -> None:
    """Refuse a contract whose delta would miss a change: one of a table that it reads, or of a row without a case."""
    read = {name for text in (contract.scope, *(t.relation for t in contract.tables)) for name in _READ.findall(text)}
    unseen = read - set(_CHANGED.findall(contract.touched))
    if unseen:
        remedy = "name the cases that a change of each table touches, as `select … from changed.<table>`"
        raise ContractError(contract.path, f"touched lacks {sorted(unseen)}", remedy)
    for table in contract.tables:
        if "case_id" not in {column.name for column in table.written}:
            raise ContractError(contract.path, f"table {table.name}", "write a column case_id: a delta goes by case")


def _table(path: Path, described: SchemaObject) -> PackTable:
    name = described.name or ""
    given = custom(described.customProperties)
    columns = tuple(_column(path, name, p) for p in described.properties or [])
    table = PackTable(
        name=name,
        grain=(described.dataGranularityDescription or "").strip(),
        relation=described.physicalName or "",
        where=given.get("where"),
        order=tuple(given.get("orderBy", ())),
        columns=columns,
    )
    if not table.key or not table.order or not table.relation or not table.grain:
        remedy = "give physicalName, dataGranularityDescription, primaryKey and orderBy"
        raise ContractError(path, f"table {name}", remedy)
    for expression in table.order:
        if not _COLUMN.fullmatch(expression):
            raise ContractError(path, f"{name}.orderBy {expression}", "name columns as alias.column")
    return table


def _column(path: Path, table: str, p: SchemaProperty) -> PackColumn:
    where = f"{table}.{p.name}"
    expression = p.physicalName or ""
    if not p.name or not _COLUMN.fullmatch(expression):
        raise ContractError(path, where, "give `name`, and one column as `physicalName` (alias.column)")
    if p.classification not in CLASSIFICATIONS or p.classification in _NEVER_GIVEN:
        allowed = sorted(CLASSIFICATIONS - _NEVER_GIVEN)
        raise ContractError(path, f"{where}.classification {p.classification}", f"a pack may hold {allowed} only")
    if p.transformLogic not in MASKING_RULES:
        raise ContractError(path, f"{where}.transformLogic {p.transformLogic}", f"say one of {sorted(MASKING_RULES)}")
    if p.classification in _MASKED_ONLY and p.transformLogic == "plain":
        raise ContractError(path, f"{where}.transformLogic plain", f"a {p.classification} column needs a masking rule")
    if p.logicalType not in _TYPES or not p.description:
        raise ContractError(path, where, f"needs a description and a logicalType among {sorted(_TYPES)}")
    refers_to = next((str(r.to) for r in p.relationships or [] if r.type == "foreignKey"), None)
    return PackColumn(
        name=p.name,
        expression=expression,
        logical_type=p.logicalType,
        required=bool(p.required),
        key_position=p.primaryKeyPosition if p.primaryKey else None,
        classification=p.classification,
        masking=p.transformLogic,
        description=p.description.strip(),
        refers_to=refers_to,
    )
