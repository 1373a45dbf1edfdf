"""The SQL of a replay: which keys it may change, their lines for `judge`, and what follows from the decisions."""

from __future__ import annotations

# A record without a readable key stands with those that say the same: no key begins with this sign.
_KEYLESS = "E'\\x1f' || "

# What the replay reads; its numbers are those of new readings.
FRESH = f"""
create temp table fresh on commit drop as
select r.delivery_id, r.row_number, r.record_id, r.record_key, coalesce(r.record_key, {_KEYLESS}r.image) as place,
    r.source_time, r.delivery_seq, r.image, r.raw_hash, r.kafka_offset, r.body_id, r.is_quarantined,
    r.is_withdrawal and not r.is_quarantined as is_withdrawal, r.slice_id, s.admission_id as admitted_in, s.batch_id,
    r.has_finding
from staged.record r join ops.slice s using (slice_id)
where r.fence = %(fence)s and r.slice_id = any(%(slices)s)
"""  # noqa: S608  # text of this file, no input

# Records whose case or transfer has another id than in the ledger: an id is no part of the image.
_MOVED = """
select s.record_id
from fresh f join canonical.record c using (delivery_id, row_number)
join staged."{entity}" s on s.record_id = f.record_id and s.fence = %(fence)s
left join canonical."{entity}" k on k.record_id = c.record_id and k.{entity}_id = s.{entity}_id
where c.source = %(source)s and c.reread_in is null and k.record_id is null
"""

# What the ledger has of these records. An item without a key stands for none that a snapshot may lack.
OWN = f"""
create temp table own on commit drop as
with moved as (
    {_MOVED.format(entity="case")} union {_MOVED.format(entity="transfer")}
)
select c.delivery_id, c.row_number, c.record_key, c.record_key as place, c.image, c.source_time, c.delivery_seq,
    c.is_withdrawal, false as is_item, m.record_id is not null as is_moved, c.admission_id,
    c.superseded_in is null as stands, c.withdrawn_in
from fresh f join canonical.record c using (delivery_id, row_number)
left join moved m on m.record_id = f.record_id
where c.source = %(source)s and c.reread_in is null
union all
select q.delivery_id, q.row_number, q.record_key, coalesce(q.record_key, {_KEYLESS}q.image), q.image, q.source_time,
    q.delivery_seq, false, true, false, q.admission_id, q.closed_in is null and q.record_key is not null, null
from fresh f join ops.quarantine q using (delivery_id, row_number)
where q.source = %(source)s and q.reread_in is null
"""  # noqa: S608  # text of this file, no input

# The snapshot that tells what is said today.
NEWEST = """
select d.delivery_id from ops.delivery d
where d.source = %(source)s and d.mode = 'snapshot' and d.state = 'closed' and exists (
    select from ops.slice s where s.deliveries @> array[d.delivery_id] and s.state = 'admitted')
order by coalesce(d.as_of, d.opened_at) desc, d.seq desc limit 1
"""

# A row without a readable key may be any of those that seem absent.
KEYLESS = "select exists (select from fresh where delivery_id = %(newest)s and record_key is null)"

# Keys that may change: a record is read otherwise than its row, or moved, or was a duplicate and no version stands for
# it; or the newest snapshot is read again, and lacks what stands.
ODD = f"""
create temp table odd on commit drop as
with differing as (
    select f.place as now, o.place as before from fresh f join own o using (delivery_id, row_number)
    where (f.place, f.image, f.source_time, f.delivery_seq, f.is_withdrawal, f.is_quarantined)
        is distinct from (o.place, o.image, o.source_time, o.delivery_seq, o.is_withdrawal, o.is_item) or o.is_moved
), apart as (
    select f.place from fresh f
    where not exists (select from own o where (o.delivery_id, o.row_number) = (f.delivery_id, f.row_number))
        and case when f.is_quarantined then not exists (
            select from ops.quarantine q
            where q.source = %(source)s and coalesce(q.record_key, {_KEYLESS}q.image) = f.place and q.image = f.image
                and q.reread_in is null)
        else not exists (
            select from canonical.record c left join canonical.confirmation n using (record_id)
            where c.source = %(source)s and c.record_key = f.record_key and c.image = f.image and c.reread_in is null
                and f.source_time between c.source_time and coalesce(n.confirmed_at, c.source_time)
                and (%(is_event)s or not exists (
                    select from canonical.record b
                    where b.source = c.source and b.record_key = c.record_key and b.reread_in is null
                        and b.source_time = f.source_time and b.image <> c.image
                        and (b.source_time, b.delivery_seq, b.row_number)
                            > (c.source_time, c.delivery_seq, c.row_number)
                        and (b.delivery_seq, b.row_number) < (f.delivery_seq, f.row_number))))
        end
), standing as (
    select record_key from canonical.record
    where source = %(source)s and superseded_in is null and withdrawn_in is null and not is_withdrawal
    union
    select record_key from ops.quarantine
    where source = %(source)s and closed_in is null and record_key is not null
), ghost as (
    select record_key as place from standing s
    where %(is_newest_read)s and not exists (
        select from fresh f where f.delivery_id = %(newest)s and f.record_key = s.record_key)
)
select now as place from differing union select before from differing union select place from apart
union select place from ghost
"""  # noqa: S608  # text of this file, no input

