"""The SQL by which a replay leaves aside what has the number of another case (decision 0013)."""

from __future__ import annotations

from typing import Final

from transforms.admit.reused import REVOKED
from transforms.admit.said import accused, days

_STANDS: Final = f"""
c.superseded_in is null and c.withdrawn_in is null and c.reread_in is null and not c.is_withdrawal
            and (i.is_own or c.raw_hash <> f.raw_hash)
            and not exists (select from canonical.decision d where d.record_id = c.record_id and {REVOKED})"""
# A replay reads the record as usable: it stays aside for as long as the other case stands, and keeps its rule. So does
# one that left no row, for it said again what an item says, if what stands is not that itself. A record of another
# key that shares an accused party or a day with it is of its own case.
_SAID: Final = f"""
create temp table aside on commit drop as
with item as (
    select q.quarantine_id, q.delivery_id, q.row_number, q.image, q.closed_in is null as is_open
    from ops.quarantine q
    where q.source = %(source)s and q.reread_in is null and exists (
        select from ops.quarantine_rule u
        where (u.source, u.delivery_id, u.row_number) = (q.source, q.delivery_id, q.row_number)
            and u.rule = any(%(reused)s))
), said as (
    select f.record_id, i.quarantine_id, i.image, i.is_open, true as is_own
    from fresh f join own o using (delivery_id, row_number) join item i using (delivery_id, row_number)
    where o.is_item
    union all
    select f.record_id, i.quarantine_id, i.image, i.is_open, false
    from fresh f join item i on i.image = md5('reused' || f.raw_hash)
    where not exists (select from own o where (o.delivery_id, o.row_number) = (f.delivery_id, f.row_number))
)
select i.*, exists (
        select from canonical.record c
        where c.source = %(source)s and c.record_key = f.record_key and {_STANDS}
        union all
        select from staged."case" s
        join canonical."case" e on e.case_id = s.case_id and e.source = %(source)s
        join canonical.record c on c.record_id = e.record_id
        where s.record_id = f.record_id and s.fence = %(fence)s and c.record_key <> f.record_key and {_STANDS}
            and not {accused("f.record_id", "staged")} && {accused("c.record_id", "canonical")}
            and not {days("f.record_id", "staged")} && {days("c.record_id", "canonical")}
    ) as is_still
from said i join fresh f using (record_id)
"""  # noqa: S608  # text of this code, no input
# Of several cases of one number that nothing keeps aside any more, the earliest has it.
_LATER: Final = f"""
with freed as (
    select a.record_id, a.quarantine_id, s.case_id, f.record_key, f.source_time, f.delivery_seq, f.row_number
    from aside a join fresh f using (record_id) join staged."case" s using (record_id)
    where s.fence = %(fence)s and a.is_own and a.is_open and not (a.is_still or f.is_quarantined or f.is_withdrawal)
), placed as (
    select f.*, first_value(record_id) over (
        partition by case_id order by source_time, delivery_seq, row_number) as first_id
    from freed f
), compared as (
    select quarantine_id, {accused("o.record_id", "staged")} as names, {days("o.record_id", "staged")} as days,
        {accused("o.first_id", "staged")} as first_names, {days("o.first_id", "staged")} as first_days
    from placed o where record_id <> first_id
)
update aside a set is_still = true
from compared c
where a.quarantine_id = c.quarantine_id and not c.names && c.first_names and not c.days && c.first_days
"""  # noqa: S608  # text of this code, no input
_SET_ASIDE: Final = """
update fresh f set is_quarantined = true, image = a.image
from aside a where a.record_id = f.record_id and a.is_still and not f.is_quarantined
"""
_KEEP_RULES: Final = """
insert into staged.quarantine_rule (slice_id, fence, source, delivery_id, row_number, rule, field, expectation, remedy)
select distinct f.slice_id, %(fence)s::int, %(source)s, f.delivery_id, f.row_number, u.rule, u.field, u.expectation,
    u.remedy
from aside a join fresh f using (record_id) join ops.quarantine q using (quarantine_id)
join ops.quarantine_rule u
    on (u.source, u.delivery_id, u.row_number) = (q.source, q.delivery_id, q.row_number) and u.rule = any(%(reused)s)
where a.is_still
"""
STILL_ASIDE: Final = (_SAID, _LATER, _SET_ASIDE, _KEEP_RULES)
