"""Which records are told again, with the authority written otherwise, is kept from build to build."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    """Apply; what a warehouse has of it stays."""
    op.get_bind().exec_driver_sql((SQL / "marts.sql").read_text("utf-8").replace("%", "%%"))