# Every row and every record read again of those keys, key by key.
LINES = f"""
with kept as (
    select c.record_key as place, c.delivery_id, c.row_number, c.record_id as row_id, c.source_time, c.delivery_seq,
        c.image, false as is_item, c.is_withdrawal, c.superseded_in is not null as is_past, c.withdrawn_in,
        coalesce(n.confirmed_at, c.source_time) as confirmed_at, c.admission_id
    from canonical.record c join odd on odd.place = c.record_key left join canonical.confirmation n using (record_id)
    where c.source = %(source)s and c.reread_in is null
    union all
    select odd.place, q.delivery_id, q.row_number, q.quarantine_id, q.source_time, q.delivery_seq, q.image, true,
        false, q.closed_in is not null, null, q.source_time, q.admission_id
    from ops.quarantine q join odd on odd.place = coalesce(q.record_key, {_KEYLESS}q.image)
    where q.source = %(source)s and q.reread_in is null
), here as (
    select f.* from fresh f join odd using (place)
)
select coalesce(f.place, k.place) as place, coalesce(f.delivery_id, k.delivery_id) as delivery_id,
    coalesce(f.row_number, k.row_number) as row_number, k.row_id, k.source_time, k.delivery_seq, k.image, k.is_item,
    k.is_withdrawal, k.is_past, k.withdrawn_in, k.confirmed_at, k.admission_id, f.record_id,
    f.source_time as read_time, f.delivery_seq as read_seq, f.image as read_image, f.is_quarantined,
    f.is_withdrawal as read_withdrawal, f.admitted_in,
    k.row_id is not null or o.delivery_id is not null as had_row, coalesce(o.is_moved, false) as is_moved,
    f.record_id is not null or exists (
        select from fresh r where (r.delivery_id, r.row_number) = (k.delivery_id, k.row_number)) as was_replayed,
    coalesce(coalesce(f.delivery_id, k.delivery_id) = %(newest)s, false) as is_in_newest,
    coalesce(not k.is_past, o.stands, false) as stands, coalesce(k.withdrawn_in, o.withdrawn_in) as own_withdrawn_in,
    (select a.admission_id from ops.admission a
        where a.admission_id = coalesce(k.withdrawn_in, o.withdrawn_in) and a.kind = 'reused_identifier') as ended_in
from here f
full join kept k on (k.place, k.delivery_id, k.row_number) = (f.place, f.delivery_id, f.row_number)
left join own o on (o.delivery_id, o.row_number) = (f.delivery_id, f.row_number)
order by 1
"""  # noqa: S608  # text of this file, no input

DECIDED = """
create temp table decided (
    delivery_id text, row_number bigint, act text, row_id bigint, before text, after text, withdrawn_in bigint,
    confirmed_at timestamptz
) on commit drop
"""
INDEXES = (
    "create index on fresh (delivery_id, row_number)",
    "create index on fresh (record_id)",
    "analyze fresh (delivery_id, row_number, record_id, place, record_key, image)",
)
OWN_INDEXES = ("create index on own (delivery_id, row_number)", "analyze own (delivery_id, row_number)")
DECIDED_INDEXES = (
    "create index on decided (row_id)",
    "create index on decided (delivery_id, row_number)",
    "analyze decided (act, row_id, delivery_id, row_number)",
)

RETIRE_RECORDS = """
update canonical.record c
set reread_in = %(admission)s, superseded_in = coalesce(c.superseded_in, %(admission)s)
from decided d where d.act in ('retire_record', 'restore') and c.record_id = d.row_id
"""
RETIRE_ITEMS = """
update ops.quarantine q set reread_in = %(admission)s, closed_in = coalesce(q.closed_in, %(admission)s)
from decided d where d.act = 'retire_item' and q.quarantine_id = d.row_id
"""
SUPERSEDE = """
update canonical.record c set superseded_in = %(admission)s
from decided d where d.act = 'supersede' and c.record_id = d.row_id
"""
# What the newest snapshot lacks.
WITHDRAW = """
update canonical.record c set withdrawn_in = %(admission)s
from decided d where d.act = 'withdraw' and c.record_id = d.row_id
"""
CLOSE = """
update ops.quarantine q set closed_in = %(admission)s
from decided d where d.act = 'close' and q.quarantine_id = d.row_id
"""

_RECORD = """
record_id, source, body_id, delivery_id, row_number, record_key, source_time, delivery_seq, image, raw_hash,
    kafka_offset, batch_id, admission_id, superseded_in, withdrawn_in, is_withdrawal"""
