"""What a replay would change and why, entity by entity, with examples; read after `decide` and before `let_in`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql
from psycopg.rows import dict_row

from schemas.contracts import entities

if TYPE_CHECKING:
    import psycopg

    from transforms.replay.plan import Planned

# What an act, or two on one record, means to a person.
MEANING: Final = {
    "let_in+retire_record": "read otherwise",
    "let_in+retire_item": "usable now",
    "let_in": "told apart: was a duplicate",
    "quarantine+retire_record": "quarantined now",
    "quarantine+retire_item": "quarantined for another reason",
    "quarantine": "quarantined now: was a duplicate",
    "repeat+retire_record": "repeats another record now",
    "repeat+retire_item": "repeats another record now",
    "restore": "newest of its key again",
    "withdraw": "not in the newest snapshot any more",
    "supersede": "no longer newest of its key",
    "confirm": "said again up to another time",
    "close": "closed by a record that is usable now",
}
_SHOWN: Final = frozenset({"PUBLIC", "PI_NONE"})
_HEAD: Final = ["record_id", "source", "body_id", "admission_id", "source_time", "slice_id", "fence"]

_READ = """
select (select count(*) from fresh) as records, (select count(*) from fresh where is_quarantined) as quarantined,
    (select count(*) from fresh where has_finding) as doubtful, (select count(*) from fresh f where not exists (
        select from decided d where (d.delivery_id, d.row_number) = (f.delivery_id, f.row_number))) as unchanged
"""
_ACTS = """
select acts, count(*) as records
from (select string_agg(act, '+' order by act) as acts from decided group by delivery_id, row_number) a
group by acts order by 2 desc, 1
"""
_REKEYED = """
select count(*) as records from decided d join fresh f using (delivery_id, row_number)
join own o using (delivery_id, row_number)
where d.act in ('let_in', 'quarantine', 'repeat') and o.record_key <> f.record_key
"""
_CAUGHT = """
select s.rule, coalesce(s.field, '') as field, count(*) as records, (array_agg(f.record_key order by f.record_key))[1:3]
    as keys
from decided d join fresh f on f.record_id = d.row_id
join staged.quarantine_rule s on (s.delivery_id, s.row_number) = (f.delivery_id, f.row_number)
where d.act = 'quarantine' and s.fence = %(fence)s
group by 1, 2 order by 3 desc, 1, 2
"""
_FREED = """
select q.rule, coalesce(q.field, '') as field, count(*) as records, (array_agg(f.record_key order by f.record_key))[1:3]
    as keys
from decided d join fresh f using (delivery_id, row_number)
join ops.quarantine_rule q on (q.delivery_id, q.row_number) = (f.delivery_id, f.row_number)
where d.act = 'retire_item' and q.source = %(source)s and not f.is_quarantined
group by 1, 2 order by 3 desc, 1, 2
"""
# Of records that have a row and can be used, before and now. What a person was told is what the row's admission found.
_DOUBTS = """
with row as (
    select o.delivery_id, o.row_number, o.admission_id, f.slice_id, f.record_key
    from own o join fresh f using (delivery_id, row_number) where not (o.is_item or f.is_quarantined)
), before as (
    select d.field, d.reason, row.* from row join ops.finding d using (delivery_id, row_number, admission_id)
    where d.source = %(source)s
), now as (
    select d.field, d.reason, row.* from row join staged.finding d using (slice_id, delivery_id, row_number)
    where d.fence = %(fence)s
)
select field, reason, count(*) filter (where b.row_number is null) as appeared,
    count(*) filter (where n.row_number is null) as gone, (array_agg(record_key order by record_key))[1:3] as keys
