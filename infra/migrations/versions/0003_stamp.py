"""The stamp of a file that was picked up elsewhere: what was taken is known without a right to write there."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply; a ledger that was made with the column keeps it."""
    op.add_column("delivery", Column("stamp", Text), schema="ops", if_not_exists=True)
    op.create_index(
        "delivery_by_stamp",
        "delivery",
        ["source", "stamp"],
        schema="ops",
        postgresql_where=text("stamp is not null"),
        if_not_exists=True,
    )
