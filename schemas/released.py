"""The contracts as they were last released, one small document a source; what is edited is compared with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from schemas.compatibility import Promise, wrong_version
from schemas.contracts import ROOT, ContractError, source, sources
from schemas.versions import major_of, version_of, versions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from schemas.contracts import SourceContract

RELEASED: Final = ROOT / "released"


def read_released(name: str, folder: Path = RELEASED) -> Mapping[str, Promise]:
    """Return what was released of a source, by major version; empty where nothing was."""
    path = folder / f"{name}.json"
    if not path.exists():
        return {}
    return {major: Promise.from_dict(value) for major, value in json.loads(path.read_text("utf-8")).items()}


def wrongs(name: str, root: Path = ROOT / "sources", folder: Path = RELEASED) -> Iterator[ContractError]:
    """Yield every way in which the contracts of a source differ from what was released, as it may not be."""
    kept = {str(version_of(contract)[0]): contract for contract in versions(name, root)}
    newest = source(name, root)
    for major, released in read_released(name, folder).items():
        contract = kept.get(major)
        if contract is None:
            remedy = f"keep it as {name}.v{major}.odcs.yaml: what was sent under it is read by it"
            yield ContractError(newest.path, f"version {released.version} is gone", remedy)
            continue
        wrong = wrong_version(released, Promise.of(contract))
        if wrong:
            after = f"{int(major) + 1}.0.0"
            remedy = (
                f"raise the version; to {after}, and keep the released contract as {name}.v{major}.odcs.yaml, "
                "where the change breaks it"
            )
            yield ContractError(contract.path, wrong, remedy)


def judged(changed: SourceContract, root: Path = ROOT / "sources", folder: Path = RELEASED) -> str:
    """Say whether a contract that would stand in the place of the newest keeps what was released of its source."""
    released = read_released(changed.source, folder)
    if not released:
        return "nothing was released of it: any change is free"
    major = major_of(changed.version)
    kept = {major, *(major_of(contract.version) for contract in versions(changed.source, root)[1:])}
    if gone := [promise.version for other, promise in released.items() if other not in kept]:
        names = ", ".join(f"{changed.source}.v{major_of(version)}.odcs.yaml" for version in gone)
        return f"version {', '.join(gone)} would be gone: keep what was released as {names}"
    if major not in released:
        return "a new major version, beside what was released: any change is free"
    return wrong_version(released[major], Promise.of(changed)) or "the change is additive"


def all_wrongs(root: Path = ROOT / "sources", folder: Path = RELEASED) -> tuple[ContractError, ...]:
    """Return what is wrong with the contracts of every source, and which of the released ones are gone."""
    known = sources(root)
    remedy = "restore it; where the source is over for good, remove this file too"
    gone = (path for path in sorted(folder.glob("*.json")) if path.stem not in known)
    return (
        *(wrong for name in known for wrong in wrongs(name, root, folder)),
        *(ContractError(path, "the contract is gone", remedy) for path in gone),
    )


def release(name: str, root: Path = ROOT / "sources", folder: Path = RELEASED) -> Path:
    """Write down what the contracts of a source promise from now on; raises ContractError where that breaks a promise.

    A source that was never released may be changed at will.
    """
    for wrong in wrongs(name, root, folder):
        raise wrong
    promises = {major_of(c.version): Promise.of(c).to_dict() for c in reversed(versions(name, root))}
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(promises, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    return path
