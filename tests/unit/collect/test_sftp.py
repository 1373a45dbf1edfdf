"""A folder behind SFTP is reached by its pinned key and one login, and its files come whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paramiko
import pytest

from tests.support.sftp_server import SftpServer
from tests.unit.collect.builders import connections, elsewhere, private
from transforms.collect.protect import CHUNK
from transforms.collect.remote import RemoteFile
from transforms.collect.sftp import open_sftp
from transforms.errors import DeliveryRefused, SourceUnavailable, Terminal

CONTRACT = elsewhere("sftp", "${body}/out", passwordSecret="sftp_password")
CONTENT = os.urandom(2 * CHUNK + 1000)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "body"
    (folder / "out/done").mkdir(parents=True)
    (folder / "out/may.csv").write_bytes(CONTENT)
    (folder / "out/empty.csv").touch()
    (folder / "out/done/april.csv").write_bytes(b"gone")
    with SftpServer(folder, password="right") as serving:
        yield serving


def connect(server: SftpServer, home: Path, login: str = "right", **said: Any) -> None:
    private(home / "secrets/sftp_password", f"{login}\n")
    settings = {"url": server.address, "host_key": server.pinned, "timeout": 5.0, **said}
    private(home / "sources/body.json", json.dumps(settings))


def listed(home: Path) -> dict[str, RemoteFile]:
    with open_sftp(connections(home), CONTRACT) as folder:
        return {file.name: file for file in folder.files()}


def read(home: Path, file: RemoteFile) -> bytes:
    with open_sftp(connections(home), CONTRACT) as folder:
        return b"".join(folder.blocks(file))


def test_files_are_listed_with_size_and_time_and_read_whole(server: SftpServer, tmp_path: Path) -> None:
    connect(server, tmp_path)
    os.utime(server.folder / "out/may.csv", (1_700_000_000, 1_700_000_000))
    files = listed(tmp_path)
    assert files.keys() == {"may.csv", "empty.csv"}
    assert files["may.csv"] == RemoteFile("may.csv", len(CONTENT), 1_700_000_000)
    assert read(tmp_path, files["may.csv"]) == CONTENT
    assert read(tmp_path, files["empty.csv"]) == b""


def test_a_login_by_key_needs_no_password(server: SftpServer, tmp_path: Path) -> None:
    key = paramiko.RSAKey.generate(2048)
    server.key = key
    path = tmp_path / "key"
    key.write_private_key_file(str(path))
    path.chmod(0o600)
    connect(server, tmp_path, login="wrong", key_file=str(path))
    assert listed(tmp_path).keys() == {"may.csv", "empty.csv"}
    path.chmod(0o640)
    with pytest.raises(Terminal, match="other users may read a secret"):
        listed(tmp_path)
    private(path, "no key")
    with pytest.raises(Terminal, match="the key of the login cannot be read"):
        listed(tmp_path)


@pytest.mark.parametrize("other", [paramiko.ECDSAKey.generate(), paramiko.RSAKey.generate(2048)])
def test_a_server_with_another_host_key_is_told_no_password(
    server: SftpServer, tmp_path: Path, other: paramiko.PKey
) -> None:
    connect(server, tmp_path, host_key=f"{other.get_name()} {other.get_base64()}")
    with pytest.raises(Terminal, match="another host key than the pinned one: SHA256:") as caught:
        listed(tmp_path)
    assert "ask the body whether it changed its key" in caught.value.remedy
    assert server.logins == 0


@pytest.mark.parametrize("said", ["", "ssh-ed25519", "ssh-ed25519 @@@"])
def test_without_a_pinned_host_key_nobody_is_asked(server: SftpServer, tmp_path: Path, said: str) -> None:
    connect(server, tmp_path, host_key=said)
    with pytest.raises(Terminal, match="is not pinned"):
        listed(tmp_path)


def test_a_wrong_password_is_terminal_and_is_not_told_again(server: SftpServer, tmp_path: Path) -> None:
    connect(server, tmp_path, login="canary-password")
    with pytest.raises(Terminal, match="refuses the login") as caught:
        listed(tmp_path)
    assert "renew the password" in caught.value.remedy
    assert "canary-password" not in str(caught.value)


def test_a_server_that_is_away_may_be_tried_again(server: SftpServer, tmp_path: Path) -> None:
    connect(server, tmp_path, url="sftp://casebridge@127.0.0.1:1")
    with pytest.raises(SourceUnavailable, match="does not answer"):
        listed(tmp_path)


def test_a_server_that_falls_silent_may_be_tried_again(server: SftpServer, tmp_path: Path) -> None:
    connect(server, tmp_path, timeout=0.5)
    file = listed(tmp_path)["may.csv"]
    server.on_read = lambda _: server.hang()
    with pytest.raises(SourceUnavailable, match="does not answer"):
        read(tmp_path, file)


def test_a_folder_that_is_not_there_is_terminal(server: SftpServer, tmp_path: Path) -> None:
    connect(server, tmp_path, url=f"{server.address}/elsewhere")
    with pytest.raises(Terminal, match="no such folder"):
        listed(tmp_path)


def test_a_name_may_be_in_another_encoding(server: SftpServer, tmp_path: Path) -> None:
    name = os.fsdecode("处罚.csv".encode("gb18030"))
    (server.folder / "out" / name).write_bytes(b"odd")
    connect(server, tmp_path)
    files = listed(tmp_path)
    assert files.keys() == {"may.csv", "empty.csv", name}
    assert read(tmp_path, files[name]) == b"odd"
    with open_sftp(connections(tmp_path), CONTRACT) as folder:
        folder.write(f"done/{name}.receipt.json", b"{}")
        folder.move(name, f"done/{name}")
    assert {name, f"{name}.receipt.json"} < {path.name for path in (server.folder / "out/done").iterdir()}


def test_a_file_that_changes_while_it_is_read_is_refused(server: SftpServer, tmp_path: Path) -> None:
    connect(server, tmp_path)
    file, path = listed(tmp_path)["may.csv"], server.folder / "out/may.csv"

    def grow(_: str) -> None:
        with path.open("ab") as appended:
            appended.write(b"more")

    server.on_read = grow
    with pytest.raises(DeliveryRefused, match="changed while it was read"):
        read(tmp_path, file)
    server.on_read = lambda _: None
    path.write_bytes(CONTENT[:1000])
    with pytest.raises(DeliveryRefused, match="changed while it was read"):
        read(tmp_path, file)
    path.unlink()
    with pytest.raises(DeliveryRefused, match="changed while it was read"):
        read(tmp_path, file)


def test_a_file_is_moved_and_a_receipt_written_only_with_the_right_to(server: SftpServer, tmp_path: Path) -> None:
    connect(server, tmp_path)
    with open_sftp(connections(tmp_path), CONTRACT) as folder:
        folder.write("refused/may.csv.receipt.json", b"{}")
        folder.move("may.csv", "refused/may.csv")
        server.may_write = False
        with pytest.raises(Terminal, match="refuses the right"):
            folder.move("empty.csv", "done/empty.csv")
    refused = server.folder / "out/refused"
    assert (refused / "may.csv").read_bytes() == CONTENT
    assert (refused / "may.csv.receipt.json").read_bytes() == b"{}"
    assert (server.folder / "out/empty.csv").exists()
