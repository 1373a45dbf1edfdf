"""An SFTP server of a body on loopback: one login by password or key, one folder, and faults on demand."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_OK, SFTP_PERMISSION_DENIED

USER: Final = "casebridge"
_HANG_SECONDS: Final = 120.0


class SftpServer:
    """Serve a folder until closed; `on_read` is told the name of a file before each block of it leaves.

    What is named in `secret` may be listed and moved, and not be read.
    """

    def __init__(self, folder: Path, *, password: str = "", key: paramiko.PKey | None = None) -> None:
        """Bind a free port."""
        self.folder, self.password, self.key = folder, password, key
        self.host_key: paramiko.PKey = paramiko.ECDSAKey.generate()
        self.may_write = True
        self.secret: set[str] = set()
        self.logins = 0
        self.read: list[str] = []
        self.on_read: Callable[[str], object] = lambda _: None
        self.closing = Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._transports: list[paramiko.Transport] = []

    @property
    def address(self) -> str:
        """Return the address with the login's name."""
        return f"sftp://{USER}@127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def pinned(self) -> str:
        """Return the line by which a connection pins the host key."""
        return f"{self.host_key.get_name()} {self.host_key.get_base64()}"

    def hang(self) -> None:
        """Answer nothing until closed, as `on_read`."""
        self.closing.wait(_HANG_SECONDS)

    def __enter__(self) -> Self:
        """Answer in threads."""
        Thread(target=self._accept, name="sftp-server", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.closing.set()
        # A thread that waits in `accept` holds the socket open until it is shut down.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for transport in self._transports:
            transport.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                transport = paramiko.Transport(connection)
                transport.add_server_key(self.host_key)
                transport.set_subsystem_handler("sftp", _Session, _Folder)
                self._transports.append(transport)
                with suppress(paramiko.SSHException, EOFError):
                    transport.start_server(server=_Login(self))


class _Login(paramiko.ServerInterface):
    def __init__(self, server: SftpServer) -> None:
        self.server = server

    def check_auth_password(self, username: str, password: str) -> int:
        return self._answer(username == USER and bool(password) and password == self.server.password)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._answer(username == USER and key == self.server.key)

    def _answer(self, is_known: bool) -> int:
        self.server.logins += is_known
        return AUTH_SUCCESSFUL if is_known else AUTH_FAILED

    def check_channel_request(self, _kind: str, _chanid: int) -> int:
        return OPEN_SUCCEEDED

    def get_allowed_auths(self, _username: str) -> str:
        return "password,publickey"


class _Message(paramiko.Message):
    def get_text(self) -> str:
        return os.fsdecode(self.get_string())


class _Session(paramiko.SFTPServer):
    """A session in which a name may be in any encoding, and what is wrong is said in GB18030."""

    def _process(self, kind: int, number: int, said: paramiko.Message) -> None:
        super()._process(kind, number, _Message(said.get_remainder()))  # type: ignore[misc]  # the stubs leave it out

    def _send_status(self, number: int, code: int, _said: str | None = None) -> None:
        super()._send_status(number, code, "已处理".encode("gb18030"))  # type: ignore[misc]  # as above


class _Folder(paramiko.SFTPServerInterface):
    def __init__(self, login: _Login) -> None:
        super().__init__(login)
        self._server = login.server

    def _place(self, path: str) -> Path:
        return self._server.folder / path.lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            return [_listed(place) for place in self._place(path).iterdir()]
        except OSError as error:
            return _code(error)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._place(path).stat())
        except OSError as error:
            return _code(error)

    lstat = stat

    def open(self, path: str, flags: int, _attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        writes = bool(flags & os.O_WRONLY)
        is_denied = not self._server.may_write if writes else self._place(path).name in self._server.secret
        if is_denied:
            return SFTP_PERMISSION_DENIED
        try:
            file = self._place(path).open("wb" if writes else "rb")
        except OSError as error:
            return _code(error)
        return _Handle(self._server, self._place(path).name, file, flags)

    def mkdir(self, path: str, _attr: paramiko.SFTPAttributes) -> int:
        return self._change(lambda: self._place(path).mkdir())

    def rename(self, oldpath: str, newpath: str) -> int:
        return self._change(lambda: self._place(oldpath).rename(self._place(newpath)))

    def _change(self, change: Callable[[], object]) -> int:
        if not self._server.may_write:
            return SFTP_PERMISSION_DENIED
        try:
            change()
        except OSError as error:
            return _code(error)
        return SFTP_OK


class _Handle(paramiko.SFTPHandle):
    def __init__(self, server: SftpServer, name: str, file: object, flags: int) -> None:
        super().__init__(flags)
        self._server, self._file_name = server, name
        self.readfile = self.writefile = file
        server.read.append(name)

    def read(self, offset: int, length: int) -> bytes | int:
        self._server.on_read(self._file_name)
        return super().read(offset, length)


def _listed(place: Path) -> paramiko.SFTPAttributes:
    listed = paramiko.SFTPAttributes.from_stat(place.stat())
    # What is sent are bytes; a text would be sent as UTF-8.
    listed.filename = os.fsencode(place.name)  # type: ignore[assignment]  # a text, say the stubs
    return listed


def _code(error: OSError) -> int:
    return paramiko.SFTPServer.convert_errno(error.errno or 0)
