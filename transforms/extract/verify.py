"""Prove a pack: signed by the key that the recipient was given, and every file exactly as it was signed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import minisign
from pyarrow import ArrowException
from pyarrow import parquet as pq

from transforms.errors import CasebridgeError, Terminal
from transforms.extract.package import DESCRIPTOR, SIGNATURE, hash_file
from transforms.extract.sign import COMMENT, key_id

_ASK_AGAIN: Final = "do not load this pack; ask for it again"


class PackBroken(Terminal):
    """Say which file of a pack is not as it was signed."""


@dataclass(frozen=True)
class Verified:
    """What a proved pack says of itself; `changes` are the rows of its deltas by file, change and cause."""

    pack_id: str
    recipient: str
    release: int
    as_of: str
    contract: str
    key_id: str
    files: int
    rows: dict[str, int]
    since: str | None
    changes: dict[str, dict[str, dict[str, int]]]


def verify(path: Path, public_key_file: Path) -> Verified:
    """Prove a pack against a public key from outside it; raises PackBroken, which names the file that differs."""
    key = read_public_key(path, public_key_file)
    descriptor = _read(path / DESCRIPTOR)
    _check_signature(path, descriptor, key, public_key_file)
    package: dict[str, Any] = json.loads(descriptor)
    names = [str(resource["path"]) for resource in package["resources"]]
    _check_names(path, [*names, DESCRIPTOR, SIGNATURE])
    for resource in package["resources"]:
        _check_file(path / resource["path"], resource)
    return Verified(
        pack_id=package["id"],
        recipient=package["recipient"],
        release=package["release"],
        as_of=package["as_of"],
        contract=f"{package['contract']} {package['contract_version']}",
        key_id=key_id(key),
        files=len(names),
        rows={resource["name"]: resource["rows"] for resource in package["resources"]},
        since=package["delta"]["since"] and package["delta"]["since"]["pack"],
        changes={r["title"]: r["changes"] for r in package["resources"] if "changes" in r},
    )


def read_public_key(pack: Path, file: Path) -> minisign.PublicKey:
    """Read the public key that the recipient was given; one that came inside the pack proves nothing and is refused."""
    if not pack.is_dir():
        raise CasebridgeError("there is no such pack", str(pack), f"name the folder that holds {DESCRIPTOR}")
    if file.resolve().is_relative_to(pack.resolve()):
        raise CasebridgeError(
            "the public key lies inside the pack, so it proves nothing", str(file), "use the one that you were given"
        )
    try:
        return minisign.PublicKey.from_bytes(file.read_bytes())
    except OSError as error:
        raise CasebridgeError(
            f"the public key cannot be read: {error.strerror}", str(file), "name it with --public-key FILE"
        ) from error
    except minisign.Error as error:
        raise CasebridgeError(
            f"that is no minisign public key: {error}", str(file), "name it with --public-key"
        ) from error


def _check_signature(path: Path, descriptor: bytes, key: minisign.PublicKey, public_key_file: Path) -> None:
    raw = _read(path / SIGNATURE)
    try:
        signature = minisign.Signature.from_bytes(raw)
    except minisign.Error as error:
        raise PackBroken(f"{SIGNATURE} is no signature: {error}", str(path / SIGNATURE), _ASK_AGAIN) from error
    # minisign does not sign the untrusted comment, and base64 ends with bits that it does not read.
    signature.untrusted_comment = COMMENT
    if bytes(signature) + b"\n" != raw:
        raise PackBroken(f"{SIGNATURE} was changed after signing", str(path / SIGNATURE), _ASK_AGAIN)
    try:
        key.verify(descriptor, signature)
    except minisign.Error as error:
        raise PackBroken(
            f"{DESCRIPTOR} and {SIGNATURE} do not fit the key {key_id(key)} of {public_key_file.name}: "
            f"one of them was changed, or another key signed ({error})",
            str(path / DESCRIPTOR),
            _ASK_AGAIN,
        ) from error


def _check_names(path: Path, wanted: list[str]) -> None:
    found = {str(entry.relative_to(path)) for entry in path.rglob("*")}
    for name in sorted(set(wanted) - found):
        raise PackBroken(f"{name} is missing", str(path), _ASK_AGAIN)
    for name in sorted(found - set(wanted)):
        raise PackBroken(
            f"{name} does not belong to the pack", str(path / name), "take it out, or ask for the pack again"
        )
    for name in wanted:
        if (path / name).is_symlink() or not (path / name).is_file():
            raise PackBroken(f"{name} is not a plain file", str(path / name), _ASK_AGAIN)


def _check_file(path: Path, resource: dict[str, Any]) -> None:
    size = path.stat().st_size
    if size != resource["bytes"]:
        raise PackBroken(f"{path.name} has {size} bytes, {resource['bytes']} were signed", str(path), _ASK_AGAIN)
    if hash_file(path) != resource["hash"]:
        raise PackBroken(f"{path.name} was changed: its hash is not the signed one", str(path), _ASK_AGAIN)
    rows = count_rows(path)
    if rows != resource["rows"]:
        raise PackBroken(f"{path.name} has {rows} rows, {resource['rows']} were signed", str(path), _ASK_AGAIN)


def count_rows(path: Path) -> int:
    """Count the rows of a file, without its header."""
    if path.suffix == ".parquet":
        try:
            return int(pq.ParquetFile(path).metadata.num_rows)
        except ArrowException as error:
            raise PackBroken(f"{path.name} is no Parquet file: {error}", str(path), _ASK_AGAIN) from error
    return sum(1 for _ in csv_rows(path)) - 1


def csv_rows(path: Path) -> Iterator[list[str]]:
    """Yield the lines of a CSV file as texts, its header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackBroken(f"{path.name} cannot be read: {error.strerror}", str(path), _ASK_AGAIN) from error
