"""Normalise an archived batch on Spark: each piece is cleaned, conformed and written to `staged` where it lies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import psycopg
import pyarrow as pa
from psycopg import sql

from schemas.contracts import entities
from transforms.land.archive import archived_batch
from transforms.ledger.snapshots import NEWEST_OF_SLICES
from transforms.normalise.conflicts import quarantine_conflicts
from transforms.normalise.reading import by_contract, promised_elsewhere
from transforms.normalise.record import normalise
from transforms.normalise.staging import write_staged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import DataFrame, SparkSession

    from schemas.contracts import SourceContract
    from transforms.connections import Connections
    from transforms.ledger.batches import Batch, DeliveryTime

STAGED = ("record", "quarantine_rule", "finding", "measure")
_COLUMNS = ("slice_id", "source", "delivery_id", "row_number", "kafka_offset", "received_at", "raw_hash", "value")
_COUNTED = pa.schema({"slice_id": pa.int64(), "field": pa.string(), "metric": pa.string(), "value": pa.int64()})


Totals: TypeAlias = "Counter[tuple[int, str, str]]"


@dataclass(frozen=True)
class Piece:
    """What a worker needs to normalise its pieces of a batch; sent to the workers as it is."""

    dsn: str
    fence: int
    first_record: dict[int, int]
    times: dict[str, DeliveryTime]
    contract: SourceContract | None = None


def normalise_batch(session: SparkSession, connections: Connections, batch: Batch) -> None:
    """Fill `staged` with every record of `batch`, staged or quarantined, and with the measures of each slice."""
    normalise_records(connections, batch, archived_batch(session, batch))


def normalise_records(
    connections: Connections, batch: Batch, records: DataFrame, contract: SourceContract | None = None
) -> None:
    """Fill `staged` with archived records of `batch`, read by the contract in force for each, or all by `contract`."""
    truncate_staged(connections)
    first = {s.slice_id: s.record_base - s.from_offset for s in batch.slices}
    piece = Piece(connections.dsn("loader"), batch.fence, first, dict(batch.deliveries), contract)
    counted = (
        records.select(*_COLUMNS)
        .mapInArrow(piece_worker(piece), "slice_id long, field string, metric string, value long")
        .collect()
    )
    totals: Totals = Counter()
    for row in counted:
        totals[row["slice_id"], row["field"], row["metric"]] += row["value"]
    finish_staging(connections, batch, totals)


def truncate_staged(connections: Connections) -> None:
    """Empty schema `staged`; what an earlier batch left there is not needed again."""
    tables = {name: sql.Identifier("staged", name) for name in (*STAGED, *entities())}
    holding = sql.SQL(" union all ").join(
        sql.SQL("select {} where exists (select from {})").format(sql.Literal(name), table)
        for name, table in tables.items()
    )
    with psycopg.connect(connections.dsn("loader")) as connection:
        # PostgreSQL syncs new files for each table that it truncates.
        filled = [tables[name] for (name,) in connection.execute(holding)]
        if filled:
            connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(filled)))


def finish_staging(connections: Connections, batch: Batch, totals: Totals) -> None:
    """Quarantine what contradicts itself within a delivery, and write the measures that gate *arrival* judges."""
    with psycopg.connect(connections.dsn("loader")) as connection:
        quarantine_conflicts(connection, batch)
        _write_measures(connection, batch, totals)


def piece_worker(piece: Piece) -> Any:
    """Return the function that Spark runs over the record batches of a partition."""

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        totals: Totals = Counter()
        with psycopg.connect(piece.dsn) as connection:
            for batch in batches:
                for slice_id, rows in _by_slice(pa.Table.from_batches([batch])):
                    numbered = _with_ids(rows, piece, slice_id)
                    for contract, part in by_contract(numbered, piece.times, piece.contract):
                        staged = normalise(contract, part, piece.times)
                        write_staged(connection, staged, slice_id, piece.fence)
                        for (field, metric), value in {**promised_elsewhere(contract), **staged.counts}.items():
                            totals[slice_id, field, metric] += value
        columns = zip(*((*key, value) for key, value in totals.items()), strict=True)
        if totals:
            yield pa.RecordBatch.from_arrays([pa.array(list(c)) for c in columns], schema=_COUNTED)

    return work


def _by_slice(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    for slice_id in table["slice_id"].unique().to_pylist():
        yield slice_id, table.filter(pa.compute.equal(table["slice_id"], slice_id)).combine_chunks()


def _with_ids(rows: pa.Table, piece: Piece, slice_id: int) -> pa.Table:
    ids = pa.compute.add(rows["kafka_offset"], pa.scalar(piece.first_record[slice_id], pa.int64()))
    return rows.append_column("record_id", ids)


def _write_measures(connection: psycopg.Connection[Any], batch: Batch, totals: Totals) -> None:
    with connection.cursor() as cursor:
        for s in batch.slices:
            rows = totals[s.slice_id, "", "rowCount"]
            for (slice_id, field, metric), value in totals.items():
                if slice_id != s.slice_id:
                    continue
                is_count = metric in {"rowCount", "unreadableKeys"}
                shown = float(value) if is_count or not rows else 100.0 * value / rows
                _measure(cursor, batch, s.slice_id, field, metric, shown)
            if not rows:
                for metric in ("rowCount", "quarantined", "findings", "unreadableKeys"):
                    _measure(cursor, batch, s.slice_id, "", metric, 0.0)
        slices = [s.slice_id for s in batch.slices]
        for query in (_QUARANTINED_AFTER_CONFLICTS, _DUPLICATES, _ABSENT):
            cursor.execute(query, {"fence": batch.fence, "batch": batch.batch_id, "slices": slices})


def _measure(cursor: psycopg.Cursor[Any], batch: Batch, slice_id: int, field: str, metric: str, value: float) -> None:
    cursor.execute(
        "insert into staged.measure select slice_id, %s, source, body_id, %s, %s, %s "
        "from ops.slice where slice_id = %s",
        (batch.fence, field, metric, value, slice_id),
    )


_QUARANTINED_AFTER_CONFLICTS = """
with share as (
    select slice_id, 100.0 * count(*) filter (where is_quarantined) / count(*) as value
    from staged.record where fence = %(fence)s group by slice_id
), gone as (
    delete from staged.measure m using share s
    where m.fence = %(fence)s and m.slice_id = s.slice_id and m.field = '' and m.metric = 'quarantined'
    returning m.slice_id
)
insert into staged.measure
select s.slice_id, %(fence)s, s.source, s.body_id, '', 'quarantined', share.value
from share join gone using (slice_id) join ops.slice s using (slice_id)
"""
_DUPLICATES = """
insert into staged.measure
select s.slice_id, %(fence)s, s.source, s.body_id, '', 'duplicateValues',
    coalesce(100.0 * sum(r.again) / nullif(sum(r.total), 0), 0)
