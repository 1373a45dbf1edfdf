"""The ledger, the spine of canonical, and the staged tables that every batch passes through."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from transforms.ledger.tables import metadata

revision = "0001"
down_revision = None

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    """Apply."""
    metadata.create_all(op.get_bind())
    for name in ("spine.sql", "visible_release.sql", "undo_release.sql", "grants.sql", "marts.sql"):
        op.get_bind().exec_driver_sql((SQL / name).read_text("utf-8").replace("%", "%%"))
