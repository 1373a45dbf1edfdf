"""What one delivery says of a record key in two ways: neither can be believed, and both are told (decision 0006)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.contracts import sources

if TYPE_CHECKING:
    import psycopg

    from transforms.ledger.batches import Batch

# A snapshot says one thing of a key. The rows of a change feed are versions, each with its time: it says one thing of
# a key and a time. In a topic the place is the order in which its body spoke, and an event keeps its time when it is
# corrected: nothing is contradicted there. A row that takes its record back contradicts none: the later row holds.
_SAME_TIME = "case when slice_id = any(%(snapshots)s) then null else source_time end"
_CONFLICTS = f"""
with conflict as (
    select slice_id, delivery_id, record_key, {_SAME_TIME} as at
    from staged.record
    where fence = %(fence)s and not (is_quarantined or is_withdrawal) and slice_id = any(%(slices)s)
    group by 1, 2, 3, 4
    having min(image) <> max(image)
), hit as (
    update staged.record r
    set is_quarantined = true, image = md5('conflict' || r.raw_hash)
    from conflict c
    where r.fence = %(fence)s and r.slice_id = c.slice_id and r.delivery_id = c.delivery_id
        and r.record_key = c.record_key and (c.at is null or r.source_time = c.at)
        and not (r.is_quarantined or r.is_withdrawal)
    returning r.slice_id, r.fence, r.source, r.delivery_id, r.row_number
)
insert into staged.quarantine_rule
select slice_id, fence, source, delivery_id, row_number,
    case when slice_id = any(%(snapshots)s) then 'conflicting_in_snapshot' else 'conflicting_in_delivery' end, null,
    case when slice_id = any(%(snapshots)s) then 'one snapshot says one thing of a record key'
        else 'one delivery says one thing of a record key and a time' end,
    'send the one right row for this record key; if they are two records, tell them apart in the columns of the key'
from hit
"""  # noqa: S608  # text of this file, no input

# What is said unusably of one key at one place, is said in all its rows together: they carry one image.
_SAID_TOGETHER = f"""
update staged.record r set image = g.image
from (
    select slice_id, delivery_id, record_key, {_SAME_TIME} as at,
        md5(string_agg(distinct image, ',' order by image)) as image
    from staged.record
    where fence = %(fence)s and slice_id = any(%(slices)s) and is_quarantined and record_key is not null
    group by 1, 2, 3, 4
    having slice_id = any(%(snapshots)s) or min(image) <> max(image)
) g
where r.fence = %(fence)s and r.slice_id = g.slice_id and r.delivery_id = g.delivery_id
    and r.record_key = g.record_key and (g.at is null or r.source_time = g.at) and r.is_quarantined
"""  # noqa: S608  # text of this file, no input


def quarantine_conflicts(connection: psycopg.Connection[Any], batch: Batch) -> None:
    """Quarantine the staged rows of a delivery that contradict one another."""
    modes = {s.slice_id: sources()[s.source].mode for s in batch.slices}
    values = {
        "fence": batch.fence,
        "slices": [number for number, mode in modes.items() if mode != "event"],
        "snapshots": [number for number, mode in modes.items() if mode == "snapshot"],
    }
    if values["slices"]:
        connection.execute(_CONFLICTS, values)
        connection.execute(_SAID_TOGETHER, values)
