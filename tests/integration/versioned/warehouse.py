"""What the tests do to a warehouse: admit records, build, publish and abandon releases, read as people do."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString, cast

import psycopg
from psycopg import sql

from tests.integration.versioned.project import COLUMNS, PLAIN
from transforms.connections import Connections
from transforms.model.build import BuildResult, build
from transforms.model.invoke import run_dbt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.stack.postgres import Postgres

HERE = Path(__file__).resolve().parent
SQL = HERE.parents[2] / "infra" / "migrations" / "sql"
DATABASE = "versioned"
Rows = frozenset[tuple[Any, ...]]


@dataclass
class Warehouse:
    """One database with the small project; keeps what each published release must look like."""

    connections: Connections
    admin: psycopg.Connection
    project: Path
    expected: dict[int, dict[str, Rows]] = field(default_factory=dict)

    @classmethod
    def fresh(cls, server: Postgres, admin: psycopg.Connection, project: Path) -> Iterator[Warehouse]:
        """Yield a warehouse in a database of its own, dropped afterwards."""
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(DATABASE)))
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(admin_dsn(server, DATABASE), autocommit=True) as inside:
            for path in (
                HERE / "schema.sql",
                *(SQL / f"{p}.sql" for p in ("visible_release", "undo_release", "marts")),
            ):
                inside.execute(path.read_text("utf-8").encode())
            yield cls(connections_to(server, DATABASE), inside, project)

    @contextmanager
    def session(self, role: str, release: str = "") -> Iterator[psycopg.Connection]:
        """Log in as a role, reading a release."""
        with psycopg.connect(self.connections.dsn(role), autocommit=True) as connection:
            if release:
                connection.execute("select set_config('casebridge.release', %s, false)", (release,))
            yield connection

    def one(self, query: LiteralString) -> Any:
        """Return the value of a query that yields one."""
        row = self.admin.execute(query).fetchone()
        assert row is not None
        return row[0]

    # Records

    def admit(self) -> int:
        """Draw an admission number."""
        return cast("int", self.one("insert into ops.admission default values returning admission_id"))

    def record(
        self, admission: int, key: str, item: str, amount: str, *, grp: str = "a", tier: int = 1, source: str = "s1"
    ) -> None:
        """Let in a version of a record, which supersedes the version before."""
        self.end(admission, key, "superseded_in")
        made = self.admin.execute(
            "insert into canonical.record (record_key, admission_id) values (%s, %s) returning record_id",
            (key, admission),
        ).fetchone()
        assert made is not None
        self.admin.execute(
            "insert into canonical.item values (%s, %s, %s, %s, %s, %s)", (made[0], source, item, grp, tier, amount)
        )

    def end(self, admission: int, key: str, how: LiteralString) -> None:
        """Supersede or withdraw the current version of a record."""
        self.admin.execute(
            sql.SQL(
                "update canonical.record set {} = %s "
                "where record_key = %s and superseded_in is null and withdrawn_in is null"
            ).format(sql.Identifier(how)),
            (admission, key),
        )

    # Releases

    def begin(self) -> int:
        """Begin a release that takes all admissions that no published one has taken."""
        release = cast(
            "int",
            self.one(
                "insert into ops.release select coalesce(max(release_id), 0) + 1, 'building' from ops.release "
                "returning release_id"
            ),
        )
        self.take(release)
        return release

    def take(self, release: int) -> None:
        """Give the admissions that wait to a release."""
        self.admin.execute("update ops.admission set release_id = %s where release_id is null", (release,))

    def build(self, release: int, *, full: bool = False) -> BuildResult:
        """Build the models of a release."""
        return build(self.connections, release, full=full, project=self.project)

    def run(self, *command: str) -> None:
        """Run a dbt command as it stands."""
        run_dbt(self.connections, command, project=self.project)

    def publish(self, release: int) -> None:
        """Publish a release and remember what it must look like for ever."""
        with self.admin.transaction():
            self.admin.execute("select ops.close_release(%s)", (release,))
            self.admin.execute("update ops.release set state = 'published' where release_id = %s", (release,))
        self.expected[release] = self.plain()

    def abandon(self, release: int) -> None:
        """Abandon a release as the role that does so."""
        with self.session("modeller") as modeller, modeller.transaction():
            modeller.execute("select ops.undo_release(%s)", (release,))
            modeller.execute("update ops.release set state = 'abandoned' where release_id = %s", (release,))
            modeller.execute("update ops.admission set release_id = null where release_id = %s", (release,))

    def release(self, *, full: bool = False) -> BuildResult:
        """Begin, build and publish."""
        number = self.begin()
        built = self.build(number, full=full)
        self.publish(number)
        return built

    # What is there

    def plain(self) -> dict[str, Rows]:
        """Compute all models from nothing."""
        queries = {name: query.format(fct_item=PLAIN["fct_item"]) for name, query in PLAIN.items()}
        return {name: frozenset(self.admin.execute(query.encode()).fetchall()) for name, query in queries.items()}

    def seen(self, release: str = "", role: str = "analyst") -> dict[str, Rows]:
        """Read all models as a role."""
        with self.session(role, release) as reader:
            return {name: _rows(reader, name) for name in PLAIN}

    def check(self) -> None:
        """Compare every published release with what it must look like."""
        for release, rows in self.expected.items():
            assert self.seen(str(release)) == rows, f"release {release}"
        if self.expected:
            assert self.seen() == self.expected[max(self.expected)]


def admin_dsn(server: Postgres, database: str) -> str:
    """Build the superuser's address of a database."""
    password = (server.layout.secrets / "pg_postgres").read_text("ascii").strip()
    return f"postgresql://postgres:{password}@127.0.0.1:{server.port}/{database}"


def connections_to(server: Postgres, database: str) -> Connections:
    """Name the services of a database of this server."""
    home = server.layout.home
    unused = home / "unused"
    return Connections(
        home=home,
        kafka="",
        pg_host="127.0.0.1",
        pg_port=server.port,
        database=database,
        vault=unused,
        archive=unused,
        secrets=server.layout.secrets,
        inbox=unused,
        outbox=unused,
        spark_master="",
        jars=unused,
        java_home=unused,
    )


def _rows(reader: psycopg.Connection, model: str) -> Rows:
    names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[model]))
    rows = reader.execute(sql.SQL("select {} from marts.{}").format(names, sql.Identifier(model))).fetchall()
    assert len(rows) == len(frozenset(rows)), f"{model} shows a row twice"
    return frozenset(rows)
