"""Steps killed with SIGKILL at random moments leave nothing that their next run does not mend."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from itertools import count
from random import Random

import psycopg
import pytest

from tests.integration.line.kills import (
    LEAST_KILLS,
    SOON,
    Kill,
    Step,
    assert_balanced,
    assert_equal,
    kill_after,
    seconds_between,
)
from tests.integration.line.line import DETENTIONS, PENALTIES, Line, Taken
from tests.support import books
from tests.support.books import Delivery, Sent, contract_of, stage_deliveries
from tests.support.generate import generate
from tests.support.warehouses import warehouse_beside
from transforms.connections import Connections
from transforms.ledger.deliveries import ledger

SEED = 20261122
MOST_MONTHS, MOST_FILES, KEYS = 6, 8, 6000
KILLS_A_MONTH = 3


def _penalty(record: Sent) -> dict[str, str | None]:
    return {
        "行政相对人名称": f"某某{record.key}有限公司",
        "行政处罚决定书文号": record.key and f"浙市监处罚〔2026〕{record.key}号",
        "违法行为类型": f"类型{record.image}",
        "处罚依据": "《中华人民共和国商标法》第六十条",
        "处罚类别": "罚款" if record.usable else None,
        "罚款金额（万元）": record.image,
        "处罚决定日期": "2026-03-04",
        "处罚机关": "示例市市场监督管理局",
    }


def _months() -> Iterator[Delivery]:
    """Yield snapshots in which one key in ten changes, one in twenty is unusable and one in fifty is absent."""
    rng = Random(SEED)
    images = dict.fromkeys(range(1, KEYS), 0)
    for month in range(MOST_MONTHS):
        images.update({key: month for key in images if rng.random() < 0.1})
        present = [key for key in images if rng.random() > 0.02]
        records = tuple(Sent(str(key), str(images[key]), month, rng.random() > 0.05) for key in present)
        yield Delivery(month, records)


def _stage(stack: Connections, month: Delivery) -> None:
    stage_deliveries(stack, contract_of(PENALTIES), [month], _penalty)


def test_killed_admissions_and_builds_end_as_undisturbed_ones(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, kills = Random(SEED), list[Kill]()
    with warehouse_beside(line.stack, "calm") as calm, warehouse_beside(line.stack, "killed") as killed:
        for number, month in enumerate(_months()):
            for stack in (calm, killed):
                monkeypatch.setattr(books, "_numbers", count(number))
                _stage(stack, month)
            for step in ("admit", "dbt"):
                (seconds,) = seconds_between(calm, step, "begin", "end")
                kills += _kill(killed, step, KILLS_A_MONTH, SOON * seconds, rng)
                assert_balanced(killed)
            struck = [kill.step for kill in kills]
            # A step that was quicker than it had been measured was struck less often that month.
            if min(struck.count("admit"), struck.count("dbt")) >= LEAST_KILLS:
                break
        assert min(struck.count("admit"), struck.count("dbt")) >= LEAST_KILLS
        assert_equal(killed, calm)


def _kill(stack: Connections, step: str, times: int, within: float, rng: Random) -> list[Kill]:
    """Kill a step so many times and let it run to its end after that; it may be through before."""
    kills: list[Kill] = []
    while len(kills) < times:
        kill = Step(stack, step).kill("begin", rng.uniform(0, within))
        if kill is None:
            return kills
        kills.append(kill)
    Step(stack, step).finish()
    return kills


def test_killed_landings_end_as_undisturbed_ones(alone: Line) -> None:
    rng, stack = Random(SEED), alone.stack
    alone.deliver(400)
    ledger(stack).dispose()
    with warehouse_beside(stack, "calm", template="casebridge") as calm:
        _number_from(calm, 1000)
        land, normalise = seconds_between(calm, "take", "taken", "landed", "staged")
        moments = [("taken", land), ("landed", normalise)] * 3
        kills: list[Kill | None] = []
        # A batch that failed twice is split by source, and a source that failed twice would be held.
        for event, seconds in moments:
            kills.append(Step(stack, "take").kill(event, rng.uniform(0, SOON) * seconds))
            if len(kills) > 2 and kills[-1]:
                Step(stack, "take").finish()
        assert len([kill for kill in kills if kill]) >= LEAST_KILLS
        assert alone.rows("select * from ops.slice where state <> 'admitted' and batch_id <> 1") == []
        for there in (stack, calm):
            Step(there, "dbt").finish()
            assert_balanced(there)
        assert_equal(stack, calm)


def test_killed_collections_lose_nothing_and_double_nothing(line: Line, first: Taken) -> None:
    rng, before, kills = Random(SEED), line.books(DETENTIONS), list[Kill]()
    sent, within = 0, 0.0
    # The first file is collected undisturbed, to measure it; a file that was collected cannot be killed again.
    for number in range(MOST_FILES):
        made = generate(DETENTIONS, KEYS, SEED + number, line.folder)
        deliver = ("deliver", str(made.paths[0]), "--source", DETENTIONS)
        sent += made.answers.sent
        while number and len(kills) < LEAST_KILLS:
            kill = kill_after(line.start(*deliver), "collect", rng.uniform(0.1, 0.8) * within)
            if kill is None:
                break
            kills.append(kill)
        begin = time.monotonic()
        code, told = line.command(*deliver)
        within = time.monotonic() - begin
        assert (code, told["state"] in ("closed", "known")) == (0, True)
        closed = "select count(*) as n from ops.delivery where sha256 = %s and state = 'closed'"
        assert line.one(closed, hashlib.sha256(made.paths[0].read_bytes()).hexdigest()) == 1
        if len(kills) >= LEAST_KILLS:
            break
    assert len(kills) >= LEAST_KILLS
    line.integrate()
    assert line.books(DETENTIONS)["sent"] - before["sent"] == sent


def _number_from(stack: Connections, first: int) -> None:
    """Keep the batches of two ledgers apart in the one archive that both write to."""
    with psycopg.connect(stack.dsn("owner")) as connection:
        for column in ("batch", "slice"):
            connection.execute(f"alter table ops.{column} alter {column}_id restart with {first}".encode())
