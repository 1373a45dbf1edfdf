"""Roles and databases of the warehouse: made, and their passwords set from the files, at every bring-up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import Final

import psycopg
from psycopg import sql

from infra.stack.layout import Layout
from infra.stack.ports import HOST
from transforms.connections import ROLES
from transforms.errors import CasebridgeError

SERVICE_ROLES: Final = ("airflow", "lake")
DATABASES: Final = {"casebridge": "owner", "airflow": "airflow", "lake": "lake"}
VIEWS: Final = "reader_views"
BUILDERS: Final = ("modeller", "gate")
ITERATIONS: Final = 4096


def make_verifier(password: str) -> str:
    """Compute what PostgreSQL stores for a password (RFC 5803), so that no statement or log ever holds the password."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    shown = [base64.b64encode(part).decode() for part in (salt, client, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{shown[0]}${shown[1]}:{shown[2]}"


def connect(layout: Layout, port: int, database: str = "postgres") -> psycopg.Connection:
    """Connect as the superuser."""
    path = layout.secrets / "pg_postgres"
    if not path.is_file():
        raise CasebridgeError(
            "the superuser's password is missing", str(path), "run `casebridge down`, then `casebridge up`"
        )
    password = path.read_text(encoding="ascii").strip()
    return psycopg.connect(
        host=HOST, port=port, user="postgres", password=password, dbname=database, connect_timeout=5, autocommit=True
    )


def _set_passwords(connection: psycopg.Connection, layout: Layout) -> None:
    known = {name for (name,) in connection.execute("select rolname from pg_roles")}
    for role in (*ROLES, *SERVICE_ROLES):
        word = "alter" if role in known else "create"
        statement = sql.SQL(word + " role {} login password {}")
        secret = layout.secret(f"pg_{role}")
        connection.execute(statement.format(sql.Identifier(role), sql.Literal(make_verifier(secret))))
    if VIEWS not in known:
        connection.execute(sql.SQL("create role {} nologin").format(sql.Identifier(VIEWS)))
        connection.execute(sql.SQL("grant {} to owner with admin option").format(sql.Identifier(VIEWS)))
    # Who investigates reads what an analyst reads, and the restricted marts.
    connection.execute(sql.SQL("grant analyst to investigator"))


def create_all(layout: Layout, port: int) -> None:
    """Create the roles and databases that are missing, and set every password from its file."""
    try:
        with connect(layout, port) as connection:
            _set_passwords(connection, layout)
            present = {name for (name,) in connection.execute("select datname from pg_database")}
            for database, owner in DATABASES.items():
                if database not in present:
                    names = sql.Identifier(database), sql.Identifier(owner)
                    connection.execute(sql.SQL("create database {} owner {}").format(*names))
                    connection.execute(sql.SQL("revoke all on database {} from public").format(names[0]))
            connection.execute(sql.SQL("grant connect, temporary on database casebridge to public"))
            for role in BUILDERS:
                # Only log-in roles named here may see a release that is being built.
                connection.execute(
                    sql.SQL("alter role {} set casebridge.release = 'building'").format(sql.Identifier(role))
                )
    except psycopg.OperationalError as error:
        raise CasebridgeError(
            f"PostgreSQL refused the superuser: {str(error).strip().splitlines()[0]}",
            str(layout.secrets / "pg_postgres"),
            "run `casebridge down`, then `casebridge up`: a fresh start sets the passwords from the files",
        ) from error
