"""Analysts count working days by a function that fails where the calendar of a year is missing."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    """Apply."""
    op.get_bind().exec_driver_sql((SQL / "working_days.sql").read_text("utf-8").replace("%", "%%"))
