"""What a gate found: one row of `ops.gate_result` per judged expectation, and the verdict that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import psycopg

from transforms.connections import Connections

Severity: TypeAlias = Literal["stop", "warn"]
ROLE = "gate"

_COPY = (
    "copy ops.gate_result (gate, batch_id, release_id, pack_id, slice_id, source, body_id, "
    "expectation, field, severity, reason, value, bound, passed) from stdin"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation that a gate judged: the value, what was promised, and whether it held."""

    expectation: str
    field: str
    severity: Severity
    reason: str
    value: float | None
    bound: str
    passed: bool
    slice_id: int | None = None
    source: str | None = None
    body_id: str | None = None

    def __str__(self) -> str:
        """Say in one line what was found, what was promised, and why it matters."""
        name = f"{self.field}.{self.expectation}" if self.field else self.expectation
        found = "was not measured" if self.value is None else f"is {self.value:g}"
        return f"{name} {found}, promised {self.bound}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate decided; `failures` are of severity stop, `warnings` stop nothing."""

    passed: bool
    failures: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SliceVerdict:
    """What gate arrival decided about one slice."""

    slice_id: int
    source: str
    passed: bool
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a gate judges: the batch, the release or the pack that the results belong to."""

    gate: Literal["arrival", "candidate", "pack"]
    batch_id: int | None = None
    release_id: int | None = None
    pack_id: str | None = None


def decide(results: Iterable[Result]) -> Verdict:
    """Return the verdict that `results` lead to; no result at all is a failure, because nothing was looked at."""
    judged = tuple(results)
    failures = [str(r) for r in judged if not r.passed and r.severity == "stop"]
    warnings = [str(r) for r in judged if not r.passed and r.severity == "warn"]
    if not judged:
        failures.append("nothing was judged: a gate does not pass on nothing")
    return Verdict(not failures, tuple(failures), tuple(warnings))


def write_results(connections: Connections, subject: Subject, results: Iterable[Result]) -> None:
    """Write every result to `ops.gate_result`, in one transaction."""
    head = (subject.gate, subject.batch_id, subject.release_id, subject.pack_id)
    with (
        psycopg.connect(connections.dsn(ROLE)) as connection,
        connection.cursor() as cursor,
        cursor.copy(_COPY) as copy,
    ):
        for r in results:
            told = (r.expectation, r.field or None, r.severity, r.reason, r.value, r.bound, r.passed)
            copy.write_row((*head, r.slice_id, r.source, r.body_id, *told))
