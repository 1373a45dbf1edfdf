"""Any history read again: by the same contract nothing moves, by another one the books still prove every record."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.contracts import SourceContract
from schemas.versions import versions
from tests.support.books import EPOCH, Archived, Delivery, Sent, contract_of, normalise_archived, stage_deliveries
from tests.support.histories import (
    ANY_HISTORY,
    INCREMENTAL,
    MAKERS,
    SNAPSHOT,
    as_decision,
    empty,
)
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.errors import Terminal
from transforms.ledger.books import account
from transforms.replay.admit import Readmitted, decide, let_in
from transforms.replay.plan import Asked, plan_replay
from transforms.replay.report import Report, report
from transforms.replay.statements import NEWEST

KEYED = "amr_sd_penalties"
EXAMPLES = int(os.environ.get("BOOKS_EXAMPLES", "12"))
_GHOSTS = """
select record_key from (
    select record_key from canonical.record where superseded_in is null and withdrawn_in is null
    union all
    select record_key from ops.quarantine where closed_in is null and record_key is not null) stands
where record_key not in (select record_key from staged.record where delivery_id = %(newest)s and record_key is not null)
    and not exists (select from staged.record where delivery_id = %(newest)s and record_key is null)
"""
ROWS = "select record_id, image, superseded_in, withdrawn_in, reread_in from canonical.record order by 1"


@pytest.fixture(scope="module")
def replays(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "replays") as there:
        yield there


def _again(
    there: Connections, contract: SourceContract, archive: list[Archived], only: SourceContract | None
) -> tuple[Report, Readmitted]:
    with psycopg.connect(there.dsn("loader")) as connection:
        planned = plan_replay(connection, Asked(contract, None, None, only, "tester"))
        connection.commit()
        normalise_archived(there, planned.batch, archive, only)
        decide(connection, planned)
        return report(connection, planned), let_in(connection, planned)


def _books(there: Connections, source: str) -> dict[str, Any]:
    found = account(there, source, recount=True)
    assert found["balanced"], found
    return dict(found["sources"][0])


def _rows(there: Connections) -> list[tuple[Any, ...]]:
    with psycopg.connect(there.dsn("loader")) as connection:
        return connection.execute(ROWS).fetchall()


def _without_title(contract: SourceContract) -> SourceContract:
    """Return a contract that reads no title, and so tells no image from the other."""
    fields = tuple(replace(f, cleaner="date") if f.name == "title" else f for f in contract.fields)
    return replace(contract, version="2.0.0", fields=fields)


def _keyed_by_title(contract: SourceContract) -> SourceContract:
    """Return a contract by which a record that is told otherwise is another record."""
    places = {contract.key[0]: 1, "title": 2}
    fields = tuple(replace(f, key_position=places.get(f.name)) for f in contract.fields)
    return replace(contract, version="3.0.0", fields=fields)


def _lenient(contract: SourceContract) -> SourceContract:
    """Return a contract that requires nothing but what makes its key, and so frees what was quarantined."""
    fields = tuple(replace(f, required=f.required and f.name in contract.key) for f in contract.fields)
    return replace(contract, version="4.0.0", fields=fields)


def _ghosts(there: Connections, source: str) -> list[tuple[Any, ...]]:
    """Return what stands and is not in the newest snapshot, where every key of that could be read."""
    with psycopg.connect(there.dsn("loader")) as connection:
        newest = connection.execute(NEWEST, {"source": source}).fetchone()
        return connection.execute(_GHOSTS, {"newest": newest[0] if newest else None}).fetchall()


@pytest.mark.parametrize(("source", "drawn"), ANY_HISTORY)
def test_what_is_read_again_is_counted_once(
    replays: Connections, source: str, drawn: st.SearchStrategy[list[list[Delivery]]]
) -> None:
    contract = contract_of(source)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(history=drawn)
    def run(history: list[list[Delivery]]) -> None:
        empty(replays)
        archive: list[Archived] = []
        for deliveries in history:
            admit(replays, stage_deliveries(replays, contract, deliveries, MAKERS[source], archive), {})
        before, rows = _books(replays, source), _rows(replays)
        told, made = _again(replays, contract, archive, None)
        assert (told.records, told.unchanged, made.changes) == (len(archive), len(archive), 0)
        assert (_books(replays, source), _rows(replays)) == (before, rows)

        is_snapshot = contract.mode == "snapshot"
        others = (_keyed_by_title(contract), _lenient(contract)) if is_snapshot else ()
        for changed in (_without_title(contract), *others, contract):
            before = _books(replays, source)
            _, made = _again(replays, contract, archive, changed)
            after = _books(replays, source)
            assert after["sent"] == before["sent"]
            assert {state: after[state] - before[state] for state in made.books} == made.books
            assert not is_snapshot or _ghosts(replays, source) == []
            assert _again(replays, contract, archive, changed)[1].changes == 0

    run()


def _states(there: Connections) -> dict[str, str]:
    """Return what stands, by its title."""
    with psycopg.connect(there.dsn("loader")) as connection:
        query = (
            "select c.title, case when r.withdrawn_in is null then 'current' else 'withdrawn' end "
            'from canonical.record r join canonical."case" c using (record_id) where r.superseded_in is null'
        )
        return dict(connection.execute(query).fetchall())


def test_what_is_older_than_the_newest_confirmation_is_late_in_a_replay_too(replays: Connections) -> None:
    contract, archive = contract_of(INCREMENTAL), list[Archived]()
    empty(replays)
    for day, image in ((1, "a"), (3, "a"), (2, "b")):
        deliveries = [Delivery(day, (Sent("1", image, day),))]
        admit(replays, stage_deliveries(replays, contract, deliveries, MAKERS[INCREMENTAL], archive), {})
    told, before = {"扣留a": "current"}, _books(replays, INCREMENTAL)
    assert (_again(replays, contract, archive, None)[1].changes, _states(replays)) == (0, told)
    _again(replays, contract, archive, _without_title(contract))
    assert _books(replays, INCREMENTAL)["duplicate"] == 2
    _again(replays, contract, archive, contract)
    assert (_states(replays), _books(replays, INCREMENTAL)) == (told, before)
    # What was said again still is the newest word.
    late = [Delivery(4, (Sent("1", "c", 2),))]
    admit(replays, stage_deliveries(replays, contract, late, MAKERS[INCREMENTAL]), {})
    assert _states(replays) == told


@pytest.mark.parametrize("source", [SNAPSHOT, INCREMENTAL])
def test_a_body_goes_back_to_what_it_said_of_one_time_in_a_replay_too(replays: Connections, source: str) -> None:
    contract, archive = contract_of(source), list[Archived]()
    empty(replays)
    for image in "aba":
        deliveries = [Delivery(1, (Sent("1", image, 1),))]
        admit(replays, stage_deliveries(replays, contract, deliveries, MAKERS[source], archive), {})
    told, before = _states(replays), _books(replays, source)
    assert [title[-1] for title in told] == ["a"]
    assert (_again(replays, contract, archive, None)[1].changes, _states(replays)) == (0, told)
    _again(replays, contract, archive, _without_title(contract))
    assert _books(replays, source)["duplicate"] == 2
    _again(replays, contract, archive, contract)
    assert (_states(replays), _books(replays, source)) == (told, before)


def test_a_penalty_that_a_snapshot_lacked_stays_withdrawn_when_it_is_read_by_another_key(replays: Connections) -> None:
    contract, archive = contract_of(SNAPSHOT), list[Archived]()
    empty(replays)
    gone, stays = Sent("1", "a", 0), Sent("2", "b", 0)
    for day, records in enumerate(((gone, stays), (stays,))):
        deliveries = [Delivery(day, records)]
        admit(replays, stage_deliveries(replays, contract, deliveries, MAKERS[SNAPSHOT], archive), {})
    assert _states(replays) == {"类型a": "withdrawn", "类型b": "current"}
    _again(replays, contract, archive, versions(SNAPSHOT)[-1])
    assert _states(replays) == {"类型a": "withdrawn", "类型b": "current"}


def test_what_was_quarantined_and_is_no_longer_sent_is_not_published_once_it_can_be_used(replays: Connections) -> None:
    contract, archive = contract_of(SNAPSHOT), list[Archived]()
    empty(replays)
    doubtful, stays = Sent("1", "a", 0, usable=False), Sent("2", "b", 0)
    for day, records in enumerate(((doubtful, stays), (stays,))):
        deliveries = [Delivery(day, records)]
        admit(replays, stage_deliveries(replays, contract, deliveries, MAKERS[SNAPSHOT], archive), {})
    assert _books(replays, SNAPSHOT)["quarantined"] == 0
    _again(replays, contract, archive, _lenient(contract))
    assert _states(replays) == {"类型a": "withdrawn", "类型b": "current"}


def test_part_of_a_history_is_not_read_by_another_key(replays: Connections) -> None:
    newest, oldest = versions(KEYED)[0], versions(KEYED)[-1]
    empty(replays)
    for record in (Sent("1", "a", 0), Sent("1", "a", 3, withdrawal=True)):
        batch = stage_deliveries(replays, oldest, [Delivery(record.day, (record,))], as_decision)
        admit(replays, batch, {})
    with psycopg.connect(replays.dsn("owner")) as connection:
        connection.execute("update ops.delivery set contract_version = %s, closed_at = as_of", (oldest.version,))
    first, last = EPOCH.date(), EPOCH.date() + timedelta(days=3)
    with psycopg.connect(replays.dsn("loader")) as connection:
        with pytest.raises(Terminal, match="another record key") as told:
            plan_replay(connection, Asked(newest, first, first, newest, "tester"))
        assert told.value.remedy == f"replay all that was received: --from {first} --to {last}"
        assert plan_replay(connection, Asked(newest, first, last, newest, "tester")).is_whole
        assert not plan_replay(connection, Asked(newest, first, first, None, "tester")).is_whole


def test_a_slice_that_waits_for_a_replay_does_not_hinder_it(replays: Connections) -> None:
    contract = contract_of(SNAPSHOT)
    empty(replays)
    admit(replays, stage_deliveries(replays, contract, [Delivery(1, ())], MAKERS[SNAPSHOT]), {})
    for reason, hinders in (("otherKeys is 1, exactly 0", False), ("absent is 90", True)):
        batch = stage_deliveries(replays, contract, [Delivery(2, ())], MAKERS[SNAPSHOT])
        admit(replays, batch, {batch.slices[0].slice_id: reason})
        with psycopg.connect(replays.dsn("loader")) as connection:
            asked = Asked(contract, None, None, None, "tester")
            if hinders:
                connection.execute("update ops.slice set state = 'failed' where held_reason like 'otherKeys%'")
                with pytest.raises(Terminal, match="is held"):
                    plan_replay(connection, asked)
            else:
                assert plan_replay(connection, asked).slice_id
                connection.rollback()
