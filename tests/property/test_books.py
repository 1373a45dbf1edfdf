"""The accounting identity under random deliveries, re-sends, returns, corrections, absences and withdrawals."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.migrations import upgrade
from schemas.contracts import SourceContract
from tests.support.books import Delivery, PlainBooks, Sent, contract_of, stage_deliveries
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.ledger.books import STATES, account

SNAPSHOT, INCREMENTAL = "amr_zj_penalties", "customs_sh_detentions"
EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "12"))
_TABLES = """
select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables
where schemaname in ('ops', 'canonical', 'staged') and tablename <> 'alembic_version'
"""

_keys = st.sampled_from(["1", "2", "3"])
_images = st.sampled_from(["a", "b"])


def _penalty(record: Sent) -> dict[str, str | None]:
    return {
        "行政相对人名称": "某某有限公司",
        "行政处罚决定书文号": record.key and f"浙市监处罚〔2026〕{record.key}号",
        "违法行为类型": f"类型{record.image}",
        "处罚依据": "《中华人民共和国商标法》第六十条",
        "处罚类别": "罚款" if record.usable else None,
        "处罚机关": "某市市场监督管理局",
    }


def _detention(record: Sent) -> dict[str, str | None]:
    return {
        "id": record.key and f"D{record.key}",
        "updatedAt": f"2026-{record.day // 28 + 1:02}-{record.day % 28 + 1:02}T00:00:00+08:00",
        "recordState": "void" if record.withdrawal else "valid",
        "customs.name": "某海关" if record.usable else None,
        "title": f"扣留{record.image}",
    }


_MAKERS = {SNAPSHOT: _penalty, INCREMENTAL: _detention}

_in_snapshot = st.one_of(
    st.builds(Sent, _keys, _images, st.just(0)),
    st.builds(Sent, _keys, _images, st.just(0), st.just(False)),
    st.builds(Sent, st.none(), _images, st.just(0), st.just(False)),
)
_days = st.integers(0, 6)
_changed = st.one_of(
    st.builds(Sent, _keys, _images, _days, st.just(True), st.booleans()),
    # What is quarantined is known by its raw bytes, which say the day.
    st.builds(lambda k, i, d: Sent(k, f"{i}{d}", d, usable=False), _keys, _images, _days),
    st.builds(lambda i, d: Sent(None, f"{i}{d}", d, usable=False), _images, _days),
)


def _batches(record: st.SearchStrategy[Sent]) -> st.SearchStrategy[list[Delivery]]:
    return st.lists(st.builds(Delivery, _days, st.lists(record, max_size=5).map(tuple)), min_size=1, max_size=2)


def _histories(record: st.SearchStrategy[Sent]) -> st.SearchStrategy[list[list[Delivery]]]:
    return st.lists(_batches(record), min_size=1, max_size=4)


_of_two_sources = st.lists(
    st.one_of(
        st.tuples(st.just(SNAPSHOT), _batches(_in_snapshot)), st.tuples(st.just(INCREMENTAL), _batches(_changed))
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def books(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with psycopg.connect(stack.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("drop database if exists books with (force)")
        connection.execute("create database books owner owner")
    there = replace(stack, database="books")
    upgrade(there)
    yield there
    with psycopg.connect(stack.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("drop database books with (force)")


def _empty(books: Connections) -> None:
    with psycopg.connect(books.dsn("owner")) as connection:
        row = connection.execute(_TABLES).fetchone()
        assert row is not None
        connection.execute(f"truncate {row[0]}")


def _admit(books: Connections, contract: SourceContract, deliveries: list[Delivery]) -> None:
    batch = stage_deliveries(books, contract, deliveries, _MAKERS[contract.source])
    admit(books, batch, {})


def _check(books: Connections, source: str, expected: PlainBooks, held: int = 0) -> None:
    found = account(books, source, recount=True)
    states = Counter(expected.states())
    states["sent"] += held
    states["held"] += held
    (row,) = found["sources"]
    assert {s: row[s] for s in ("sent", *STATES)} == {s: states.get(s, 0) for s in ("sent", *STATES)}
    assert found["balanced"]


@pytest.mark.parametrize(("source", "records"), [(SNAPSHOT, _in_snapshot), (INCREMENTAL, _changed)])
def test_every_record_is_in_exactly_one_state_after_any_history(
    books: Connections, source: str, records: st.SearchStrategy[Sent]
) -> None:
    contract = contract_of(source)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(history=_histories(records))
    def run(history: list[list[Delivery]]) -> None:
        _empty(books)
        expected = PlainBooks(is_snapshot=contract.mode == "snapshot")
        for deliveries in history:
            _admit(books, contract, deliveries)
            expected.admit(deliveries)
            _check(books, source, expected)

    run()


def test_sources_that_claim_side_by_side_and_held_slices_have_books_of_their_own(books: Connections) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(history=_of_two_sources, refused=st.integers(0, 8))
    def run(history: list[tuple[str, list[Delivery]]], refused: int) -> None:
        _empty(books)
        modes = {source: contract_of(source).mode for source in (SNAPSHOT, INCREMENTAL)}
        expected = {source: PlainBooks(is_snapshot=mode == "snapshot") for source, mode in modes.items()}
        held: dict[str, int] = {}
        for number, (source, deliveries) in enumerate(history):
            batch = stage_deliveries(books, contract_of(source), deliveries, _MAKERS[source])
            admit(books, batch, {s.slice_id: "refused" for s in batch.slices if number == refused})
            if number == refused or source in held:
                held[source] = held.get(source, 0) + sum(len(d.records) for d in deliveries)
            else:
                expected[source].admit(deliveries)
            for seen in {name for name, _ in history[: number + 1]}:
                _check(books, seen, expected[seen], held.get(seen, 0))

    run()


def test_a_held_slice_holds_its_records_and_those_of_its_successors(books: Connections) -> None:
    _empty(books)
    contract = contract_of(SNAPSHOT)
    batch = stage_deliveries(books, contract, [Delivery(1, (Sent("1", "a", 0), Sent("2", "a", 0)))], _penalty)
    first = admit(books, batch, {batch.slices[0].slice_id: "too many absences"})
    later = admit(books, stage_deliveries(books, contract, [Delivery(2, (Sent("1", "b", 0),))], _penalty), {})
    assert first.admission_id is None
    assert list(later.held.values()) == [f"waits for the held slice {batch.slices[0].slice_id} of the same source"]
    found = account(books, recount=True)
    assert found["balanced"]
    assert (found["sources"][0]["held"], found["sources"][0]["sent"]) == (3, 3)


def test_a_row_deleted_behind_the_ledger_is_noticed(books: Connections) -> None:
    _empty(books)
    _admit(books, contract_of(SNAPSHOT), [Delivery(1, (Sent("1", "a", 0), Sent("2", "a", 0)))])
    with psycopg.connect(books.dsn("owner")) as connection:
        first = "(select min(record_id) from canonical.record)"
        connection.execute(f"delete from canonical.record where record_id = {first}")  # noqa: S608  # constant text
    assert account(books)["balanced"]
    assert not account(books, recount=True)["balanced"]
