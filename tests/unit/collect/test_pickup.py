"""Files of a folder elsewhere are taken once each, in order, and put out of the way only where the contract says so."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine

from schemas.contracts import SourceContract
from tests.support.sftp_server import SftpServer
from tests.unit.collect.builders import connections, elsewhere, private
from transforms.collect import pickup
from transforms.collect.manifest import read_manifest
from transforms.collect.pickup import pick_up, stamps_waiting
from transforms.collect.receipt import Receipt
from transforms.collect.remote import Found, RemoteFile, complete
from transforms.connections import Connections
from transforms.errors import DeliveryRefused, Terminal
from transforms.ledger.deliveries import HandOver

CONTRACT = elsewhere("sftp", "${body}/out", passwordSecret="sftp_password")
names = st.sampled_from(["a.csv", "b.csv", "b.csv.part", "b.csv.manifest.json", "b.csv.receipt.json", ".b.csv"])
numbers = st.integers(0, 3)
remote_files = st.builds(RemoteFile, names, numbers, numbers)


@dataclass
class Ledger:
    """The ledger as pick-up knows it: states by stamp, and what was refused."""

    taken: dict[str, str] = field(default_factory=dict)
    refused: list[HandOver] = field(default_factory=list)
    state: str = "closed"
    handed: list[tuple[str, bytes, int | None]] = field(default_factory=list)

    def find_taken(self, _: Connection, contract: SourceContract, stamps: Collection[str]) -> dict[str, str]:
        assert contract.source == CONTRACT.source
        return {stamp: self.taken[stamp] for stamp in stamps if stamp in self.taken}

    def write_refused(self, _: Connection, facts: HandOver, _error: DeliveryRefused) -> str:
        self.refused.append(facts)
        if facts.stamp:
            self.taken[facts.stamp] = "refused"
        return f"refused-{len(self.refused)}"

    def hand(self, path: Path, found: Found) -> Receipt:
        self.handed.append((found.file.name, path.read_bytes(), read_manifest(path).rows))
        self.taken[found.stamp] = self.state
        return Receipt("id", CONTRACT.source, self.state, found.file.name)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    kept = Ledger()
    monkeypatch.setattr(pickup, "find_taken", kept.find_taken)
    monkeypatch.setattr(pickup, "write_refused", kept.write_refused)
    return kept


@pytest.fixture
def engine() -> Engine:
    return create_engine("sqlite://")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "body"
    (folder / "out").mkdir(parents=True)
    with SftpServer(folder, password="right") as serving:
        serving.may_write = False
        private(tmp_path / "secrets/sftp_password", "right")
        private(tmp_path / "sources/body.json", json.dumps({"url": serving.address, "host_key": serving.pinned}))
        yield serving


@pytest.fixture
def stack(tmp_path: Path) -> Connections:
    return connections(tmp_path)


def moving() -> SourceContract:
    return replace(CONTRACT, fetch=replace(CONTRACT.fetch, options={**CONTRACT.fetch.options, "after": "move"}))


def drop(server: SftpServer, name: str, content: bytes, at: int) -> Path:
    path = server.folder / "out" / name
    path.write_bytes(content)
    os.utime(path, (at, at))
    return path


def left(server: SftpServer) -> set[str]:
    return {str(path.relative_to(server.folder / "out")) for path in server.folder.rglob("*") if path.is_file()}


@given(st.lists(remote_files, unique_by=lambda file: file.name))
def test_only_whole_files_are_complete_oldest_first(files: list[RemoteFile]) -> None:
    found = complete(files)
    assert {one.file.name for one in found} == {"a.csv", "b.csv"} & {file.name for file in files}
    assert [one.file.modified for one in found] == sorted(one.file.modified for one in found)
    assert all(one.manifest is None or one.manifest.name == f"{one.file.name}.manifest.json" for one in found)


@given(remote_files, remote_files, st.none() | remote_files, st.none() | remote_files)
def test_a_stamp_is_that_of_one_file_with_one_manifest(
    one: RemoteFile, other: RemoteFile, first: RemoteFile | None, second: RemoteFile | None
) -> None:
    found, another = Found(one, first), Found(other, second)
    assert (found.stamp == another.stamp) == (found == another)


def test_what_was_taken_is_not_fetched_again_and_nothing_is_written_there(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    drop(server, "june.csv", b"june", 200)
    drop(server, "may.csv", b"may", 100)
    drop(server, "may.csv.manifest.json", b'{"rows": 3}', 90)
    drop(server, "july.csv.part", b"jul", 300)
    assert len(stamps_waiting(stack, engine, CONTRACT)) == 2
    assert len(pick_up(stack, engine, CONTRACT, ledger.hand)) == 2
    assert ledger.handed == [("may.csv", b"may", 3), ("june.csv", b"june", None)]
    assert left(server) == {"june.csv", "may.csv", "may.csv.manifest.json", "july.csv.part"}
    server.read.clear()
    assert stamps_waiting(stack, engine, CONTRACT) == frozenset()
    assert pick_up(stack, engine, CONTRACT, ledger.hand) == []
    assert server.read == []
    drop(server, "may.csv", b"may, mended", 400)
    (again,) = pick_up(stack, engine, CONTRACT, ledger.hand)
    assert (again.file_name, server.read) == ("may.csv", ["may.csv", "may.csv.manifest.json"])
    assert not list((stack.home / "spool").iterdir())


def test_what_was_taken_before_a_manifest_had_a_stamp_of_its_own_is_not_taken_again(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    drop(server, "may.csv", b"may", 100)
    drop(server, "may.csv.manifest.json", b'{"rows": 3}', 90)
    told = [["may.csv", 3, 100], ["may.csv.manifest.json", 11, 90]]
    ledger.taken[hashlib.sha256(json.dumps(told).encode()).hexdigest()] = "closed"
    assert stamps_waiting(stack, engine, CONTRACT) == frozenset()
    assert pick_up(stack, engine, CONTRACT, ledger.hand) == []


def test_a_manifest_that_is_mended_brings_its_file_again(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    drop(server, "may.csv", b"may", 100)
    drop(server, "may.csv.manifest.json", b'{"rows": 3}', 90)
    pick_up(stack, engine, CONTRACT, ledger.hand)
    drop(server, "may.csv.manifest.json", b'{"rows": 4}', 95)
    pick_up(stack, engine, CONTRACT, ledger.hand)
    assert [rows for _, _, rows in ledger.handed] == [3, 4]


def test_a_file_that_changes_is_refused_and_looked_at_again_while_the_others_pass(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    drop(server, "growing.csv", b"first", 100)
    drop(server, "whole.csv", b"whole", 200)
    server.on_read = lambda name: name == "whole.csv" or drop(server, name, b"first and more", 300)
    refused, closed = pick_up(stack, engine, CONTRACT, ledger.hand)
    assert (refused.state, closed.state) == ("refused", "closed")
    assert "changed while it was read" in refused.reason
    assert "X.part" in refused.remedy
    assert [(facts.file_name, facts.stamp) for facts in ledger.refused] == [("growing.csv", None)]
    server.on_read = lambda _: None
    pick_up(stack, engine, CONTRACT, ledger.hand)
    assert ledger.handed[-1] == ("growing.csv", b"first and more", None)


def test_files_are_moved_with_manifest_and_receipt_where_the_contract_says_so(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    server.may_write = True
    drop(server, "may.csv", b"may", 100)
    drop(server, "may.csv.manifest.json", b"{}", 90)
    pick_up(stack, engine, moving(), ledger.hand)
    ledger.state = "refused"
    drop(server, "june.csv", b"june", 200)
    pick_up(stack, engine, moving(), ledger.hand)
    places = sorted((name.partition("/")[0], name.partition("-")[2]) for name in left(server))
    assert places == [
        ("done", "may.csv"),
        ("done", "may.csv.manifest.json"),
        ("done", "may.csv.receipt.json"),
        ("refused", "june.csv"),
        ("refused", "june.csv.receipt.json"),
    ]


def test_a_file_that_was_taken_before_the_connection_broke_is_moved_on_the_next_visit(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    drop(server, "may.csv", b"may", 100)
    pick_up(stack, engine, CONTRACT, ledger.hand)
    server.may_write = True
    assert pick_up(stack, engine, moving(), ledger.hand) == []
    assert [(name[:5], name.partition("-")[2]) for name in left(server)] == [("done/", "may.csv")]


def test_a_name_as_long_as_names_may_be_is_moved_with_manifest_and_receipt(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    server.may_write = True
    for number, name in enumerate(("行" * 75, "长" * 80), start=1):
        drop(server, f"{name}.csv", b"long", 100 * number)
    drop(server, f"{'行' * 75}.csv.manifest.json", b'{"rows": 3}', 90)
    drop(server, "next.csv", b"next", 300)
    assert len(pick_up(stack, engine, moving(), ledger.hand)) == 3
    places = [name.partition("-")[2].lstrip("行长") for name in left(server)]
    receipts = [".csv.receipt.json"] * 2 + ["next.csv.receipt.json"]
    assert sorted(places) == sorted([".csv", ".csv", ".csv.manifest.json", "next.csv", *receipts])


def test_a_file_that_may_not_be_read_stops_no_other_and_is_told(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    drop(server, "may.csv", b"may", 100)
    drop(server, "june.csv", b"june", 200)
    server.secret.add("june.csv")
    for _ in range(2):
        with pytest.raises(Terminal, match=r"may not be read \| june.csv"):
            pick_up(stack, engine, CONTRACT, ledger.hand)
    server.secret.clear()
    (receipt,) = pick_up(stack, engine, CONTRACT, ledger.hand)
    assert [name for name, _, _ in ledger.handed] == ["may.csv", "june.csv"]
    assert (receipt.state, ledger.refused) == ("closed", [])


@pytest.mark.parametrize("name", ["may.csv", "may.csv.manifest.json"])
def test_a_file_that_may_not_be_read_is_refused_once_a_later_one_is_taken(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger, name: str
) -> None:
    server.may_write = True
    drop(server, "may.csv", b"may", 100)
    drop(server, "may.csv.manifest.json", b"{}", 90)
    drop(server, "june.csv", b"june", 200)
    server.secret.add(name)
    june, may = pick_up(stack, engine, moving(), ledger.hand)
    assert (june.file_name, may.file_name, may.state) == ("june.csv", "may.csv", "refused")
    assert (may.reason, "send it again" in may.remedy) == ("the file may not be read", True)
    assert [facts.stamp is None for facts in ledger.refused] == [False]
    assert {place.partition("/")[0] for place in left(server) if "may" in place} == {"refused"}
    assert pick_up(stack, engine, moving(), ledger.hand) == []


def test_a_file_that_cannot_be_moved_stops_no_other_and_is_told(
    server: SftpServer, stack: Connections, engine: Engine, ledger: Ledger
) -> None:
    for name, at in (("may.csv", 100), ("june.csv", 200)):
        drop(server, name, name.encode(), at)
        with pytest.raises(Terminal, match="refuses the right"):
            pick_up(stack, engine, moving(), ledger.hand)
    assert [name for name, _, _ in ledger.handed] == ["may.csv", "june.csv"]
    server.may_write = True
    assert pick_up(stack, engine, moving(), ledger.hand) == []
    assert {name.partition("-")[2] for name in left(server)} == {"may.csv", "june.csv"}
