"""Records let in by hand into a warehouse as the migrations make it, and releases of this repository's models."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from psycopg import sql

from tests.integration.versioned.warehouse import SQL, admin_dsn, connections_to
from tests.support.warehouses import make_warehouse
from transforms.model.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.stack.postgres import Postgres
    from transforms.connections import Connections

DATABASE = "models"
_RECORD = """
insert into canonical.record (
    record_id, source, body_id, delivery_id, row_number, record_key, source_time, delivery_seq, image, raw_hash,
    kafka_offset, batch_id, admission_id, is_withdrawal
) values (
    %(record_id)s, %(source)s, %(body_id)s, 'd', %(record_id)s, %(key)s, %(at)s, 1, 'i', 'h',
    %(record_id)s, 1, %(admission_id)s, %(withdrawn)s
)
"""
_SUPERSEDED = """
update canonical.record set superseded_in = %(admission_id)s
where record_key = %(key)s and source = %(source)s and superseded_in is null
"""
_PUBLISH = "update ops.release set state = 'published', published_at = clock_timestamp() where release_id = %s"
_CLAIM = sql.SQL(
    "insert into canonical.{entity} (record_id, source, body_id, admission_id, source_time, {names}) "
    "values (%(record_id)s, %(source)s, %(body_id)s, %(admission_id)s, %(at)s, {values})"
)


class Line:
    """A warehouse with the project of this repository; `said` is the record that was let in last."""

    def __init__(self, connections: Connections, admin: psycopg.Connection) -> None:
        self.connections, self.admin, self.records, self.releases = connections, admin, 0, 0
        self.said: dict[str, Any] = {}

    @classmethod
    def fresh(cls, server: Postgres) -> Iterator[Line]:
        """Yield an empty warehouse as the migrations make it."""
        connections = make_warehouse(connections_to(server, DATABASE), DATABASE)
        with psycopg.connect(connections.dsn("owner"), autocommit=True) as owner:
            owner.execute((SQL / "marts.sql").read_text("utf-8").encode())
        with psycopg.connect(admin_dsn(server, DATABASE), autocommit=True) as admin:
            yield cls(connections, admin)

    def admit(self) -> int:
        """Draw an admission number."""
        row = self.admin.execute("insert into ops.admission (kind) values ('batch') returning admission_id").fetchone()
        assert row is not None
        return int(row[0])

    def record(
        self,
        admission: int,
        key: str,
        *,
        source: str = "amr_zj_penalties",
        body: str = "amr_zj",
        withdrawn: bool = False,
        at: str = "2024-01-01",
    ) -> None:
        """Let in a version of a record, which supersedes the one before, or withdraws it."""
        self.records += 1
        self.said = {
            "record_id": self.records,
            "source": source,
            "body_id": body,
            "key": key,
            "admission_id": admission,
            "withdrawn": withdrawn,
            "at": at,
        }
        self.admin.execute(_SUPERSEDED, self.said)
        self.admin.execute(_RECORD, self.said)

    def say(self, entity: str, **values: object) -> None:
        """Let the last record claim an entity."""
        names = sql.SQL(", ").join(map(sql.Identifier, values))
        given = sql.SQL(", ").join(map(sql.Placeholder, values))
        query = _CLAIM.format(entity=sql.Identifier(entity), names=names, values=given)
        self.admin.execute(query, self.said | values)

    def release(self, *, full: bool = False) -> dict[str, tuple[int, int]]:
        """Begin, build (whole, where asked to) and publish; return what each model added and removed."""
        self.releases += 1
        self.admin.execute(
            "insert into ops.release (release_id, state, cause) values (%s, 'building', 'admission')", (self.releases,)
        )
        self.admin.execute("update ops.admission set release_id = %s where release_id is null", (self.releases,))
        built = build(self.connections, self.releases, full=full)
        self.admin.execute(_PUBLISH, (self.releases,))
        return {change.model: (change.added, change.removed) for change in built.changes}

    def read(self, query: str, release: int | None = None) -> list[tuple[Any, ...]]:
        """Read as an analyst, of the newest release unless another is set."""
        with psycopg.connect(self.connections.dsn("analyst")) as reader:
            if release is not None:
                reader.execute("select set_config('casebridge.release', %s, false)", (str(release),))
            return reader.execute(query.encode()).fetchall()


def id_of(name: str) -> UUID:
    """Make the id that a test calls by this name."""
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())
