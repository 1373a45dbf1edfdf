"""What ends where a number is another case's: the records of the case before, so that no case is made of two (0013)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from transforms.admit.reused import REVOKED, accused_roles
from transforms.admit.said import accused, days

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg


def _is_revoked(record: str) -> str:
    return f"exists (select from canonical.decision d where d.record_id = {record} and {REVOKED})"


def _is_new(row: str) -> str:
    return f"""({row}.admission_id = %(admission)s and not exists (
            select from canonical.record b
            where (b.source, b.record_key, b.superseded_in) = ({row}.source, {row}.record_key, %(admission)s)
                and b.withdrawn_in is null and not b.is_withdrawal))"""


# What an admission let in beside other records of its case, that share neither an accused party nor a day with it: all
# of them where a person decided; else those whose decision was revoked, if one of the two is new or came back, and both
# name parties and days.
_FOUND: Final = f"""
create temp table ended on commit drop as
with given as (
    select r.*, e.case_id
    from canonical.record r join canonical."case" e using (record_id)
    where r.admission_id = %(admission)s and r.superseded_in is null and r.withdrawn_in is null
        and not r.is_withdrawal
), beside as (
    select distinct g.record_id as given_id, c.record_id
    from given g
    join canonical."case" e on e.case_id = g.case_id and e.source = g.source
    join canonical.record c on c.record_id = e.record_id
    where c.record_key <> g.record_key and c.superseded_in is null and c.withdrawn_in is null
        and c.reread_in is null and not c.is_withdrawal
        and (%(is_decided)s or {_is_revoked("c.record_id")}
            and (not {_is_revoked("g.record_id")}
                or (c.source_time, c.delivery_seq, c.row_number) < (g.source_time, g.delivery_seq, g.row_number))
            and ({_is_new("g")} or {_is_new("c")}))
), compared as (
    select b.record_id, b.given_id, {accused("b.given_id")} as names_now, {accused("b.record_id")} as names,
        {days("b.given_id")} as days_now, {days("b.record_id")} as days
    from beside b
)
select record_id, min(given_id) as given_id
from compared
where not names_now && names and not days_now && days and (%(is_decided)s
    or least(cardinality(names_now), cardinality(names), cardinality(days_now), cardinality(days)) > 0)
group by record_id
"""  # noqa: S608  # text of this file, no input
_DRAW: Final = """
insert into ops.admission (batch_id, kind, changes)
select %(batch)s, 'reused_identifier', count(*) from ended having count(*) > 0
returning admission_id
"""
_END: Final = """
update canonical.record c set withdrawn_in = %(ended_in)s from ended e where e.record_id = c.record_id
"""


def end_before(connection: psycopg.Connection[Any], values: Mapping[str, Any], *, is_decided: bool = False) -> None:
    """End what an admission took the number of, and keep it in table `ended`.

    What no person decided is an admission of its own kind: receipts, releases, packs and replays tell it by that.
    """
    connection.execute(_FOUND, {**values, "accused": accused_roles(), "is_decided": is_decided})
    row = (values["admission"],) if is_decided else connection.execute(_DRAW, values).fetchone()
    if row:
        connection.execute(_END, {"ended_in": row[0]})
