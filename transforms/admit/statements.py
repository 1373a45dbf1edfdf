"""The SQL of an admission, statement by statement; every one reads only what arrives and the keys that it meets."""

from __future__ import annotations

from transforms.ledger.snapshots import NEWEST_OF_SLICES

ORDER = "source_time, delivery_seq, row_number"

# The newest snapshot of each slice; it `rules` where none that was admitted is newer. What a person discarded does not.
SNAPSHOT = f"""
create temp table snapshot on commit drop as
select o.*, not (o.is_old or %(discards)s) as rules from ({NEWEST_OF_SLICES}) o
"""  # noqa: S608  # text of this code, no input

# What arrives, beside the newest version of its key, if there is one; what is older than that, or than the newest
# confirmation of it, is late. An old snapshot brings nothing back: `is_past` is what it says of a key that a newer one
# lacked.
ARRIVING = """
create temp table arriving on commit drop as
select r.*, e.record_id as known_id, e.image as known_image,
    e.withdrawn_in is not null and not coalesce(n.is_old, false) as known_withdrawn,
    e.withdrawn_in is not null or e.is_withdrawal as known_gone,
    e.source_time as known_time, m.confirmed_at as known_confirmed_at,
    coalesce((r.source_time, r.delivery_seq, r.row_number) < (e.source_time, e.delivery_seq, e.row_number)
        or r.source_time < m.confirmed_at, false) as is_late,
    case when n.is_old then (e.record_id is null or e.withdrawn_in is not null)
        and not ((e.record_id is null or r.is_quarantined) and exists (
            select from ops.quarantine q
            where q.source = r.source and q.record_key = r.record_key and q.closed_in is null))
        else false end as is_past
from staged.record r
left join snapshot n using (slice_id)
left join canonical.record e
    on e.source = r.source and e.record_key = r.record_key and e.superseded_in is null
left join canonical.confirmation m on m.record_id = e.record_id
where r.fence = %(fence)s and r.slice_id = any(%(slices)s)
"""

# A record is compared with the newest version of its key. One that comes late, and every event, is compared with all
# versions of its source time too: an event may reach Kafka twice (decision 0015). What is equal to one of those is set
# aside first, so that the rest compare with the version before them.
JUDGED = """
create temp table judged on commit drop as
with numbered as (
    select a.*, is_anywhere and
        row_number() over (partition by source, record_key, source_time, image order by delivery_seq, row_number) > 1
            as is_copy,
        is_anywhere and known_id is not null and (is_late or not known_withdrawn) and exists (
            select from canonical.record v
            where v.source = a.source and v.record_key = a.record_key and v.reread_in is null
                and v.source_time = a.source_time and v.image = a.image) as is_known_version
    from (select *, is_late or source = any(%(events)s) as is_anywhere from arriving where not is_quarantined) a
), chained as (
    select n.*,
        lag(image) over (
            partition by source, record_key, is_late, is_copy or is_known_version
            order by source_time, delivery_seq, row_number) as image_before
    from numbered n
), compared as (
    select c.*,
        case
            when is_late and image = known_image then 'confirms'
            when is_known_version then 'known_version'
            when is_copy then 'copy'
            when not is_late
                and image = coalesce(image_before, case when known_withdrawn then null else known_image end)
                then 'confirms'
        end as duplicate_kind
    from chained c
)
select *,
    duplicate_kind is null and (is_late or row_number() over (
        partition by source, record_key, is_late, duplicate_kind is null
        order by source_time desc, delivery_seq desc, row_number desc) > 1) as is_superseded
from compared
"""

ANALYZE_JUDGED = """
analyze judged (source, record_key, slice_id, record_id, duplicate_kind, is_superseded, known_id)
"""

SUPERSEDE = """
create temp table replaced on commit drop as
with newer as (
    select distinct slice_id, known_id, known_gone from judged
    where duplicate_kind is null and not is_late and known_id is not null
), updated as (
    update canonical.record c set superseded_in = %(admission)s from newer n where c.record_id = n.known_id
    returning n.slice_id, n.known_gone
)
select * from updated
"""

# What is newest of its key after this admission: a version that arrives, or the one before.
CONFIRM = """
insert into canonical.confirmation as known (record_id, confirmed_at)
select coalesce(n.record_id, j.known_id), max(j.source_time)
from judged j left join judged n
    on n.source = j.source and n.record_key = j.record_key and n.duplicate_kind is null and not n.is_superseded
where j.duplicate_kind = 'confirms' and not j.is_late and j.source_time > coalesce(n.source_time, j.known_time)
group by 1
order by 1
on conflict (record_id) do update set confirmed_at = excluded.confirmed_at
where known.confirmed_at < excluded.confirmed_at
"""

INSERT_RECORDS = """
insert into canonical.record (record_id, source, body_id, delivery_id, row_number, record_key, source_time,
    delivery_seq, image, raw_hash, kafka_offset, batch_id, admission_id, superseded_in, withdrawn_in, is_withdrawal)
select record_id, source, body_id, delivery_id, row_number, record_key, source_time, delivery_seq, image, raw_hash,
    kafka_offset, %(batch)s, %(admission)s, case when is_superseded then %(admission)s end,
    case when is_past and not is_superseded then %(admission)s end, is_withdrawal
from judged where duplicate_kind is null
order by record_id
"""

