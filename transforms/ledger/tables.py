"""The tables of schema `ops`, as the Alembic migrations create them."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(schema="ops")


def _at(name: str, *, now: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), server_default=func.now() if now else None)


def _count(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=text("0"))


delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column("seq", BigInteger, Identity(), unique=True, nullable=False),
    Column("source", Text, nullable=False),
    Column("body_id", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("file_name", Text),
    Column("period", Text),
    Column("sha256", Text),
    Column("size_bytes", BigInteger),
    Column("encoding", Text),
    Column("declared_count", BigInteger),
    Column("sent_count", BigInteger),
    _at("as_of"),
    Column("topic", Text),
    Column("topic_epoch", Integer),
    Column("from_offset", BigInteger),
    Column("to_offset", BigInteger),
    Column("attempt", Integer, nullable=False, server_default=text("1")),
    Column("reason", Text),
    Column("remedy", Text),
    Column("findings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("contract_version", Text),
    Column("redelivery_of", Text),
    # Of a file that was picked up: name, size and time of change, hashed.
    Column("stamp", Text),
    _at("opened_at", now=True),
    _at("closed_at"),
    Index("delivery_by_source", "source", "seq"),
    Index("delivery_by_file", "source", text("split_part(stamp, ':', 1)"), postgresql_where=text("stamp is not null")),
    Index(
        "delivery_snapshots",
        "source",
        text("coalesce(as_of, opened_at)"),
        "seq",
        postgresql_where=text("mode = 'snapshot' and state = 'closed'"),
    ),
    Index("delivery_unplanned", "topic", "topic_epoch", "to_offset", postgresql_where=text("state = 'closed'")),
)

topic = Table(
    "topic",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("kafka_topic_id", Text, nullable=False),
    Column("next_offset", BigInteger, nullable=False, server_default=text("0")),
    _at("first_seen", now=True),
)

batch = Table(
    "batch",
    metadata,
    Column("batch_id", BigInteger, Identity(), primary_key=True),
    Column("lane", Text, nullable=False, server_default="nightly"),
    Column("state", Text, nullable=False),
    Column("fence", Integer, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    _at("planned_at", now=True),
    _at("done_at"),
    Index("batch_open_in_lane", "lane", unique=True, postgresql_where=text("state = 'planned'")),
)

admission = Table(
    "admission",
    metadata,
    Column("admission_id", BigInteger, Identity(), primary_key=True),
    Column("batch_id", BigInteger, ForeignKey("ops.batch.batch_id")),
    Column("kind", Text, nullable=False),
    Column("release_id", Integer),
    # Canonical rows that came, were superseded or withdrawn; 0 means that nothing visible can change.
    _count("changes"),
    _at("admitted_at", now=True),
    Index("admission_not_released", "admission_id", postgresql_where=text("release_id is null")),
    Index("admission_by_release", "release_id"),
)

slice_ = Table(
    "slice",
    metadata,
    Column("slice_id", BigInteger, Identity(), primary_key=True),
    Column("batch_id", BigInteger, ForeignKey("ops.batch.batch_id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("body_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("topic_epoch", Integer, nullable=False),
    Column("from_offset", BigInteger, nullable=False),
    Column("to_offset", BigInteger, nullable=False),
    Column("deliveries", ARRAY(Text), nullable=False),
    # A record's id is record_base + (its offset - from_offset): the same again when its batch is run again.
    Column("record_base", BigInteger, nullable=False),
    Column("expected", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("held_reason", Text),
    Column("admission_id", BigInteger, ForeignKey("ops.admission.admission_id")),
    _count("sent"),
    _count("echoes"),
    _count("strays"),
    _count("d_current"),
    _count("d_superseded"),
    _count("d_duplicate"),
    _count("d_quarantined"),
    _count("d_held"),
    _count("d_withdrawn"),
    Column("duplicate_kinds", JSONB, nullable=False, server_default=text("'{}'")),
    Column("decided_by", Text),
    Column("decided_reason", Text),
    _at("decided_at"),
    Index("slice_by_source", "source", "slice_id"),
    Index("slice_held", "source", "slice_id", postgresql_where=text("state = 'held'")),
    Index("slice_by_batch", "batch_id"),
    Index("slice_by_delivery", "deliveries", postgresql_using="gin"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("quarantine_id", BigInteger, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("body_id", Text, nullable=False),
    Column("delivery_id", Text, nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("record_key", Text),
    _at("source_time"),
    Column("delivery_seq", BigInteger, nullable=False),
    Column("image", Text, nullable=False),
    Column("slice_id", BigInteger, nullable=False),
    Column("admission_id", BigInteger, nullable=False),
    Column("closed_in", BigInteger),
    # The replay that reads the same record otherwise.
    Column("reread_in", BigInteger),
    Index(
        "quarantine_reading",
        "source",
        "delivery_id",
        "row_number",
        unique=True,
        postgresql_where=text("reread_in is null"),
    ),
    Index("quarantine_reread_of", "source", "delivery_id", postgresql_where=text("reread_in is not null")),
    Index("quarantine_open", "source", "record_key", postgresql_where=text("closed_in is null")),
    Index("quarantine_closed", "closed_in", postgresql_where=text("closed_in is not null")),
    Index("quarantine_open_keyless", "source", "image", postgresql_where=text("closed_in is null")),
)

quarantine_rule = Table(
    "quarantine_rule",
    metadata,
    Column("source", Text, nullable=False),
    Column("delivery_id", Text, nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("field", Text),
    Column("expectation", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Index("quarantine_rule_by_record", "source", "delivery_id", "row_number"),
)

finding = Table(
    "finding",
    metadata,
    Column("admission_id", BigInteger, nullable=False),
    Column("slice_id", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("body_id", Text, nullable=False),
    Column("delivery_id", Text, nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("field", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("finding_by_record", "source", "delivery_id", "row_number"),
)

release = Table(
    "release",
    metadata,
    Column("release_id", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    # Records by what they brought: arrival, correction, withdrawal, absence, replay, reused_identifier.
    Column("causes", JSONB, nullable=False, server_default=text("'{}'")),
    Column("code_digest", Text),
    Column("contracts_digest", Text),
    Column("vocabularies_digest", Text),
    Column("rows_changed", BigInteger),
    Column("reason", Text),
    _at("started_at", now=True),
    _at("published_at"),
    _at("abandoned_at"),
    Index("release_building", "state", unique=True, postgresql_where=text("state = 'building'")),
    Index("release_published", "release_id", postgresql_where=text("state = 'published'")),
)

release_model = Table(
    "release_model",
    metadata,
    Column("release_id", Integer, primary_key=True),
    Column("model", Text, primary_key=True),
    _count("added"),
    _count("removed"),
)

gate_result = Table(
    "gate_result",
    metadata,
    Column("gate_result_id", BigInteger, Identity(), primary_key=True),
    Column("gate", Text, nullable=False),
    Column("batch_id", BigInteger),
    Column("slice_id", BigInteger),
    Column("release_id", Integer),
    Column("pack_id", Text),
    Column("source", Text),
    Column("body_id", Text),
    Column("expectation", Text, nullable=False),
    Column("field", Text),
    Column("severity", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("value", Numeric),
    Column("bound", Text),
    Column("passed", Boolean, nullable=False),
    _at("checked_at", now=True),
    Index("gate_result_by_slice", "slice_id"),
    Index("gate_result_by_release", "release_id"),
)

pack = Table(
    "pack",
    metadata,
    Column("pack_id", Text, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("pack", Text, nullable=False),
    Column("release_id", Integer, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("path", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("rows", JSONB, nullable=False),
    # Digest of what made the files of the release; the pack that its delta begins at; rows by table, change and cause.
    Column("rules", Text),
    Column("since", Text),
    Column("changes", JSONB, nullable=False, server_default=text("'{}'")),
    _at("built_at", now=True),
)

watermark = Table(
    "watermark",
    metadata,
    Column("source", Text, primary_key=True),
    Column("cursor", JSONB, nullable=False),
    _at("updated_at", now=True),
)
