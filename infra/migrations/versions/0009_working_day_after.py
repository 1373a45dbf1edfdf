"""Analysts find the last day of a limit by a function that fails where the calendar of a year is missing."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"

SQL = Path(__file__).resolve().parent.parent / "sql"


def upgrade() -> None:
    """Apply."""
    op.get_bind().exec_driver_sql((SQL / "working_day_after.sql").read_text("utf-8").replace("%", "%%"))
