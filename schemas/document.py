"""The parts of an Open Data Contract Standard document that every contract has, read and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)
from pydantic import ValidationError

CLASSIFICATIONS = frozenset({"PI_NONE", "PI_BASIC", "PI_SENSITIVE", "TRADE_SECRET", "CASE_SECRET", "PUBLIC"})
SEVERITIES = frozenset({"stop", "warn"})
# What a file may be; its bytes say which of these it is.
FORMATS = frozenset({"csv", "tsv", "xlsx", "xls", "ods", "html", "xml", "json", "jsonl"})


class ContractError(ValueError):
    """A contract that cannot be read; the message says which document, which place and the remedy."""

    def __init__(self, path: Path, where: str, remedy: str) -> None:
        self.path, self.where, self.remedy = path, where, remedy
        super().__init__(f"{path.name}: {where}: {remedy}")


@dataclass(frozen=True)
class Bound:
    """What a measure of a slice may be; `field` is empty for measures of the whole slice, shares are in per cent."""

    field: str
    metric: str
    at_least: float | None
    at_most: float | None
    severity: str
    reason: str


@dataclass(frozen=True)
class Field:
    """One named value of a record: where it is read, how it is cleaned, how it is protected."""

    name: str
    label: str
    cleaner: str
    required: bool
    key_position: int | None
    classification: str
    description: str

    @property
    def array(self) -> str | None:
        """Return the way to the array of objects in whose elements it is read: `parties` of `parties[].name`."""
        way, mark, _ = self.label.rpartition("[].")
        return way if mark else None


@dataclass(frozen=True)
class Fetch:
    """How a source is fetched: `local` (inbox folder), `sftp`, `s3`, `api`, a database kind, or `kafka` (pushed)."""

    kind: str
    format: str
    location: str
    options: Mapping[str, str]


def read_document(path: Path) -> OpenDataContractStandard:
    """Read one ODCS document; raises ContractError with the place and the remedy."""
    try:
        return OpenDataContractStandard.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise ContractError(path, str(error).splitlines()[0], f"mend the document: {error}") from error


def read_single(path: Path) -> tuple[OpenDataContractStandard, SchemaObject]:
    """Read a document that describes exactly one object, and that object; raises ContractError where it does not."""
    document = read_document(path)
    if len(document.schema_ or []) != 1:
        raise ContractError(path, "schema", "describe exactly one object in `schema`")
    (described,) = document.schema_ or []
    return document, described


def classification(path: Path, p: SchemaProperty) -> str:
    """Return the privacy tag of a property; raises ContractError where it has none."""
    if p.classification not in CLASSIFICATIONS:
        raise ContractError(path, f"{p.name}.classification", f"say one of {sorted(CLASSIFICATIONS)}")
    return p.classification


def field_of(path: Path, p: SchemaProperty) -> Field:
    """Return the field that a property describes; raises ContractError where it has no name or no cleaner."""
    if not p.name or not p.transformLogic:
        raise ContractError(path, f"property {p.name or p.physicalName}", "needs `name` and `transformLogic`")
    return Field(
        name=p.name,
        label=p.physicalName or p.name,
        cleaner=p.transformLogic,
        required=bool(p.required),
        key_position=p.primaryKeyPosition if p.primaryKey else None,
        classification=classification(path, p),
        description=(p.description or p.businessName or "").strip(),
    )


def bounds(path: Path, table: SchemaObject) -> Iterator[Bound]:
    """Yield what `quality` promises of the whole and of each property."""
    yield from (_bound(path, "", q) for q in table.quality or [])
    for p in table.properties or []:
        yield from (_bound(path, p.name or "", q) for q in p.quality or [])


def _bound(path: Path, name: str, q: DataQuality) -> Bound:
    if q.severity not in SEVERITIES or not q.description or not q.metric:
        raise ContractError(path, f"{name}.quality", "needs metric, severity (stop or warn) and description (why)")
    low, high = q.mustBeBetween or (q.mustBeGreaterOrEqualTo, q.mustBeLessOrEqualTo)
    if low is None and high is None:
        raise ContractError(
            path, f"{name}.quality.{q.metric}", "give mustBeBetween, mustBeGreaterOrEqualTo or mustBeLessOrEqualTo"
        )
    return Bound(name, q.metric, low, high, q.severity, q.description.strip())


def fetched(document: OpenDataContractStandard, path: Path) -> Fetch:
    """Return how the one server of a source is asked."""
    if len(document.servers or []) != 1:
        raise ContractError(path, "servers", "describe exactly one server")
    (server,) = document.servers or []
    if server.type == "local" and server.format and server.format not in FORMATS:
        raise ContractError(path, "servers.format", f"say one of {sorted(FORMATS)}, or leave it out")
    options = {str(k): str(v) for k, v in custom(server.customProperties).items()}
    if server.delimiter:
        options["delimiter"] = server.delimiter
    return Fetch(server.type or "", server.format or "", server.location or server.path or "", options)


def sla(document: OpenDataContractStandard, name: str) -> str | None:
    """Return one service level, if it is promised."""
    return next((str(s.value) for s in document.slaProperties or [] if s.property == name), None)


def custom(properties: list[CustomProperty] | None) -> dict[str, Any]:
    """Return the custom properties by name."""
    return {p.property or "": p.value for p in properties or []}
