"""A folder of an object store is read with keys that may only read, and its files come whole or not at all."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.object_store import READ, WRITE, ObjectStore, object_store
from tests.unit.collect.builders import connections, elsewhere, private
from transforms.collect.protect import CHUNK
from transforms.collect.remote import RemoteFile, Unreadable
from transforms.collect.s3 import open_s3
from transforms.errors import DeliveryRefused, SourceUnavailable, Terminal

CONTRACT = elsewhere("s3", "${body}/outbox/penalties", keysSecret="s3_keys")
CONTENT = os.urandom(2 * CHUNK + 1000)


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with object_store() as serving:
        serving.put("penalties/may.csv", CONTENT)
        serving.put("penalties/done/april.csv", b"gone")
        yield serving


def connect(store: ObjectStore, home: Path, keys: str = "", **said: object) -> None:
    private(home / "secrets/s3_keys", keys or store.keys)
    private(home / "sources/body.json", json.dumps({"url": store.address, "timeout": 5.0, **said}))


def listed(home: Path, location: str = CONTRACT.fetch.location) -> dict[str, RemoteFile]:
    with open_s3(connections(home), elsewhere("s3", location, keysSecret="s3_keys")) as folder:
        return {file.name: file for file in folder.files()}


def read(home: Path, file: RemoteFile) -> bytes:
    with open_s3(connections(home), CONTRACT) as folder:
        return b"".join(folder.blocks(file))


def test_files_are_listed_with_their_size_and_read_whole(store: ObjectStore, tmp_path: Path) -> None:
    connect(store, tmp_path)
    files = listed(tmp_path)
    assert {name: file.size for name, file in files.items()} == {"may.csv": len(CONTENT)}
    assert read(tmp_path, files["may.csv"]) == CONTENT


def test_an_empty_folder_is_empty_and_a_missing_bucket_is_terminal(store: ObjectStore, tmp_path: Path) -> None:
    connect(store, tmp_path)
    assert listed(tmp_path, "${body}/outbox/nothing") == {}
    with pytest.raises(Terminal, match="no such bucket"):
        listed(tmp_path, "${body}/elsewhere/nothing")


def test_wrong_keys_are_terminal_and_are_not_told_again(store: ObjectStore, tmp_path: Path) -> None:
    name, secret = store.keys.split()
    for keys in (f"{name}\ncanary-secret\n", f"CANARYKEY\n{secret}\n"):
        connect(store, tmp_path, keys)
        with pytest.raises(Terminal, match="refuses the keys") as caught:
            listed(tmp_path)
        assert "renew the keys" in caught.value.remedy
        assert "canary" not in str(caught.value).lower()
    connect(store, tmp_path, name)
    with pytest.raises(Terminal, match="does not hold two"):
        listed(tmp_path)


def test_a_store_that_is_away_or_silent_may_be_tried_again(store: ObjectStore, tmp_path: Path) -> None:
    connect(store, tmp_path, url="http://127.0.0.1:1", timeout=1.0)
    with pytest.raises(SourceUnavailable, match="NETWORK_CONNECTION"):
        listed(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connect(store, tmp_path, url=f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=1.0)
        with pytest.raises(SourceUnavailable, match="NETWORK_CONNECTION"):
            listed(tmp_path)


def test_an_object_that_changes_while_it_is_read_is_refused(store: ObjectStore, tmp_path: Path) -> None:
    connect(store, tmp_path)
    file = listed(tmp_path)["may.csv"]
    with open_s3(connections(tmp_path), CONTRACT) as folder:
        blocks = folder.blocks(file)
        next(blocks)
        store.put("penalties/may.csv", bytes(len(CONTENT)))
        with pytest.raises(DeliveryRefused, match="changed while it was read"):
            list(blocks)
    store.put("penalties/may.csv", b"another")
    with pytest.raises(DeliveryRefused, match="changed while it was read"):
        read(tmp_path, file)
    with pytest.raises(DeliveryRefused, match="changed while it was read"):
        read(tmp_path, RemoteFile("june.csv", 1, 1))


def test_an_object_is_moved_only_with_the_right_to(store: ObjectStore, tmp_path: Path) -> None:
    connect(store, tmp_path)
    with open_s3(connections(tmp_path), CONTRACT) as folder:
        with pytest.raises(Terminal, match="ACCESS_DENIED"):
            folder.move("may.csv", "done/may.csv")
        assert "penalties/may.csv" in store.names()
        store.allow(*READ, *WRITE)
        folder.write("done/may.csv.receipt.json", b"{}")
        folder.move("may.csv", "done/may.csv")
    assert {"penalties/done/may.csv", "penalties/done/may.csv.receipt.json"} <= set(store.names())
    assert "penalties/may.csv" not in store.names()


def test_an_object_that_may_not_be_read_is_told_by_its_name(store: ObjectStore, tmp_path: Path) -> None:
    connect(store, tmp_path)
    file = listed(tmp_path)["may.csv"]
    store.allow("s3:ListBucket")
    with pytest.raises(Unreadable, match=r"may not be read \| may.csv"):
        read(tmp_path, file)
