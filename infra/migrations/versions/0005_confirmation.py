"""The time up to which a record was confirmed leaves the spine, whose six indexes each confirmation wrote anew."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0005"
down_revision = "0004"

# A ledger that 0001 makes today has all of it.
OLD = """
select from pg_attribute
where attrelid = 'canonical.record'::regclass and attname = 'confirmed_at' and not attisdropped
"""
STATEMENTS = (
    """create table if not exists canonical.confirmation (
        record_id bigint primary key, confirmed_at timestamptz not null) with (fillfactor = 50)""",
    """comment on table canonical.confirmation is 'One row per record version that a later record confirmed: the newest
    source time at which its body said the same.'""",
    """insert into canonical.confirmation
    select record_id, confirmed_at from canonical.record where confirmed_at > source_time order by record_id""",
    "alter table canonical.record drop column confirmed_at",
    "alter table canonical.record reset (fillfactor)",
    "grant select, insert, update on canonical.confirmation to loader",
    "grant select on canonical.confirmation to modeller, gate",
)


def upgrade() -> None:
    """Apply."""
    if op.get_bind().execute(text(OLD)).first() is None:
        return
    for statement in STATEMENTS:
        op.execute(statement)
