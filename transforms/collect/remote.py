"""A folder on another machine, as pick-up sees it: files with a name, a size and a time of change."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from transforms.collect.finding import told
from transforms.collect.inbox import is_set_aside
from transforms.collect.manifest import SUFFIX
from transforms.errors import DeliveryRefused
from transforms.ledger.deliveries import STAMPED, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as the other machine lists it; it counts the time of change in its own unit."""

    name: str
    size: int
    modified: int


class Unreadable(DeliveryRefused):
    """Say that one file of a folder may not be read."""

    def __init__(self, name: str) -> None:
        """Name the file."""
        super().__init__(UNREADABLE, told(name), "let us read it, and send it again if it was refused")


class Remote(Protocol):
    """A folder that is open; it raises SourceUnavailable where it does not answer, Terminal where it refuses."""

    def files(self) -> list[RemoteFile]:
        """Return the files of the folder, without those of its folders."""

    def blocks(self, file: RemoteFile) -> Iterator[bytes]:
        """Yield the bytes in blocks.

        Raises Unreadable if we may not, DeliveryRefused if the file is not, or no longer, what was listed.
        """

    def move(self, name: str, place: str) -> None:
        """Move a file to a place in a folder of this folder."""

    def write(self, place: str, content: bytes) -> None:
        """Write a small file to a place in a folder of this folder."""


@dataclass(frozen=True, slots=True)
class Found:
    """A complete file, with its manifest if there is one."""

    file: RemoteFile
    manifest: RemoteFile | None = None

    @property
    def stamp(self) -> str:
        """Return what tells this file from every other, also from a later one of its name; behind it its manifest."""
        return STAMPED.join(_digest(f) for f in (self.file, self.manifest) if f)

    @property
    def former_stamp(self) -> str:
        """Return the stamp of a file that was taken before the manifest had one of its own."""
        return _digest(*(f for f in (self.file, self.manifest) if f))


def _digest(*files: RemoteFile) -> str:
    return hashlib.sha256(json.dumps([(f.name, f.size, f.modified) for f in files]).encode()).hexdigest()


def complete(files: Iterable[RemoteFile]) -> list[Found]:
    """Return the files that were written whole, oldest first; `X.part` is still being written."""
    named = {file.name: file for file in files}
    found = [Found(file, named.get(name + SUFFIX)) for name, file in named.items() if not is_set_aside(name)]
    return sorted(found, key=lambda one: (one.file.modified, one.file.name))
