"""The inbox folder of a source: complete files are handed over in the order they came, then moved out of the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from transforms.collect.manifest import SUFFIX, manifest_path

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.contracts import SourceContract
    from transforms.collect.receipt import Receipt
    from transforms.connections import Connections

DONE: Final = "done"
REFUSED: Final = "refused"
RECEIPT: Final = ".receipt.json"
_NOT_DELIVERED: Final = (".part", SUFFIX, RECEIPT)


def inbox_of(connections: Connections, contract: SourceContract) -> Path:
    """Return the folder that the body drops files into."""
    return connections.inbox / contract.fetch.location


def complete_files(folder: Path) -> list[Path]:
    """Return the files that were written whole, oldest first; `X.part` is still being written."""
    if not folder.is_dir():
        return []
    files = [path for path in folder.iterdir() if path.is_file() and not is_set_aside(path.name)]
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))


def is_set_aside(name: str) -> bool:
    """Say whether a name is none of a delivery: hidden, still being written, a manifest or a receipt."""
    return name.startswith(".") or name.endswith(_NOT_DELIVERED)


def file_away(path: Path, receipt: Receipt) -> Path:
    """Move a file that was handed over to done/ or refused/, with its manifest and its receipt."""
    folder = path.parent / (REFUSED if receipt.state == "refused" else DONE)
    folder.mkdir(exist_ok=True)
    place = _free(folder, path.name)
    aside = place.with_name(f".{place.name}{RECEIPT}")
    aside.write_text(json.dumps(receipt.to_dict(), ensure_ascii=False, indent=2) + "\n", "utf-8")
    aside.replace(place.with_name(place.name + RECEIPT))
    manifest = manifest_path(path)
    if manifest.exists():
        manifest.replace(manifest_path(place))
    path.replace(place)
    return place


def _free(folder: Path, name: str) -> Path:
    place = folder / name
    if place.exists() or place.with_name(name + RECEIPT).exists():
        place = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{name}"
    return place
