"""Admit what passed gate *arrival*: canonical rows, quarantine, findings and the books in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from schemas.contracts import entities, sources
from transforms.admit import quarantine, reused
from transforms.admit import statements as st
from transforms.admit.ended import end_before
from transforms.errors import CasebridgeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from transforms.connections import Connections
    from transforms.ledger.batches import Batch

WAITS = "waits for the held slice {slice} of the same source"
CROWDED = (
    "{count} records have the number of another case, party or mark: did the body begin its numbering anew? "
    "Admitted, they are set aside"
)


@dataclass(frozen=True)
class Few:
    """How many records of a slice may have the number of another case: a share in per cent, and always some records."""

    share: float
    records: int


class _Crowded(Exception):
    """Slices with more records than a few that have the number of another case, by number."""

    def __init__(self, counts: Mapping[int, int]) -> None:
        self.counts = counts


class Fenced(CasebridgeError):
    """Say that a newer attempt at the same batch took over; this one wrote nothing."""


@dataclass(frozen=True)
class Admitted:
    """What an admission did; `admission_id` is None where every slice was held."""

    batch_id: int
    admission_id: int | None
    slices: tuple[int, ...]
    held: Mapping[int, str]
    changes: int


def admit(
    connections: Connections, batch: Batch, refused: Mapping[int, str], kind: str = "batch", few: Few | None = None
) -> Admitted:
    """Admit the slices of `batch` that no gate refused and no held slice precedes; hold the others.

    A slice with more than `few` numbers of other cases is held too. Raises Fenced where a newer attempt has begun;
    nothing is written then.
    """
    with psycopg.connect(connections.dsn("loader")) as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('casebridge admit'))")
        connection.execute("set local work_mem = '256MB'")
        _take_fence(connection, batch, kind)
        held = {**_waiting(connection, batch), **refused}
        admission, changes, crowded = _admit_some(connection, batch, held, kind, few)
        held |= crowded
        slices = [s.slice_id for s in batch.slices if s.slice_id not in held]
        for slice_id, reason in held.items():
            values = {"reason": reason, "slice": slice_id, "fence": batch.fence, "counted": True}
            connection.execute(st.HOLD, values)
        if kind == "batch":
            connection.execute(st.DONE, {"batch": batch.batch_id, "error": None})
    return Admitted(batch.batch_id, admission, tuple(slices), held, changes)


def hold_unread(connections: Connections, batch: Batch, error: str) -> None:
    """Hold every slice of a batch that could not be run, with its error, and close the batch."""
    with psycopg.connect(connections.dsn("loader")) as connection:
        _take_fence(connection, batch, "batch")
        for s in batch.slices:
            values = {"reason": error, "slice": s.slice_id, "fence": batch.fence, "counted": False}
            connection.execute(st.HOLD, values)
        connection.execute(st.DONE, {"batch": batch.batch_id, "error": error})


def _take_fence(connection: psycopg.Connection[Any], batch: Batch, kind: str) -> None:
    row = connection.execute(
        "select fence, state from ops.batch where batch_id = %s for update", (batch.batch_id,)
    ).fetchone()
    wanted = "planned" if kind == "batch" else "done"
    if row is None or row[0] != batch.fence or row[1] != wanted:
        raise Fenced(
            f"attempt {batch.fence} at batch {batch.batch_id} was overtaken",
            "admit",
            "nothing to do: the newer attempt finishes the batch",
        )


def _waiting(connection: psycopg.Connection[Any], batch: Batch) -> dict[int, str]:
    found = connection.execute(
        "select s.slice_id, min(h.slice_id) from ops.slice s "
        "join ops.slice h on h.source = s.source and h.state = 'held' and h.slice_id < s.slice_id "
        "where s.slice_id = any(%s) group by s.slice_id",
        ([s.slice_id for s in batch.slices],),
    )
    return {slice_id: WAITS.format(slice=before) for slice_id, before in found}


def _admit_some(
    connection: psycopg.Connection[Any], batch: Batch, held: Mapping[int, str], kind: str, few: Few | None
) -> tuple[int | None, int, dict[int, str]]:
    """Admit what is not held; return the admission, its changes, and the reasons of those that it would not take."""
    slices = [s.slice_id for s in batch.slices if s.slice_id not in held]
    if not slices:
        return None, 0, {}
    try:
        with connection.transaction():
            admission, changes = _admit_slices(connection, batch, slices, kind, few)
    except _Crowded as crowded:
        reasons = {slice_id: CROWDED.format(count=f"{count:,}") for slice_id, count in crowded.counts.items()}
        again, changes, more = _admit_some(connection, batch, {**held, **reasons}, kind, few)
        return again, changes, reasons | more
    return admission, changes, {}


def _set_aside(connection: psycopg.Connection[Any], values: Mapping[str, Any], few: Few | None) -> None:
    """Set aside what has the number of another case; raises _Crowded where that is more than a few of a slice."""
    for statement in reused.STATEMENTS:
        connection.execute(statement, values)
    if few:
        counts = connection.execute(reused.CROWDED, {"share": few.share, "tolerated": few.records}).fetchall()
        if counts:
            raise _Crowded(dict(counts))


def _admit_slices(
    connection: psycopg.Connection[Any], batch: Batch, slices: list[int], kind: str, few: Few | None
) -> tuple[int, int]:
    number = _draw(connection, batch, kind)
    values: dict[str, Any] = {"fence": batch.fence, "slices": slices, "batch": batch.batch_id, "admission": number}
    values |= {**_of_contracts(), "discards": kind == "discard"}
    for statement in (st.SNAPSHOT, st.ARRIVING):
        connection.execute(statement, values)
    connection.execute("create index on arriving (source, record_key)")
    connection.execute("analyze arriving (source, record_key, slice_id, is_quarantined, known_id)")
    _set_aside(connection, values, few)
    connection.execute(st.JUDGED, values)
    connection.execute("create index on judged (record_id)")
    connection.execute(st.ANALYZE_JUDGED)
    connection.execute(st.SUPERSEDE, values)
    connection.execute(st.CONFIRM, values)
    connection.execute(st.INSERT_RECORDS, values)
    for entity in entities():
        connection.execute(_insert_claims(entity), values)
    end_before(connection, values)
    for statement in (
        st.INSERT_FINDINGS,
        quarantine.QUARANTINED,
        quarantine.CLOSE_QUARANTINE,
        quarantine.INSERT_QUARANTINE,
        st.WITHDRAW_ABSENT,
        quarantine.CLOSE_ABSENT,
    ):
        connection.execute(statement, values)
    for slice_id, source, sent, *states in connection.execute(st.BOOKS, values):
        if sent != sum(states):
            raise CasebridgeError(
                f"the books of slice {slice_id} do not balance: sent {sent}, states {states}",
                f"admit, source {source}",
                "nothing was written; report this with the batch number",
            )
    changed = connection.execute(st.CHANGES, values).fetchone()
    return number, int(changed[0]) if changed else 0


def _draw(connection: psycopg.Connection[Any], batch: Batch, kind: str) -> int:
    row = connection.execute(
        "insert into ops.admission (batch_id, kind) values (%s, %s) returning admission_id", (batch.batch_id, kind)
    ).fetchone()
    if row is None:
        raise LookupError(batch.batch_id)
    return int(row[0])


def _of_contracts() -> dict[str, list[str]]:
    """Return what the statements read of the contracts and the vocabularies."""
    known = sources().values()
    return {
        "accused": reused.accused_roles(),
        "named": reused.keyed_by_name(known),
        "registers": reused.registers(known),
        "snapshots": [c.source for c in known if c.mode == "snapshot"],
        "events": [c.source for c in known if c.mode == "event"],
    }


def _insert_claims(entity: str) -> sql.Composed:
    names = [sql.Identifier(a.name) for a in entities()[entity].attributes]
    columns = sql.SQL(", ").join(names)
    staged = sql.SQL(", ").join(sql.SQL("s.{}").format(name) for name in names)
    return sql.SQL(
        "insert into {target} (record_id, source, body_id, admission_id, source_time, {columns}) "
        "select s.record_id, j.source, j.body_id, %(admission)s, j.source_time, {staged} "
        "from {origin} s join judged j using (record_id) "
        "where s.fence = %(fence)s and j.duplicate_kind is null order by s.record_id"
    ).format(
        target=sql.Identifier("canonical", entity),
        origin=sql.Identifier("staged", entity),
        columns=columns,
        staged=staged,
    )
