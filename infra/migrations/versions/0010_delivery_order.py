"""The newest snapshot of a source is found by an index, however many there were."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply; a ledger that 0001 makes today has the index."""
    op.execute(
        """create index if not exists delivery_snapshots on ops.delivery (source, coalesce(as_of, opened_at), seq)
        where mode = 'snapshot' and state = 'closed'"""
    )
