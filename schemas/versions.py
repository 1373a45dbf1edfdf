"""Versions of one source's contract: the newest, and beside it the older ones that deliveries were promised under."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from schemas.contracts import ROOT, ContractError, read_source, source

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from schemas.contracts import SourceContract

_SEMVER: Final = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


def version_of(contract: SourceContract) -> tuple[int, int, int]:
    """Return the version as three numbers; raises ContractError where it is not one of semantic versioning."""
    found = _SEMVER.fullmatch(contract.version)
    if not found:
        raise ContractError(contract.path, f"version {contract.version}", "write it as MAJOR.MINOR.PATCH, as in 1.0.0")
    one, two, three = map(int, found.groups())
    return one, two, three


def major_of(version: str | None) -> str:
    """Return the first part of a version, the one that breaking changes raise."""
    return (version or "").partition(".")[0]


@cache
def versions(name: str, root: Path = ROOT / "sources") -> tuple[SourceContract, ...]:
    """Return every version of a source's contract that is kept, newest first; raises KeyError for an unknown source.

    The newest is `<source>.odcs.yaml`, version 1 of it `<source>.v1.odcs.yaml`: one a major version.
    """
    newest = source(name, root)
    found = sorted((newest, *older(newest)), key=version_of, reverse=True)
    _check(name, found)
    return tuple(found)


def older(newest: SourceContract) -> tuple[SourceContract, ...]:
    """Return the older versions that lie beside a contract, newest first."""
    found = map(read_source, newest.path.parent.glob(f"{newest.source}.v[0-9]*.odcs.yaml"))
    return tuple(sorted(found, key=version_of, reverse=True))


def _check(name: str, found: Sequence[SourceContract]) -> None:
    newest = found[0]
    for contract in found:
        major = version_of(contract)[0]
        wanted = f"{name}.odcs.yaml" if contract is newest else f"{name}.v{major}.odcs.yaml"
        if contract.path.name != wanted or (contract.source, contract.body_id) != (name, newest.body_id):
            where = f"id {contract.source}, version {contract.version}"
            raise ContractError(contract.path, where, f"call the file {wanted}, beside the newest, with the id {name}")


def version_named(name: str, wanted: str) -> SourceContract:
    """Return the contract of that version, or of that major version; raises KeyError that names those kept."""
    for contract in versions(name):
        if wanted in (contract.version, major_of(contract.version)):
            return contract
    kept = ", ".join(contract.version for contract in versions(name))
    raise KeyError(f"{name} has no contract {wanted}; kept are {kept}")


def in_force(kept: Sequence[SourceContract], version: str | None) -> SourceContract:
    """Return the contract by which a delivery is read that was taken under `version`: the one of its major version.

    Within a major version every change is additive, so what was sent under 1.0.0 is read by 1.2.0.
    """
    return next((c for c in kept if major_of(c.version) == major_of(version)), kept[0])


def key_of(contract: SourceContract) -> tuple[tuple[str, str], ...]:
    """Return what makes the record key: contracts that differ in it make two records of one."""
    return tuple((name, contract.field_named(name).cleaner) for name in contract.key)


def other_keys(kept: Sequence[SourceContract]) -> dict[str, list[str]]:
    """Return by major version those that make another record key; versions that all others agree with are left out."""
    found = {major_of(one.version): [major_of(o.version) for o in kept if key_of(o) != key_of(one)] for one in kept}
    return {major: others for major, others in found.items() if others}


def best_fit(kept: Sequence[SourceContract], labels: Collection[str]) -> SourceContract:
    """Return the contract that fits labels best: least required ones missing, then least unknown, then the newest.

    One that may lack tells nothing of the version.
    """
    if len(kept) == 1:
        return kept[0]
    return min(kept, key=lambda contract: _misfit(contract, frozenset(labels)))


def _misfit(contract: SourceContract, labels: frozenset[str]) -> tuple[int, int]:
    required = {item.label for item in contract.fields if item.required}
    return len(required - labels), len(labels - set(contract.labels) - contract.ignored)
