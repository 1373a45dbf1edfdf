"""A folder behind SFTP: the server is who the connection's pinned host key says, or nothing is said to it."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, unquote, urlsplit

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey
from paramiko.sftp import CMD_NAME

from transforms.collect.access import address_of, read_access, read_secret, secret_path
from transforms.collect.protect import CHUNK
from transforms.collect.remote import RemoteFile, Unreadable
from transforms.collect.vault import CHANGED
from transforms.errors import SourceUnavailable, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.contracts import SourceContract
    from transforms.collect.access import Access
    from transforms.connections import Connections

_PORT: Final = 22
# A hand-over between two files takes minutes: firewalls forget a connection that is silent so long.
_ALIVE_SECONDS: Final = 20


@contextmanager
def open_sftp(connections: Connections, contract: SourceContract) -> Iterator[SftpFolder]:
    """Open the folder of a source."""
    access = read_access(connections, contract)
    address = urlsplit(address_of(contract, access))
    where = f"sftp://{address.hostname}:{address.port or _PORT}{address.path}"
    pinned = _pinned(access, where)
    key = _key(connections, contract, access)
    password = None if key else read_secret(connections, contract, "passwordSecret", access.password_file)
    with paramiko.SSHClient() as client:
        with _answering(where):
            session = _connect(client, address, access, pinned, key, password)
        channel = session.get_channel()
        if channel is not None:
            channel.settimeout(access.timeout)
        yield SftpFolder(session, unquote(address.path), where)


class _Texts(paramiko.Message):
    def get_text(self) -> str:
        return os.fsdecode(self.get_string())


class _Session(paramiko.SFTPClient):
    """A session in which names and answers may be in any encoding: the library takes UTF-8 only."""

    def _request(self, kind: int, *asked: object) -> tuple[int, paramiko.Message]:
        told, said = super()._request(kind, *asked)  # type: ignore[misc]  # the stubs leave it out
        return told, _Texts(said.get_remainder()) if told == CMD_NAME else said

    def _convert_status(self, said: paramiko.Message) -> None:
        super()._convert_status(_Texts(said.get_remainder()))  # type: ignore[misc]  # as above


class SftpFolder:
    """A folder of an open session."""

    def __init__(self, session: paramiko.SFTPClient, folder: str, where: str) -> None:
        """Remember the folder; nothing is asked yet."""
        self._session = session
        self._folder = folder.rstrip("/")
        self._where = where

    def files(self) -> list[RemoteFile]:
        """Return the files of the folder, without those of its folders."""
        with _answering(self._where):
            listed = self._session.listdir_attr(self._folder or "/")
        # A name with a path in it would lead out of the folder.
        regular = (a for a in listed if stat.S_ISREG(a.st_mode or 0) and "/" not in a.filename)
        return [_file(a.filename, a) for a in regular]

    def blocks(self, file: RemoteFile) -> Iterator[bytes]:
        """Yield the bytes in blocks, as `Remote` promises."""
        path = self._path(file.name)
        with _answering(self._where, of_file=file.name):
            with self._session.open(path, "rb") as opened:
                for start in range(0, file.size, CHUNK):
                    wanted = min(CHUNK, file.size - start)
                    # Requests for one block go out together; a whole file of them would be buffered without a bound.
                    block = b"".join(opened.readv([(start, wanted)]))
                    if len(block) != wanted:
                        raise CHANGED
                    yield block
            if _file(file.name, self._session.stat(path)) != file:
                raise CHANGED

    def move(self, name: str, place: str) -> None:
        """Move a file to a place in a folder of this folder."""
        with _answering(self._where):
            self._make_folder(place)
            self._session.rename(self._path(name), self._path(place))

    def write(self, place: str, content: bytes) -> None:
        """Write a small file to a place in a folder of this folder."""
        with _answering(self._where):
            self._make_folder(place)
            with self._session.open(self._path(place), "wb") as opened:
                opened.write(content)

    def _path(self, name: str) -> bytes:
        return os.fsencode(f"{self._folder}/{name}")

    def _make_folder(self, place: str) -> None:
        folder = self._path(place.rpartition("/")[0])
        try:
            self._session.stat(folder)
        except FileNotFoundError:
            self._session.mkdir(folder)


def _connect(
    client: paramiko.SSHClient,
    address: SplitResult,
    access: Access,
    pinned: paramiko.PKey,
    key: paramiko.PKey | None,
    password: str | None,
) -> _Session:
    host, port = address.hostname or "", address.port or _PORT
    client.get_host_keys().add(host if port == _PORT else f"[{host}]:{port}", pinned.get_name(), pinned)
    client.connect(
        host,
        port,
        unquote(address.username or ""),
        password,
        key,
        timeout=access.timeout,
        banner_timeout=access.timeout,
        auth_timeout=access.timeout,
        channel_timeout=access.timeout,
        allow_agent=False,
        look_for_keys=False,
    )
    transport = client.get_transport()
    session = _Session.from_transport(transport) if transport else None
    if transport is None or session is None:
        raise paramiko.SSHException("the session was closed at once")
    transport.set_keepalive(_ALIVE_SECONDS)
    return session


def _pinned(access: Access, where: str) -> paramiko.PKey:
    try:
        entry = HostKeyEntry.from_line(f"pinned {access.host_key}")
    except (InvalidHostKey, paramiko.SSHException, ValueError):
        entry = None
    if entry is None or entry.key is None:
        remedy = "write the line that the body tells, such as `ssh-ed25519 AAAA…`, as `host_key` of the connection"
        raise Terminal("the host key of the server is not pinned", where, remedy)
    return entry.key


def _key(connections: Connections, contract: SourceContract, access: Access) -> paramiko.PKey | None:
    if not access.key_file and "keySecret" not in contract.fetch.options:
        return None
    read_secret(connections, contract, "keySecret", access.key_file)
    path = secret_path(connections, contract, "keySecret", access.key_file)
    return _loaded(path)


def _loaded(path: Path) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(path)
    except (paramiko.SSHException, ValueError) as error:
        remedy = "write an OpenSSH private key without a passphrase there"
        raise Terminal("the key of the login cannot be read", str(path), remedy) from error


def _file(name: str, said: paramiko.SFTPAttributes) -> RemoteFile:
    return RemoteFile(name, said.st_size or 0, int(said.st_mtime or 0))


def _stranger(key: paramiko.PKey, where: str) -> Terminal:
    remedy = "ask the body whether it changed its key; only if so, write the new one as `host_key` of the connection"
    return Terminal(f"the server shows another host key than the pinned one: {key.fingerprint}", where, remedy)


@contextmanager
def _answering(where: str, *, of_file: str = "") -> Iterator[None]:
    try:
        yield
    except paramiko.BadHostKeyException as error:
        raise _stranger(error.key, where) from error
    except paramiko.AuthenticationException as error:
        raise Terminal("the server refuses the login", where, "renew the password or the key") from error
    except PermissionError as error:
        if of_file:
            raise Unreadable(of_file) from error
        raise Terminal("the server refuses the right", where, "ask the body for the right to the folder") from error
    except FileNotFoundError as error:
        if of_file:
            raise CHANGED from error
        remedy = "compare the contract's server with what the body says"
        raise Terminal("the server has no such folder", where, remedy) from error
    except (OSError, EOFError, paramiko.SSHException) as error:
        what = f"the server does not answer: {type(error).__name__}"
        remedy = "nothing partial was sent; it is tried again when the source is due"
        raise SourceUnavailable(what, where, remedy) from error
