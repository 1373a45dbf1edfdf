"""One step of the line in a process of its own, to be killed: `python -m tests.integration.line.step HOME DB STEP`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import structlog

from infra.logging import configure
from infra.runs.integrate import release, take_next_batch
from infra.runs.replay import replay
from infra.settings import Settings, connections
from schemas.contracts import read_source
from tests.integration.line.replays import by
from transforms.admit.admit import admit
from transforms.connections import Connections
from transforms.ledger.batches import read_batch

REPLAYED = "replayed.odcs.yaml"
log = structlog.get_logger()


def admit_staged(stack: Connections) -> None:
    """Admit the planned batch that lies in `staged`."""
    with psycopg.connect(stack.dsn("loader")) as connection:
        found = connection.execute("select batch_id, fence from ops.batch where state = 'planned'").fetchone()
        assert found is not None
        batch = read_batch(connection, found[0], fence=found[1])
    log.info("begin", step="admit", batch=batch.batch_id)
    admit(stack, batch, {})


def take(stack: Connections) -> None:
    """Take the next batch through land, normalise, gate and admit."""
    taken = take_next_batch(stack)
    log.info("took", step="take", batch=taken.batch_id if taken else None)


def build(stack: Connections) -> None:
    """Make the release that waits."""
    with psycopg.connect(stack.dsn("loader")) as connection:
        batches = connection.execute("select max(batch_id) from ops.admission").fetchone()
    assert batches is not None
    log.info("begin", step="dbt", batch=batches[0])
    made = release(stack)
    assert made is not None, "no release waits"
    assert made.state == "published", made.reason


def read_again(stack: Connections) -> None:
    """Replay the penalties by the contract that lies in the home of the stack."""
    log.info("begin", step="replay", batch=None)

    def planned(_: str) -> None:
        with psycopg.connect(stack.dsn("loader")) as connection:
            found = connection.execute("select max(batch_id) from ops.batch where state = 'planned'").fetchone()
        assert found is not None
        log.info("planned", step="replay", batch=found[0])

    done = replay(stack, by(read_source(stack.home / REPLAYED)), dry_run=False, progress=planned)
    assert done.changes or done.report.unchanged


def main() -> None:
    """Run one step and tell what it does on stdout, one JSON object a line."""
    home, database, step = sys.argv[1:]
    configure(stream=sys.stdout)
    stack = replace(connections(Settings(home=Path(home))), database=database)
    {"admit": admit_staged, "take": take, "dbt": build, "replay": read_again}[step](stack)
    log.info("end", step=step)


if __name__ == "__main__":
    main()
