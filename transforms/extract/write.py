"""Write the rows of a table as Parquet and CSV in one pass, byte for byte the same whenever the rows are the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from pyarrow import parquet as pq

from schemas.packs import PackTable
from transforms.extract.read import ARROW_TYPES

# Another size gives other bytes: a new size needs a new contract version.
GROUP_ROWS: Final = 65_536
COMPRESSION_LEVEL: Final = 3
BOM: Final = b"\xef\xbb\xbf"
# Spreadsheets run a cell that begins so as a formula; an apostrophe in front makes it text. One that begins with an
# apostrophe gets another, so that taking the first one away gives the value back.
UNSAFE_START: Final = "^(['=+\\-@\t\r\n＝＋－＠])"


class _Writer(Protocol):
    def write(self, rows: pa.Table) -> None: ...
    def close(self) -> None: ...


def write_table(rows: Iterable[pa.Table], table: PackTable, formats: Iterable[str], folder: Path) -> int:
    """Write `<table>.<format>` files into the folder; returns the count of rows."""
    schema = arrow_schema(table)
    count = 0
    with _Files([_open(folder / f"{table.name}.{name}", name, schema) for name in formats]) as files:
        for group in regroup(rows, schema):
            count += group.num_rows
            files.write(group)
    return count


def arrow_schema(table: PackTable) -> pa.Schema:
    """Make the Arrow schema of the files of a table."""
    return pa.schema([pa.field(c.name, ARROW_TYPES[c.logical_type], nullable=not c.required) for c in table.written])


def regroup(rows: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """Cut a stream of rows into groups of one size, so that the blocks in which it came leave no trace."""
    waiting: list[pa.Table] = []
    count = 0
    for part in rows:
        waiting.append(part.cast(schema))
        count += part.num_rows
        while count >= GROUP_ROWS:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, GROUP_ROWS).combine_chunks()
            waiting, count = [whole.slice(GROUP_ROWS)], count - GROUP_ROWS
    if count:
        yield pa.concat_tables(waiting).combine_chunks()


def safe_cells(rows: pa.Table) -> pa.Table:
    """Put an apostrophe before every text that a spreadsheet would run as a formula."""
    columns = [
        pc.replace_substring_regex(column, UNSAFE_START, r"'\1") if pa.types.is_string(column.type) else column
        for column in rows.columns
    ]
    return pa.table(columns, schema=rows.schema)


def _open(path: Path, name: str, schema: pa.Schema) -> _Writer:
    return _ParquetFile(path, schema) if name == "parquet" else _CsvFile(path, schema)


class _ParquetFile:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(
            path, schema, version="2.6", compression="zstd", compression_level=COMPRESSION_LEVEL, store_schema=False
        )

    def write(self, rows: pa.Table) -> None:
        self._writer.write_table(rows, row_group_size=GROUP_ROWS)

    def close(self) -> None:
        self._writer.close()


class _CsvFile:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("wb")
        self._file.write(BOM)
        self._writer = csv.CSVWriter(self._file, schema)

    def write(self, rows: pa.Table) -> None:
        self._writer.write(safe_cells(rows))

    def close(self) -> None:
        self._writer.close()
        self._file.close()


class _Files:
    def __init__(self, writers: list[_Writer]) -> None:
        self._writers = writers

    def __enter__(self) -> Self:
        return self

    def write(self, rows: pa.Table) -> None:
        for writer in self._writers:
            writer.write(rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers:
            writer.close()
