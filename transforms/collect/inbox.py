"""The inbox folder of a source: complete files are handed over in the order they came, then moved out of the way."""

from __future__ import annotations

import hashlib
import json
import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from transforms.collect.manifest import SUFFIX, has_manifest, manifest_path

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.contracts import SourceContract
    from transforms.collect.receipt import Receipt
    from transforms.connections import Connections

DONE: Final = "done"
REFUSED: Final = "refused"
RECEIPT: Final = ".receipt.json"
# Before the name of a file whose name is taken there.
_STAMP: Final = re.compile(r"^\d{8}T\d{12}-")
# A file system takes names of 255 bytes; this one leaves room for stamp and suffix.
_NAME_BYTES: Final = 200
_NOT_DELIVERED: Final = (".part", SUFFIX, RECEIPT)


def inbox_of(connections: Connections, contract: SourceContract) -> Path:
    """Return the folder that the body drops files into."""
    return connections.inbox / contract.fetch.location


def complete_files(folder: Path) -> list[Path]:
    """Return the files that were written whole, oldest first; `X.part` is still being written.

    A link is none: it may lead to what its body has no right to.
    """
    if not folder.is_dir():
        return []
    files = [path for path in folder.iterdir() if _is_file(path) and not is_set_aside(path.name)]
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name))


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not (has_manifest(path) and manifest_path(path).is_symlink())


def is_set_aside(name: str) -> bool:
    """Say whether a name is none of a delivery: hidden, still being written, a manifest or a receipt."""
    return name.startswith(".") or name.endswith(_NOT_DELIVERED)


def file_away(path: Path, receipt: Receipt) -> Path:
    """Move a file that was handed over to done/ or refused/, with its manifest and its receipt.

    Of a name too long for a receipt beside it the end is kept. Until all of it is there the receipt is hidden: `resume`
    ends what was interrupted. Of one that may not be kept, the receipt alone stays.
    """
    folder = path.parent / (REFUSED if receipt.state == "refused" else DONE)
    folder.mkdir(exist_ok=True)
    place = _free(folder, path.name)
    hidden = place.with_name(f".{place.name}{RECEIPT}")
    if not receipt.is_kept:
        if has_manifest(path):
            manifest_path(path).unlink()
        path.unlink()
    hidden.write_text(json.dumps(receipt.to_dict(), ensure_ascii=False, indent=2) + "\n", "utf-8")
    if receipt.is_kept:
        _move(path, place)
    hidden.replace(place.with_name(place.name + RECEIPT))
    return place


def resume(folder: Path) -> None:
    """End the moves that were interrupted: a file that lost its manifest would be handed over as another delivery."""
    for state in (DONE, REFUSED):
        for hidden in (folder / state).glob(f".*{RECEIPT}"):
            place = hidden.with_name(hidden.name[1:].removesuffix(RECEIPT))
            told, waiting = _told_sha256(hidden), _named(folder, _STAMP.sub("", place.name))
            moved = [] if place.exists() else [path for path in waiting if _sha256(path) == told]
            for path in moved[:1]:
                _move(path, place)
            # What may not be kept is gone before its receipt is written: that receipt is all there is.
            if place.exists() or (told and not waiting):
                hidden.replace(place.with_name(place.name + RECEIPT))
            else:
                hidden.unlink()


def _named(folder: Path, filed: str) -> list[Path]:
    """Return the files that are filed away under a name."""
    return [path for path in folder.iterdir() if path.is_file() and filed_name(path.name) == filed]


def _move(path: Path, place: Path) -> None:
    if has_manifest(path):
        manifest_path(path).replace(manifest_path(place))
    path.replace(place)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _told_sha256(receipt: Path) -> str | None:
    try:
        return str(json.loads(receipt.read_text("utf-8"))["sha256"])
    except json.JSONDecodeError:
        # It was not written whole, so nothing was moved yet.
        return None


def _free(folder: Path, name: str) -> Path:
    name = filed_name(name)
    place = folder / name
    if place.exists() or place.with_name(name + RECEIPT).exists():
        place = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{name}"
    return place


def filed_name(name: str) -> str:
    """Return the name under which a file is filed away: of one too long for stamp and suffix the end."""
    # A character takes up to four bytes.
    return name if len(os.fsencode(name)) <= _NAME_BYTES else name[-_NAME_BYTES // 4 :]
