"""A stack of its own for the whole line, and the deliveries that several of its tests look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.line.line import BODIES, COURT, PENALTIES, Line, Taken, own_stack
from tests.support.generate import generate, generate_next
from transforms.collect.deliver import collect_due, deliver_file

ROWS = 150


@pytest.fixture(scope="package")
def line() -> Iterator[Line]:
    """Bring up PostgreSQL and Kafka: the books hold what these tests delivered."""
    with own_stack() as line:
        yield line


@pytest.fixture
def alone() -> Iterator[Line]:
    """Give a stack whose topics and archive nobody else writes to."""
    with own_stack() as line:
        yield line


@pytest.fixture(scope="package")
def first(line: Line) -> Taken:
    """Let the four bodies deliver and take it to the first release."""
    answers = line.deliver(ROWS)
    done = line.integrate()
    return Taken(answers, done, {source: line.books(source) for source in BODIES}, line.marts())


@pytest.fixture(scope="package")
def second(line: Line, first: Taken) -> Taken:
    """Take the bureau's snapshot of the next month, after the first one once more, and a change at the court."""
    (again,) = generate(PENALTIES, ROWS, 7, line.folder).paths
    assert deliver_file(line.stack, PENALTIES, again).state == "known"
    following = generate_next(ROWS, 7, line.folder)
    assert deliver_file(line.stack, PENALTIES, following.paths[0]).state == "closed"
    line.court().change(2, status="执行完毕")
    (receipt,) = collect_due(line.stack, COURT)
    assert receipt.sent_count >= 1
    done = line.integrate()
    return Taken({PENALTIES: following.answers}, done, {source: line.books(source) for source in BODIES}, line.marts())
