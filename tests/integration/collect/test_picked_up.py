"""Files of a folder elsewhere reach Kafka once each, and the ledger remembers them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from schemas import contracts
from schemas.contracts import SourceContract
from tests.integration.collect.sent import Make, ledger_rows, sent_messages
from tests.support.generate import generate
from tests.support.object_store import ObjectStore, object_store
from tests.support.sftp_server import SftpServer
from transforms.collect.deliver import collect_due
from transforms.connections import Connections

PENALTIES = "amr_zj_penalties"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    (tmp_path / "out").mkdir()
    with SftpServer(tmp_path, password="right") as serving:
        serving.may_write = False
        yield serving


@pytest.fixture
def store() -> Iterator[ObjectStore]:
    with object_store() as serving:
        yield serving


def connect(stack: Connections, contract: SourceContract, kind: str, location: str, **said: str) -> SourceContract:
    """Make a copied source one that is picked up elsewhere."""
    options = {**contract.fetch.options, "connection": contract.source}
    fetch = replace(contract.fetch, kind=kind, location=f"${{{contract.source}}}{location}", options=options)
    connected = replace(contract, fetch=fetch)
    contracts.sources()[contract.source] = connected  # type: ignore[index]  # the fixture's dictionary
    path = stack.home / "sources" / f"{contract.source}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(said))
    path.chmod(0o600)
    return connected


def secret(stack: Connections, value: str) -> str:
    path = stack.secrets / f"login_{uuid4().hex}"
    path.write_text(value)
    path.chmod(0o600)
    return str(path)


def penalties(folder: Path, rows: int) -> bytes:
    folder.mkdir(exist_ok=True)
    (path,) = generate(PENALTIES, rows, 7, folder).paths
    return path.read_bytes()


def behind_sftp(stack: Connections, made: Make, server: SftpServer) -> SourceContract:
    """Return the contract of penalties that lie in the folder of a server."""
    login = secret(stack, "right")
    return connect(
        stack, made(PENALTIES), "sftp", "/out", url=server.address, host_key=server.pinned, password_file=login
    )


def test_a_file_behind_sftp_is_taken_once_without_a_right_to_write(
    stack: Connections, made: Make, server: SftpServer, tmp_path: Path
) -> None:
    contract = behind_sftp(stack, made, server)
    whole, place = penalties(tmp_path, 20), server.folder / "out/may.csv"
    place.with_name("may.csv.manifest.json").write_text(json.dumps({"rows": whole.count(b"\n") - 1}))
    place.write_bytes(whole)
    (receipt,) = collect_due(stack, contract.source)
    assert (receipt.state, receipt.file_name, receipt.declared_count) == ("closed", "may.csv", receipt.sent_count)
    assert len(sent_messages(stack, contract)) == receipt.sent_count
    assert collect_due(stack, contract.source) == []
    place.with_name("wrong.csv").write_bytes(b"no,header\n1,2\n")
    (refused,) = collect_due(stack, contract.source)
    assert refused.state == "refused"
    assert collect_due(stack, contract.source) == []
    newer = replace(contract, version="1.0.1")
    contracts.sources()[contract.source] = newer  # type: ignore[index]  # the fixture's dictionary
    (again,) = collect_due(stack, contract.source)
    assert again.file_name == "wrong.csv"
    assert [row["stamp"] is None for row in ledger_rows(stack, contract.source)] == [False] * 3


def test_a_file_that_was_overtaken_comes_last_by_no_version(
    stack: Connections, made: Make, server: SftpServer, tmp_path: Path
) -> None:
    contract = behind_sftp(stack, made, server)
    for rows, at, name in ((20, 100, "may.csv"), (30, 200, "june.csv")):
        place = server.folder / "out" / name
        place.write_bytes(penalties(tmp_path / name, rows))
        os.utime(place, (at, at))
    server.secret.add("may.csv")
    june, may = collect_due(stack, contract.source)
    assert [(r.file_name, r.state) for r in (june, may)] == [("june.csv", "closed"), ("may.csv", "refused")]
    server.secret.clear()
    contracts.sources()[contract.source] = replace(contract, version="1.0.1")  # type: ignore[index]  # as above
    assert collect_due(stack, contract.source) == []


def test_a_file_whose_move_broke_off_behind_its_manifest_is_moved_and_not_taken_again(
    stack: Connections, made: Make, server: SftpServer, tmp_path: Path
) -> None:
    contract = behind_sftp(stack, made, server)
    place = server.folder / "out/may.csv"
    place.with_name("may.csv.manifest.json").write_text('{"period": "2026-05"}')
    place.write_bytes(penalties(tmp_path, 20))
    (receipt,) = collect_due(stack, contract.source)
    place.with_name("may.csv.manifest.json").unlink()
    moving = replace(contract.fetch, options={**contract.fetch.options, "after": "move"})
    contracts.sources()[contract.source] = replace(contract, fetch=moving)  # type: ignore[index]  # as above
    server.may_write = True
    assert collect_due(stack, contract.source) == []
    assert [path.parent.name for path in server.folder.rglob("*may.csv")] == ["done"]
    assert [row["delivery_id"] for row in ledger_rows(stack, contract.source)] == [receipt.delivery_id]


def test_a_file_that_stays_is_taken_again_when_its_manifest_is_taken_away(
    stack: Connections, made: Make, server: SftpServer, tmp_path: Path
) -> None:
    contract = behind_sftp(stack, made, server)
    place = server.folder / "out/may.csv"
    place.with_name("may.csv.manifest.json").write_text("{}")
    place.write_bytes(penalties(tmp_path, 20))
    (receipt,) = collect_due(stack, contract.source)
    place.with_name("may.csv.manifest.json").unlink()
    (again,) = collect_due(stack, contract.source)
    assert (receipt.state, again.state) == ("closed", "known")
    assert collect_due(stack, contract.source) == []


def test_an_object_that_is_put_again_is_a_new_delivery(
    stack: Connections, made: Make, store: ObjectStore, tmp_path: Path
) -> None:
    keys = secret(stack, store.keys)
    contract = connect(stack, made(PENALTIES), "s3", "/outbox/penalties", url=store.address, keys_file=keys)
    sizes = []
    for rows in (20, 40):
        content = penalties(tmp_path, rows)
        store.put("penalties/may.csv", content)
        (receipt,) = collect_due(stack, contract.source)
        assert receipt.state == "closed"
        assert collect_due(stack, contract.source) == []
        sizes.append(len(content))
    assert [row["size_bytes"] for row in ledger_rows(stack, contract.source)] == sizes
