"""Findings: what was doubtful or missing in a record that is kept."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms import secrecy
from transforms.collect.finding import told
from transforms.collect.limits import LIMITS
from transforms.normalise import withheld
from transforms.normalise.cleaners.cleaned import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from schemas.contracts import SourceContract
    from transforms.normalise.checks import Doubt
    from transforms.normalise.fields import Column

_UNKNOWN = "unknown_column"
# A column may hold the sum of two kinds of penalties, or of kinds of which a contract claims one. A body that adds a
# column to all its records says nothing doubtful.
_SILENT = SILENT | {"joint_amount", "no_such_sanction", withheld.REASON, _UNKNOWN}


def find(
    contract: SourceContract,
    rows: pa.Table,
    columns: Mapping[str, Column],
    doubts: Sequence[Doubt],
    unknown: Iterable[tuple[int, str]] = (),
) -> tuple[pa.Table, pa.Array]:
    """Return one finding per record, label, element and reason, and which records have a fault or a doubt.

    `unknown` are the labels that no field reads, each with the place of its record.
    """
    doubtful = bytearray(len(rows))
    seen: set[tuple[int, str, str, str]] = set()
    found: list[tuple[int, str, str]] = []
    labels = {item.name: item.label for item in contract.fields}
    unread = ((index, label, "", _UNKNOWN) for index, label in unknown)
    for index, name, at, reason in (*_of_fields(contract, columns), *_of_records(doubts), *unread):
        if reason not in _SILENT:
            doubtful[index] = 1
        if reason != "placeholder" and (index, labels.get(name, name), at, reason) not in seen:
            seen.add((index, labels.get(name, name), at, reason))
            found.append((index, name + at, reason))
    told = rows.take(pa.array([index for index, _, _ in found], pa.int64()))
    table = pa.table(
        {
            "source": pa.repeat(contract.source, len(found)),
            "delivery_id": told["delivery_id"],
            "row_number": told["row_number"],
            "field": pa.array([name for _, name, _ in found], pa.string()),
            "reason": pa.array([reason for _, _, reason in found], pa.string()),
        }
    )
    return table, pa.array(doubtful, pa.uint8()).cast(pa.bool_())


def unknown_labels(contract: SourceContract, documents: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Yield the labels of pushed records that their contract neither reads nor ignores; others collect has told."""
    if not contract.is_pushed:
        return
    known = {*contract.labels, *contract.ignored, *secrecy.NAMES}
    for index, document in enumerate(documents):
        if not known.issuperset(document):
            for label in islice((label for label in document if label not in known), LIMITS.named_labels):
                yield index, told(label)


def _of_fields(contract: SourceContract, columns: Mapping[str, Column]) -> Iterator[tuple[int, str, str, str]]:
    for item in contract.fields:
        column = columns[item.name]
        if column.elements is not None:
            yield from _of_elements(item.name, column.elements)
            continue
        reasons = column.reasons
        if reasons.null_count < len(reasons):
            for index in pc.indices_nonzero(reasons.is_valid()).to_pylist():
                yield index, item.name, "", reasons[index].as_py()


def _of_elements(name: str, reasons: pa.Array) -> Iterator[tuple[int, str, str, str]]:
    """Yield the reasons of the elements of an array, with the place of each, from 1."""
    for index in pc.list_parent_indices(reasons).filter(reasons.flatten().is_valid()).unique().to_pylist():
        for place, reason in enumerate(reasons[index].as_py(), start=1):
            if reason is not None:
                yield index, name, f"[{place}]", reason


def _of_records(doubts: Sequence[Doubt]) -> Iterator[tuple[int, str, str, str]]:
    for doubt in doubts:
        for index in pc.indices_nonzero(doubt.where).to_pylist():
            yield index, doubt.field, "", doubt.reason
