"""A replay killed with SIGKILL at random moments leaves nothing that the next replay does not mend."""

from __future__ import annotations

from random import Random

from tests.integration.line.kills import (
    LEAST_KILLS,
    SOON,
    Kill,
    Step,
    assert_balanced,
    assert_equal,
    seconds_between,
)
from tests.integration.line.line import PENALTIES, Line
from tests.integration.line.replays import changed
from tests.integration.line.step import REPLAYED
from tests.support.warehouses import warehouse_beside
from transforms.ledger.deliveries import ledger

SEED = 20261124
ROWS = 60
# Its admission alone is written; half of the claims are; all is, but the commit is missing.
HALF_WAY = ("canonical.record", "canonical.decision", "ops.batch")
_SENT = "select sum(sent) from ops.slice where source = %s"
_PLANNED = "select batch_id from ops.batch where state = 'planned'"
_REREAD = "select count(*) from canonical.record where reread_in is not null"


def test_killed_replays_end_as_an_undisturbed_one(alone: Line) -> None:
    rng, stack = Random(SEED), alone.stack
    alone.deliver(ROWS)
    alone.integrate()
    sent, before = alone.one(_SENT, PENALTIES), alone.books(PENALTIES)
    changed(alone.folder, "doc_no_raw", "text", "date").rename(stack.home / REPLAYED)
    ledger(stack).dispose()
    with warehouse_beside(stack, "calm", template="casebridge") as calm:
        (staging,) = seconds_between(calm, "replay", "planned", "staged")
        kills = _strike(alone, staging, rng)
        assert len(kills) >= LEAST_KILLS
        assert len({kill.batch for kill in kills}) == len(kills), "every replay is a batch of its own"
        Step(stack, "replay").finish()
        assert alone.rows(_PLANNED) == []
        assert alone.one(_REREAD) > 0
        assert alone.one(_SENT, PENALTIES) == sent
        assert alone.books(PENALTIES)["current"] == before["current"]
        for there in (stack, calm):
            assert_balanced(there)
            Step(there, "dbt").finish()
            assert_balanced(there)
        assert_equal(stack, calm)


def _strike(line: Line, staging: float, rng: Random) -> list[Kill]:
    """Kill one replay after another: while it reads, and half-way through what it writes; none gets through."""
    kills: list[Kill] = []
    for table in HALF_WAY:
        kill = Step(line.stack, "replay").kill("planned", rng.uniform(0, SOON) * staging)
        assert kill is not None, "a replay ended before it could be killed"
        kills += [kill, Step(line.stack, "replay").kill_at(line.stack, table, "planned", "staged")]
        assert line.one(_REREAD) == 0, kills
    return kills
