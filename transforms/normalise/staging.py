"""Write normalised rows to schema `staged`, as CSV through COPY."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql

if TYPE_CHECKING:
    import psycopg

    from transforms.normalise.record import Staged

_OPTIONS = pa_csv.WriteOptions(include_header=False)


def write_staged(connection: psycopg.Connection[Any], staged: Staged, slice_id: int, fence: int) -> None:
    """Append what one piece of a slice became; the caller commits."""
    tables = {"record": staged.records, "quarantine_rule": staged.rules, "finding": staged.findings, **staged.claims}
    for name, table in tables.items():
        if len(table):
            _copy(connection, name, _stamped(table, slice_id, fence))


def _stamped(table: pa.Table, slice_id: int, fence: int) -> pa.Table:
    rows = len(table)
    head = {"slice_id": pa.repeat(slice_id, rows), "fence": pa.repeat(fence, rows)}
    return pa.table({**head, **{name: table[name] for name in table.column_names}})


def _copy(connection: psycopg.Connection[Any], name: str, table: pa.Table) -> None:
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(table, sink, _OPTIONS)
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(
        sql.Identifier("staged", name), sql.SQL(", ").join(map(sql.Identifier, table.column_names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(memoryview(sink.getvalue()))
