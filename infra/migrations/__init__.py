"""Alembic migrations of the ledger, and the tables that follow from the contracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from infra.migrations.canonical import apply_contracts

if TYPE_CHECKING:
    from transforms.connections import Connections

HERE = Path(__file__).resolve().parent


def upgrade(connections: Connections) -> None:
    """Bring the ledger to the newest migration and create what the canonical contracts ask for and is missing."""
    engine = create_engine(connections.dsn("owner").replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('casebridge migrations'))"))
        connection.execute(text("create schema if not exists ops"))
        config = Config()
        config.set_main_option("script_location", str(HERE))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        apply_contracts(connection)
    engine.dispose()
