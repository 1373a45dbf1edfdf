"""A batch that fails twice is split by source, and what still fails is held; what has no contract waits alone."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from infra.runs import integrate
from infra.runs.held import check_held
from schemas.contracts import sources
from schemas.fresh import Fresh
from tests.support.platform import Platform
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import Admitted, admit
from transforms.connections import Connections
from transforms.errors import Terminal
from transforms.kafka import admin, end_offsets, ensure_topics
from transforms.land import left, plan
from transforms.land.left import left_waiting
from transforms.land.plan import is_work_waiting, plan_batch
from transforms.land.waiting import LINE, watch_work
from transforms.ledger.batches import MAX_ATTEMPTS, Batch
from transforms.ledger.books import account
from transforms.normalise.job import truncate_staged

BROKEN, SOUND, PUSHED = "amr_zj_penalties", "customs_sh_detentions", "platform_notices"
RECORDS = 3


@pytest.fixture
def ledger(stack: Connections) -> Iterator[Connections]:
    """Give a ledger with one closed delivery of each source, in a database of its own."""
    with warehouse_beside(stack, "giving_up") as there:
        with psycopg.connect(there.dsn("owner")) as connection:
            for name in (BROKEN, SOUND):
                contract = sources()[name]
                connection.execute(
                    "insert into ops.topic (topic, epoch, kafka_topic_id) values (%s, 1, 'x')", (contract.topic,)
                )
                connection.execute(
                    "insert into ops.delivery (delivery_id, source, body_id, mode, state, sent_count, topic, "
                    "topic_epoch, from_offset, to_offset) values (%s, %s, %s, %s, 'closed', %s, %s, 1, 0, %s)",
                    (name, name, contract.body_id, contract.mode, RECORDS, contract.topic, RECORDS),
                )
        yield there


def take_away(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let there be no contract of these sources, as where somebody removed or renamed their files."""
    rest = {name: contract for name, contract in sources().items() if name not in names}
    for module in (integrate, left, plan):
        monkeypatch.setattr(module, "sources", lambda: rest)
    monkeypatch.setattr(Fresh, "sources", lambda _: rest)


