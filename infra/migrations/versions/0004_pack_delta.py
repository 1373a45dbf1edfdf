"""Packs tell their changes: by what rules each was made, the pack before it, how many rows changed by what cause."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

# A ledger that 0001 makes today has all of it.
STATEMENTS = (
    "alter table ops.pack add column if not exists rules text",
    "alter table ops.pack add column if not exists since text",
    "alter table ops.pack add column if not exists changes jsonb not null default '{}'",
)


def upgrade() -> None:
    """Apply."""
    for statement in STATEMENTS:
        op.execute(statement)
