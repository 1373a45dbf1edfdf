"""Alembic migrations of the ledger, and the tables that follow from the contracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from infra.migrations.canonical import apply_contracts
from schemas.contracts import entities
from transforms.errors import Terminal

if TYPE_CHECKING:
    from transforms.connections import Connections

HERE = Path(__file__).resolve().parent
_COLUMNS: Final = """
select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.relnamespace = to_regnamespace('canonical') and a.attnum > 0 and not a.attisdropped
"""


def upgrade(connections: Connections) -> None:
    """Bring the ledger to the newest migration and create what the canonical contracts ask for and is missing."""
    engine = create_engine(connections.dsn("owner").replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('casebridge migrations'))"))
        connection.execute(text("create schema if not exists ops"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        apply_contracts(connection)
    engine.dispose()


def require_newest(connections: Connections) -> None:
    """Raise Terminal where the warehouse is not what the code expects: the code was renewed, and `up` did not run."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with psycopg.connect(connections.dsn("owner")) as connection:
        there = connection.execute("select to_regclass('ops.alembic_version') is not null").fetchone()
        found = (
            connection.execute("select version_num from ops.alembic_version").fetchone() if there == (True,) else None
        )
        columns = set(connection.execute(_COLUMNS).fetchall())
    missing = [f"{e.entity}.{a.name}" for e in entities().values() for a in e.attributes]
    missing = [name for name in missing if tuple(name.split(".")) not in columns]
    if missing or found != (head,):
        lacks = f"canonical.{missing[0]} is missing" if missing else f"migration {found and found[0]}, not {head}"
        raise Terminal("the warehouse is not that of this code", lacks, "run `casebridge up`, which brings it there")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config
