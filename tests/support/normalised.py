"""Rows of a source straight to staged records and claims, without Kafka, Spark and keys."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.contracts import SourceContract
from transforms.collect.decode import detect
from transforms.collect.header import map_header
from transforms.collect.objects import flat
from transforms.ledger.batches import DeliveryTime
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.record import Staged, normalise

RECEIVED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DELIVERY = "made-up"

Json = dict[str, Any]


def normalise_file(contract: SourceContract, path: Path) -> Staged:
    """Normalise one delivered file of JSON lines, or CSV in any encoding that collect takes."""
    return normalise_values(contract, read_values(contract, path))


def read_values(contract: SourceContract, path: Path) -> Iterator[str]:
    """Yield the envelope value of each record of a file."""
    encoding = detect(lambda: [path.read_bytes()]).encoding
    with path.open(encoding=encoding, newline="") as file:
        if path.suffix == ".csv":
            yield from _csv_values(contract, csv.reader(file))
        else:
            yield from (_json_value(contract, line) for line in file if line.strip())


def normalise_values(contract: SourceContract, values: Iterable[str]) -> Staged:
    """Normalise envelope values as one delivery, received at `RECEIVED`."""
    texts = list(values)
    size = len(texts)
    rows = pa.table(
        {
            "delivery_id": pa.repeat(DELIVERY, size),
            "row_number": pa.array(range(1, size + 1), pa.int64()),
            "kafka_offset": pa.array(range(size), pa.int64()),
            "record_id": pa.array(range(1, size + 1), pa.int64()),
            "received_at": pa.repeat(pa.scalar(RECEIVED, pa.timestamp("us", "UTC")), size),
            "raw_hash": pa.array([sha256(text.encode()).hexdigest() for text in texts], pa.string()),
            "value": pa.array(texts, pa.string()),
        }
    )
    return normalise(contract, rows, {DELIVERY: DeliveryTime(1, RECEIVED)})


def _csv_values(contract: SourceContract, rows: Iterator[list[str]]) -> Iterator[str]:
    header = map_header(contract, next(rows))
    for row in filter(None, rows):
        picked = {
            label: None if place is None else row[place]
            for label, place in zip(header.labels, header.positions, strict=True)
        }
        yield _envelope(contract, picked)


def _json_value(contract: SourceContract, line: str) -> str:
    if contract.is_pushed:
        return line.strip()
    return _envelope(contract, flat(json.loads(line, parse_float=str, parse_int=str)))


def _envelope(contract: SourceContract, record: Json) -> str:
    value: Json = {label: record.get(label) for label in contract.labels}
    for item in contract.fields:
        if item.classification == "PI_SENSITIVE" and value[item.label]:
            value[item.label] = _protected(item.cleaner, value[item.label])
    return json.dumps(value, ensure_ascii=False)


def _protected(cleaner_name: str, raw: str) -> Json:
    """Return what collect would let out of a value; the token is a plain hash here, no key is needed."""
    value, reason = cleaner(cleaner_name).plain(raw)
    return {"token": sha256(str(value).encode()).hexdigest()[:16] if value else None, "check": reason}
