"""Read archived records again: by the code of today, or by another contract; let in, or only told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import structlog

from infra.runs.integrate import Progress, only_one_at_a_time, quiet
from transforms.errors import GateRefused, reason_of
from transforms.replay.admit import decide, let_in
from transforms.replay.plan import INTERRUPTED, Asked, Planned, plan_replay
from transforms.replay.report import Report, report

if TYPE_CHECKING:
    from schemas.contracts import SourceContract
    from transforms.connections import Connections

log = structlog.get_logger()

_FAILED = "update ops.batch set state = 'failed', error = %s where batch_id = %s and state = 'planned'"


@dataclass(frozen=True)
class Replayed:
    """What a replay changed, or would change where `admission_id` is null; `refused` says why it may not.

    `warned` says why gate arrival would hold a delivery that is read like that; `ended` are the records whose number is
    another case's now.
    """

    report: Report
    books: dict[str, int]
    changes: int
    admission_id: int | None
    refused: str | None
    warned: str | None = None
    ended: tuple[dict[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        told = asdict(self)
        return {**told.pop("report"), **told}


def replay(connections: Connections, asked: Asked, *, dry_run: bool, progress: Progress = quiet) -> Replayed:
    """Read the records again and let in what changes, as an admission of its own; with `dry_run` it is taken back.

    Raises Terminal where a slice of the source is held, and GateRefused where the contract bounds what is quarantined
    and the replay would quarantine more than that, and more than before.
    """
    with reading_again(connections, asked, dry_run=dry_run) as (connection, planned):
        progress(f"{asked.source}: up to {planned.span:,} records, {asked}")
        done = _run(connections, connection, planned, dry_run=dry_run)
    log.info("replayed", step="replay", source=asked.source, admission=done.admission_id, dry_run=dry_run)
    return done


@contextmanager
def reading_again(
    connections: Connections, asked: Asked, *, dry_run: bool
) -> Iterator[tuple[psycopg.Connection[Any], Planned]]:
    """Plan what is read again, and commit what is done with it; with `dry_run` or an error nothing stays."""
    with only_one_at_a_time(connections), psycopg.connect(connections.dsn("loader")) as connection:
        planned = plan_replay(connection, asked)
        if not dry_run:
            connection.commit()
        try:
            yield connection, planned
        except KeyboardInterrupt:
            _close(connection, planned, INTERRUPTED)
            raise
        except Exception as error:
            _close(connection, planned, reason_of(error))
            raise
        if dry_run:
            connection.rollback()


def _close(connection: psycopg.Connection[Any], planned: Planned, why: str) -> None:
    connection.rollback()
    connection.execute(_FAILED, (why, planned.batch.batch_id))
    connection.commit()


def _run(connections: Connections, connection: psycopg.Connection[Any], planned: Planned, *, dry_run: bool) -> Replayed:
    stage(connections, planned)
    log.info("staged", step="replay", batch=planned.batch.batch_id)
    decide(connection, planned)
    told = report(connection, planned)
    contract = planned.asked.only or planned.asked.contract
    refused = refusal(contract, told, is_whole=planned.is_whole)
    if refused and not dry_run:
        remedy = "mend the contract or the cleaner; `--dry-run` shows the rules"
        raise GateRefused(refused, planned.asked.source, remedy)
    made = let_in(connection, planned)
    admission_id = None if dry_run else made.admission_id
    warned = warning(contract, told)
    return Replayed(told, made.books, made.changes, admission_id, refused, warned, tuple(made.ended))


def refusal(contract: SourceContract, told: Report, *, is_whole: bool = True) -> str | None:
    """Say why a replay may not be let in: it quarantines more than the contract allows, and more than it frees.

    Nor may one of part of the history that changes record keys: what corrects or withdraws them may lie outside.
    """
    if told.rekeyed and not is_whole:
        return f"{told.rekeyed:,} records would get another key: replay all that was ever received of the source"
    caught, freed = (sum(row["records"] for row in rows) for rows in (told.caught, told.freed))
    return _beyond(contract, told, "quarantined") if caught > freed else None


def warning(contract: SourceContract, told: Report) -> str | None:
    """Say whether gate arrival would hold a delivery of these records, for too many are doubtful."""
    beyond = _beyond(contract, told, "findings")
    return f"a delivery like these would be held: {beyond}" if beyond else None


def _beyond(contract: SourceContract, told: Report, metric: str) -> str | None:
    count, word = {"quarantined": (told.quarantined, "quarantined"), "findings": (told.doubtful, "doubtful")}[metric]
    share = 100 * count / told.records if told.records else 0.0
    for bound in contract.bounds:
        is_stop = (bound.field, bound.metric, bound.severity) == ("", metric, "stop")
        if is_stop and bound.at_most is not None and share > bound.at_most:
            return f"{share:.1f} % of the records would be {word}, at most {bound.at_most:g} %: {bound.reason}"
    return None


def stage(connections: Connections, planned: Planned) -> None:
    """Read the archived records of a plan again, or the one of its item, into `staged`."""
    from transforms.land.archive import archived_between, archived_row
    from transforms.normalise.job import normalise_records
    from transforms.spark import spark_session

    asked, batch = planned.asked, planned.batch
    with spark_session(connections, planned.span) as session:
        records = archived_between(session, batch.slices, asked.begin, asked.end)
        if asked.item:
            records = archived_row(records, asked.item.delivery_id, asked.item.row_number)
        normalise_records(connections, batch, records, asked.only)
