"""Rows that a batch would have left in the ledger and in `staged`, written by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
from psycopg import sql

from schemas.contracts import Bound, sources

AMR, PLATFORM = "amr_zj_penalties", "platform_notices"
FENCE = 3
WHOLE = ("rowCount", "quarantined", "findings", "duplicateValues", "absent", "unreadableKeys")

BOUNDS = (
    Bound("", "quarantined", None, 10, "stop", "The layout changed."),
    Bound("decided_on", "nullValues", None, 10, "stop", "Deadlines hang on this date."),
    Bound("infringer_uscc", "invalidValues", None, 20, "warn", "Typing errors are common."),
)
CONTRACTS = {source: replace(sources()[source], bounds=BOUNDS) for source in (AMR, PLATFORM)}


def stage(
    ledger: psycopg.Connection[Any],
    source: str = AMR,
    *,
    rows: int = 100,
    lost: int = 0,
    declared: int | None = None,
    fence: int = FENCE,
    measures: dict[tuple[str, str], float | None] | None = None,
) -> int:
    """Stage a slice of batch 1 whose measures are all in order, but for the given ones; None leaves one out."""
    contract = CONTRACTS[source]
    delivery = f"{source}-{fence}"
    ledger.execute(
        "insert into ops.delivery (delivery_id, source, body_id, mode, state, declared_count, sent_count) "
        "values (%s, %s, %s, %s, 'closed', %s, %s)",
        (delivery, source, contract.body_id, contract.mode, declared, rows),
    )
    found = ledger.execute(
        "insert into ops.slice (batch_id, source, body_id, topic, topic_epoch, from_offset, to_offset, deliveries, "
        "record_base, expected, state) values (1, %s, %s, %s, 0, 0, %s, %s, 0, %s, 'planned') returning slice_id",
        (source, contract.body_id, contract.topic, rows, [delivery], rows),
    ).fetchone()
    assert found
    ledger.execute(
        "insert into staged.record select %s, %s, %s, %s, %s, n, n, n, 'k' || n, now(), 1, md5('' || n), md5('' || n), "
        "false, false, false from generate_series(1, %s) as n",
        (found[0], fence, source, contract.body_id, delivery, rows - lost),
    )
    values: dict[tuple[str, str], float | None] = {("", metric): 0 for metric in WHOLE}
    values |= {(b.field, b.metric): 0 for b in contract.bounds}
    values |= {("", "rowCount"): rows - lost, **(measures or {})}
    for (field, metric), value in values.items():
        if value is not None:
            ledger.execute(
                "insert into staged.measure values (%s, %s, %s, %s, %s, %s, %s)",
                (found[0], fence, source, contract.body_id, field, metric, value),
            )
    return int(found[0])


def results(ledger: psycopg.Connection[Any], **wanted: object) -> list[tuple[Any, ...]]:
    """Read slice, expectation, severity and value of the results that failed, or of those that are as `wanted`."""
    conditions = [
        sql.SQL("{} is not distinct from {}").format(sql.Identifier(k), v)
        for k, v in (wanted or {"passed": False}).items()
    ]
    query = sql.SQL("select slice_id, expectation, severity, value from ops.gate_result where {} order by 1, 2")
    return ledger.execute(query.format(sql.SQL(" and ").join(conditions))).fetchall()
