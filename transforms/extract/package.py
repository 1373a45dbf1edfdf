"""Describe a pack as a Frictionless Data Package (v2): what it holds, of which release, and the hash of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from schemas.changes import CHANGES, change_causes, delta_of
from schemas.packs import PackColumn, PackContract, PackTable

DESCRIPTOR: Final = "datapackage.json"
SIGNATURE: Final = "datapackage.json.minisig"
HASH: Final = "sha256"
ALGORITHMS: Final = {
    "hash": "SHA-256",
    "signature": "Ed25519 over BLAKE2b-512 (minisign, prehashed)",
    "ids": "BLAKE2b-128, keyed",
}
_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA: Final = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
_CELLS: Final = (
    "UTF-8 with a byte-order mark, lines end with LF, texts stand in double quotes; an empty cell is a missing value. "
    "A text that begins with one of "
    "= + - @ ＝ ＋ － ＠, an apostrophe, a tab or a line break has one apostrophe put in front, so that no spreadsheet "
    "runs it as a formula: take the first apostrophe away to get the value."
)


_WHOLE: Final = "This is the first pack by its contract and rules: load it whole."
_APPLIED: Final = (
    "To bring the pack named here to this one, take the keys that were changed or removed out of each file, and put "
    "the rows that were added or changed in."
)

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Rows of the deltas of a pack, by table, change and cause."""


@dataclass(frozen=True)
class PackName:
    """Which pack: never made twice with another content."""

    recipient: str
    pack: str
    release: int
    as_of: date

    @property
    def folder(self) -> str:
        """Name the folder beneath the recipient's pack folder."""
        return f"r{self.release}_{self.as_of.isoformat()}"

    @property
    def pack_id(self) -> str:
        """Name the pack in the ledger, in messages and in the signature; the path beneath the outbox."""
        return f"{self.recipient}/{self.pack}/{self.folder}"


@dataclass(frozen=True)
class Since:
    """A pack that a delta begins at, as the ledger has it: its name, the hash of its descriptor, and rows by table."""

    name: PackName
    digest: str
    rows: dict[str, int]


@dataclass(frozen=True)
class Content:
    """What lies in the folder of a pack: the rows of each table, and what changed since the last pack, if any."""

    rows: Mapping[str, int]
    since: Since | None
    changes: Counts


def describe_pack(contract: PackContract, name: PackName, folder: Path, content: Content, key_id: str) -> bytes:
    """Write the descriptor of the files in a folder; nothing in it depends on when or where it was made."""
    descriptor = {
        "$schema": _PROFILE,
        "name": name.pack_id.replace("/", ".").replace("_", "-"),
        "id": name.pack_id,
        "title": contract.title,
        "description": f"{contract.purpose} {contract.usage} {contract.limitations}",
        "version": f"{name.release}.0.0",
        "licenses": [{"name": "LicenseRef-government-data-sharing", "title": contract.licence}],
        "legal_basis": list(contract.legal_basis),
        "recipient": name.recipient,
        "pack": name.pack,
        "release": name.release,
        "as_of": name.as_of.isoformat(),
        "contract": f"{contract.recipient}.{contract.pack}",
        "contract_version": contract.version,
        "alg": ALGORITHMS,
        "key_id": key_id,
        "delta": _describe_delta(content.since),
        "resources": [
            resource
            for table in contract.tables
            for resource in _describe_table(table, contract.formats, folder, content)
        ],
    }
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()


def _describe_delta(since: Since | None) -> dict[str, Any]:
    if since is None:
        return {"since": None, "description": _WHOLE}
    name = since.name
    told = {"pack": name.pack_id, "release": name.release, "as_of": name.as_of.isoformat(), "hash": since.digest}
    return {"since": told, "description": _APPLIED}


def _describe_table(
    table: PackTable, formats: Iterable[str], folder: Path, content: Content
) -> Iterator[dict[str, Any]]:
    for file_format in formats:
        yield _describe_file(table, file_format, folder, content.rows[table.name])
    if content.since:
        changes = content.changes[table.name]
        rows = sum(count for causes in changes.values() for count in causes.values())
        for file_format in formats:
            described = _describe_file(delta_of(table), file_format, folder, rows)
            yield described | {"delta_of": f"{table.name}-{file_format}", "changes": changes}


def hash_file(path: Path) -> str:
    """Hash a file as the descriptor names it: `sha256:` and the digest in hex."""
    with path.open("rb") as file:
        return f"{HASH}:{hashlib.file_digest(file, HASH).hexdigest()}"


def _describe_file(table: PackTable, file_format: str, folder: Path, rows: int) -> dict[str, Any]:
    path = folder / f"{table.name}.{file_format}"
    described: dict[str, Any] = {
        "name": f"{table.name}-{file_format}",
        "path": path.name,
        "title": table.name,
        "description": table.grain,
        "format": file_format,
        "mediatype": _MEDIA[file_format],
        "bytes": path.stat().st_size,
        "hash": hash_file(path),
        "rows": rows,
    }
    if file_format == "csv":
        described |= {
            "encoding": "utf-8",
            "cells": _CELLS,
            "dialect": {
                "delimiter": ",",
                "lineTerminator": "\n",
                "quoteChar": '"',
                "doubleQuote": True,
                "header": True,
            },
        }
    keys = [_foreign_key(column) for column in table.written if column.refers_to]
    described["schema"] = {
        "fields": [_describe_column(column) for column in table.written],
        "primaryKey": list(table.key),
        "missingValues": [""],
        **({"foreignKeys": keys} if keys else {}),
    }
    return described


def _describe_column(column: PackColumn) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.logical_type,
        "description": column.description,
        "classification": column.classification,
        "masking": column.masking,
        **({"constraints": {"required": True}} if column.required else {}),
        **_categories(column),
    }


def _categories(column: PackColumn) -> dict[str, Any]:
    """Give the words of a delta with their codes, so that a pack can be read without the warehouse."""
    if column.expression == "delta.change":
        return {"categories": list(CHANGES)}
    if column.expression == "delta.cause":
        causes = change_causes().values()
        return {"categories": [{"value": c.code, "label": f"{c.term_zh} · {c.term_en}"} for c in causes]}
    return {}


def _foreign_key(column: PackColumn) -> dict[str, Any]:
    table, _, field = (column.refers_to or "").partition(".")
    return {"fields": [column.name], "reference": {"resource": f"{table}-csv", "fields": [field]}}
