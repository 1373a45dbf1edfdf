"""The newest snapshot of a source is found by an index, and so is what was taken under another version."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"

# A ledger that 0001 makes today has both.
STATEMENTS = (
    """create index if not exists delivery_by_version
    on ops.delivery (source, split_part(contract_version, '.', 1))""",
    """create index if not exists delivery_snapshots on ops.delivery (source, coalesce(as_of, opened_at), seq)
    where mode = 'snapshot' and state = 'closed'""",
)


def upgrade() -> None:
    """Apply."""
    for statement in STATEMENTS:
        op.execute(statement)
