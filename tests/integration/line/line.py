"""What the tests do to a line: let bodies deliver, integrate, read what people read, type what people type."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from infra.runs.integrate import Integrated, integrate, take_next_batch
from infra.settings import Settings
from infra.stack.stack import down, up
from tests.support.bodies import CourtDatabase, CustomsApi, Platform
from tests.support.defects import Answers
from tests.support.generate import generate, messages
from transforms.admit.admit import Admitted
from transforms.collect.deliver import collect_due, deliver_file
from transforms.connections import Connections
from transforms.ledger.books import account

PENALTIES, DETENTIONS, COURT, NOTICES = BODIES = (
    "amr_zj_penalties",
    "customs_sh_detentions",
    "court_hz_cases",
    "platform_notices",
)
SEED = 7
Rows = list[dict[str, Any]]
_COMMAND = (sys.executable, "-m", "infra.cli.main")


@dataclass(frozen=True)
class Taken:
    """What bodies delivered, what one call of `integrate` did with it, and the books and marts after it."""

    answers: dict[str, Answers]
    done: Integrated
    books: dict[str, dict[str, Any]]
    marts: dict[str, str]

    @property
    def release(self) -> int:
        """Return the release that it was published as."""
        assert self.done.release is not None
        assert self.done.release.state == "published"
        return self.done.release.release_id

    @property
    def admission(self) -> int:
        """Return the number of its admission."""
        (batch,) = self.done.batches
        assert batch.admission_id is not None
        return batch.admission_id


@dataclass
class Line:
    """One running stack, and the secrets that its bodies were given."""

    stack: Connections
    secrets: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        """Return the folder of the files that bodies are about to deliver."""
        folder = self.stack.home / "bodies"
        folder.mkdir(exist_ok=True)
        return folder

    def deliver(self, rows: int, seed: int = SEED) -> dict[str, Answers]:
        """Let all four bodies deliver so many records each, and return what must be found in them."""
        penalties = generate(PENALTIES, rows, seed, self.folder)
        assert deliver_file(self.stack, PENALTIES, penalties.paths[0]).state == "closed"
        answers = {PENALTIES: penalties.answers}
        made = {source: messages(source, rows, seed) for source in BODIES[1:]}
        with self.customs(list(made[DETENTIONS].lines())):
            (receipt,) = collect_due(self.stack, DETENTIONS)
            assert receipt.state == "closed"
        self.court().insert(made[COURT].lines())
        (receipt,) = collect_due(self.stack, COURT)
        assert receipt.state == "closed"
        with Platform(self.stack.kafka) as platform:
            platform.push(made[NOTICES].lines())
        return answers | {source: stream.answers for source, stream in made.items()}

    @contextmanager
    def customs(self, lines: list[str]) -> Iterator[CustomsApi]:
        """Connect the customs API for a while."""
        token = self._secret("customs_sh_token", "canary-customs-token-4f1c")
        with CustomsApi(lines, token) as api:
            self._connect("customs_sh", {"url": api.address})
            yield api

    def court(self) -> CourtDatabase:
        """Connect the court's database."""
        court = CourtDatabase(self.stack.dsn("postgres", "postgres"))
        court.create(self._secret("court_hz_password", "canary-court-password-9be2"))
        address = f"postgresql://court_hz_reader@{self.stack.pg_host}:{self.stack.pg_port}/court_hz"
        self._connect("court_hz", {"dsn": address})
        return court

    def _secret(self, name: str, secret: str) -> str:
        self.secrets.append(secret)
        _write_private(self.stack.secrets / name, secret)
        return secret

    def _connect(self, connection: str, access: dict[str, str]) -> None:
        folder = self.stack.home / "sources"
        folder.mkdir(exist_ok=True)
        _write_private(folder / f"{connection}.json", json.dumps(access))

    def integrate(self) -> Integrated:
        """Take everything that waits to a published release, in this process."""
        return integrate(self.stack)

    def take(self) -> Admitted:
        """Take the batch that waits as far as canonical."""
        taken = take_next_batch(self.stack)
        assert taken is not None
        return taken

    @contextmanager
    def wrong_books(self) -> Iterator[None]:
        """Change the books behind the line's back for a while: gate candidate stops what they cannot prove."""
        self._add_to_books(1)
        try:
            yield
        finally:
            self._add_to_books(-1)

    def _add_to_books(self, number: int) -> None:
        newest = "slice_id = (select max(slice_id) from ops.slice where state = 'admitted')"
        query = f"update ops.slice set d_current = d_current + %s where {newest}"  # noqa: S608  # no input
        with psycopg.connect(self.stack.dsn("postgres")) as connection:
            connection.execute(query.encode(), [number])

    def rows(self, query: str, *values: object, role: str = "postgres") -> list[dict[str, Any]]:
        """Return the rows of a query, as the superuser unless another role is named."""
        with psycopg.connect(self.stack.dsn(role), row_factory=dict_row) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def one(self, query: str, *values: object, role: str = "postgres") -> Any:
        """Return the value of a query that yields one."""
        (row,) = self.rows(query, *values, role=role)
        (value,) = row.values()
        return value

    def books(self, source: str) -> dict[str, Any]:
        """Return the states of a source's records; they balance, also when the rows themselves are counted."""
        found = account(self.stack, source, recount=True)
        assert found["balanced"], found
        return dict(found["sources"][0])

    def read(self, query: str, release: int | None = None) -> Rows:
        """Return what an analyst reads, of the newest release unless another is set."""
        with psycopg.connect(self.stack.dsn("analyst"), row_factory=dict_row) as connection:
            if release is not None:
                connection.execute("select set_config('casebridge.release', %s, false)", (str(release),))
            return connection.execute(query.encode()).fetchall()

    def marts(self, release: int | None = None) -> dict[str, str]:
        """Return the hash of all rows of every table that an analyst reads."""
        names = self.read("select table_name from information_schema.tables where table_schema = 'marts' order by 1")
        query = "select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as rows from marts.{} t"
        return {n["table_name"]: self.read(query.format(n["table_name"]), release)[0]["rows"] for n in names}

    def stamps(self) -> dict[str, str]:
        """Return a hash per table of canonical and marts_v, which any write changes that was not taken back."""
        tables = self.rows(
            "select format('%I.%I', schemaname, tablename) as name from pg_tables "
            "where schemaname in ('canonical', 'marts_v') order by 1"
        )
        row = "t.ctid || '/' || t.xmin"
        query = f"select md5(coalesce(string_agg({row}, ' ' order by t.ctid), '')) from {{}} t"  # noqa: S608  # no input
        return {table["name"]: self.one(query.format(table["name"])) for table in tables}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the `casebridge` command as a person would."""
        return subprocess.Popen(
            [*_COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "CASEBRIDGE_HOME": str(self.stack.home)},
        )

    def command(self, *arguments: str) -> tuple[int, Any]:
        """Run the `casebridge` command with `--json`; returns its exit code and what it printed."""
        process = self.start(*arguments, "--json")
        out, complaint = process.communicate(timeout=240)
        return process.returncode, json.loads(out) if out.strip() else complaint


@contextmanager
def own_stack() -> Iterator[Line]:
    """Bring up a stack in a home of its own, whose topics and archive nobody else writes to."""
    home = Path(tempfile.mkdtemp(prefix="casebridge-line-"))
    home.chmod(0o755)
    settings = Settings(home=home, kafka_heap_mb=256, pg_shared_buffers_mb=128)
    try:
        yield Line(up(settings, _keep, with_airflow=False))
    finally:
        down(settings, _keep)
        shutil.rmtree(home, ignore_errors=True)


def _keep(_: str) -> None:
    """Say nothing: pytest shows what fails."""


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
