"""The pack that a delta begins at: the last one of the same recipient, contract and rules that was built before."""

from __future__ import annotations

import json
from datetime import date
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, Final

import psycopg

from schemas.packs import PackContract
from transforms.connections import Connections
from transforms.extract.package import DESCRIPTOR, PackName, Since
from transforms.extract.register import WRITER

_HERE: Final = Path(__file__).resolve().parent
# What makes the cells of a file of the rows of a release.
_CODE: Final = (_HERE.parent / "masking.py", *(_HERE / f"{name}.py" for name in ("mask", "read", "select", "write")))
_NAMED: Final = "select release_id, as_of, digest, rows from ops.pack where pack_id = %(since)s"
_OWN: Final = "select since from ops.pack where pack_id = %(pack_id)s"
_NEWEST: Final = """
select release_id, as_of, digest, rows from ops.pack
where recipient = %(recipient)s and pack = %(pack)s and rules = %(rules)s
    and release_id <= %(release)s and as_of <= %(as_of)s and pack_id <> %(pack_id)s
order by release_id desc, as_of desc limit 1
"""


def rules_of(contract: PackContract, key: bytes) -> str:
    """Return a digest of what turns a release into files: contract, code of masking and writing, key of the ids."""
    total = sha256(blake2b(b"rules of a pack", key=key).digest())
    for path in (contract.path, *_CODE):
        total.update(path.read_bytes())
    return total.hexdigest()


def find_since(connections: Connections, name: PackName, rules: str) -> Since | None:
    """Find the pack that the delta of `name` begins at; None where it is the first of its rules.

    A pack that was built before keeps the one that it was signed with, whatever was built since.
    """
    asked: dict[str, Any] = {**vars(name), "pack_id": name.pack_id, "rules": rules}
    with psycopg.connect(connections.dsn(WRITER), connect_timeout=5) as connection:
        own = connection.execute(_OWN, asked).fetchone()
        signed = connections.outbox / name.pack_id / DESCRIPTOR
        if own is None and signed.is_file():
            # It was put in place, and the ledger was not told: a crash came between.
            told = json.loads(signed.read_bytes()).get("delta", {}).get("since")
            own = (told["pack"] if told else None,)
        query = _NEWEST if own is None else _NAMED
        row = connection.execute(query, {**asked, "since": own and own[0]}).fetchone()
    return _since(name, *row) if row else None


def _since(name: PackName, release: int, as_of: date, digest: str, rows: dict[str, int]) -> Since:
    return Since(PackName(name.recipient, name.pack, release, as_of), digest, rows)
