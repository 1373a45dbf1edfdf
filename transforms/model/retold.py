"""Records that a newer one tells again: a decision that comes twice, its authority written otherwise (0026)."""

from __future__ import annotations

from typing import Final

import psycopg

from schemas.contracts import sources
from transforms.admit.reused import accused_roles

_TAKEN: Final = "array(select admission_id from ops.admission where release_id = %(release)s)"
_NEWEST: Final = "(select max(admission_id) from ops.admission where release_id is not null)"
# The cases of which the release changes a record; or in a whole build those that have several.
_CHANGED: Final = " union ".join(
    f"""
    select e.source, e.case_id from canonical.record r join canonical."case" e using (record_id)
    where r.{change} = any({_TAKEN}) and r.source = any(%(sources)s)
    """  # noqa: S608  # text of this file, no input
    for change in ("admission_id", "superseded_in", "withdrawn_in", "reread_in")
)
_SEVERAL: Final = """
    select source, case_id from canonical."case" where source = any(%(sources)s)
    group by source, case_id having count(*) > 1
"""
# The current records of these cases, with what their keys say beside the authority. Of two of one time the one that
# revokes the decision is the newer: a day of publication stays when it is revoked.
_CURRENT: Final = f"""
create temp table told on commit drop as
with cases as ({{cases}}), said as (
    select e.case_id, r.source, r.record_id, r.record_key, r.source_time, r.delivery_seq, r.row_number,
        string_to_array(r.record_key, '|') as parts, k.place, k.places, exists (
            select from canonical.decision d
            where d.record_id = r.record_id and (d.withdrawn_on is not null or d.withdraw_reason is not null)
        ) as revokes
    from cases
    join canonical."case" e using (source, case_id)
    join canonical.record r using (record_id)
    join unnest(%(sources)s::text[], %(places)s::int[], %(parts)s::int[]) k (source, place, places)
        on k.source = r.source
    where r.admission_id <= {_NEWEST} and not r.is_withdrawal
        and (r.superseded_in is null or r.superseded_in > {_NEWEST})
        and (r.withdrawn_in is null or r.withdrawn_in > {_NEWEST})
)
select case_id, source, record_id, record_key, source_time, revokes, delivery_seq, row_number,
    parts[:place - 1] || parts[place + 1:] as said_beside
from said where cardinality(parts) = places
"""  # noqa: S608  # text of this file, no input


def _accused_of(record: str) -> str:
    return f"""(
        select coalesce(p.uscc, p.id_token) as number, p.name_norm, p.name_raw, p.id_mask
        from canonical.case_party c
        join canonical.party p on p.record_id = c.record_id and p.party_id is not distinct from c.party_id
        where c.record_id = {record} and c.role = any(%(accused)s))"""  # noqa: S608  # text of this file, no input


def _numbers_of(record: str) -> str:
    return f"""(
        select array_agg(d.doc_no) from canonical.decision d
        where d.record_id = {record} and d.doc_no is not null)"""  # noqa: S608  # text of this file, no input


# The newest of those that tell the same decision and name all whom the older one accuses. Parties are one by their
# numbers where both have one, else by the name; masked names only where their numbers are masked alike too.
_JUDGED: Final = f"""
insert into staging.retold (record_id, retold_by, release_id)
select o.record_id, n.record_id, %(release)s
from told o left join lateral (
    select n.record_id from told n
    where n.case_id = o.case_id and n.source = o.source and n.said_beside = o.said_beside
        and n.record_key <> o.record_key
        and (n.source_time, n.revokes, n.delivery_seq, n.row_number)
            > (o.source_time, o.revokes, o.delivery_seq, o.row_number)
        and coalesce({_numbers_of("o.record_id")} <@ {_numbers_of("n.record_id")}, true)
        and coalesce((
            select bool_and(exists (
                select from {_accused_of("n.record_id")} y
                where coalesce(x.number = y.number, x.name_norm = y.name_norm,
                    x.name_raw = y.name_raw and x.id_mask = y.id_mask)))
            from {_accused_of("o.record_id")} x
        ), true)
    order by n.source_time desc, n.revokes desc, n.delivery_seq desc, n.row_number desc
    limit 1
) n on true
where n.record_id is not null or exists (select from staging.retold k where k.record_id = o.record_id)
on conflict (record_id) do update set retold_by = excluded.retold_by, release_id = excluded.release_id
"""  # noqa: S608  # text of this file, no input


def find_retold(dsn: str, release_id: int, *, whole: bool) -> None:
    """Say in `staging.retold` which records are told again, of the cases that a release changes, or of all.

    Each record of which that may have changed is stamped with the release: its claims are touched.
    """
    keyed = {known.source: known for known in sources().values() if known.authority_in_key}
    values = {
        "release": release_id,
        "sources": list(keyed),
        "places": [known.authority_in_key for known in keyed.values()],
        "parts": [len(known.key) for known in keyed.values()],
        "accused": accused_roles(),
    }
    with psycopg.connect(dsn) as connection:
        if whole:
            connection.execute("update staging.retold set retold_by = null where retold_by is not null")
        connection.execute(_CURRENT.format(cases=_SEVERAL if whole else _CHANGED), values)
        connection.execute("create index on told (case_id)")
        connection.execute("analyze told")
        connection.execute(_JUDGED, values)