def admit_all(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """Let batches pass without Spark, and return the list of what each is of."""
    taken: list[set[str]] = []

    def stage(connections: Connections, batch: Batch) -> None:
        taken.append({s.source for s in batch.slices})
        truncate_staged(connections)

    monkeypatch.setattr(integrate, "_stage", stage)
    monkeypatch.setattr(integrate, "gate_and_admit", lambda connections, batch: admit(connections, batch, {}))
    return taken


def test_a_delivery_whose_contract_is_gone_waits_and_the_others_go_on(
    ledger: Connections, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = admit_all(monkeypatch)
    with monkeypatch.context() as patch:
        take_away(patch, BROKEN)
        assert integrate.take_next_batch(ledger) is not None
        assert integrate.take_next_batch(ledger) is None
        assert BROKEN in capsys.readouterr().out
        assert left_waiting(ledger) == {BROKEN: RECORDS}
        assert not is_work_waiting(ledger)
        with watch_work(ledger) as look:
            assert look() == {LINE: frozenset()}
    assert left_waiting(ledger) == {}
    assert integrate.take_next_batch(ledger) is not None
    assert taken == [{SOUND}, {BROKEN}]


def test_a_planned_batch_gives_back_what_has_no_contract_any_more(
    ledger: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = admit_all(monkeypatch)
    planned = plan_batch(ledger)
    with monkeypatch.context() as patch:
        take_away(patch, BROKEN)
        assert integrate.take_next_batch(ledger) is not None
        assert integrate.take_next_batch(ledger) is None
        assert left_waiting(ledger) == {BROKEN: RECORDS}
    assert planned is not None
    assert integrate.take_next_batch(ledger) is not None
    assert taken == [{SOUND}, {BROKEN}]


def test_of_three_sources_one_without_contract_does_not_keep_the_others_from_being_planned_alone(
    ledger: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_batch(ledger)
    with psycopg.connect(ledger.dsn("loader")) as connection:
        connection.execute("update ops.batch set state = 'failed'")
        connection.execute("update ops.topic set next_offset = 0")
    take_away(monkeypatch, BROKEN)
    with psycopg.connect(ledger.dsn("loader")) as connection:
        assert set(_ranges(connection, plan_batch(ledger))) == {SOUND}


def push(ledger: Connections) -> int:
    """Push records of a source whose topic is read up to them; return the offset behind them."""
    topic = sources()[PUSHED].topic
    with admin(ledger.kafka) as client:
        ids = ensure_topics(client, [topic])
        with Platform(ledger.kafka, topic) as platform:
            platform.push(["{}"] * RECORDS)
        end = end_offsets(client, [topic])[topic]
    with psycopg.connect(ledger.dsn("owner")) as connection:
        connection.execute(
            "insert into ops.topic (topic, epoch, kafka_topic_id, next_offset) values (%s, 1, %s, %s)",
            (topic, ids[topic], end - RECORDS),
        )
    return end


def test_what_a_body_pushed_is_told_when_its_contract_is_gone(
    ledger: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(ledger)
    take_away(monkeypatch, BROKEN, PUSHED)
    assert left_waiting(ledger) == {BROKEN: RECORDS, PUSHED: RECORDS}


def test_a_held_slice_is_not_decided_on_while_its_source_has_no_contract(
    ledger: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_batch(ledger)
    with psycopg.connect(ledger.dsn("loader")) as connection:
        held = connection.execute(
            "update ops.slice set state = 'held', held_reason = 'x' where source = %s returning slice_id", (BROKEN,)
        ).fetchone()
    assert held is not None
    take_away(monkeypatch, BROKEN)
    with pytest.raises(Terminal, match=f"{BROKEN} has no contract any more"):
        check_held(ledger, held[0])


def test_the_sound_source_goes_on_and_the_broken_one_is_held(
    ledger: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[set[str]] = []

    def stage(connections: Connections, batch: Batch) -> None:
        taken.append({s.source for s in batch.slices})
        truncate_staged(connections)
        if BROKEN in taken[-1]:
            raise RuntimeError("its records break the worker")

    def gate_and_admit(connections: Connections, batch: Batch) -> Admitted:
        return admit(connections, batch, {})

    monkeypatch.setattr(integrate, "_stage", stage)
    monkeypatch.setattr(integrate, "gate_and_admit", gate_and_admit)
    for _ in range(2 * MAX_ATTEMPTS):
        with pytest.raises(RuntimeError):
            integrate.take_next_batch(ledger)
    admitted = integrate.take_next_batch(ledger)
    assert taken == [{BROKEN, SOUND}] * MAX_ATTEMPTS + [{BROKEN}] * MAX_ATTEMPTS + [{SOUND}]
    assert admitted is not None
    assert integrate.take_next_batch(ledger) is None
    with psycopg.connect(ledger.dsn("loader")) as connection:
        held = connection.execute("select source, held_reason from ops.slice where state = 'held'").fetchall()
    assert held == [(BROKEN, "could not be normalised: RuntimeError")]
    (row,) = account(ledger, BROKEN)["sources"]
    assert (row["held"], row["balanced"]) == (RECORDS, True)


def test_a_pushed_range_whose_batch_failed_is_planned_once(ledger: Connections) -> None:
    end = push(ledger)
    with psycopg.connect(ledger.dsn("loader")) as connection:
        first = _ranges(connection, plan_batch(ledger))
        assert first[PUSHED] == (end - RECORDS, end, RECORDS)
        connection.execute("update ops.batch set state = 'failed'")
        connection.execute(
            "update ops.topic t set next_offset = s.from_offset from ops.slice s where s.topic = t.topic"
        )
        connection.commit()
        again = [_ranges(connection, plan_batch(ledger))]
        while PUSHED not in again[-1]:
            connection.execute("update ops.batch set state = 'done' where state = 'planned'")
            connection.commit()
            again.append(_ranges(connection, plan_batch(ledger)))
    assert again[-1] == {PUSHED: first[PUSHED]}


def _ranges(connection: psycopg.Connection, batch_id: int | None) -> dict[str, tuple[int, int, int]]:
    rows = connection.execute(
        "select source, from_offset, to_offset, expected from ops.slice where batch_id = %s", (batch_id,)
    ).fetchall()
    connection.commit()
    return {source: tuple(numbers) for source, *numbers in rows}
