"""What a record of each source costs: cleaned, then written to `staged` and taken back, in this process alone."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import psycopg

from transforms.land.archive import archived_batch
from transforms.normalise.reading import by_contract
from transforms.normalise.record import Staged, normalise
from transforms.normalise.staging import write_staged

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

    from transforms.connections import Connections
    from transforms.ledger.batches import Batch, Slice

SAMPLE: Final = 2_000
_COLUMNS: Final = ("source", "delivery_id", "row_number", "kafka_offset", "received_at", "raw_hash", "value")


def cost_by_source(session: SparkSession, stack: Connections, batch: Batch) -> list[dict[str, Any]]:
    """Return one row per source of an archived batch, the costliest first; microseconds of one processor a record."""
    with psycopg.connect(stack.dsn("loader")) as connection:
        rows = [_cost(connection, batch, each, _sample(session, batch, each)) for each in batch.slices]
    return sorted(rows, key=lambda row: -row["clean_us"] - row["write_us"])


def _sample(session: SparkSession, batch: Batch, part: Slice) -> pa.Table:
    records = archived_batch(session, batch)
    rows = records.where(records["slice_id"] == part.slice_id).select(*_COLUMNS).limit(SAMPLE).toArrow()
    return rows.append_column("record_id", rows["kafka_offset"]).combine_chunks()


def _cost(connection: psycopg.Connection[Any], batch: Batch, part: Slice, rows: pa.Table) -> dict[str, Any]:
    # The first time compiles patterns and reads code lists.
    list(_cleaned(rows, batch))
    begin = perf_counter()
    staged = list(_cleaned(rows, batch))
    cleaned = perf_counter()
    for each in staged:
        write_staged(connection, each, part.slice_id, batch.fence)
    written = perf_counter()
    connection.rollback()
    count = len(rows) or 1
    tables = [table for each in staged for table in (each.records, each.rules, each.findings, *each.claims.values())]
    return {
        "source": part.source,
        "records": len(rows),
        "clean_us": round(1e6 * (cleaned - begin) / count),
        "write_us": round(1e6 * (written - cleaned) / count),
        "rows_per_record": round(sum(map(len, tables)) / count, 1),
        "bytes_per_record": round(rows["value"].nbytes / count),
    }


def _cleaned(rows: pa.Table, batch: Batch) -> Iterator[Staged]:
    for contract, part in by_contract(rows, batch.deliveries):
        yield normalise(contract, part, batch.deliveries)
