"""Tables of schemas `staged` and `canonical`, derived from the canonical contracts; additive only."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text

from schemas.contracts import EntityContract, entities

STAGED_HEAD = ("slice_id bigint not null", "fence int not null", "record_id bigint not null")
CANONICAL_HEAD = (
    "record_id bigint not null",
    "source text not null",
    "body_id text not null",
    "admission_id bigint not null",
    "source_time timestamptz not null",
)


def apply_contracts(connection: Connection) -> None:
    """Create the claim tables of every entity; add columns, at the end, and indexes that a contract gained."""
    for entity in entities().values():
        for statement in _statements(entity, _columns_of(connection, f"canonical.{entity.entity}")):
            connection.execute(text(statement))
        for name in entity.lookups:
            index, table = f"{entity.entity}_by_head_of_{name}", _quoted(f"canonical.{entity.entity}")
            # No index holds a page, and what was read before an attribute had a `maxLength` may be one.
            connection.execute(text(f"create index if not exists {index} on {table} (left({name}, 300))"))


def _columns_of(connection: Connection, table: str) -> frozenset[str]:
    query = "select attname from pg_attribute where attrelid = to_regclass(:t) and attnum > 0 and not attisdropped"
    return frozenset(connection.scalars(text(query), {"t": _quoted(table)}))


def _statements(entity: EntityContract, present: frozenset[str]) -> Iterable[str]:
    staged, canonical = _quoted(f"staged.{entity.entity}"), _quoted(f"canonical.{entity.entity}")
    columns = [f"{a.name} {a.sql_type}{' not null' if a.required else ''}" for a in entity.attributes]
    if not present:
        yield f"create unlogged table {staged} ({', '.join([*STAGED_HEAD, *columns])})"
        yield f"create table {canonical} ({', '.join([*CANONICAL_HEAD, *columns])})"
        yield f"create index on {canonical} (record_id)"
        yield f"create index on {canonical} ({entity.key[0]})"
        yield f"grant select, insert, delete, truncate on {staged} to loader"
        yield f"grant select, insert on {canonical} to loader"
        yield f"grant select on {canonical} to modeller"
        yield f"grant select on {staged}, {canonical} to gate"
        yield f"comment on table {canonical} is '{entity.grain.replace(chr(39), chr(39) * 2)}'"
        return
    for attribute, column in zip(entity.attributes, columns, strict=True):
        if attribute.name not in present:
            yield f"alter table {staged} add column {column}"
            yield f"alter table {canonical} add column {column}"


def _quoted(table: str) -> str:
    schema, name = table.split(".")
    return f'{schema}."{name}"'
