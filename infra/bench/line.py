"""Time the line itself: from records that lie in Kafka to canonical, and from there to a release."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg

from infra.bench.feed import Handed
from infra.bench.figures import Timed
from transforms.admit.admit import admit
from transforms.errors import CasebridgeError
from transforms.land.plan import plan_batch
from transforms.ledger.batches import take_batch
from transforms.publish.release import begin_release, publish_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

    from infra.bench.watch import Watch
    from transforms.connections import Connections
    from transforms.ledger.batches import Batch

_STATES = """
select sum(sent) as sent, sum(d_current) as current, sum(d_superseded) as superseded, sum(d_duplicate) as duplicate,
    sum(d_quarantined) as quarantined, sum(d_held) as held, sum(d_withdrawn) as withdrawn
from ops.slice where batch_id = %s
"""


@dataclass
class Line:
    """What was measured of the line."""

    produce: list[Timed] = field(default_factory=list)
    cold: list[Timed] = field(default_factory=list)
    warm: list[Timed] = field(default_factory=list)
    states: list[dict[str, int]] = field(default_factory=list)
    handed: list[dict[str, Handed]] = field(default_factory=list)
    costs: list[dict[str, Any]] = field(default_factory=list)
    session_start: float = 0.0
    model: Timed | None = None
    nodes: tuple[tuple[str, float], ...] = ()


@contextmanager
def measured(timed: Timed, watch: Watch, name: str) -> Iterator[None]:
    """Measure a step: its time, and outside of that what processes and statements took."""
    with watch.step(name), timed.step(name):
        yield


def run_batch(session: SparkSession, stack: Connections, watch: Watch) -> tuple[Timed, Batch]:
    """Take what lies in Kafka to canonical and time each step; a held slice is an error: it would flatter the rest."""
    from quality.arrival import judge_arrival
    from transforms.land.archive import land
    from transforms.normalise.job import normalise_batch

    batch_id = plan_batch(stack)
    if batch_id is None:
        raise CasebridgeError("nothing lies in Kafka", "bench", "report this")
    with psycopg.connect(stack.dsn("loader")) as connection:
        batch = take_batch(connection, batch_id)
    timed = Timed(sum(s.to_offset - s.from_offset for s in batch.slices))
    with measured(timed, watch, "land"):
        land(session, stack, batch)
    with measured(timed, watch, "normalise"):
        normalise_batch(session, stack, batch)
    with measured(timed, watch, "gate"):
        verdicts = judge_arrival(stack, batch.batch_id, batch.fence)
    refused = {v.slice_id: "; ".join(map(str, v.failures)) for v in verdicts if not v.passed}
    with measured(timed, watch, "admit"):
        admit(stack, batch, refused)
    if refused:
        raise CasebridgeError(f"gate arrival held a slice: {refused}", "bench", "look at what the generator makes")
    return timed, batch


def build_release(stack: Connections, records: int, watch: Watch) -> tuple[Timed, tuple[tuple[str, float], ...]]:
    """Build, judge and publish the first release over everything that was admitted; time each step."""
    from quality.candidate import judge_candidate
    from transforms.model.build import build

    timed = Timed(records)
    building = begin_release(stack)
    if building is None:
        raise CasebridgeError("no admission waits for a release", "bench", "report this")
    with measured(timed, watch, "model"):
        built = build(stack, building.release_id, full=building.is_rule_change)
    with measured(timed, watch, "gate candidate"):
        verdict = judge_candidate(stack, building.release_id)
    if not verdict.passed:
        raise CasebridgeError(
            f"gate candidate said no: {verdict.failures}", "bench", "look at what the generator makes"
        )
    with measured(timed, watch, "publish"):
        publish_release(stack, building.release_id, built.rows_changed)
    return timed, built.seconds_by_node


def read_states(stack: Connections, batch: Batch) -> dict[str, int]:
    """Return how many records of a batch were sent, and what became of them."""
    from psycopg.rows import dict_row

    with psycopg.connect(stack.dsn("loader"), row_factory=dict_row) as connection:
        row = connection.execute(_STATES, (batch.batch_id,)).fetchone()
    return {name: int(value or 0) for name, value in (row or {}).items()}
