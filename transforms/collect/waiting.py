"""What waits to be collected: a level that can be read every second."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy.exc import OperationalError

from schemas.fresh import Fresh
from transforms.collect.access import access_path
from transforms.collect.database import newest_change
from transforms.collect.inbox import complete_files, inbox_of
from transforms.collect.pickup import KINDS, stamps_waiting
from transforms.errors import CasebridgeError, SourceUnavailable
from transforms.ledger.deliveries import ledger, read_watermark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Engine

    from schemas.contracts import SourceContract
    from transforms.connections import Connections

# The contract's `frequency` of a source whose body lets us ask all the time.
CONTINUOUS: Final = "continuous"
PROBE_SECONDS: Final = 3.0
# Each look at a folder elsewhere is a login there.
VISIT_SECONDS: Final = 30.0
# A body that does not answer costs a time-out each time it is asked.
REST_SECONDS: Final = 60.0

log = structlog.get_logger()


def sources_waiting(connections: Connections) -> list[str]:
    """Name the sources that have something to collect now, in alphabetical order."""
    with watch_deliveries(connections) as look:
        return sorted(source for source, places in look().items() if places)


@contextmanager
def watch_deliveries(connections: Connections) -> Iterator[Callable[[], Mapping[str, frozenset[str]]]]:
    """Yield a function that tells, by source, what waits: complete files, or rows behind its view.

    It raises SourceUnavailable where our ledger does not answer; a body that does not answer is left to the sweep.
    """
    yield partial(_look, connections, Fresh(), _Probes(connections))


def _look(connections: Connections, contracts: Fresh, probes: _Probes) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, contract in contracts.sources().items():
        if contract.fetch.kind == "local":
            files = complete_files(inbox_of(connections, contract))
            found[name] = frozenset(path.name for path in files)
        elif _is_asked(contract) and access_path(connections, contract).exists():
            found[name] = probes.look(contract)
    return found


def _is_asked(contract: SourceContract) -> bool:
    return contract.cadence == CONTINUOUS and bool(contract.cursor or contract.fetch.kind in KINDS)


class _Probes:
    """The views and the folders elsewhere, each asked now and then; between that, what it answered last."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._answers: dict[str, frozenset[str]] = {}
        self._next: dict[str, float] = {}
        self._out: set[str] = set()

    def look(self, contract: SourceContract) -> frozenset[str]:
        """Tell the watermark behind which rows wait, or the stamps of the files that do."""
        name = contract.source
        if time.monotonic() < self._next.get(name, 0.0):
            return self._answers[name]
        engine = ledger(self._connections)
        try:
            answer = self._ask(engine, contract)
        except OperationalError as error:
            remedy = "look at `casebridge status`, start with `casebridge up`"
            raise SourceUnavailable("the ledger did not answer", engine.url.render_as_string(), remedy) from error
        except CasebridgeError as error:
            if name not in self._out:
                log.warning("cannot be asked", source=name, error=str(error))
            self._out.add(name)
            self._next[name] = time.monotonic() + REST_SECONDS
            self._answers[name] = frozenset()
            return frozenset()
        self._out.discard(name)
        self._next[name] = time.monotonic() + (VISIT_SECONDS if contract.fetch.kind in KINDS else PROBE_SECONDS)
        self._answers[name] = answer
        return answer

    def _ask(self, engine: Engine, contract: SourceContract) -> frozenset[str]:
        if contract.fetch.kind in KINDS:
            return stamps_waiting(self._connections, engine, contract)
        with engine.connect() as connection:
            since = str(read_watermark(connection, contract.source).get("at", ""))
        newest = newest_change(self._connections, contract)
        waits = newest is not None and (not since or newest > datetime.fromisoformat(since))
        return frozenset({f"since {since}"}) if waits else frozenset()
