"""The vault keeps the very bytes, sealed, once; a file that changes meanwhile is not kept."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.collect.builders import PUBLISHED_ID
from transforms.collect.finding import told
from transforms.collect.protect import CHUNK, Keys
from transforms.collect.vault import Kept, keep
from transforms.errors import DeliveryRefused, Terminal

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def kept(folder: Path, path: Path, change: bytes = b"") -> Kept:
    def progress(_: int) -> None:
        if change:
            path.write_bytes(change)

    return keep(folder / "vault", Keys(folder / "secrets"), "made_up", path, NOW, progress)


def test_bytes_are_found_by_their_hash_and_not_readable_on_disk(tmp_path: Path) -> None:
    content = f"文号,证件号码\n1,{PUBLISHED_ID}\n".encode("gb18030")
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    first, again = kept(tmp_path, path), kept(tmp_path, path)
    assert first.path == again.path == tmp_path / "vault/made_up" / hashlib.sha256(content).hexdigest()
    assert first.open().read() == b"".join(again.blocks()) == content
    assert PUBLISHED_ID.encode() not in first.path.read_bytes()
    assert [p.name for p in first.path.parent.iterdir()] == [first.sha256]


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.touch()

    def forbidden(*_: object) -> None:
        # As the system does to all but root.
        raise PermissionError

    monkeypatch.setattr(Path, "open", forbidden)
    with pytest.raises(DeliveryRefused, match="the file may not be read"):
        kept(tmp_path, path)


def test_kept_bytes_can_be_read_from_any_place(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    path = tmp_path / "a.bin"
    path.write_bytes(content)
    with kept(tmp_path, path).open() as file:
        for place in (len(content) - 5, 0, CHUNK - 3, CHUNK, 2 * CHUNK - 1, len(content)):
            file.seek(place)
            assert file.read(10) == content[place : place + 10]
        assert file.seek(-7, os.SEEK_END) == len(content) - 7
        assert file.read() == content[-7:]


def test_kept_bytes_that_were_cut_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * (2 * CHUNK + 5))
    found = kept(tmp_path, path)
    found.path.write_bytes(found.path.read_bytes()[: -5 - 16])
    with pytest.raises(Terminal, match="changed or cut"), found.open() as file:
        file.read()


@pytest.mark.parametrize("change", [b"other bytes", b"longer than it was before"])
def test_a_file_that_changes_while_it_is_read_is_refused_and_leaves_nothing(tmp_path: Path, change: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"first bytes")
    with pytest.raises(DeliveryRefused, match="changed while it was read"):
        kept(tmp_path, path, change)
    assert list((tmp_path / "vault/made_up").iterdir()) == []


def test_a_name_is_written_down_without_personal_numbers() -> None:
    assert told(f"张某{PUBLISHED_ID}.csv") == "张某….csv"
    assert told("110105491231002 13800000000 a") == "… … a"
    assert told("penalties_20260730102201.csv") == "penalties_20260730102201.csv"
    assert len(told("x" * 500)) < 100
