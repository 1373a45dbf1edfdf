"""ZIP archives, opened without trust in what they say of themselves: what is inflated is counted."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, Self, cast

from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from transforms.collect.readers.content import Readable

_BLOCK: Final = 262_144
_ENCRYPTED: Final = 0x1
_KNOWN: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_OUTSIDE: Final = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:")
# What packing programs add of their own.
_ADDED: Final = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


class Archive:
    """An open archive; close it after use."""

    def __init__(self, readable: Readable) -> None:
        """Read the directory."""
        self._file = _Narrow(readable.open())
        try:
            with refusing():
                self._zip = zipfile.ZipFile(cast("Any", self._file))
                self._size = self._file.seek(0, io.SEEK_END)
            self._inflated = 0
            self._check()
        except DeliveryRefused:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        """Give the archive itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the archive."""
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> list[str]:
        """Return the names of the files in it."""
        return [info.filename for info in self._zip.infolist() if not info.is_dir()]

    def open(self, name: str) -> Entry:
        """Open one file of the archive; raises DeliveryRefused if there is none of that name."""
        if name not in self._zip.NameToInfo:
            raise DeliveryRefused("the archive lacks a part that its kind has", "the archive", "send it again")
        with refusing():
            return Entry(self, self._zip.open(name))

    def count(self, inflated: int) -> None:
        """Count inflated bytes; raises DeliveryRefused beyond what an archive of this size may hold."""
        self._inflated += inflated
        most = max(LIMITS.inflated_free_bytes, LIMITS.inflated_ratio * self._size)
        if self._inflated > min(most, LIMITS.inflated_bytes):
            what = f"the archive of {self._size:,} bytes unpacks to more than {self._inflated:,}"
            raise DeliveryRefused(what, "the archive", "send the file as it is, or in parts")

    def _check(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > LIMITS.archive_entries:
            what = f"the archive holds {len(infos):,} files, at most {LIMITS.archive_entries:,} are read"
            raise DeliveryRefused(what, "the archive", "send one file")
        for info in infos:
            if info.flag_bits & _ENCRYPTED:
                raise locked()
            if _OUTSIDE.search(info.filename.replace("\\", "/")):
                what = "the archive names a file outside of itself"
                raise DeliveryRefused(what, "the archive", "pack the file by its name alone")
            if info.compress_type not in _KNOWN:
                what = "the archive is compressed by another method than deflate"
                raise DeliveryRefused(what, "the archive", "pack it as a plain ZIP")


class Entry:
    """One file of an archive, inflated piece by piece."""

    def __init__(self, archive: Archive, file: IO[bytes]) -> None:
        """Begin at the start."""
        self._archive = archive
        self._file = file

    def read(self, size: int = _BLOCK) -> bytes:
        """Return the next piece."""
        with refusing():
            block: bytes = self._file.read(size)
        self._archive.count(len(block))
        return block

    def drain(self) -> None:
        """Read to the end, where the checksum is compared."""
        while self.read():
            pass


@dataclass(frozen=True, slots=True)
class Packed:
    """The only file of an archive."""

    outer: Readable
    name: str

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks."""
        with Archive(self.outer) as archive:
            entry = archive.open(self.name)
            while block := entry.read():
                yield block

    def open(self) -> io.BufferedReader:
        """Open the bytes as a file that can be read from any place: a copy that has no name."""
        with ExitStack() as stack:
            file = stack.enter_context(tempfile.TemporaryFile())
            file.writelines(self.blocks())
            file.seek(0)
            stack.pop_all()
        return cast("io.BufferedReader", file)


def only_file(archive: Archive) -> str:
    """Return the name of the one file that an archive delivers."""
    names = [name for name in archive.names if not _ADDED.search(name)]
    if len(names) != 1:
        what = f"the archive holds {len(names):,} files"
        raise DeliveryRefused(what, "the archive", "pack one file, or send the files one by one")
    return names[0]


def locked() -> DeliveryRefused:
    """Return the refusal of what only a password opens."""
    return DeliveryRefused("the file is locked with a password", "the file", "send it without a password")


@contextmanager
def refusing() -> Iterator[None]:
    """Refuse a delivery whose archive is broken."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        what = "the archive is broken, or the file was cut off"
        raise DeliveryRefused(what, "the archive", "send the whole file again") from error


class _Narrow:
    """A file that is never read in one piece of any size: `zipfile` takes the directory whole, as long as it claims."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self.tell, self.close, self.seekable = file.tell, file.close, file.seekable
        self._size = file.seek(0, io.SEEK_END)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET and not 0 <= offset <= self._size:
            raise zipfile.BadZipFile("a place outside of the archive")
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        most = LIMITS.archive_directory_bytes
        block = self._file.read(size if 0 <= size <= most else most + 1)
        if len(block) > most:
            what = f"the directory of the archive is longer than {most:,} bytes"
            raise DeliveryRefused(what, "the archive", "send one file")
        return block
