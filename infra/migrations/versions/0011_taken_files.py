"""A file that was taken is found by an index, with or without its manifest."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply; a ledger that 0001 makes today has the index."""
    op.execute("drop index if exists ops.delivery_by_stamp")
    op.execute(
        """create index if not exists delivery_by_file on ops.delivery (source, split_part(stamp, ':', 1))
        where stamp is not null"""
    )
