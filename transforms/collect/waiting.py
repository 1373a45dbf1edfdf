"""What waits to be collected: a level that can be read every second."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from schemas.contracts import sources
from transforms.collect.inbox import complete_files, inbox_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from transforms.connections import Connections


def sources_waiting(connections: Connections) -> list[str]:
    """Name the sources that have something to collect now, in alphabetical order."""
    with watch_deliveries(connections) as look:
        return sorted(source for source, places in look().items() if places)


@contextmanager
def watch_deliveries(connections: Connections) -> Iterator[Callable[[], Mapping[str, frozenset[str]]]]:
    """Yield a function that tells, by source, what waits: complete files in its inbox, or how far its view is."""
    yield partial(_look, connections)


def _look(connections: Connections) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, contract in sources().items():
        if contract.fetch.kind == "local":
            files = complete_files(inbox_of(connections, contract))
            found[name] = frozenset(path.name for path in files)
    return found
