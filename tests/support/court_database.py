"""The database of the Hangzhou Intermediate Court: tables, the views that we may read, and a reader's login."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

DATABASE = "court_hz"
READER = "court_hz_reader"
VIEW = "court.ip_case_view"
CRIMINAL, ADMINISTRATIVE = "court.criminal_case_view", "court.administrative_case_view"
COLUMNS = {
    "id": "bigint primary key",
    "case_no": "text",
    "cause": "text",
    "status": "text",
    "result": "text",
    "court_name": "text",
    "first_instance_no": "text",
    "first_instance_court": "text",
    "judge_name": "text",
    "filed_on": "date",
    "decided_on": "date",
    "closed_on": "date",
    "judgment_no": "text",
    "right_no": "text",
    "claim_amount": "numeric(18,2)",
    "plaintiff": "text",
    "plaintiff_type": "text",
    "plaintiff_uscc": "text",
    "defendant": "text",
    "defendant_type": "text",
    "defendant_uscc": "text",
    "defendant_id_no": "text",
    "damages": "numeric(18,2)",
    "reasonable_cost": "numeric(18,2)",
    "punitive_multiple": "numeric(4,1)",
    "injunction": "boolean",
    "updated_at": "timestamptz not null",
}
_HEAD = {"id": "bigint primary key", "case_no": "text"}
_PROCEEDING = {
    **dict.fromkeys(("status", "result", "court_name", "judge_name"), "text"),
    **dict.fromkeys(("filed_on", "decided_on"), "date"),
    "judgment_no": "text",
}
VIEWS = {
    VIEW: COLUMNS,
    # A clerk types the term; it may hold words.
    CRIMINAL: {
        **_HEAD,
        **dict.fromkeys(
            ("charge", "convicted_charge", "victim", "procuratorate", "indictment_no", "severed_from_no"), "text"
        ),
        **_PROCEEDING,
        "effective_on": "date",
        **dict.fromkeys(("defendant", "defendant_type", "defendant_uscc", "defendant_id_no", "term_months"), "text"),
        "is_probation": "boolean",
        "fine_cny": "numeric(18,2)",
        "updated_at": "timestamptz not null",
    },
    ADMINISTRATIVE: {
        **_HEAD,
        **dict.fromkeys(("cause", "challenged_no", "plaintiff", "plaintiff_type", "plaintiff_uscc"), "text"),
        **_PROCEEDING,
        "closed_on": "date",
        **dict.fromkeys(("plaintiff_id_no", "defendant", "defendant_uscc"), "text"),
        "updated_at": "timestamptz not null",
    },
}


class CourtDatabase:
    """Create and fill the court's database; `admin_dsn` is a login that may create databases and roles."""

    def __init__(self, admin_dsn: str) -> None:
        """Remember the server; nothing is opened yet."""
        self._admin = admin_dsn
        self._own = psycopg.conninfo.make_conninfo(admin_dsn, dbname=DATABASE)

    def create(self, reader_password: str) -> None:
        """Create database, table, view and the reader that may see the view; what exists stays."""
        with psycopg.connect(self._admin, autocommit=True) as server:
            if not server.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                server.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
            verb = (
                "alter"
                if server.execute("select 1 from pg_roles where rolname = %s", [READER]).fetchone()
                else "create"
            )
            server.execute(
                sql.SQL(verb + " role {} login password {}").format(
                    sql.Identifier(READER), sql.Literal(reader_password)
                )
            )
        with psycopg.connect(self._own) as court:
            court.execute("create schema if not exists court")
            court.execute(f"grant usage on schema court to {READER}".encode())
            for view in VIEWS:
                for statement in _statements(view):
                    court.execute(statement.encode())

    def reader_dsn(self, password: str) -> str:
        """Return the login with which the view is read."""
        return psycopg.conninfo.make_conninfo(self._own, user=READER, password=password)

    def insert(self, lines: Iterable[str], updated_at: datetime | None = None, view: str = VIEW) -> int:
        """Insert rows given as JSON texts; `updated_at` replaces their own. Rows whose id is known stay."""
        table, columns = _table(view), VIEWS[view]
        with psycopg.connect(self._own) as court:
            court.execute(f"create temporary table arrived (like {table}) on commit drop".encode())
            with court.cursor().copy(f"copy arrived ({', '.join(columns)}) from stdin".encode()) as copy:
                for line in lines:
                    row = json.loads(line)
                    if updated_at:
                        row["updated_at"] = updated_at.isoformat()
                    copy.write_row([row[name] for name in columns])
            added = f"insert into {table} select * from arrived on conflict do nothing"  # noqa: S608  # our own names
            return court.execute(added.encode()).rowcount

    def change(self, case_id: int, updated_at: datetime | None = None, **columns: Any) -> None:
        """Change columns of one row as the court would: `updated_at` becomes now unless given."""
        known = {name: columns[name] for name in COLUMNS if name in columns}
        if len(known) != len(columns):
            raise KeyError(f"no column {sorted(set(columns) - set(COLUMNS))}; known are {', '.join(COLUMNS)}")
        parts = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in known.items()]
        parts.append(sql.SQL("updated_at = coalesce({}, clock_timestamp())").format(sql.Literal(updated_at)))
        query = sql.SQL("update court.ip_case set {} where id = {}").format(
            sql.SQL(", ").join(parts), sql.Literal(case_id)
        )
        with psycopg.connect(self._own) as court:
            if court.execute(query).rowcount != 1:
                raise KeyError(f"the court has no case with id {case_id}")


def _table(view: str) -> str:
    return view.removesuffix("_view")


def _statements(view: str) -> tuple[str, ...]:
    table = _table(view)
    columns = ", ".join(f"{name} {kind}" for name, kind in VIEWS[view].items())
    return (
        f"create table if not exists {table} ({columns})",
        f"create index if not exists {table.partition('.')[2]}_changed on {table} (updated_at, id)",
        f"create or replace view {view} as select * from {table}",  # noqa: S608  # names of this file, no input
        f"grant select on {view} to {READER}",
    )
