"""A real file through its own contract: decoded, mapped and normalised as collect and the line would."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.onboard.trial import envelope_value, normalise_values
from schemas.contracts import SourceContract, sources
from transforms.collect.delivered import read_delivered
from transforms.collect.header import read_labels
from transforms.collect.vault import Loose
from transforms.normalise.fields import clean_fields

if TYPE_CHECKING:
    from infra.eval.measured import Tally
    from transforms.normalise.cleaners.cleaned import Value
    from transforms.normalise.fields import Column
    from transforms.normalise.record import Staged

Record = Mapping[str, str | None]


@dataclass(frozen=True)
class Delivered:
    """The records of a file by label, and what normalise made of them."""

    contract: SourceContract
    records: tuple[Record, ...]
    staged: Staged
    columns: Mapping[str, Column]

    @property
    def faults(self) -> list[str]:
        """Return of each record the first rule that quarantined it, nothing of one that can be used."""
        first: dict[int, str] = {}
        for rule in self.staged.rules.select(["row_number", "field", "rule"]).to_pylist():
            first.setdefault(rule["row_number"], f"{rule['field']}: {rule['rule']}")
        return [first.get(number, "") for number in self.staged.records["row_number"].to_pylist()]

    def raw(self, name: str) -> list[str]:
        """Return what the records hold for a field, an empty text where they hold nothing."""
        label = self.contract.field_named(name).label
        return [record[label] or "" for record in self.records]

    def values(self, name: str) -> list[Value]:
        """Return what normalise makes of a field, record by record."""
        values: list[Value] = self.columns[name].values.to_pylist()
        return values


def deliver(source: str, path: Path, tally: Tally) -> Delivered:
    """Read a file by the contract of its source and normalise it; raises DeliveryRefused as collect would."""
    contract = sources()[source]
    records = tuple(_records(contract, path))
    values = [envelope_value(contract, record) for record in records]
    staged = normalise_values(contract, values)
    columns = clean_fields(contract, list(map(json.loads, values)))
    found = zip(staged.findings["field"].to_pylist(), staged.findings["reason"].to_pylist(), strict=True)
    tally.findings.update(f"{name}: {reason}" for name, reason in found)
    delivered = Delivered(contract, records, staged, columns)
    for fault in delivered.faults:
        tally.take(fault)
        if fault:
            tally.fail(f"lost: record quarantined, {fault}")
    return delivered


def _records(contract: SourceContract, path: Path) -> Iterator[Record]:
    rows, _ = read_delivered(contract, Loose(path))
    rows.check(lambda _: None)
    for values in rows.values():
        told = ("\n".join(filter(None, one)) if isinstance(one, list) else one for one in values)
        yield dict(zip(read_labels(contract), told, strict=True))
