"""The SQL that notices a key which a body gives to another case, so that nothing is overwritten (decision 0013)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.contracts import SourceContract


RULES: Final = ("identifier_reused", "another_of_that_name", "another_mark_of_that_number")


def accused_roles() -> list[str]:
    """Return the roles of those whom a case is about."""
    return [row["code"] for row in read_vocabulary("party_role") if row["is_accused"] == "true"]


def keyed_by_name(contracts: Iterable[SourceContract]) -> list[str]:
    """Return the sources in whose record key stands the name of a party."""
    return [c.source for c in contracts if any(name.endswith("name_raw") for name in c.key)]


def registers(contracts: Iterable[SourceContract]) -> list[str]:
    """Return the sources that tell of rights and of no cases."""
    claimed = {c.source: {claim.entity for claim in c.claims} for c in contracts}
    return [name for name, entities in claimed.items() if "ip_right" in entities and "case" not in entities]


# What would supersede a current record; and what has a new key, or one that is gone, in a case of which the source has
# other records, that do not change or leave in this admission: where the party is part of the key, its number may
# belong to them.
SUSPECT = """
create temp table suspect on commit drop as
select record_id, known_id, true as is_same_key from arriving a
where known_id is not null and image <> known_image
    and not (known_gone or is_late or is_quarantined or is_withdrawal)
    and not exists (
        select from arriving w
        where w.known_id = a.known_id and w.is_withdrawal and not (w.is_late or w.is_quarantined)
            and (w.source_time, w.delivery_seq, w.row_number) < (a.source_time, a.delivery_seq, a.row_number))
union
select a.record_id, c.record_id, false
from arriving a
join staged."case" s on s.record_id = a.record_id and s.fence = %(fence)s
join canonical."case" e on e.case_id = s.case_id and e.source = a.source
join canonical.record c on c.record_id = e.record_id
where (a.known_id is null or a.known_gone) and not (a.is_late or a.is_quarantined or a.is_withdrawal)
    and c.superseded_in is null and c.withdrawn_in is null and c.reread_in is null and not c.is_withdrawal
    and not exists (
        select from arriving n
        where n.known_id = c.record_id and n.image <> c.image and (n.is_withdrawal or a.known_id is null)
            and not (n.is_late or n.is_quarantined))
    and (a.source <> all(%(snapshots)s) or exists (select from arriving n where n.known_id = c.record_id))
"""
# Of a case that no current record tells of, the first that arrives is compared with the others; in a register, which
# has no cases, the first of a key. One whose own key changes or is withdrawn here speaks of what the case was.
SUSPECT_TOGETHER = """
insert into suspect
with told as (
    select a.source, coalesce(s.case_id::text, a.record_key) as of_what, a.record_id, a.record_key, a.image,
        a.source_time, a.delivery_seq, a.row_number
    from arriving a left join staged."case" s on s.record_id = a.record_id and s.fence = %(fence)s
    where (s.case_id is not null or a.source = any(%(registers)s)) and (a.known_id is null or a.known_gone)
        and not (a.is_late or a.is_quarantined or a.is_withdrawal)
), several as (
    select source, of_what from told group by source, of_what having min(image) <> max(image)
), placed as (
    select t.*, first_value(t.record_id) over (
        partition by t.source, t.of_what order by t.source_time, t.delivery_seq, t.row_number) as first_id
    from told t join several using (source, of_what)
)
select t.record_id, f.record_id, t.record_key = f.record_key
from placed t join placed f on f.record_id = t.first_id
where t.image <> f.image
    and not exists (select from suspect x where x.record_id in (t.record_id, f.record_id))
    and not exists (
        select from arriving n
        where n.source = f.source and n.record_key = f.record_key and n.image <> f.image
            and not (n.is_late or n.is_quarantined)
            and (t.record_key <> f.record_key or n.is_withdrawal
                and (n.source_time, n.delivery_seq, n.row_number) > (f.source_time, f.delivery_seq, f.row_number)
                and (n.source_time, n.delivery_seq, n.row_number) < (t.source_time, t.delivery_seq, t.row_number)))
