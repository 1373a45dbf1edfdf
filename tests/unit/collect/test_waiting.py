"""The level that wakes collect sees complete files elsewhere, and does not log in every second to see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from schemas import contracts
from schemas.contracts import SourceContract
from schemas.fresh import Fresh
from tests.support.sftp_server import SftpServer
from tests.unit.collect.builders import connections, elsewhere, private
from transforms.collect import pickup, waiting
from transforms.collect.deliver import due_sources
from transforms.collect.waiting import CONTINUOUS, sources_waiting, watch_deliveries

CONTRACT = replace(elsewhere("sftp", "${body}/out", passwordSecret="sftp_password"), cadence=CONTINUOUS)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "body"
    (folder / "out").mkdir(parents=True)
    with SftpServer(folder, password="right") as serving:
        private(tmp_path / "secrets/sftp_password", "right")
        yield serving


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    found: dict[str, str] = {}
    monkeypatch.setattr(waiting, "ledger", lambda _: create_engine("sqlite://"))
    monkeypatch.setattr(pickup, "find_taken", lambda *_: found)
    only(monkeypatch, CONTRACT)
    return found


def only(monkeypatch: pytest.MonkeyPatch, contract: SourceContract) -> None:
    monkeypatch.setattr(Fresh, "sources", lambda _: {contract.source: contract})
    monkeypatch.setattr(contracts, "sources", lambda: {contract.source: contract})


def connect(server: SftpServer, home: Path) -> None:
    private(home / "sources/body.json", json.dumps({"url": server.address, "host_key": server.pinned}))


def test_a_complete_file_elsewhere_waits_until_it_is_taken(
    server: SftpServer, tmp_path: Path, taken: dict[str, str]
) -> None:
    stack = connections(tmp_path)
    (server.folder / "out/may.csv.part").touch()
    assert sources_waiting(stack) == []
    connect(server, tmp_path)
    assert sources_waiting(stack) == []
    (server.folder / "out/may.csv.part").rename(server.folder / "out/may.csv")
    assert sources_waiting(stack) == [CONTRACT.source]
    with watch_deliveries(stack) as look:
        taken.update(dict.fromkeys(look()[CONTRACT.source], "closed"))
    assert sources_waiting(stack) == []


def test_a_folder_elsewhere_is_not_visited_at_each_look(
    server: SftpServer, tmp_path: Path, taken: dict[str, str]
) -> None:
    connect(server, tmp_path)
    with watch_deliveries(connections(tmp_path)) as look:
        assert [look() for _ in range(5)] == [{CONTRACT.source: frozenset()}] * 5
    assert server.logins == 1


def test_a_body_that_refuses_is_left_to_the_sweep(
    server: SftpServer, tmp_path: Path, taken: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (server.folder / "out/may.csv").touch()
    connect(server, tmp_path)
    server.password = "another"
    assert sources_waiting(connections(tmp_path)) == []
    server.password = "right"
    only(monkeypatch, replace(CONTRACT, cadence="hourly"))
    assert sources_waiting(connections(tmp_path)) == []
    assert server.logins == 0


def test_a_folder_elsewhere_is_due_once_it_is_connected(
    server: SftpServer, tmp_path: Path, taken: dict[str, str]
) -> None:
    stack = connections(tmp_path)
    assert due_sources(stack, CONTINUOUS) == []
    connect(server, tmp_path)
    assert due_sources(stack, CONTINUOUS) == [CONTRACT.source]
    assert due_sources(stack, "hourly") == []
