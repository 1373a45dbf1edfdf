"""Describe a pack as a Frictionless Data Package (v2): what it holds, of which release, and the hash of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

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


def describe_pack(contract: PackContract, name: PackName, folder: Path, rows: Mapping[str, int], key_id: str) -> bytes:
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
        "resources": [
            _describe_file(table, file_format, folder, rows[table.name])
            for table in contract.tables
            for file_format in contract.formats
        ],
    }
    return (json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n").encode()


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
    }


def _foreign_key(column: PackColumn) -> dict[str, Any]:
    table, _, field = (column.refers_to or "").partition(".")
    return {"fields": [column.name], "reference": {"resource": f"{table}-csv", "fields": [field]}}
