"""Stream the rows of a pack out of the warehouse at one pinned release, as Arrow record batches."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import psycopg
import pyarrow as pa
from psycopg import sql
from pyarrow import csv

from schemas.packs import PackContract, PackTable
from transforms.connections import Connections
from transforms.errors import CasebridgeError, SourceUnavailable
from transforms.extract.select import count_rows, select_rows

if TYPE_CHECKING:
    from typing_extensions import Buffer

# Recipients read as the analyst does: rights on `marts` and nothing else.
READER: Final = "analyst"
BLOCK_BYTES: Final = 1 << 20
ARROW_TYPES: Final = {
    "string": pa.string(),
    "date": pa.date32(),
    "integer": pa.int64(),
    "number": pa.decimal128(18, 2),
    "boolean": pa.bool_(),
}


@contextmanager
def open_release(
    connections: Connections, release: int | None, role: str = READER
) -> Iterator[tuple[psycopg.Connection[Any], int]]:
    """Open one read-only snapshot of a published release, the newest where none is named; yields it with its number."""
    try:
        connection = psycopg.connect(connections.dsn(role), connect_timeout=5)
    except psycopg.OperationalError as error:
        raise SourceUnavailable(
            "the warehouse does not answer",
            f"{connections.pg_host}:{connections.pg_port}",
            "`casebridge status` shows the services, `casebridge up` starts them",
        ) from error
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield connection, _pin(connection, release)


def _pin(connection: psycopg.Connection[Any], release: int | None) -> int:
    try:
        if release is not None:
            connection.execute("select set_config('casebridge.release', %s, false)", (str(release),))
        row = connection.execute("select ops.visible_release()").fetchone()
    except psycopg.errors.InvalidParameterValue as error:
        raise CasebridgeError(
            f"release {release} cannot be read: it is not published", "--release", "`casebridge releases` lists them"
        ) from error
    if row is None or not row[0]:
        raise CasebridgeError("no release is published yet", "ops.release", "run `casebridge integrate` first")
    found = int(row[0])
    connection.execute("select set_config('casebridge.release', %s, false)", (str(found),))
    return found


def count_table(connection: psycopg.Connection[Any], contract: PackContract, table: PackTable, as_of: date) -> int:
    """Count the rows that a table of the pack would have."""
    query = sql.SQL(count_rows(contract, table))
    row = connection.execute(query, {"as_of": as_of}).fetchone()
    return int(row[0]) if row else 0


def read_table(
    connection: psycopg.Connection[Any],
    contract: PackContract,
    table: PackTable,
    as_of: date,
    cases: Sequence[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Stream the rows of one table, or those of some cases, in their order; memory does not grow with the table."""
    query = sql.SQL(select_rows(contract, table, some_cases=cases is not None))
    statement = sql.SQL("copy ({}) to stdout (format csv, header false)").format(query)
    read = 0
    with connection.cursor() as cursor:
        with cursor.copy(statement, {"as_of": as_of, "cases": [*(cases or ())]}) as copy:
            for batch in parse_rows(io.BufferedReader(CopyReader(copy), BLOCK_BYTES), table):
                read += batch.num_rows
                yield batch
        if cursor.rowcount != read:
            raise CasebridgeError(
                f"{cursor.rowcount} rows were sent and {read} were read", f"table {table.name}", "report it as a fault"
            )


def parse_rows(stream: io.BufferedReader, table: PackTable) -> Iterator[pa.RecordBatch]:
    """Parse PostgreSQL's CSV: an empty cell is null, a quoted empty cell is an empty text."""
    types = {column.name: ARROW_TYPES[column.logical_type] for column in table.columns}
    if not stream.peek(1):
        return
    reader = csv.open_csv(
        pa.PythonFile(stream, mode="r"),
        csv.ReadOptions(column_names=list(types), block_size=BLOCK_BYTES, use_threads=False),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=types,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
    yield from reader


class CopyReader(io.RawIOBase):
    """Reads the blocks of a COPY as one stream of bytes."""

    def __init__(self, copy: psycopg.Copy) -> None:
        """Read from a COPY that has begun."""
        self._copy = copy
        self._left = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill the buffer as far as the next block goes; 0 at the end."""
        if not self._left:
            self._left = memoryview(self._copy.read())
        target = memoryview(buffer)
        size = min(len(target), len(self._left))
        target[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