LET_IN = f"""
insert into canonical.record ({_RECORD})
select f.record_id, %(source)s, f.body_id, f.delivery_id, f.row_number, f.record_key, f.source_time, f.delivery_seq,
    f.image, f.raw_hash, f.kafka_offset, f.batch_id, %(admission)s,
    case when d.after = 'superseded' then %(admission)s end,
    case d.withdrawn_in when 0 then %(admission)s else d.withdrawn_in end, f.is_withdrawal
from decided d join fresh f on f.record_id = d.row_id
where d.act = 'let_in'
order by f.record_id
"""  # noqa: S608  # text of this file, no input
# A row that is newest again is written again: what was superseded stays so in every release that was published.
RESTORED = """
create temp table restored on commit drop as
select d.row_id as old_id, %(free)s + row_number() over (order by d.row_id) - 1 as new_id,
    case d.withdrawn_in when 0 then %(admission)s else d.withdrawn_in end as withdrawn_in
from decided d where d.act = 'restore'
"""
RESTORE = f"""
insert into canonical.record ({_RECORD})
select r.new_id, c.source, c.body_id, c.delivery_id, c.row_number, c.record_key, c.source_time, c.delivery_seq, c.image,
    c.raw_hash, c.kafka_offset, c.batch_id, %(admission)s, null, r.withdrawn_in, c.is_withdrawal
from restored r join canonical.record c on c.record_id = r.old_id
order by r.new_id
"""  # noqa: S608  # text of this file, no input
# Up to when a version was confirmed, as its records are read now.
CONFIRM = """
insert into canonical.confirmation (record_id, confirmed_at)
select d.row_id, d.confirmed_at from decided d where d.act <> 'restore' and d.confirmed_at is not null
union all
select r.new_id, d.confirmed_at from restored r join decided d on d.row_id = r.old_id
where d.act = 'restore' and d.confirmed_at is not null
on conflict (record_id) do update set confirmed_at = excluded.confirmed_at
"""
CARRY_OUT = (RETIRE_RECORDS, RETIRE_ITEMS, SUPERSEDE, WITHDRAW, CLOSE, LET_IN, RESTORED, RESTORE, CONFIRM)
FINDINGS = """
insert into ops.finding (admission_id, slice_id, source, body_id, delivery_id, row_number, field, reason)
select %(admission)s, s.slice_id, s.source, f.body_id, s.delivery_id, s.row_number, s.field, s.reason
from staged.finding s join fresh f using (slice_id, delivery_id, row_number)
join decided d on d.row_id = f.record_id and d.act = 'let_in'
where s.fence = %(fence)s
"""
QUARANTINE = """
insert into ops.quarantine (source, body_id, delivery_id, row_number, record_key, source_time, delivery_seq, image,
    slice_id, admission_id, closed_in)
select %(source)s, f.body_id, f.delivery_id, f.row_number, f.record_key, f.source_time, f.delivery_seq, f.image,
    f.slice_id, %(admission)s, case when d.after = 'superseded' then %(admission)s end
from decided d join fresh f on f.record_id = d.row_id
where d.act = 'quarantine'
order by f.record_id
"""
FORGET_RULES = """
delete from ops.quarantine_rule q using decided d
where d.act = 'quarantine' and q.source = %(source)s and (q.delivery_id, q.row_number) = (d.delivery_id, d.row_number)
"""
RULES = """
insert into ops.quarantine_rule (source, delivery_id, row_number, rule, field, expectation, remedy)
select s.source, s.delivery_id, s.row_number, s.rule, s.field, s.expectation, s.remedy
from staged.quarantine_rule s join decided d using (delivery_id, row_number)
where d.act = 'quarantine' and s.fence = %(fence)s
"""
# The body's deliveries are read by this contract from now on.
READ_BY = "update ops.delivery set contract_version = %(version)s where delivery_id = any(%(deliveries)s)"

# Nothing is sent by a replay: its signed changes add up to nothing.
BOOKS = """
with change as (
    select count(*) filter (where after = 'current') - count(*) filter (where before = 'current')
            - (select count(*) from ended) as current,
        count(*) filter (where after = 'superseded') - count(*) filter (where before = 'superseded') as superseded,
        count(*) filter (where after = 'duplicate') - count(*) filter (where before = 'duplicate') as duplicate,
        count(*) filter (where after = 'quarantined') - count(*) filter (where before = 'quarantined') as quarantined,
        count(*) filter (where after = 'withdrawn') - count(*) filter (where before = 'withdrawn')
            + (select count(*) from ended) as withdrawn
    from decided
)
update ops.slice s
set state = 'admitted', admission_id = %(admission)s, to_offset = %(used)s, d_current = c.current,
    d_superseded = c.superseded, d_duplicate = c.duplicate, d_quarantined = c.quarantined, d_withdrawn = c.withdrawn
from change c
where s.slice_id = %(slice)s
returning s.d_current, s.d_superseded, s.d_duplicate, s.d_quarantined, s.d_withdrawn
"""
CHANGES = """
update ops.admission set changes = (
    select count(*) from decided where act in ('retire_record', 'let_in', 'restore', 'supersede', 'withdraw')
) + (select count(*) from ended where %(is_decided)s)
where admission_id = %(admission)s
returning changes
"""
