"""The SQL that notices a key which a body gives to another case, so that nothing is overwritten (decision 0013)."""

from __future__ import annotations

from transforms.normalise.cleaners.vocabulary import read_vocabulary


def accused_roles() -> list[str]:
    """Return the roles of those whom a case is about."""
    return [row["code"] for row in read_vocabulary("party_role") if row["is_accused"] == "true"]


# What would supersede a current record; and what has a new key in a case of which the source has other records, that
# do not change or leave in this admission: where the party is part of the key, its number may belong to them.
SUSPECT = """
create temp table suspect on commit drop as
select record_id, known_id from arriving
where known_id is not null and image <> known_image
    and not (known_gone or is_late or is_quarantined or is_withdrawal)
union
select a.record_id, c.record_id
from arriving a
join staged."case" s on s.record_id = a.record_id and s.fence = %(fence)s
join canonical."case" e on e.case_id = s.case_id and e.source = a.source
join canonical.record c on c.record_id = e.record_id
where a.known_id is null and not (a.is_quarantined or a.is_withdrawal)
    and c.superseded_in is null and c.withdrawn_in is null and c.reread_in is null and not c.is_withdrawal
    and not exists (
        select from arriving n
        where n.known_id = c.record_id and n.image <> c.image and not (n.is_late or n.is_quarantined))
    and (a.source <> all(%(snapshots)s) or exists (select from arriving n where n.known_id = c.record_id))
"""
ANALYZE = "analyze suspect"
# Another party and another date: nobody who is accused, and no day that is named, is named in both. Right holders,
# agents and platforms have many cases.
REUSED = """
create temp table reused on commit drop as
with party_now as (
    select s.record_id, array_remove(array_agg(p.uscc) || array_agg(p.name_raw), null) as names
    from suspect s join staged.party p using (record_id)
    join staged.case_party r using (record_id, fence, party_id)
    where p.fence = %(fence)s and r.role = any(%(accused)s) group by 1
), party_before as (
    select s.record_id, array_remove(array_agg(p.uscc) || array_agg(p.name_raw), null) as names
    from suspect s join canonical.party p on p.record_id = s.known_id
    join canonical.case_party r on (r.record_id, r.party_id) = (p.record_id, p.party_id)
    where r.role = any(%(accused)s) group by 1
), told_now as (
    select s.record_id, c.filed_on as day
    from suspect s join staged."case" c using (record_id) where c.fence = %(fence)s
    union all
    select s.record_id, d.decided_on
    from suspect s join staged.decision d using (record_id) where d.fence = %(fence)s
), told_before as (
    select s.record_id, c.filed_on as day from suspect s join canonical."case" c on c.record_id = s.known_id
    union all
    select s.record_id, d.decided_on from suspect s join canonical.decision d on d.record_id = s.known_id
), day_now as (
    select record_id, array_agg(day) as days from told_now where day is not null group by 1
), day_before as (
    select record_id, array_agg(day) as days from told_before where day is not null group by 1
)
select p.record_id
from party_now p
join party_before q using (record_id) join day_now d using (record_id) join day_before e using (record_id)
where cardinality(p.names) > 0 and cardinality(q.names) > 0 and not p.names && q.names and not d.days && e.days
"""
SET_ASIDE = """
update arriving a set is_quarantined = true, image = md5('reused' || a.raw_hash)
from reused r where a.record_id = r.record_id
"""
TOLD = """
insert into staged.quarantine_rule (slice_id, fence, source, delivery_id, row_number, rule, field, expectation, remedy)
select a.slice_id, a.fence, a.source, a.delivery_id, a.row_number, 'identifier_reused', null,
    'the number still belongs to a case of other parties and other dates',
    'give the new case a number of its own, or withdraw the old record before this one is sent again'
from arriving a join reused r using (record_id)
"""
# A replay reads the record as usable: it stays aside for as long as the other case stands.
STILL_ASIDE = """
update fresh f set is_quarantined = true, image = o.image
from own o
where (o.delivery_id, o.row_number) = (f.delivery_id, f.row_number) and o.is_item and not f.is_quarantined
    and o.image = md5('reused' || f.raw_hash) and exists (
        select from canonical.record c
        where c.source = %(source)s and c.record_key = f.record_key and c.superseded_in is null
            and c.withdrawn_in is null and not c.is_withdrawal
        union all
        select from staged."case" s
        join canonical."case" e on e.case_id = s.case_id and e.source = %(source)s
        join canonical.record c on c.record_id = e.record_id
        where s.record_id = f.record_id and s.fence = %(fence)s and c.record_key <> f.record_key
            and c.superseded_in is null and c.withdrawn_in is null and c.reread_in is null and not c.is_withdrawal)
"""
