"""What canonical and the ledger know of the rows of a pack warehouse: admissions, records and what they claim."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import psycopg
from psycopg import sql

from schemas.contracts import entities
from tests.integration.packs.warehouse import END, KEYS
from transforms.connections import Connections

_numbers = count(1)
_FILLED = {"text": "x", "uuid": "00000000-0000-0000-0000-000000000000", "boolean": False, "bigint": 0}


def admit(connections: Connections, release: int, kind: str = "batch") -> int:
    """Write an admission that a release took; returns its number."""
    with psycopg.connect(connections.dsn("owner")) as owner:
        query = "insert into ops.admission (kind, release_id, changes) values (%s, %s, 1) returning admission_id"
        row = owner.execute(query, (kind, release)).fetchone()
    assert row is not None
    return int(row[0])


def record(connections: Connections, key: str, admission: int, **claims: str | Mapping[str, Any]) -> int:
    """Write a record and what it claims, each claim an id or the columns of its key; returns its number."""
    number = next(_numbers)
    with psycopg.connect(connections.dsn("owner")) as owner:
        owner.execute(
            "insert into canonical.record (record_id, source, body_id, delivery_id, row_number, record_key, "
            "source_time, delivery_seq, image, raw_hash, kafka_offset, batch_id, admission_id, is_withdrawal) "
            "values (%s, 'amr_zj_penalties', 'amr_zj', 'd', %s, %s, now(), 1, 'i', 'h', 1, 1, %s, false)",
            (number, number, key, admission),
        )
        for entity, claimed in claims.items():
            contract = entities()[entity]
            named = claimed if isinstance(claimed, Mapping) else {contract.key[0]: claimed}
            required = {a.name: _FILLED[a.sql_type] for a in contract.attributes if a.required}
            head = {"record_id": number, "source": "amr_zj_penalties", "body_id": "amr_zj", "admission_id": admission}
            _insert(owner, entity, {**required, **head, "source_time": "2026-01-01", **named})
    return number


def mark(connections: Connections, number: int, **marks: object) -> None:
    """Set what an admission did to a record: superseded_in, withdrawn_in, reread_in; or is_withdrawal."""
    with psycopg.connect(connections.dsn("owner")) as owner:
        for name, value in marks.items():
            query = sql.SQL("update canonical.record set {} = %s where record_id = %s").format(sql.Identifier(name))
            owner.execute(query, (value, number))


def change(connections: Connections, model: str, release: int, row: Mapping[str, Any], **values: object) -> None:
    """Let a release retire a row, and show it with other values if any are given."""
    stamps = {"released_in": release, "retired_in": END}
    now = sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
        for name, value in ({name: row[name] for name in KEYS[model]} | {"retired_in": END}).items()
    )
    with psycopg.connect(connections.dsn("owner")) as owner:
        if values:
            shown: dict[str, sql.Composable] = {name: sql.Identifier(name) for name in _columns(owner, model)}
            shown |= {name: sql.Literal(value) for name, value in (stamps | values).items()}
            owner.execute(
                sql.SQL("insert into {table} ({names}) select {shown} from {table} where {now}").format(
                    table=sql.Identifier("marts_v", model),
                    names=sql.SQL(", ").join(map(sql.Identifier, shown)),
                    shown=sql.SQL(", ").join(shown.values()),
                    now=now,
                )
            )
        retire = sql.SQL("update {} set retired_in = {} where {} and released_in < {}")
        owner.execute(retire.format(sql.Identifier("marts_v", model), release, now, release))


def _columns(owner: psycopg.Connection[Any], model: str) -> list[str]:
    query = "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 order by attnum"
    return [name for (name,) in owner.execute(query, (f"marts_v.{model}",))]


def _insert(owner: psycopg.Connection[Any], entity: str, row: Mapping[str, Any]) -> None:
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier("canonical", entity),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    owner.execute(statement, list(row.values()))
