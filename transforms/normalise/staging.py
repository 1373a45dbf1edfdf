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


def as_csv(table: pa.Table) -> memoryview:
    """Return the rows of a table as CSV, without a header."""
    sink = pa.BufferOutputStream()
    # Of a chunk without rows Arrow writes what its buffer held before (apache/arrow 36889).
    filled = [batch for batch in table.to_batches() if batch.num_rows]
    pa_csv.write_csv(pa.Table.from_batches(filled, table.schema), sink, _OPTIONS)
    return memoryview(sink.getvalue())


def _copy(connection: psycopg.Connection[Any], name: str, table: pa.Table) -> None:
    statement = sql.SQL("copy {} ({}) from stdin (format csv)").format(
        sql.Identifier("staged", name), sql.SQL(", ").join(map(sql.Identifier, table.column_names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(as_csv(table))
