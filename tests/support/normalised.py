"""Rows of a source straight to staged records and claims, without Kafka, Spark and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from infra.onboard.trial import envelope_value, normalise_values
from schemas.contracts import SourceContract
from transforms.collect.delivered import read_delivered
from transforms.collect.header import read_labels
from transforms.collect.vault import Loose
from transforms.normalise.record import Staged

__all__ = ["normalise_file", "normalise_values", "read_values"]


def normalise_file(contract: SourceContract, path: Path) -> Staged:
    """Normalise one delivered file of any kind that collect reads."""
    return normalise_values(contract, read_values(contract, path))


def read_values(contract: SourceContract, path: Path) -> Iterator[str]:
    """Yield the envelope value of each record of a file."""
    if contract.is_pushed:
        yield from filter(None, map(str.strip, path.read_text("utf-8").splitlines()))
        return
    rows, _ = read_delivered(contract, Loose(path))
    rows.check(lambda _: None)
    for values in rows.values():
        yield envelope_value(contract, dict(zip(read_labels(contract), values, strict=True)))
