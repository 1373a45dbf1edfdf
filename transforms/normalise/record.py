"""Archived records of one source to staged records, rules, findings and claims; pure, Arrow in and Arrow out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.bounds import empty_the_impossible
from transforms.normalise.checks import doubts, trial_rows
from transforms.normalise.claims import build_claims, claimed_fields
from transforms.normalise.cleaners.cleaned import LOSSES, REFUSALS
from transforms.normalise.documents import read_documents
from transforms.normalise.fields import Column, clean_fields
from transforms.normalise.findings import find, unknown_labels
from transforms.normalise.identity import hash_columns
from transforms.normalise.keys import record_keys
from transforms.normalise.lists import doubt_unequal
from transforms.normalise.nominal import nominal_rows
from transforms.normalise.numbers import told_of_numbers
from transforms.normalise.personal import without_numbers
from transforms.normalise.rules import Rules
from transforms.normalise.several import disown_numbers
from transforms.normalise.withdrawals import doubt_states, withdrawn
from transforms.normalise.withheld import withhold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.contracts import SourceContract
    from transforms.ledger.batches import DeliveryTime

_UNKNOWN_TERMS = pa.array(["no_sanction", "unmapped"])
_LOSSES = pa.array(sorted(LOSSES))
_UNREAD = pa.array(sorted(REFUSALS - {"placeholder"}))
CLOCK_TOLERANCE = timedelta(days=1)
_UTC = pa.timestamp("us", "UTC")
_SHANGHAI_OFFSET = timedelta(hours=8)


@dataclass
class Staged:
    """What one piece of a slice became; tables have the columns of schema `staged` without slice and fence."""

    records: pa.Table
    rules: pa.Table
    findings: pa.Table
    claims: dict[str, pa.Table]
    counts: Counter[tuple[str, str]]


def normalise(contract: SourceContract, rows: pa.Table, times: Mapping[str, DeliveryTime]) -> Staged:
    """Clean and conform archived rows of one source.

    `rows` has delivery_id, row_number, kafka_offset, record_id, received_at (UTC), raw_hash and value (JSON by label).
    Every row comes out once in `records`, usable or quarantined; only usable rows make claims.
    """
    read = read_documents(rows["value"].to_pylist(), is_pushed=contract.is_pushed)
    documents, readable = read.objects, read.readable
    rules = Rules(len(documents))
    read.quarantine(rules)
    shown = without_numbers(contract, documents, pc.min(rows["received_at"]).as_py())
    columns = empty_the_impossible(contract, clean_fields(contract, shown))
    columns = doubt_states(contract, disown_numbers(contract, columns))
    columns = doubt_unequal(contract, columns)
    stays = pc.invert(withdrawn(contract, columns, len(documents)))
    _require(contract, columns, readable, stays, rules)
    for doubt in trial_rows(contract, columns):
        remedy = "leave rows out that were made to try a system; a real one: correct it and send it again"
        rules.add(pc.and_(doubt.where, stays), doubt.reason, doubt.field, "the record is of a real case", remedy)
    for doubt in nominal_rows(contract, columns):
        remedy = "take out what tells of a person, a company or one shipment, and send the record again"
        rules.add(doubt.where, doubt.reason, doubt.field, "the text tells of nobody", remedy)
    source_time = _source_time(contract, rows, columns, times, rules, readable)
    key = record_keys(contract, columns, documents, rules)
    unknown = unknown_labels(contract, documents)
    return _staged(contract, rows, columns, rules, source_time, key, times, unknown)


def _require(
    contract: SourceContract, columns: Mapping[str, Column], readable: pa.Array, stays: pa.Array, rules: Rules
) -> None:
    """Quarantine records that lack a required field; of a withdrawal only what says which record goes, and when."""
    telling = {*contract.key, contract.source_time}
    for item in contract.fields:
        if item.required:
            asked = readable if item.name in telling else pc.and_(readable, stays)
            rules.add(
                pc.and_(asked, _is_missing(columns[item.name])),
                columns[item.name].reasons,
                item.name,
                f"{item.label} is given and readable",
                f"correct {item.label} and send the record again",
            )


def _is_missing(column: Column) -> pa.Array:
    """Say of a required field which records lack it; terms of a list that no vocabulary has are findings."""
    if not pa.types.is_list(column.values.type) or column.elements is not None:
        return column.lacks
    return pc.and_not(column.lacks, pc.is_in(column.reasons, _UNKNOWN_TERMS))


def _staged(
    contract: SourceContract,
    rows: pa.Table,
    columns: Mapping[str, Column],
    rules: Rules,
    source_time: pa.Array,
    key: pa.Array,
    times: Mapping[str, DeliveryTime],
    unknown: Iterable[tuple[int, str]],
) -> Staged:
    size = len(rows)
    quarantined = rules.mask
    kept = withhold(contract, columns)
    findings, doubtful = find(contract, rows, kept, doubts(contract, columns), unknown)
    withdrawal = withdrawn(contract, columns, size)
    image = pc.if_else(
        quarantined,
        hash_columns(size, ["quarantined", rows["raw_hash"].combine_chunks()]),
        hash_columns(size, [*(kept[name].values for name in _content(contract, kept)), withdrawal]),
    )
    records = pa.table(
        {
            "source": pa.repeat(contract.source, size),
            "body_id": pa.repeat(contract.body_id, size),
            **{name: rows[name] for name in ("delivery_id", "row_number", "kafka_offset", "record_id")},
            "record_key": key,
            "source_time": source_time,
            "delivery_seq": pa.array([times[d].seq for d in rows["delivery_id"].to_pylist()], pa.int64()),
            "image": image,
            "raw_hash": rows["raw_hash"],
            "is_withdrawal": withdrawal,
            "is_quarantined": quarantined,
            "has_finding": doubtful,
        }
    )
    claims = _claims(contract, kept, records)
    return Staged(records, rules.table(contract.source, rows), findings, claims, _counts(columns, records))


def _claims(contract: SourceContract, columns: Mapping[str, Column], records: pa.Table) -> dict[str, pa.Table]:
    """Return the claims of the usable records."""
    used = pc.invert(records["is_quarantined"].combine_chunks())
    usable = {name: column.values.filter(used) for name, column in columns.items()}
    unread = {name: pc.is_in(column.reasons, _UNREAD).filter(used) for name, column in columns.items()}
    record_id, key = (records[name].combine_chunks().filter(used) for name in ("record_id", "record_key"))
    return build_claims(contract, usable, record_id, key, unread)


def _content(contract: SourceContract, columns: Mapping[str, Column]) -> tuple[str, ...]:
    return *claimed_fields(contract), *(name for name in told_of_numbers(contract) if name in columns)


def _source_time(
    contract: SourceContract,
    rows: pa.Table,
    columns: Mapping[str, Column],
    times: Mapping[str, DeliveryTime],
    rules: Rules,
    readable: pa.Array,
) -> pa.Array:
    received = rows["received_at"].combine_chunks().cast(_UTC)
    if contract.source_time:
        column = columns[contract.source_time]
        found = as_instant(column.values)
        rules.add(
            pc.and_(readable, found.is_null()),
            column.reasons,
            contract.source_time,
            "the time that orders the versions of a record is readable",
            "correct the time and send the record again",
        )
    elif contract.mode == "event":
        found = received
    else:
        found = pa.array([times[d].as_of for d in rows["delivery_id"].to_pylist()], _UTC)
    found = pc.coalesce(found, received)
    late = pc.greater(found, pc.add(received, pa.scalar(CLOCK_TOLERANCE)))
    rules.add(
        late,
        "future_source_time",
        contract.source_time or "",
        f"the source time is at most {CLOCK_TOLERANCE.days} day after receipt",
        "set the clock of the sending system, or correct the time, and send the record again",
    )
    return found


def as_instant(values: pa.Array) -> pa.Array:
    """Return dates as the instant at which that day begins in Asia/Shanghai, and instants as they are."""
    if pa.types.is_date(values.type):
        return pc.subtract(values.cast(pa.timestamp("us")), pa.scalar(_SHANGHAI_OFFSET)).cast(_UTC)
    return values.cast(_UTC)


def _counts(columns: Mapping[str, Column], records: pa.Table) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    counts["", "rowCount"] = len(records)
    counts["", "quarantined"] = pc.sum(records["is_quarantined"]).as_py() or 0
    counts["", "findings"] = pc.sum(records["has_finding"]).as_py() or 0
    counts["", "unreadableKeys"] = records["record_key"].null_count
    for name, column in columns.items():
        counts[name, "nullValues"] = column.values.null_count
        missing = column.values.is_null() if column.elements is None else column.reasons.is_valid()
        lost = pc.and_(missing, pc.not_equal(column.reasons, "placeholder").fill_null(False))
        lost = pc.or_(lost, pc.is_in(column.reasons, _LOSSES))
        counts[name, "invalidValues"] = pc.sum(lost).as_py() or 0
    return counts
