"""Let a replay in, in one transaction: the decisions key by key, then all that follows from them."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql
from psycopg.rows import dict_row

from schemas.contracts import entities
from transforms.admit.admit import Fenced
from transforms.admit.ended import end_before
from transforms.admit.reused import RULES, accused_roles
from transforms.errors import CasebridgeError
from transforms.replay import statements as st
from transforms.replay.aside import STILL_ASIDE
from transforms.replay.judge import judge, judge_keyless
from transforms.replay.reading import Decision, Fresh, Line, Row
from transforms.replay.reused import check, ended_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from transforms.replay.plan import Planned

_CHUNK: Final = 10_000


@dataclass(frozen=True)
class Readmitted:
    """What a replay let in: its admission, the changes of the books by state, and how many canonical rows changed.

    `ended` are the records whose number a record that was let in has now.
    """

    admission_id: int
    books: dict[str, int]
    changes: int
    ended: list[dict[str, Any]]


def decide(connection: psycopg.Connection[Any], planned: Planned) -> None:
    """Judge what the replay staged, and keep the decisions in table `decided` of this transaction.

    Raises Fenced where another replay has begun since.
    """
    connection.execute("select pg_advisory_xact_lock(hashtext('casebridge admit'))")
    connection.execute("set local work_mem = '256MB'")
    _take_fence(connection, planned)
    values = _values(planned)
    connection.execute(st.FRESH, values)
    for statement in st.INDEXES:
        connection.execute(statement)
    connection.execute(st.OWN, values)
    for statement in st.OWN_INDEXES:
        connection.execute(statement)
    item = planned.asked.item
    if item is None:
        for statement in STILL_ASIDE:
            connection.execute(statement, {**values, "reused": list(RULES), "accused": accused_roles()})
    values |= _newest_snapshot(connection, planned)
    connection.execute(st.ODD, values)
    connection.execute(st.DECIDED)
    _judge_all(connection, planned, values)
    if item:
        check(connection, item, planned.batch.fence)
    for statement in st.DECIDED_INDEXES:
        connection.execute(statement)


def let_in(connection: psycopg.Connection[Any], planned: Planned) -> Readmitted:
    """Carry the decisions out under an admission of their own; the caller commits."""
    item = planned.asked.item
    admission = _one(
        connection,
        "insert into ops.admission (batch_id, kind) values (%s, %s) returning admission_id",
        (planned.batch.batch_id, "reused_identifier" if item else "replay"),
    )
    free = planned.batch.slices[0].record_base + planned.span
    is_decided = item is not None and "identifier_reused" in item.rules
    values = {**_values(planned), "admission": admission, "free": free, "is_decided": is_decided}
    for statement in st.CARRY_OUT:
        connection.execute(statement, values)
    for entity in entities():
        for claims in (_fresh_claims(entity), _restored_claims(entity)):
            connection.execute(claims, values)
    end_before(connection, {**values, "batch": planned.batch.batch_id}, is_decided=is_decided)
    for statement in (st.FINDINGS, st.QUARANTINE, st.FORGET_RULES, st.RULES):
        connection.execute(statement, values)
    if planned.asked.only:
        read_by = {"version": planned.asked.only.version, "deliveries": list(planned.batch.deliveries)}
        connection.execute(st.READ_BY, read_by)
    restored = _one(connection, "select count(*) from restored", ())
    books = _books(connection, {**values, "used": planned.span + restored})
    connection.execute(
        "update ops.batch set state = 'done', done_at = now() where batch_id = %s", (planned.batch.batch_id,)
    )
    return Readmitted(admission, books, _one(connection, st.CHANGES, values), ended_beside(connection))


def _values(planned: Planned) -> dict[str, Any]:
    return {
        "source": planned.asked.source,
        "is_event": planned.asked.contract.mode == "event",
        "slice": planned.slice_id,
        "slices": [s.slice_id for s in planned.batch.slices],
        "fence": planned.batch.fence,
    }


def _take_fence(connection: psycopg.Connection[Any], planned: Planned) -> None:
    row = connection.execute(
        "select state from ops.batch where batch_id = %s for update", (planned.batch.batch_id,)
    ).fetchone()
    if row is None or row[0] != "planned":
        what = f"replay {planned.batch.batch_id} was overtaken"
        raise Fenced(what, "replay", "nothing to do: nothing of it was written, and a newer one has begun")


def _newest_snapshot(connection: psycopg.Connection[Any], planned: Planned) -> dict[str, Any]:
    row = connection.execute(st.NEWEST, {"source": planned.asked.source}).fetchone()
    newest = {"newest": row[0] if row else None}
    is_whole = planned.asked.item is None and newest["newest"] in planned.batch.deliveries
    is_read = is_whole and not _one(connection, st.KEYLESS, newest)
    return {**newest, "is_newest_read": is_read}


def _judge_all(connection: psycopg.Connection[Any], planned: Planned, values: dict[str, Any]) -> None:
    """Judge key after key: memory holds some thousands of decisions, however many records are read again."""
    mode, is_newest_read, is_whole = planned.asked.contract.mode, values["is_newest_read"], planned.is_whole
    with connection.cursor("lines", row_factory=dict_row) as cursor:
        cursor.itersize = _CHUNK
        cursor.execute(st.LINES, values)
        found: list[Decision] = []
        for place, rows in groupby(cursor, lambda row: row["place"]):
            lines = [_line(row) for row in rows]
            is_keyless = place.startswith("\x1f")
            if is_keyless:
                found += judge_keyless(lines)
            else:
                found += judge(lines, mode, is_newest_read=is_newest_read, is_whole=is_whole)
            if len(found) >= _CHUNK:
                _keep(connection, found)
                found = []
        _keep(connection, found)


def _line(row: dict[str, Any]) -> Line:
    return Line(
        row["delivery_id"],
        row["row_number"],
        _row(row) if row["row_id"] is not None else None,
        _fresh(row) if row["record_id"] is not None else None,
        had_row=row["had_row"],
        was_replayed=row["was_replayed"],
        is_in_newest=row["is_in_newest"],
        stands=row["stands"],
        withdrawn_in=row["own_withdrawn_in"],
        ended_in=row["ended_in"],
        is_moved=row["is_moved"],
    )


def _row(row: dict[str, Any]) -> Row:
    return Row(
        row["row_id"],
        (row["source_time"], row["delivery_seq"], row["row_number"]),
        row["image"],
        is_item=row["is_item"],
        is_withdrawal=row["is_withdrawal"],
        is_past=row["is_past"],
        withdrawn_in=row["withdrawn_in"],
        confirmed_at=row["confirmed_at"],
        admitted_in=row["admission_id"],
    )


def _fresh(row: dict[str, Any]) -> Fresh:
    return Fresh(
        row["record_id"],
        (row["read_time"], row["read_seq"], row["row_number"]),
        row["read_image"],
        is_usable=not row["is_quarantined"],
        is_withdrawal=row["read_withdrawal"],
        admitted_in=row["admitted_in"],
    )


def _keep(connection: psycopg.Connection[Any], found: list[Decision]) -> None:
    with connection.cursor() as cursor, cursor.copy("copy decided from stdin") as copy:
        for decision in found:
            copy.write_row(astuple(decision))


def _books(connection: psycopg.Connection[Any], values: dict[str, Any]) -> dict[str, int]:
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(st.BOOKS, values).fetchone() or {}
    books = {name.removeprefix("d_"): int(change) for name, change in row.items()}
    if sum(books.values()):
        raise CasebridgeError(
            f"the books of a replay do not balance: {books}",
            f"replay, source {values['source']}",
            "nothing was written; report this with source and dates",
        )
    return books


def _names(entity: str) -> Iterator[sql.Identifier]:
    return (sql.Identifier(attribute.name) for attribute in entities()[entity].attributes)


def _fresh_claims(entity: str) -> sql.Composed:
    return sql.SQL(
        "insert into {target} (record_id, source, body_id, admission_id, source_time, {columns}) "
        "select s.record_id, %(source)s, f.body_id, %(admission)s, f.source_time, {staged} "
        "from decided d join fresh f on f.record_id = d.row_id join {origin} s on s.record_id = f.record_id "
        "where d.act = 'let_in' and s.fence = %(fence)s order by s.record_id"
    ).format(
        target=sql.Identifier("canonical", entity),
        origin=sql.Identifier("staged", entity),
        columns=sql.SQL(", ").join(_names(entity)),
        staged=sql.SQL(", ").join(sql.SQL("s.{}").format(name) for name in _names(entity)),
    )


def _restored_claims(entity: str) -> sql.Composed:
    return sql.SQL(
        "insert into {target} (record_id, source, body_id, admission_id, source_time, {columns}) "
        "select r.new_id, c.source, c.body_id, %(admission)s, c.source_time, {kept} "
        "from restored r join {target} c on c.record_id = r.old_id order by r.new_id"
    ).format(
        target=sql.Identifier("canonical", entity),
        columns=sql.SQL(", ").join(_names(entity)),
        kept=sql.SQL(", ").join(sql.SQL("c.{}").format(name) for name in _names(entity)),
    )


def _one(connection: psycopg.Connection[Any], query: Any, values: Any) -> int:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise LookupError(query)
    return int(row[0])
