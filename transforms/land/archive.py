"""Kafka to the archive: the planned ranges of one batch, written over whatever an earlier attempt wrote."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pyspark.sql import functions as fn

from transforms.secrecy import CLASSIFIED, gb_json_pattern, json_pattern
from transforms.spark import ARCHIVE
from transforms.too_large import LARGEST, TOO_LARGE

if TYPE_CHECKING:
    from datetime import datetime

    from pyspark.sql import Column, DataFrame, SparkSession

    from transforms.connections import Connections
    from transforms.ledger.batches import Batch, Slice

TABLE = f"""
create table if not exists {ARCHIVE} (
    batch_id bigint, slice_id bigint, source string, delivery_id string, row_number bigint,
    topic string, kafka_partition int, kafka_offset bigint, received_at timestamp,
    event_id string, event_type string, event_time string, raw_hash string, value string
) using iceberg
tblproperties ('format-version'='2', 'write.parquet.compression-codec'='zstd', 'write.distribution-mode'='none')
"""

# A piece of a large batch is one file of about 3 MB; Iceberg would read files below 16 MB together, on one core.
_PIECE_RECORDS = 25_000
# Kafka's own sizes, 1 MB and 500 records, make a round trip for each little.
_FETCH_BYTES = 2**23
_POLL_RECORDS = 5_000
_READ = {"split-size": str(2**21), "file-open-cost": str(2**16)}


def land(session: SparkSession, connections: Connections, batch: Batch) -> None:
    """Write the planned offsets of `batch` to the archive; landing twice is landing once."""
    session.sql("create namespace if not exists lake.raw")
    session.sql(TABLE)
    records = _archived(_read_ranges(session, connections, batch), batch)
    (
        records.writeTo(ARCHIVE)
        .option("snapshot-property.casebridge.batch", str(batch.batch_id))
        .overwrite((fn.col("batch_id") == batch.batch_id) & fn.col("slice_id").isin([s.slice_id for s in batch.slices]))
    )


def is_archived(session: SparkSession, batch: Batch) -> bool:
    """Say whether the archive holds anything of these slices of the batch."""
    wanted = fn.col("slice_id").isin([s.slice_id for s in batch.slices])
    found = session.table(ARCHIVE).where((fn.col("batch_id") == batch.batch_id) & wanted)
    return not found.limit(1).isEmpty()


def _read_ranges(session: SparkSession, connections: Connections, batch: Batch) -> DataFrame:
    start = {s.topic: {"0": s.from_offset} for s in batch.slices}
    end = {s.topic: {"0": s.to_offset} for s in batch.slices}
    return (
        session.read.format("kafka")
        .option("kafka.bootstrap.servers", connections.kafka)
        .option("subscribe", ",".join(start))
        .option("startingOffsets", json.dumps(start))
        .option("endingOffsets", json.dumps(end))
        .option("kafka.max.partition.fetch.bytes", _FETCH_BYTES)
        .option("kafka.max.poll.records", _POLL_RECORDS)
        .option("includeHeaders", "true")
        .option("failOnDataLoss", "true")
        .option("minPartitions", max(session.sparkContext.defaultParallelism, _pieces(batch)))
        .load()
    )


def _pieces(batch: Batch) -> int:
    return sum(s.to_offset - s.from_offset for s in batch.slices) // _PIECE_RECORDS


def _archived(messages: DataFrame, batch: Batch) -> DataFrame:
    headers = fn.map_from_entries(
        fn.transform("headers", lambda h: fn.struct(h["key"].alias("key"), h["value"].cast("string").alias("value")))
    )
    pushed = {s.topic: s.deliveries[0] for s in batch.slices if s.is_pushed}
    is_pushed = fn.col("topic").isin(list(pushed))
    header, text = fn.col("header"), fn.col("value").cast("string")
    return messages.withColumn("header", headers).select(
        fn.lit(batch.batch_id).cast("bigint").alias("batch_id"),
        _by_topic({s.topic: s.slice_id for s in batch.slices}).cast("bigint").alias("slice_id"),
        _by_topic({s.topic: s.source for s in batch.slices}).alias("source"),
        fn.when(is_pushed, _by_topic(pushed)).otherwise(header["ce_delivery"]).alias("delivery_id"),
        fn.when(is_pushed, fn.col("offset"))
        .otherwise(header["ce_rownumber"].try_cast("bigint"))
        .cast("bigint")
        .alias("row_number"),
        "topic",
        fn.col("partition").alias("kafka_partition"),
        fn.col("offset").alias("kafka_offset"),
        fn.col("timestamp").alias("received_at"),
        header["ce_id"].alias("event_id"),
        header["ce_type"].alias("event_type"),
        header["ce_time"].alias("event_time"),
        # Whoever pushes does not say how its record is compared; no value is compared as an empty one.
        fn.coalesce(fn.when(~is_pushed, header["ce_rawhash"]), fn.sha2(fn.coalesce("value", fn.lit(b"")), 256)).alias(
            "raw_hash"
        ),
        # What says that it is secret is not kept, in any part (DOMAIN P14).
        fn.when(is_pushed & _is_classified(fn.col("value")), fn.lit(CLASSIFIED)).otherwise(text).alias("value"),
    )


def _is_classified(value: Column) -> Column:
    """Say whether a message names a level; one that is no UTF-8 may be GB 18030."""
    text, letters = value.cast("string"), fn.decode(value, "ISO-8859-1")
    return text.rlike(json_pattern()) | fn.when(~fn.is_valid_utf8(text), letters.rlike(gb_json_pattern()))


def _by_topic(values: dict[str, str] | dict[str, int]) -> Column:
    entries = [fn.lit(part) for pair in values.items() for part in pair]
    return fn.create_map(*entries)[fn.col("topic")] if entries else fn.lit(None).cast("string")


def archived_batch(session: SparkSession, batch: Batch) -> DataFrame:
    """Return the archived records of `batch` that count: of its closed deliveries, each row once."""
    records = archived_slices(session, batch.slices).where(fn.col("batch_id") == batch.batch_id)
    return records.dropDuplicates(["source", "delivery_id", "row_number"]) if batch.may_echo else records


def archived_between(session: SparkSession, slices: tuple[Slice, ...], since: datetime, until: datetime) -> DataFrame:
    """Return the archived records of these slices that count, of pushed sources those received in [since, until)."""
    received = (fn.col("received_at") >= fn.lit(since)) & (fn.col("received_at") < fn.lit(until))
    collected = [s.slice_id for s in slices if not s.is_pushed]
    records = archived_slices(session, slices).where(fn.col("slice_id").isin(collected) | received)
    return records.dropDuplicates(["source", "delivery_id", "row_number"])


def archived_row(records: DataFrame, delivery_id: str, row_number: int) -> DataFrame:
    """Return the one record of these that stood in this row of a delivery."""
    return records.where((fn.col("delivery_id") == delivery_id) & (fn.col("row_number") == row_number))


def archived_slices(session: SparkSession, slices: tuple[Slice, ...]) -> DataFrame:
    """Return what the archive holds of the deliveries of these slices; what is too large or no text is not read."""
    archive = session.read.options(**_READ).table(ARCHIVE)
    found = archive.where(fn.col("slice_id").isin([s.slice_id for s in slices])).where(_belongs(slices))
    large, text = fn.octet_length("value") > LARGEST, fn.is_valid_utf8("value")
    return found.withColumn("value", fn.when(large, TOO_LARGE).when(text, fn.col("value")))


def _belongs(slices: tuple[Slice, ...]) -> Column:
    collected = [d for s in slices if not s.is_pushed for d in s.deliveries]
    pushed = [s.source for s in slices if s.is_pushed]
    return fn.col("delivery_id").isin(collected) | fn.col("source").isin(pushed)
