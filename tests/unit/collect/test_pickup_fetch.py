"""Of a file elsewhere nothing but its bytes comes here: no name, and no more than was listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import pytest

from transforms.collect.manifest import read_manifest
from transforms.collect.pickup import fetch
from transforms.collect.protect import CHUNK
from transforms.collect.remote import Found, RemoteFile
from transforms.errors import DeliveryRefused, SourceUnavailable


@dataclass
class Folder:
    """A folder that gives the same blocks for every file."""

    given: Iterable[bytes]

    def files(self) -> list[RemoteFile]:
        return []

    def blocks(self, _file: RemoteFile) -> Iterator[bytes]:
        yield from self.given

    def move(self, name: str, place: str) -> None:
        raise NotImplementedError

    def write(self, place: str, content: bytes) -> None:
        raise NotImplementedError


def test_of_the_name_there_only_the_ending_becomes_a_name_here(tmp_path: Path) -> None:
    for name in ("../../may.csv", "x" * 1000 + ".csv", "may\n.csv"):
        assert fetch(Folder([b"may"]), Found(RemoteFile(name, 3, 1)), tmp_path, 9.0) == tmp_path / "delivered.csv"
    assert fetch(Folder([b"may"]), Found(RemoteFile("may", 3, 1)), tmp_path, 9.0) == tmp_path / "delivered"


def test_more_bytes_than_listed_end_the_fetch(tmp_path: Path) -> None:
    folder = Folder(repeat(b"more"))
    with pytest.raises(DeliveryRefused, match="changed while it was read"):
        fetch(folder, Found(RemoteFile("may.csv", 10, 1)), tmp_path, 9.0)


def test_a_manifest_that_is_no_manifest_is_not_fetched_whole(tmp_path: Path) -> None:
    size = 40 * CHUNK
    folder = Folder([bytes(CHUNK)] * 40)
    found = Found(RemoteFile("may.csv", size, 1), RemoteFile("may.csv.manifest.json", size, 1))
    path = fetch(folder, found, tmp_path, 9.0)
    assert path.with_name(path.name + ".manifest.json").stat().st_size == 2 * CHUNK
    with pytest.raises(DeliveryRefused, match="the manifest cannot be used"):
        read_manifest(path)


def test_a_body_that_is_too_slow_may_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="did not come within"):
        fetch(Folder([b"may"]), Found(RemoteFile("may.csv", 3, 1)), tmp_path, -1.0)
