"""The SQL that opens, repeats and closes quarantine items."""

from __future__ import annotations

# Rows of one delivery and one time stand side by side: none of them is later than another (`place` 0). Events do not:
# their place in the topic is the order in which their body spoke.
_PLACE = "case when source = any(%(events)s) then row_number else 0 end"

# A quarantined record is known where what came before it of its key is a quarantined record, or the key's open item,
# that says the same; what came before the open item was never open itself. Without a readable key it is known where
# an open item of the source says the same.
QUARANTINED = f"""
create temp table doubtful on commit drop as
with key as (
    select distinct source, record_key from arriving where is_quarantined and record_key is not null
), open_item as (
    select q.source, q.record_key, q.source_time, q.delivery_seq, {_PLACE} as place, q.image
    from ops.quarantine q join key using (source, record_key) where q.closed_in is null
), chain as (
    select distinct source, record_key, source_time, delivery_seq, {_PLACE} as place, image, is_quarantined, is_late
    from arriving join key using (source, record_key)
    union
    select source, record_key, source_time, delivery_seq, place, image, true, false from open_item
), placed as (
    select c.*, exists (
            select from open_item o
            where o.source = c.source and o.record_key = c.record_key
                and (c.source_time, c.delivery_seq, c.place) < (o.source_time, o.delivery_seq, o.place)
        ) as is_before_open
    from chain c
), chained as (
    select source, record_key, source_time, delivery_seq, place, is_quarantined,
        is_quarantined and lag(is_quarantined) over versions and not lag(is_late) over versions
            and lag(image) over versions = image and not is_before_open as repeats
    from placed
    window versions as (
        partition by source, record_key order by source_time, delivery_seq, place, is_quarantined)
)
select a.*, coalesce(c.repeats, false) or exists (
        select from open_item o
        where o.source = a.source and o.record_key = a.record_key and o.image = a.image
            and (a.source_time, a.delivery_seq, a.place) < (o.source_time, o.delivery_seq, o.place))
    as is_known
from (select *, {_PLACE} as place from arriving where is_quarantined) a
join chained c using (source, record_key, source_time, delivery_seq, place, is_quarantined)
union all
select a.*, {_PLACE} as place, row_number() over (partition by source, image order by delivery_seq, row_number) > 1
    or exists (
        select from ops.quarantine q
        where q.source = a.source and q.image = a.image and q.record_key is null and q.closed_in is null) as is_known
from arriving a
where is_quarantined and record_key is null
"""  # noqa: S608  # text of this file, no input

CLOSE_QUARANTINE = f"""
create temp table closed on commit drop as
with newest as (
    select distinct on (slice_id, source, record_key) slice_id, source, record_key,
        (source_time, delivery_seq, place) as at
    from (
        select slice_id, source, record_key, source_time, delivery_seq, {_PLACE} as place
        from arriving where not is_quarantined
        union all
        select slice_id, source, record_key, source_time, delivery_seq, place from doubtful where not is_known
    ) a
    where record_key is not null
    order by slice_id, source, record_key, source_time desc, delivery_seq desc, place desc
), updated as (
    update ops.quarantine q set closed_in = %(admission)s
    from newest n
    where q.source = n.source and q.record_key = n.record_key and q.closed_in is null
        and (q.source_time, q.delivery_seq,
            case when q.source = any(%(events)s) then q.row_number else 0 end) < n.at
    returning n.slice_id
)
select * from updated
"""  # noqa: S608  # text of this file, no input

INSERT_QUARANTINE = f"""
create temp table opened on commit drop as
with later as (
    select source, record_key, source_time, delivery_seq, {_PLACE} as place from arriving where not is_quarantined
    union all
    select source, record_key, source_time, delivery_seq, place from doubtful where not is_known
    union all
    select q.source, q.record_key, q.source_time, q.delivery_seq,
        case when q.source = any(%(events)s) then q.row_number else 0 end
    from ops.quarantine q
    where q.closed_in is null and (q.source, q.record_key) in (select source, record_key from doubtful)
    union all
    select c.source, c.record_key, c.source_time, c.delivery_seq,
        case when c.source = any(%(events)s) then c.row_number else 0 end
    from canonical.record c
    where c.superseded_in is null and (c.source, c.record_key) in (select source, record_key from doubtful)
), judged_open as (
    select d.*, coalesce(d.source_time < d.known_confirmed_at, false) or exists (
        select from later l
        where l.source = d.source and l.record_key = d.record_key
            and (l.source_time, l.delivery_seq, l.place) > (d.source_time, d.delivery_seq, d.place)) as is_closed
    from doubtful d where not is_known
), inserted as (
    insert into ops.quarantine (source, body_id, delivery_id, row_number, record_key, source_time, delivery_seq,
        image, slice_id, admission_id, closed_in)
    select source, body_id, delivery_id, row_number, record_key, source_time, delivery_seq, image, slice_id,
        %(admission)s, case when is_closed then %(admission)s end
    from judged_open order by slice_id, row_number
    returning slice_id, delivery_id, row_number, closed_in is not null as is_closed
), ruled as (
    insert into ops.quarantine_rule (source, delivery_id, row_number, rule, field, expectation, remedy)
    select r.source, r.delivery_id, r.row_number, r.rule, r.field, r.expectation, r.remedy
    from staged.quarantine_rule r join inserted i using (slice_id, delivery_id, row_number)
    where r.fence = %(fence)s
)
select * from inserted
"""  # noqa: S608  # text of this file, no input

# What the newest snapshot lacks is said no more; neither is what an old one says of a key that a newer one lacked.
CLOSE_ABSENT = """
with gone as (
    select q.quarantine_id, n.slice_id
    from snapshot n join ops.quarantine q using (source)
    where n.rules and q.closed_in is null and q.record_key is not null and not exists (
        select from arriving p
        where p.source = q.source and p.record_key = q.record_key
            and p.slice_id = n.slice_id and p.delivery_id = n.delivery_id)
    union all
    select q.quarantine_id, p.slice_id
    from arriving p join ops.quarantine q using (source, record_key, delivery_id, row_number)
    where p.is_past and p.is_quarantined and q.closed_in is null
), updated as (
    update ops.quarantine q set closed_in = %(admission)s from gone g where q.quarantine_id = g.quarantine_id
    returning g.slice_id
)
insert into closed select * from updated
"""
