"""Why rows of a pack changed: what the admissions between two releases did to the records that speak of them.

A row is spoken of by the claims of its own key; where nothing was done to those, by the claims of the ids that it
names. Of several causes the newest admission's is told, and of one admission the one of lowest rank. Where no record
tells, it was a rule; where no rule changed either, another row of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from schemas.changes import change_causes
from schemas.entity import EntityContract, entities
from schemas.packs import PackTable
from transforms.admit.reused import accused_roles

RULE_CHANGE, RELATED = "rule_change", "related"
# What a successor does to a record is a withdrawal if it is one, and a correction else. A record that comes after one
# that was withdrawn corrects nothing; one that was let in and superseded by one admission was never shown.
_TOLD: Final = """
with taken as (
    select a.admission_id, a.kind from ops.admission a join ops.release r using (release_id)
    where a.release_id > %(since)s and a.release_id <= %(release)s and r.state = 'published'
), reused as (
    select q.source, q.record_key, q.closed_in
    from taken t
    join ops.quarantine q on q.closed_in = t.admission_id
    join ops.quarantine_rule u using (source, delivery_id, row_number)
    where u.rule = 'identifier_reused'
), claim as (
    select {key}, r.* from {entity} e join canonical.record r using (record_id) where {asked}
), event as (
    select {names}, t.admission_id, case
        when exists (
            select from reused q where (q.source, q.record_key, q.closed_in) = (c.source, c.record_key, t.admission_id))
            and not exists (
                select from canonical.record p
                where (p.source, p.record_key, p.superseded_in) = (c.source, c.record_key, t.admission_id)
                    and p.admission_id <> t.admission_id and ({same_case}))
            then 'reused_identifier'
        when t.kind in ('replay', 'reused_identifier') then t.kind
        when c.is_withdrawal then 'withdrawal'
        when exists (
            select from canonical.record p
            where (p.source, p.record_key, p.superseded_in) = (c.source, c.record_key, t.admission_id)
                and p.admission_id <> t.admission_id and p.withdrawn_in is null and not p.is_withdrawal)
            then 'correction'
        when t.kind = 'held' then 'late_admission'
        else 'arrival' end as cause
    from claim c join taken t on t.admission_id = c.admission_id
    where c.superseded_in is distinct from c.admission_id
    union all
    select {names}, t.admission_id, case
        when t.kind in ('replay', 'reused_identifier') then t.kind
        when exists (
            select from canonical.record w
            where (w.source, w.record_key, w.admission_id) = (c.source, c.record_key, t.admission_id)
                and w.is_withdrawal and w.superseded_in is distinct from t.admission_id) then 'withdrawal'
        else 'correction' end
    from claim c join taken t on t.admission_id = c.superseded_in
    where c.admission_id <> c.superseded_in and c.withdrawn_in is null and not c.is_withdrawal
    union all
    select {names}, t.admission_id, case when t.kind in ('replay', 'reused_identifier') then t.kind else 'absence' end
    from claim c join taken t on t.admission_id = c.withdrawn_in
    union all
    select {names}, t.admission_id, 'replay' from claim c join taken t on t.admission_id = c.reread_in
)
select {names}, admission_id, cause from event
"""
# What tells of the case that the one before tells of, and only closes the item of another: as decision 0013 compares.
_SAME_CASE: Final = """
exists (
    select from canonical.case_party x join canonical.case_party y using (party_id)
    where x.record_id = p.record_id and y.record_id = c.record_id
        and x.role = any(%(accused)s) and y.role = any(%(accused)s))
or exists (
    (select filed_on from canonical."case" where record_id = p.record_id and filed_on is not null
    union select decided_on from canonical.decision where record_id = p.record_id and decided_on is not null)
    intersect
    (select filed_on from canonical."case" where record_id = c.record_id and filed_on is not null
    union select decided_on from canonical.decision where record_id = c.record_id and decided_on is not null))
"""
_IS_RULE_CHANGE: Final = """
select exists (
    select from ops.release
    where release_id > %(since)s and release_id <= %(release)s and state = 'published' and cause = 'rule change')
"""

Ids = Mapping[str, str]
_Newest = tuple[int, int, str]


@dataclass(frozen=True)
class Witness:
    """Reads what the admissions after release `since`, up to `release`, did; as a role that may read the records."""

    connection: psycopg.Connection[Any]
    since: int
    release: int

    def tell(self, table: PackTable, rows: Sequence[Ids]) -> list[str]:
        """Tell the cause of each row, of which `rows` has the ids and the other columns of its key, unmasked."""
        causes: dict[int, str] = {}
        for asked in _levels(table):
            open_rows = [place for place in range(len(rows)) if place not in causes]
            found: dict[int, _Newest] = {}
            for entity in asked:
                told = self._told(entity, [rows[place] for place in open_rows])
                for place in open_rows:
                    newest = told.get(tuple(rows[place].get(name) for name in entity.key))
                    if newest:
                        found[place] = max(newest, found.get(place, newest))
            causes |= {place: newest[-1] for place, newest in found.items()}
        left = self._else() if len(causes) < len(rows) else ""
        return [causes.get(place, left) for place in range(len(rows))]

    def _told(self, entity: EntityContract, rows: Iterable[Ids]) -> dict[tuple[str | None, ...], _Newest]:
        ids = sorted({row[entity.key[0]] for row in rows if row.get(entity.key[0])})
        if not ids:
            return {}
        names = [sql.Identifier(name) for name in entity.key]
        query = sql.SQL(_TOLD).format(
            key=sql.SQL(", ").join(sql.SQL("e.{}::text").format(name) for name in names),
            names=sql.SQL(", ").join(names),
            entity=sql.Identifier("canonical", entity.entity),
            same_case=sql.SQL(_SAME_CASE),
            asked=sql.SQL("e.{} = any(%(ids)s::uuid[])").format(names[0]),
        )
        ranks = {cause.code: -cause.rank for cause in change_causes().values()}
        newest: dict[tuple[str | None, ...], _Newest] = {}
        values = {"since": self.since, "release": self.release, "ids": ids, "accused": accused_roles()}
        for *key, admission, cause in self.connection.execute(query, values):
            event = (admission, ranks[cause], cause)
            newest[tuple(key)] = max(event, newest.get(tuple(key), event))
        return newest

    def _else(self) -> str:
        row = self.connection.execute(_IS_RULE_CHANGE, {"since": self.since, "release": self.release}).fetchone()
        return RULE_CHANGE if row and row[0] else RELATED


def _levels(table: PackTable) -> Iterator[list[EntityContract]]:
    """Yield the entities whose claims have the key of the table, then those that its rows name."""
    written = {column.name for column in table.written}
    named = [entity for entity in entities().values() if set(entity.key) <= written]
    yield [entity for entity in named if set(entity.key) == set(table.key)]
    yield [entity for entity in named if set(entity.key) != set(table.key)]