from before b full join now n using (field, reason, delivery_id, row_number, record_key)
where b.row_number is null or n.row_number is null
group by 1, 2 order by count(*) desc, 1, 2
"""
# Records that are read otherwise, by the numbers of their old and new rows.
_PAIR = """
create temp table pair on commit drop as
select r.row_id as old_id, n.row_id as new_id, f.record_key
from decided r join decided n using (delivery_id, row_number) join fresh f on f.record_id = n.row_id
where r.act = 'retire_record' and n.act = 'let_in'
"""
_FIELDS = sql.SQL("""
with before as (
    select p.new_id, e.key as field, array_agg(e.value order by e.value) as said
    from pair p join {canonical} c on c.record_id = p.old_id
    cross join lateral jsonb_each_text(to_jsonb(c) - %(head)s::text[]) e
    group by 1, 2
), after as (
    select p.new_id, e.key as field, array_agg(e.value order by e.value) as said
    from pair p join {staged} c on c.record_id = p.new_id and c.fence = %(fence)s
    cross join lateral jsonb_each_text(to_jsonb(c) - %(head)s::text[]) e
    group by 1, 2
), numbered as (
    select field, p.record_key, array_to_string(b.said, '; ', '') as told, array_to_string(a.said, '; ', '') as tells,
        row_number() over (partition by field order by p.record_key, new_id) as place,
        count(*) over (partition by field) as records
    from before b full join after a using (new_id, field) join pair p using (new_id)
    where a.said is distinct from b.said
)
select field, records, record_key as key, told, tells from numbered where place <= 3 order by records desc, field, place
""")
_COMING = sql.SQL("""
select (
    select count(distinct s.record_id) from {staged} s join decided d on d.row_id = s.record_id and d.act = 'let_in'
    where s.fence = %(fence)s and s.record_id not in (select new_id from pair)) as appeared, (
    select count(distinct c.record_id) from {canonical} c join decided d
        on d.row_id = c.record_id and d.act = 'retire_record'
    where c.record_id not in (select old_id from pair)) as gone
""")

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Report:
    """What a replay read and what it changes; examples name the record key, never a value of a person."""

    asked: str
    records: int
    unchanged: int
    quarantined: int
    doubtful: int
    rekeyed: int
    became: Rows
    entities: Rows
    caught: Rows
    freed: Rows
    doubts: Rows


def report(connection: psycopg.Connection[Any], planned: Planned) -> Report:
    """Read what was decided; the caller has called `decide` in this transaction."""
    values = {"fence": planned.batch.fence, "source": planned.asked.source, "head": _HEAD}
    connection.execute(_PAIR)
    (read,) = _rows(connection, _READ, values)
    (rekeyed,) = _rows(connection, _REKEYED, values)
    acts = _rows(connection, _ACTS, values)
    return Report(
        str(planned.asked),
        read["records"],
        read["unchanged"],
        read["quarantined"],
        read["doubtful"],
        rekeyed["records"],
        [{"became": MEANING.get(row["acts"], row["acts"]), "records": row["records"]} for row in acts],
        [found for entity in entities() if (found := _entity(connection, entity, values))],
        _rows(connection, _CAUGHT, values),
        _rows(connection, _FREED, values),
        _rows(connection, _DOUBTS, values),
    )


def _entity(connection: psycopg.Connection[Any], entity: str, values: dict[str, Any]) -> dict[str, Any] | None:
    tables = {"canonical": sql.Identifier("canonical", entity), "staged": sql.Identifier("staged", entity)}
    (coming,) = _rows(connection, _COMING.format(**tables), values)
    fields: dict[str, dict[str, Any]] = {}
    shown = {a.name for a in entities()[entity].attributes if a.classification in _SHOWN}
    for row in _rows(connection, _FIELDS.format(**tables), values):
        name = row["field"]
        field = fields.setdefault(name, {"field": name, "records": row["records"], "examples": []})
        old, new = (row["told"], row["tells"]) if name in shown else (hidden(row["told"]), hidden(row["tells"]))
        field["examples"].append({"key": row["key"], "old": old, "new": new})
    if not fields and not any(coming.values()):
        return None
    return {"entity": entity, **coming, "fields": list(fields.values())}


def hidden(value: str | None) -> str | None:
    """Return what may be shown of a value that can name a person: how it begins, and how long it is."""
    return f"{value[:1]}… ({len(value)} characters)" if value else value


def _rows(connection: psycopg.Connection[Any], query: Any, values: dict[str, Any]) -> Rows:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()