"""
# A decision that was revoked frees its number.
REVOKED: Final = "(d.withdrawn_on is not null or d.withdraw_reason is not null)"
FREED = f"""
delete from suspect s
where exists (select from canonical.decision d where d.record_id = s.known_id and {REVOKED})
    or exists (select from staged.decision d where d.record_id = s.known_id and d.fence = %(fence)s and {REVOKED})
"""  # noqa: S608  # text of this file, no input
ANALYZE = "analyze suspect"
# What both records say of parties and days; the one before is canonical, or arrives as well. A holder in a register has
# no role.
_PARTIES = """
    select s.record_id, true as is_now, s.is_same_key, p.party_id, p.name_raw, p.uscc, p.id_token, r.role
    from suspect s join staged.party p using (record_id)
    left join staged.case_party r using (record_id, fence, party_id) where p.fence = %(fence)s
    union all
    select s.record_id, false, s.is_same_key, p.party_id, p.name_raw, p.uscc, p.id_token, r.role
    from suspect s join staged.party p on p.record_id = s.known_id
    left join staged.case_party r on (r.record_id, r.fence, r.party_id) = (p.record_id, p.fence, p.party_id)
    where p.fence = %(fence)s
    union all
    select s.record_id, false, s.is_same_key, p.party_id, p.name_raw, p.uscc, p.id_token, r.role
    from suspect s join canonical.party p on p.record_id = s.known_id
    left join canonical.case_party r on (r.record_id, r.party_id) = (p.record_id, p.party_id)
"""
_DAYS = """
    select s.record_id, true as is_now, c.filed_on as day
    from suspect s join staged."case" c using (record_id) where c.fence = %(fence)s
    union all
    select s.record_id, true, d.decided_on
    from suspect s join staged.decision d using (record_id) where d.fence = %(fence)s
    union all
    select s.record_id, false, c.filed_on
    from suspect s join staged."case" c on c.record_id = s.known_id where c.fence = %(fence)s
    union all
    select s.record_id, false, d.decided_on
    from suspect s join staged.decision d on d.record_id = s.known_id where d.fence = %(fence)s
    union all
    select s.record_id, false, c.filed_on from suspect s join canonical."case" c on c.record_id = s.known_id
    union all
    select s.record_id, false, d.decided_on from suspect s join canonical.decision d on d.record_id = s.known_id
"""
_MARKS = """
    select s.record_id, true as is_now, m.right_id, m.nice_classes, m.holder_party_id as party_id
    from suspect s join staged.ip_right m using (record_id) where s.is_same_key and m.fence = %(fence)s
    union all
    select s.record_id, false, m.right_id, m.nice_classes, m.holder_party_id
    from suspect s join staged.ip_right m on m.record_id = s.known_id where s.is_same_key and m.fence = %(fence)s
    union all
    select s.record_id, false, m.right_id, m.nice_classes, m.holder_party_id
    from suspect s join canonical.ip_right m on m.record_id = s.known_id where s.is_same_key
