"""What a replay read otherwise is found by its delivery."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply; a warehouse that 0001 makes today has the indexes."""
    for table, name in (("canonical.record", "record_reread_of"), ("ops.quarantine", "quarantine_reread_of")):
        op.execute(f"create index if not exists {name} on {table} (source, delivery_id) where reread_in is not null")
