"""Packs in the ledger: what was signed under which name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg.types.json import Jsonb

from transforms.connections import Connections
from transforms.errors import Terminal
from transforms.extract.package import Content, PackName

WRITER: Final = "loader"
_INSERT: Final = """
insert into ops.pack (pack_id, recipient, pack, release_id, as_of, path, digest, rows, rules, since, changes)
values (%(pack_id)s, %(recipient)s, %(pack)s, %(release)s, %(as_of)s, %(path)s, %(digest)s, %(rows)s, %(rules)s,
    %(since)s, %(changes)s)
on conflict (pack_id) do nothing
"""


@dataclass(frozen=True)
class Registered:
    """A pack as the ledger keeps it; `digest` is the hash of its descriptor, `rules` of what made it of its release."""

    name: PackName
    path: Path
    digest: str
    rules: str
    content: Content


def read_digest(connections: Connections, pack_id: str) -> str | None:
    """Read the digest under which a pack was registered; None where it never was."""
    with psycopg.connect(connections.dsn(WRITER), connect_timeout=5) as connection:
        row = connection.execute("select digest from ops.pack where pack_id = %s", (pack_id,)).fetchone()
    return str(row[0]) if row else None


def register(connections: Connections, pack: Registered) -> None:
    """Register a pack that lies in the outbox; registering it again changes nothing."""
    name = pack.name
    with psycopg.connect(connections.dsn(WRITER), connect_timeout=5) as connection:
        connection.execute(
            _INSERT,
            {
                **vars(name),
                "pack_id": name.pack_id,
                "path": str(pack.path),
                "digest": pack.digest,
                "rows": Jsonb(dict(pack.content.rows)),
                "rules": pack.rules,
                "since": pack.content.since.name.pack_id if pack.content.since else None,
                "changes": Jsonb(pack.content.changes),
            },
        )
    known = read_digest(connections, name.pack_id)
    if known != pack.digest:
        raise Terminal(
            f"the ledger knows this pack with the digest {known}, the outbox holds {pack.digest}",
            f"ops.pack {name.pack_id}",
            "restore the outbox or the ledger from one backup",
        )
