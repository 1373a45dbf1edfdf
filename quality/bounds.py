"""Judge measured values against their bounds: one batch and one suite, however many values there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quality.results import Result, Severity
from quality.warehouse import load_great_expectations, open_warehouse
from transforms.connections import Connections
from transforms.errors import CasebridgeError

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite


@dataclass(frozen=True, slots=True)
class Measured:
    """One value beside what was promised of it; a value of None was not measured."""

    expectation: str
    field: str
    value: float | None
    low: float | None
    high: float | None
    severity: Severity
    reason: str
    slice_id: int | None = None
    source: str | None = None
    body_id: str | None = None

    @property
    def bound(self) -> str:
        """Put the bound in words."""
        if self.low is not None and self.low == self.high:
            return f"exactly {self.low:g}"
        parts = [f"at least {self.low:g}"] if self.low is not None else []
        parts += [f"at most {self.high:g}"] if self.high is not None else []
        return ", ".join(parts)


def judge_measured(connections: Connections, measured: Sequence[Measured]) -> list[Result]:
    """Let Great Expectations judge every value; what nobody measured fails with severity stop."""
    if not measured:
        return []
    with open_warehouse(connections) as warehouse:
        asset = warehouse.add_query_asset("measured", query=_query(measured))
        batch = asset.add_batch_definition_whole_table("all").get_batch()
        # The SQL engine cuts lists of unexpected rows at partial_unexpected_count, even in a COMPLETE result.
        outcome = batch.validate(
            _suite(len(measured)),
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": ["id"],
                "partial_unexpected_count": len(measured),
                "exclude_unexpected_values": True,
                "return_unexpected_index_query": False,
            },
        )
    failed = {number for one in outcome.results for number in _failed(one)}
    return [_result(m, passed=number not in failed) for number, m in enumerate(measured)]


def _suite(rows: int) -> ExpectationSuite:
    gx = load_great_expectations()
    expect = gx.expectations
    at_least = {"or_equal": True, "ignore_row_if": "either_value_is_missing"}
    suite: ExpectationSuite = gx.ExpectationSuite(
        name="bounds",
        expectations=[
            expect.ExpectTableRowCountToEqual(value=rows),
            expect.ExpectColumnValuesToNotBeNull(column="value"),
            expect.ExpectColumnPairValuesAToBeGreaterThanB(column_A="value", column_B="low", **at_least),
            expect.ExpectColumnPairValuesAToBeGreaterThanB(column_A="high", column_B="value", **at_least),
        ],
    )
    return suite


def _failed(outcome: Any) -> set[int]:
    """Return the numbers of the rows that failed; a failure that names no row is the gate's own."""
    if outcome.success:
        return set()
    numbers = {n for group in outcome.result.get("unexpected_index_list") or () for n in group["id"]}
    if len(numbers) != outcome.result.get("unexpected_count"):
        raise CasebridgeError(
            f"Great Expectations could not judge {outcome.expectation_config.type}",
            "quality/bounds.py",
            "nothing was let through; run the gate again, and look at the warehouse's log if it fails again",
        )
    return numbers


def _query(measured: Sequence[Measured]) -> str:
    """Lay the values out as a table of arrays: they parse fast, and carry no colon (a parameter to SQLAlchemy)."""
    columns = {
        "id": ("bigint", [str(n) for n in range(len(measured))]),
        "value": ("double precision", [_number(m.value) for m in measured]),
        "low": ("double precision", [_number(m.low) for m in measured]),
        "high": ("double precision", [_number(m.high) for m in measured]),
    }
    arrays = ", ".join(f"cast('{{{','.join(cells)}}}' as {kind}[])" for kind, cells in columns.values())
    return f"select * from unnest({arrays}) as measured ({', '.join(columns)})"  # noqa: S608  # numbers only


def _number(value: float | None) -> str:
    # PostgreSQL holds NaN for greater than all numbers: it would pass any lower bound.
    return "NULL" if value is None or not math.isfinite(value) else repr(float(value))


def _result(m: Measured, *, passed: bool) -> Result:
    value = m.value if m.value is not None and math.isfinite(m.value) else None
    severity = m.severity if value is not None else "stop"
    return Result(m.expectation, m.field, severity, m.reason, value, m.bound, passed, m.slice_id, m.source, m.body_id)
