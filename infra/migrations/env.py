"""Alembic environment: one connection, handed in by `infra.migrations.upgrade`."""

from __future__ import annotations

from alembic import context

from transforms.ledger.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table_schema="ops", include_schemas=True)
with context.begin_transaction():
    context.run_migrations()
