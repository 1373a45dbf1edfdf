"""The vault: delivered bytes by their SHA-256, encrypted at rest; everything after the first copy reads from here."""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from transforms.collect.protect import CHUNK, Keys, Sealed, key_id_of, seal, unseal
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

CHANGED = DeliveryRefused(
    "the file changed while it was read", "", "write it under the name X.part and rename it to X when it is complete"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file system says of a file; another stamp means another content."""

    size: int
    modified: int
    inode: int


def stamp_of(path: Path) -> Stamp:
    """Return the stamp of a file."""
    found = path.stat()
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that lie in the vault."""

    path: Path
    sha256: str
    size: int
    keys: Keys

    def blocks(self) -> Iterator[bytes]:
        """Yield the clear bytes in blocks."""
        with self.path.open("rb") as file:
            yield from unseal(file, self.keys)

    def open(self) -> io.BufferedReader:
        """Open the clear bytes as a file that can be read from any place."""
        return io.BufferedReader(_Clear(self.path.open("rb"), self.keys), buffer_size=CHUNK)


@dataclass(frozen=True, slots=True)
class Loose:
    """A file that is only looked at, where it lies."""

    path: Path

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks."""
        with self.path.open("rb") as file:
            while block := file.read(CHUNK):
                yield block

    def open(self) -> io.BufferedReader:
        """Open the bytes as a file."""
        return self.path.open("rb")


def keep(vault: Path, keys: Keys, source: str, path: Path, at: datetime, progress: Callable[[int], None]) -> Kept:
    """Copy a file into the vault while hashing it; a file that changes meanwhile is refused."""
    before = stamp_of(path)
    digest = hashlib.sha256()
    read = _Counted(digest.update, progress, before.size)
    folder = vault / source
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = folder / f".{secrets.token_hex(8)}.part"
    try:
        with _opened(path) as delivered, _private(aside) as target:
            seal(read.blocks(delivered), target, keys, key_id_of(source, at))
            target.flush()
            os.fsync(target.fileno())
        if stamp_of(path) != before or read.size != before.size:
            raise CHANGED
        return Kept(_placed(aside, folder / digest.hexdigest()), digest.hexdigest(), read.size, keys)
    finally:
        aside.unlink(missing_ok=True)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except PermissionError as error:
        remedy = "let everybody read it, or its group, and send it again"
        raise DeliveryRefused("the file may not be read", "the file", remedy) from error


def _placed(aside: Path, place: Path) -> Path:
    if not place.exists():
        aside.replace(place)
        descriptor = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return place


def _private(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _Counted:
    """Pass blocks on, telling each to a digest and to whoever watches."""

    def __init__(self, update: Callable[[bytes], None], progress: Callable[[int], None], expected: int) -> None:
        self.size = 0
        self._expected = expected
        self._update = update
        self._progress = progress

    def blocks(self, file: BinaryIO) -> Iterator[bytes]:
        while block := file.read(CHUNK):
            self._update(block)
            self.size += len(block)
            # A file that grows as fast as it is read would never end.
            if self.size > self._expected:
                raise CHANGED
            self._progress(self.size)
            yield block


class _Clear(io.RawIOBase):
    """The clear bytes of a sealed file, one chunk at a time."""

    def __init__(self, file: BinaryIO, keys: Keys) -> None:
        self._file = file
        self._sealed = Sealed(file, keys)
        self._place = 0
        self._index = -1
        self._held = memoryview(b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._sealed.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer
        index, start = divmod(self._place, CHUNK)
        if index >= self._sealed.chunks:
            return 0
        if index != self._index:
            self._index, self._held = index, memoryview(self._sealed.chunk(index))
        clear = self._held[start : start + len(buffer)]
        buffer[: len(clear)] = clear
        self._place += len(clear)
        return len(clear)

    def close(self) -> None:
        self._file.close()
        super().close()
