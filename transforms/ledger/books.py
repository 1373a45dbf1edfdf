"""What the ledger knows: the accounting identity, and the listings that people and programs ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

if TYPE_CHECKING:
    from transforms.connections import Connections

STATES = ("current", "superseded", "duplicate", "quarantined", "held", "withdrawn")

_ACCOUNT = """
select source, sum(sent)::bigint as sent, sum(d_current)::bigint as current, sum(d_superseded)::bigint as superseded,
    sum(d_duplicate)::bigint as duplicate, sum(d_quarantined)::bigint as quarantined, sum(d_held)::bigint as held,
    sum(d_withdrawn)::bigint as withdrawn
from ops.slice
where state in ('admitted', 'held', 'discarded') and (%(source)s::text is null or source = %(source)s)
group by source
order by source
"""
# The rows themselves; duplicate and held records leave no row, so the ledger alone knows them.
_RECOUNT = """
with counted as (
    select source,
        count(*) filter (where superseded_in is null and withdrawn_in is null and not is_withdrawal) as current,
        count(*) filter (where superseded_in is not null) as superseded,
        count(*) filter (where superseded_in is null and (withdrawn_in is not null or is_withdrawal)) as withdrawn,
        0::bigint as quarantined
    from canonical.record where reread_in is null group by source
    union all
    select source, 0, count(*) filter (where closed_in is not null), 0, count(*) filter (where closed_in is null)
    from ops.quarantine where reread_in is null group by source
)
select source, sum(current)::bigint as current, sum(superseded)::bigint as superseded,
    sum(withdrawn)::bigint as withdrawn, sum(quarantined)::bigint as quarantined
from counted where %(source)s::text is null or source = %(source)s
group by source
"""
_IN_FLIGHT = """
select d.source, sum(d.sent_count)::bigint as in_flight
from ops.delivery d join ops.topic t on t.topic = d.topic and t.epoch = d.topic_epoch
where d.state = 'closed' and d.mode <> 'event' and d.to_offset > t.next_offset
group by d.source
"""


def account(connections: Connections, source: str | None = None, *, recount: bool = False) -> dict[str, Any]:
    """Return the accounting identity per source; with `recount` the rows themselves are counted and compared."""
    with psycopg.connect(connections.dsn("loader"), row_factory=dict_row) as connection:
        rows = connection.execute(_ACCOUNT, {"source": source}).fetchall()
        counted = {r["source"]: r for r in connection.execute(_RECOUNT, {"source": source})} if recount else {}
        flying = {r["source"]: r["in_flight"] for r in connection.execute(_IN_FLIGHT)}
    for row in rows:
        row["balanced"] = row["sent"] == sum(row[state] for state in STATES)
        row["in_flight"] = flying.get(row["source"], 0)
        if recount:
            there = counted.get(row["source"], {})
            row["recount"] = {s: there.get(s, 0) for s in ("current", "superseded", "withdrawn", "quarantined")}
            row["balanced"] = row["balanced"] and all(row[s] == n for s, n in row["recount"].items())
    return {"balanced": all(row["balanced"] for row in rows), "sources": rows}


def listing(connections: Connections, query: Any, **values: Any) -> list[dict[str, Any]]:
    """Return the rows of one of the queries below."""
    with psycopg.connect(connections.dsn("loader"), row_factory=dict_row) as connection:
        return connection.execute(query, values).fetchall()


RELEASES = """
select release_id as release, state, cause, causes, rows_changed, started_at, published_at, abandoned_at, reason
from ops.release order by release_id desc limit %(limit)s
"""
GATES = """
select gate, batch_id as batch, slice_id as slice, release_id as release, source, expectation, field, severity,
    value, bound, passed, reason
from ops.gate_result
where case when %(release)s::int is not null then release_id = %(release)s
        or slice_id in (select s.slice_id from ops.slice s join ops.admission a using (admission_id)
            where a.release_id = %(release)s)
    else true end and (not %(failed)s or not passed)
order by gate_result_id desc limit %(limit)s
"""
QUARANTINE = """
select q.quarantine_id as item, q.source, q.delivery_id as delivery, q.row_number, q.record_key, r.rule, r.field,
    r.expectation, r.remedy
from ops.quarantine q join ops.quarantine_rule r using (source, delivery_id, row_number)
where q.closed_in is null and (%(source)s::text is null or q.source = %(source)s)
order by q.quarantine_id desc limit %(limit)s
"""
DELIVERIES = """
select delivery_id as delivery, source, state, file_name, declared_count as declared, sent_count as sent,
    opened_at, closed_at, reason, remedy
from ops.delivery where %(source)s::text is null or source = %(source)s
order by seq desc limit %(limit)s
"""
SLICES = """
select slice_id as slice, batch_id as batch, source, state, sent, held_reason
from ops.slice where state = 'held' and (%(source)s::text is null or source = %(source)s)
order by source, slice_id limit %(limit)s
"""
PACKS = """
select pack_id, recipient, pack, release_id as release, as_of, since, rows, changes, path, digest, built_at
from ops.pack where %(recipient)s::text is null or recipient = %(recipient)s
order by built_at desc, pack_id limit %(limit)s
"""
