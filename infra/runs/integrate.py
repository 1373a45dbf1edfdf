"""One batch from Kafka to a published release: the same steps whether Airflow or a person calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg
import structlog

from infra.migrations import require_newest
from schemas.contracts import sources
from transforms.admit.admit import Admitted, Few, admit, hold_unread
from transforms.errors import reason_of
from transforms.land.left import REMEDY, left_waiting
from transforms.land.plan import plan_batch
from transforms.ledger.batches import MAX_ATTEMPTS, Batch, take_batch
from transforms.publish.release import UNCHANGED, abandon_release, begin_release, publish_release

if TYPE_CHECKING:
    from transforms.connections import Connections
    from transforms.publish.release import Building

log = structlog.get_logger()

Progress = Callable[[str], None]


def quiet(_: str) -> None:
    """Tell nobody."""


@contextmanager
def only_one_at_a_time(connections: Connections) -> Iterator[None]:
    """Hold the lock on schema `staged`, which one batch passes through at a time; waits for whoever holds it."""
    with _locked(connections, "loader", "casebridge staged"):
        yield


@contextmanager
def only_one_release(connections: Connections) -> Iterator[None]:
    """Hold the lock on the release that is built; waits for whoever holds it.

    Of two that build one release, the one that publishes first would leave out what the other took into it.
    """
    with _locked(connections, "modeller", "casebridge build"):
        yield


@contextmanager
def _locked(connections: Connections, role: str, name: str) -> Iterator[None]:
    with psycopg.connect(connections.dsn(role), autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(hashtext(%s))", (name,))
        yield


@dataclass(frozen=True)
class Released:
    """What became of a release: published, or abandoned with a reason."""

    release_id: int
    state: str
    rows_changed: int
    reason: str | None


@dataclass(frozen=True)
class Integrated:
    """What one call did: the batches that it finished and the release that it made, if any."""

    batches: tuple[Admitted, ...]
    release: Released | None


def take_next_batch(connections: Connections, progress: Progress = quiet) -> Admitted | None:
    """Plan, land, normalise, gate and admit the next batch; None where nothing waits.

    A batch that failed twice is given up: with several sources each is planned alone next, one source is held.
    """
    require_newest(connections)
    with only_one_at_a_time(connections):
        batch = _next_batch(connections)
        if batch is None:
            _tell_left(connections)
            return None
        sizes = {s.source: s.to_offset - s.from_offset for s in batch.slices}
        bound = log.bind(batch=batch.batch_id, fence=batch.fence)
        bound.info("taken", step="plan", slices=sizes)
        progress(f"batch {batch.batch_id}: land and normalise {sum(sizes.values()):,} records")
        try:
            _stage(connections, batch)
            bound.info("staged", step="normalise")
            progress(f"batch {batch.batch_id}: gate and admit")
            return gate_and_admit(connections, batch)
        except Exception as error:
            _remember(connections, batch, error)
            raise


def _next_batch(connections: Connections) -> Batch | None:
    while (batch_id := plan_batch(connections)) is not None:
        with psycopg.connect(connections.dsn("loader")) as connection:
            batch = take_batch(connection, batch_id)
        if any(s.source not in sources() for s in batch.slices):
            _give_back(connections, batch)
        elif batch.attempts <= MAX_ATTEMPTS:
            return batch
        else:
            _give_up(connections, batch)
    return None


def _tell_left(connections: Connections) -> None:
    for source, records in left_waiting(connections).items():
        log.warning("left waiting: its source has no contract", source=source, records=records, remedy=REMEDY)


def _stage(connections: Connections, batch: Batch) -> None:
    from transforms.land.archive import land
    from transforms.normalise.job import normalise_batch
    from transforms.spark import spark_session

    records = sum(s.to_offset - s.from_offset for s in batch.slices)
    with spark_session(connections, records) as session:
        land(session, connections, batch)
        log.info("landed", step="land", batch=batch.batch_id, fence=batch.fence)
        normalise_batch(session, connections, batch)


def _remember(connections: Connections, batch: Batch, error: Exception) -> None:
    """Keep why an attempt failed: the slice that is held for it says so."""
    with psycopg.connect(connections.dsn("loader")) as connection:
        connection.execute("update ops.batch set error = %s where batch_id = %s", (reason_of(error), batch.batch_id))


def _give_up(connections: Connections, batch: Batch) -> None:
    if len(batch.slices) > 1:
        _give_back(connections, batch)
        return
    with psycopg.connect(connections.dsn("loader")) as connection:
        row = connection.execute("select error from ops.batch where batch_id = %s", (batch.batch_id,)).fetchone()
    error = row[0] if row and row[0] else "the run ended without a word"
    hold_unread(connections, batch, f"could not be normalised: {error}")


def _give_back(connections: Connections, batch: Batch) -> None:
    """Let the ranges of a batch wait again, to be planned source by source."""
    with psycopg.connect(connections.dsn("loader")) as connection:
        connection.execute("update ops.batch set state = 'failed' where batch_id = %s", (batch.batch_id,))
        for s in batch.slices:
            connection.execute(
                "update ops.topic set next_offset = %s where topic = %s and epoch = %s",
                (s.from_offset, s.topic, s.topic_epoch),
            )


def gate_and_admit(connections: Connections, batch: Batch, kind: str = "batch") -> Admitted:
    """Judge every slice of a staged batch, admit those that passed and hold the others."""
    from quality.arrival import judge_arrival
    from quality.suites import read_common_bounds

    verdicts = judge_arrival(connections, batch.batch_id, batch.fence)
    refused = {v.slice_id: "; ".join(map(str, v.failures)) for v in verdicts if not v.passed}
    common = read_common_bounds()
    admitted = admit(connections, batch, refused, kind, Few(common.most_reused, common.tolerated_records))
    log.info("admitted", step="admit", batch=batch.batch_id, admission=admitted.admission_id, held=len(admitted.held))
    return admitted


def release(connections: Connections, *, retry: bool = False) -> Released | None:
    """Build what the admissions changed, judge it, and publish it or abandon it; None where nothing waits."""
    require_newest(connections)
    with only_one_release(connections):
        building = begin_release(connections, retry=retry)
        return None if building is None else _built(connections, building)


def _built(connections: Connections, building: Building) -> Released:
    from quality.candidate import judge_candidate
    from transforms.model.build import build

    number = building.release_id
    result = build(connections, number, full=building.is_rule_change)
    if not result.rows_changed:
        abandon_release(connections, number, UNCHANGED)
        return Released(number, "abandoned", 0, UNCHANGED)
    verdict = judge_candidate(connections, number)
    for doubt in verdict.warnings:
        log.warning("doubtful", step="gate", release=number, doubt=doubt)
    if not verdict.passed:
        reason = "; ".join(map(str, verdict.failures))
        abandon_release(connections, number, reason)
        log.error("abandoned", step="publish", release=number, reason=reason)
        return Released(number, "abandoned", result.rows_changed, reason)
    publish_release(connections, number, result.rows_changed)
    log.info("published", step="publish", release=number, rows_changed=result.rows_changed)
    return Released(number, "published", result.rows_changed, None)


def integrate(connections: Connections, progress: Progress = quiet) -> Integrated:
    """Take everything that waits, batch by batch, then make one release of it."""
    done: list[Admitted] = []
    while (admitted := take_next_batch(connections, progress)) is not None:
        done.append(admitted)
    progress("build, judge and publish the release")
    return Integrated(tuple(done), release(connections))