from ops.slice s
left join (
    select slice_id, count(*) as total, count(*) - count(distinct record_key) as again
    from staged.record where fence = %(fence)s and record_key is not null group by slice_id, delivery_id
) r using (slice_id)
where s.batch_id = %(batch)s
group by s.slice_id
"""
# Share of the known keys of a snapshot source that its newest snapshot lacks: of the current ones, and of those that
# an earlier snapshot of the slice brings. Quarantined rows count as present. An old snapshot withdraws nothing.
_ABSENT = f"""
with newest as ({NEWEST_OF_SLICES}), known as (
    select n.slice_id, c.record_key
    from newest n join canonical.record c using (source)
    where not n.is_old and c.superseded_in is null and c.withdrawn_in is null and not c.is_withdrawal
    union
    select n.slice_id, r.record_key
    from newest n join staged.record r using (slice_id)
    where not n.is_old and r.fence = %(fence)s and r.delivery_id <> n.delivery_id and not r.is_quarantined
)
insert into staged.measure
select n.slice_id, %(fence)s, n.source, n.body_id, '', 'absent', coalesce((
    select 100.0 * count(*) filter (where not exists (
        select from staged.record p
        where p.fence = %(fence)s and p.slice_id = n.slice_id and p.delivery_id = n.delivery_id
            and p.record_key = k.record_key)) / nullif(count(*), 0)
    from known k where k.slice_id = n.slice_id), 0)
from newest n
"""  # noqa: S608  # text of this code, no input
