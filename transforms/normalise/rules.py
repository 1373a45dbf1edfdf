"""Quarantine rules: which records of a piece cannot be used, and why."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc


@dataclass
class Rules:
    """Quarantine rules found so far, one entry per record and rule."""

    size: int
    hit: set[int] = field(default_factory=set)
    rows: dict[tuple[int, str, str], tuple[str, str]] = field(default_factory=dict)

    def add(self, where: pa.Array, rule: str | pa.Array, name: str, expectation: str, remedy: str) -> None:
        """Quarantine the rows where `where` is true; a rule that is a column is the reason of each row."""
        for index in pc.indices_nonzero(where.fill_null(False)).to_pylist():
            found = rule if isinstance(rule, str) else rule[index].as_py() or "missing"
            self.hit.add(index)
            self.rows.setdefault((index, found, name), (expectation, remedy))

    @property
    def mask(self) -> pa.Array:
        """Say of each row whether it is quarantined."""
        flags = bytearray(self.size)
        for index in self.hit:
            flags[index] = 1
        return pa.array(flags, pa.uint8()).cast(pa.bool_())

    def table(self, source: str, rows: pa.Table) -> pa.Table:
        """Return the rules as rows of `staged.quarantine_rule`, without slice and fence."""
        found = [(*place, *told) for place, told in self.rows.items()]
        at = rows.take(pa.array([row[0] for row in found], pa.int64()))
        texts = [pa.array([row[i] for row in found], pa.string()) for i in range(1, 5)]
        return pa.table(
            {
                "source": pa.repeat(source, len(found)),
                "delivery_id": at["delivery_id"],
                "row_number": at["row_number"],
                **dict(zip(("rule", "field", "expectation", "remedy"), texts, strict=True)),
            }
        )
