"""Records that a replay reads anew: several rows of one record, of which one counts; causes of a release."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

# A ledger that 0001 makes today has all of it.
STATEMENTS = (
    "alter table canonical.record add column if not exists reread_in bigint",
    "alter table canonical.record drop constraint if exists record_source_delivery_id_row_number_key",
    """create unique index if not exists record_reading on canonical.record (source, delivery_id, row_number)
    where reread_in is null""",
    "create index if not exists record_reread on canonical.record (reread_in) where reread_in is not null",
    "grant update (reread_in) on canonical.record to loader",
    "alter table ops.quarantine add column if not exists reread_in bigint",
    "alter table ops.quarantine drop constraint if exists quarantine_source_delivery_id_row_number_key",
    """create unique index if not exists quarantine_reading on ops.quarantine (source, delivery_id, row_number)
    where reread_in is null""",
    "alter table ops.release add column if not exists causes jsonb not null default '{}'",
)


def upgrade() -> None:
    """Apply."""
    for statement in STATEMENTS:
        op.execute(statement)
