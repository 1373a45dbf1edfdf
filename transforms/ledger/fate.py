"""What became of the records of one delivery until now: a receipt tells what was taken, this tells what followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import dict_row

from transforms.errors import Terminal

if TYPE_CHECKING:
    from transforms.connections import Connections

_DELIVERY: Final = """
select delivery_id as delivery, source, state, file_name, reason, remedy, coalesce(sent_count, 0) as sent
from ops.delivery where delivery_id = %(delivery)s
"""
# A record that was read again has two rows, of which one counts; what it was before stands in the other.
TOLD: Final = """
create temp table told on commit drop as with counting as (
    select source, row_number, record_key, admission_id, superseded_in is not null as is_superseded, is_withdrawal,
        withdrawn_in, coalesce(superseded_in, withdrawn_in) as ended_in, false as is_quarantined
    from canonical.record where source = %(source)s and delivery_id = %(delivery)s and reread_in is null
    union all
    select source, row_number, record_key, admission_id, closed_in is not null, false, null, closed_in, true
    from ops.quarantine where source = %(source)s and delivery_id = %(delivery)s and reread_in is null
), before as (
    select row_number, false as was_quarantined from canonical.record
    where source = %(source)s and delivery_id = %(delivery)s and reread_in is not null
    union all
    select row_number, true from ops.quarantine
    where source = %(source)s and delivery_id = %(delivery)s and reread_in is not null
)
select c.row_number, c.record_key,
    case when c.is_superseded then 'superseded' when c.is_quarantined then 'quarantined'
        when c.is_withdrawal or c.withdrawn_in is not null then 'withdrawn' else 'current' end as state,
    case when e.admission_id is not null and not c.is_quarantined
            then coalesce('a person decided that a later record has its key or number: ' || ended.decided_reason,
                'its decision was revoked, and a later record has its number')
        when b.was_quarantined and not c.is_quarantined and g.admission_id is not null and c.ended_in is null
            then 'a person decided that its key or number is its own: ' || given.decided_reason
        when c.is_superseded and c.is_quarantined then 'a later record of its key came, or a newer snapshot lacks it'
        when c.is_superseded then 'a newer record of its key came'
        when c.withdrawn_in is not null then 'its key is missing from a newer snapshot'
        when b.was_quarantined and not c.is_quarantined then 'freed from quarantine by a replay'
        when not b.was_quarantined and c.is_quarantined then 'quarantined by a replay'
        when b.row_number is not null then 'read otherwise by a replay' end as why,
    coalesce(c.ended_in, case when b.row_number is not null then c.admission_id end) as since
from counting c
left join (select row_number, bool_or(was_quarantined) as was_quarantined from before group by 1) b
    using (row_number)
left join ops.admission e on e.admission_id = c.ended_in and e.kind = 'reused_identifier'
left join ops.slice ended on (ended.batch_id, ended.admission_id) = (e.batch_id, e.admission_id)
left join ops.admission g on g.admission_id = c.admission_id and g.kind = 'reused_identifier'
left join ops.slice given on (given.batch_id, given.admission_id) = (g.batch_id, g.admission_id)
"""
_COUNTS: Final = "select state, why, count(*) as records from told group by 1, 2 order by 1, 2 nulls first"
_LATER: Final = """
select t.row_number, t.record_key, t.state, t.why, a.admitted_at as at, a.release_id as release
from told t join ops.admission a on a.admission_id = t.since
where t.why is not null order by a.admission_id desc, t.row_number limit %(limit)s
"""


def fate(connections: Connections, delivery: str, limit: int) -> dict[str, Any]:
    """Return how many records of a delivery are in which state now, and those with which something happened later.

    Duplicate and held records leave no row: `without_row` counts them. Raises Terminal where there is no such delivery.
    """
    values: dict[str, Any] = {"delivery": delivery, "limit": limit}
    with psycopg.connect(connections.dsn("loader"), row_factory=dict_row) as connection:
        found = connection.execute(_DELIVERY, values).fetchone()
        if found is None:
            remedy = "`casebridge deliveries` lists them; a receipt names its own"
            raise Terminal("there is no such delivery", delivery, remedy)
        values["source"] = found["source"]
        connection.execute(TOLD, values)
        counts = connection.execute(_COUNTS, values).fetchall()
        later = connection.execute(_LATER, values).fetchall()
    without = found["sent"] - sum(row["records"] for row in counts)
    return {**found, "states": counts, "without_row": max(without, 0), "later": later}
