"""Read the Open Data Contract Standard documents into the few typed facts that the pipeline needs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
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
from schemas.source import Claim, SourceContract
from schemas.source_checks import check_source

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
_CHOICES = {"deliveryMode": MODES, "numberedBy": {"authority", "body"}}
_CUSTOM = {"bodyKind", "sourceTime", "cursor", "lookBack", "absenceBrake", "claims", "ignore", "withdrawal", *_CHOICES}


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
        standing=tuple((given.get("withdrawal") or {}).get("otherwise", ())),
    )
    check_source(contract)
    return contract


def _pair(value: Mapping[str, str] | None) -> tuple[str, str] | None:
    return (value["field"], value["value"]) if value else None