"""
# Tables of their own, each counted: PostgreSQL takes what it has not counted, and what is joined by two columns of one
# meaning, for one row, and would compare each with all.
SAID = (
    f"create temp table party_said on commit drop as {_PARTIES}",
    f"create temp table mark_said on commit drop as select * from ({_MARKS}) m where nice_classes is not null",  # noqa: S608  # text of this file, no input
    f"""
    create temp table day_said on commit drop as
    select record_id, is_now, array_agg(day) as days from ({_DAYS}) d where day is not null group by 1, 2
    """,  # noqa: S608  # text of this file, no input
    "analyze party_said, mark_said, day_said",
    """
    create temp table marked on commit drop as
    select record_id, is_now, right_id, string_to_array(min(nice_classes), '、') as classes,
        array_remove(array_agg(uscc) || array_agg(name_raw), null) as holders
    from mark_said join party_said using (record_id, is_now, party_id) group by 1, 2, 3
    """,
    """
    create temp table accused on commit drop as
    select record_id, is_now, array_remove(array_agg(uscc) || array_agg(name_raw), null) as names
    from party_said where role = any(%(accused)s) group by 1, 2
    """,
    "analyze marked, accused",
)
# Another party and another date: nobody who is accused, and no day that is named, is named in both. Right holders,
# agents and platforms have many cases. Where a name is part of the key: another party of the same name, by its number.
# And of a mark another holder and other classes: one number may stand for two marks (DOMAIN 2.4).
REUSED = """
create temp table reused on commit drop as
with numbered as (
    select record_id, is_now, name_raw, kind, array_agg(number) as numbers
    from party_said join arriving a using (record_id)
    cross join lateral (values ('uscc', uscc), ('person', id_token)) n (kind, number)
    where is_same_key and a.source = any(%(named)s) and role is not null and number is not null and name_raw is not null
    group by 1, 2, 3, 4
)
select p.record_id, 'identifier_reused' as rule
from accused p join accused q using (record_id) join day_said d using (record_id) join day_said e using (record_id)
where p.is_now and not q.is_now and d.is_now and not e.is_now
    and cardinality(p.names) > 0 and cardinality(q.names) > 0 and not p.names && q.names and not d.days && e.days
union
select n.record_id, 'another_of_that_name'
from numbered n join numbered b using (record_id, name_raw, kind)
where n.is_now and not b.is_now and not n.numbers && b.numbers
union
select record_id, 'another_mark_of_that_number'
from marked n join marked b using (record_id, right_id)
where n.is_now and not b.is_now and not n.classes && b.classes and not n.holders && b.holders
"""
# What stands beside it, of one key and time in one delivery, is told as one with it.
SET_ASIDE = """
with beside as (
    select record_id, coalesce(
        min(image) filter (where is_quarantined) over same_place,
        md5('reused' || min(raw_hash) filter (where not is_quarantined) over same_place)) as image
    from arriving
    where (source, record_key) in (select source, record_key from arriving join reused using (record_id))
    window same_place as (
        partition by source, record_key, source_time, delivery_seq,
            case when source = any(%(events)s) then row_number else 0 end)
)
update arriving a set is_quarantined = true, image = b.image
from reused r join beside b using (record_id) where a.record_id = r.record_id
"""
TOLD = """
insert into staged.quarantine_rule (slice_id, fence, source, delivery_id, row_number, rule, field, expectation, remedy)
select a.slice_id, a.fence, a.source, a.delivery_id, a.row_number, r.rule, null,
    case r.rule when 'identifier_reused' then 'the number still belongs to a case of other parties and other dates'
        when 'another_of_that_name' then 'the record key still belongs to another party of that name, by its number'
        else 'the number still stands for a mark of another holder in other classes' end,
    case r.rule when 'identifier_reused'
        then 'give the new case a number of its own, or withdraw or revoke the old one before this one is sent again; '
            'where neither can be done, a person admits the item'
        else 'tell the two apart in the columns of the record key; where it is a correction, withdraw the old record '
            'before this one is sent again; where it cannot be withdrawn first, a person admits the item' end
from arriving a join reused r using (record_id)
"""
STATEMENTS = (SUSPECT, SUSPECT_TOGETHER, FREED, ANALYZE, *SAID, REUSED, SET_ASIDE, TOLD)
# The slices of which more records than a few are set aside: a body that begins its numbering anew re-uses all of it.
# What stands aside already was decided on.
CROWDED = """
select a.slice_id, count(r.record_id)
from arriving a
left join (
    select distinct a.record_id
    from reused join arriving a using (record_id)
    where not exists (
        select from ops.quarantine q
        where (q.source, q.record_key, q.image) = (a.source, a.record_key, a.image) and q.closed_in is null)
) r using (record_id)
group by a.slice_id
having count(r.record_id) > greatest(%(tolerated)s::int, %(share)s * count(*) / 100.0)
"""
