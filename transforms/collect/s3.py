"""A folder of an S3-compatible object store: a bucket, and a prefix in it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from pyarrow.fs import AwsStandardS3RetryStrategy, FileSelector, FileType, S3FileSystem

from transforms.collect.access import address_of, read_access, read_secret
from transforms.collect.protect import CHUNK
from transforms.collect.remote import RemoteFile, Unreadable
from transforms.collect.vault import CHANGED
from transforms.errors import SourceUnavailable, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyarrow import NativeFile
    from pyarrow.fs import FileInfo

    from schemas.contracts import SourceContract
    from transforms.connections import Connections

_TRIES: Final = 2
_CODE: Final = re.compile(r"AWS Error (\w+)")
_REFUSED: Final = frozenset(
    {
        *("ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "INVALID_CLIENT_TOKEN_ID"),
        *("MISSING_AUTHENTICATION_TOKEN", "UNRECOGNIZED_CLIENT", "INVALID_SIGNATURE"),
    }
)


@contextmanager
def open_s3(connections: Connections, contract: SourceContract) -> Iterator[S3Folder]:
    """Open the folder of a source."""
    access = read_access(connections, contract)
    address = urlsplit(address_of(contract, access))
    keys = read_secret(connections, contract, "keysSecret", access.keys_file).split()
    if len(keys) != 2:
        remedy = "write the access key on its first line, the secret key on its second"
        raise Terminal("the file of the keys does not hold two", contract.source, remedy)
    store = S3FileSystem(
        access_key=keys[0],
        secret_key=keys[1],
        region=access.region,
        scheme=address.scheme,
        endpoint_override=address.netloc,
        connect_timeout=access.timeout,
        # curl counts whole seconds, and takes none for no limit.
        request_timeout=max(1.0, access.timeout),
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=_TRIES),
        proxy_options=access.proxy or None,
    )
    yield S3Folder(store, unquote(address.path).strip("/"), address.geturl())


class S3Folder:
    """A prefix of a bucket."""

    def __init__(self, store: S3FileSystem, folder: str, where: str) -> None:
        """Remember the folder; nothing is asked yet."""
        self._store = store
        self._folder = folder
        self._where = where

    def files(self) -> list[RemoteFile]:
        """Return the files of the folder, without those of its folders."""
        with _answering(self._where):
            try:
                listed = self._store.get_file_info(FileSelector(self._folder))
            except FileNotFoundError:
                # What holds no object is no folder to S3.
                return []
        return [_file(info) for info in listed if info.type == FileType.File]

    def blocks(self, file: RemoteFile) -> Iterator[bytes]:
        """Yield the bytes in blocks, as `Remote` promises."""
        path = f"{self._folder}/{file.name}"
        with _answering(self._where, of_file=file.name):
            with self._store.open_input_stream(path) as opened:
                before = _tag(opened)
                while block := opened.read(CHUNK):
                    yield block
            with self._store.open_input_stream(path) as opened:
                after = _tag(opened)
            if after != before or _file(self._store.get_file_info(path)) != file:
                raise CHANGED

    def move(self, name: str, place: str) -> None:
        """Move a file to a place in a folder of this folder."""
        with _answering(self._where):
            self._store.move(f"{self._folder}/{name}", f"{self._folder}/{place}")

    def write(self, place: str, content: bytes) -> None:
        """Write a small file to a place in a folder of this folder."""
        with _answering(self._where), self._store.open_output_stream(f"{self._folder}/{place}") as opened:
            opened.write(content)


def _file(info: FileInfo) -> RemoteFile:
    return RemoteFile(info.base_name, info.size or 0, info.mtime_ns or 0)


def _tag(opened: NativeFile) -> bytes:
    """Return what the store calls this content: a block is asked for one by one, each as the object is then."""
    return bytes(opened.metadata().get("ETag", b""))


@contextmanager
def _answering(where: str, *, of_file: str = "") -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if of_file:
            raise CHANGED from error
        raise Terminal("the object is not there any more", where, "look who else moves files there") from error
    except OSError as error:
        said = _told(str(error), where)
        raise (Unreadable(of_file) if of_file and isinstance(said, Terminal) else said) from error


def _told(message: str, where: str) -> Terminal | SourceUnavailable:
    found = _CODE.search(message)
    code = found[1] if found else ""
    if code in _REFUSED or "HTTP status 403" in message:
        remedy = "renew the keys, or ask the body for the right to the folder"
        return Terminal(f"the store refuses the keys: {code}", where, remedy)
    if code == "NO_SUCH_BUCKET":
        return Terminal("the store has no such bucket", where, "compare the contract's server with what the body says")
    remedy = "nothing partial was sent; it is tried again when the source is due"
    return SourceUnavailable(f"the store does not answer: {code or 'no connection'}", where, remedy)