INSERT_FINDINGS = """
insert into ops.finding (admission_id, slice_id, source, body_id, delivery_id, row_number, field, reason)
select %(admission)s, f.slice_id, f.source, j.body_id, f.delivery_id, f.row_number, f.field, f.reason
from staged.finding f join judged j using (slice_id, delivery_id, row_number)
where f.fence = %(fence)s and j.duplicate_kind is null
"""

# DESIGN 4: absence is computed by the newest snapshot of a source only; quarantined rows count as present.
WITHDRAW_ABSENT = """
create temp table absent on commit drop as
with updated as (
    update canonical.record c set withdrawn_in = %(admission)s
    from snapshot n
    where n.rules and c.source = n.source and c.superseded_in is null and c.withdrawn_in is null and not c.is_withdrawal
        and not exists (
            select from arriving p
            where p.source = c.source and p.record_key = c.record_key
                and p.slice_id = n.slice_id and p.delivery_id = n.delivery_id)
    returning n.slice_id
)
select * from updated
"""

# The signed changes of the books: their sum over all slices of a source is what its records are now.
BOOKS = """
with change as (
    select slice_id, 1 as sent, 0 as current, 0 as superseded, 0 as duplicate, 0 as quarantined, 0 as withdrawn
    from arriving
    union all
    select slice_id, 0, (duplicate_kind is null and not is_superseded and not (is_withdrawal or is_past))::int,
        (duplicate_kind is null and is_superseded)::int, (duplicate_kind is not null)::int, 0,
        (duplicate_kind is null and not is_superseded and (is_withdrawal or is_past))::int
    from judged
    union all
    select slice_id, 0, case when known_gone then 0 else -1 end, 1, 0, 0, case when known_gone then -1 else 0 end
    from replaced
    union all
    select slice_id, 0, 0, 0, is_known::int, 0, 0 from doubtful
    union all
    select slice_id, 0, 0, is_closed::int, 0, 1 - is_closed::int, 0 from opened
    union all
    select slice_id, 0, 0, 1, 0, -1, 0 from closed
    union all
    select slice_id, 0, -1, 0, 0, 0, 1 from absent
    union all
    select j.slice_id, 0, -1, 0, 0, 0, 1 from ended e join judged j on j.record_id = e.given_id
), total as (
    select slice_id, sum(sent) as sent, sum(current) as current, sum(superseded) as superseded,
        sum(duplicate) as duplicate, sum(quarantined) as quarantined, sum(withdrawn) as withdrawn
    from change group by slice_id
), kinds as (
    select slice_id, jsonb_object_agg(kind, n) as by_kind from (
        select slice_id, duplicate_kind as kind, count(*) as n from judged
        where duplicate_kind is not null group by 1, 2
        union all
        select slice_id, 'quarantined_again', count(*) from doubtful where is_known group by 1
    ) k group by slice_id
)
update ops.slice s
set state = case when %(discards)s then 'discarded' else 'admitted' end, admission_id = %(admission)s,
    sent = coalesce(t.sent, 0), held_reason = null,
    echoes = s.to_offset - s.from_offset - coalesce(t.sent, 0),
    d_current = coalesce(t.current, 0), d_superseded = coalesce(t.superseded, 0),
    d_duplicate = coalesce(t.duplicate, 0), d_quarantined = coalesce(t.quarantined, 0), d_held = 0,
    d_withdrawn = coalesce(t.withdrawn, 0), duplicate_kinds = coalesce(k.by_kind, '{}')
from ops.slice i
left join total t using (slice_id) left join kinds k using (slice_id)
where i.slice_id = s.slice_id and s.slice_id = any(%(slices)s)
returning s.slice_id, s.source, s.sent, s.d_current, s.d_superseded, s.d_duplicate, s.d_quarantined, s.d_withdrawn
"""

CHANGES = """
update ops.admission set changes =
    (select count(*) from judged where duplicate_kind is null) + (select count(*) from absent)
where admission_id = %(admission)s
returning changes
"""

HOLD = """
update ops.slice s
set state = 'held', held_reason = %(reason)s,
    sent = case when %(counted)s then (select count(*) from staged.record r
        where r.slice_id = s.slice_id and r.fence = %(fence)s) else s.expected end,
    d_held = case when %(counted)s then (select count(*) from staged.record r
        where r.slice_id = s.slice_id and r.fence = %(fence)s) else s.expected end
where s.slice_id = %(slice)s
"""

DONE = "update ops.batch set state = 'done', done_at = now(), error = %(error)s where batch_id = %(batch)s"

# A person discarded the slice: none of its records may be used. What is said of one key at one place, is said together.
DISCARD = """
with said as (
    select r.delivery_id, r.row_number, case
        when d.mode <> 'event' and r.record_key is not null
        then string_agg(r.raw_hash, ',') over (
            partition by r.delivery_id, r.record_key, case when d.mode <> 'snapshot' then r.source_time end
            order by r.raw_hash rows between unbounded preceding and unbounded following)
        else r.raw_hash end as content
    from staged.record r join ops.delivery d using (delivery_id)
    where r.fence = %(fence)s and r.slice_id = %(slice)s
), hit as (
    update staged.record r set is_quarantined = true, image = md5('discarded' || s.content)
    from said s
    where r.fence = %(fence)s and r.slice_id = %(slice)s
        and r.delivery_id = s.delivery_id and r.row_number = s.row_number
    returning r.slice_id, r.fence, r.source, r.delivery_id, r.row_number
)
insert into staged.quarantine_rule
select slice_id, fence, source, delivery_id, row_number, 'slice_discarded', null, 'a person discarded the slice: ' ||
    %(reason)s, 'correct the delivery and send it again'
from hit
"""
