"""What an admission closed in quarantine is found by its number: packs tell by it that a number was used again."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply; a ledger that 0001 makes today has the index."""
    op.execute("create index if not exists quarantine_closed on ops.quarantine (closed_in) where closed_in is not null")
