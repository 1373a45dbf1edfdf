"""Prove a delta: the files of the last pack, less what left and with what came, are the files of the new pack.

Rows are compared as sums of their hashes, so that memory follows the change and not the files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from pyarrow import parquet as pq

from schemas.changes import ADDED, REMOVED
from transforms.errors import CasebridgeError
from transforms.extract.package import DESCRIPTOR, hash_file
from transforms.extract.verify import PackBroken, csv_rows, verify

_MODULUS: Final = 1 << 128
_ASK: Final = "do not load this delta; load the new pack whole, and report it"
Cells = tuple[Any, ...]


@dataclass
class _Sum:
    """How many rows, and what: in any order."""

    rows: int = 0
    hashes: int = 0

    def add(self, row: Cells, times: int = 1) -> None:
        self.rows += times
        digest = blake2b(repr(row).encode(), digest_size=16).digest()
        self.hashes = (self.hashes + times * int.from_bytes(digest, "big")) % _MODULUS


def verify_delta(path: Path, previous: Path, public_key: Path) -> str:
    """Prove both packs, and that the delta of one leads from the other to it; returns the id of the last pack."""
    verify(path, public_key)
    last = verify(previous, public_key)
    package: dict[str, Any] = json.loads((path / DESCRIPTOR).read_bytes())
    since = package["delta"]["since"]
    if since is None:
        raise CasebridgeError("the pack has no delta", str(path), str(package["delta"]["description"]))
    if since["hash"] != hash_file(previous / DESCRIPTOR):
        what = f"the delta begins at {since['pack']}, and this is {last.pack_id} or another pack of that name"
        raise CasebridgeError(what, str(previous), "name the folder of that pack with --previous")
    for resource in package["resources"]:
        if "delta_of" in resource:
            whole = next(r for r in package["resources"] if r["name"] == resource["delta_of"])
            _prove(path, previous, whole, resource)
    return last.pack_id


def _prove(path: Path, previous: Path, whole: dict[str, Any], delta: dict[str, Any]) -> None:
    names = [field["name"] for field in whole["schema"]["fields"]]
    places = [names.index(name) for name in whole["schema"]["primaryKey"]]
    now, made = _Sum(), _Sum()
    for row in _rows(path / whole["path"], names):
        now.add(row)
    changes: dict[Cells, str] = {}
    for change, *cells in _rows(path / delta["path"], ["change", *names]):
        key = tuple(cells[place] for place in places)
        if key in changes:
            raise _broken(delta, path, f"has the key {key} twice")
        changes[key] = change
        if change != REMOVED:
            made.add(tuple(cells))
    for row in _rows(previous / whole["path"], names):
        change = changes.pop(tuple(row[place] for place in places), None)
        if change == ADDED:
            raise _broken(delta, path, "adds a row that the last pack had")
        if change is None:
            made.add(row)
    if set(changes.values()) - {ADDED}:
        raise _broken(delta, path, "changes or removes a row that the last pack had not")
    if made != now:
        raise _broken(delta, path, f"makes {made.rows} rows of the last pack, which are not the {now.rows} of this one")


def _broken(delta: dict[str, Any], path: Path, what: str) -> PackBroken:
    return PackBroken(f"{delta['path']} {what}", str(path / delta["path"]), _ASK)


def _rows(path: Path, names: list[str]) -> Iterator[Cells]:
    """Yield the rows of a file, with the columns in the order of `names`."""
    if path.suffix == ".parquet":
        for batch in pq.ParquetFile(path).iter_batches(columns=names):
            yield from zip(*(batch.column(name).to_pylist() for name in names), strict=True)
        return
    yield from _picked(csv_rows(path), names)


def _picked(rows: Iterable[list[str]], names: list[str]) -> Iterator[Cells]:
    lines = iter(rows)
    header = next(lines)
    places = [header.index(name) for name in names]
    for line in lines:
        yield tuple(line[place] for place in places)
