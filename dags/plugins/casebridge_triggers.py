"""What wakes the line: triggers that look at a level every second, so that nothing waits unseen."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

import structlog
from airflow.triggers.base import BaseEventTrigger, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    # Group -> the places where what waits in it begins.
    Waiting = Mapping[str, frozenset[str]]
    Look = Callable[[], Waiting]

log = structlog.get_logger()

POLL_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 60.0


class Memory:
    """What was announced: a group is announced again when all of that was taken, or when it waits too long."""

    def __init__(self, again_seconds: float) -> None:
        """Begin with nothing announced."""
        self._again_seconds = again_seconds
        self._announced: dict[str, tuple[frozenset[str], float]] = {}

    def news(self, waiting: Waiting, now: float) -> list[str]:
        """Return the groups to announce at `now` (seconds), and remember that they were."""
        fresh = []
        for group, places in sorted(waiting.items()):
            if not places:
                self._announced.pop(group, None)
                continue
            before, since = self._announced.get(group, (frozenset(), now))
            if places.isdisjoint(before) or now - since >= self._again_seconds:
                fresh.append(group)
                self._announced[group] = (places, now)
        return fresh


class LevelTrigger(BaseEventTrigger):
    """Fire while something waits; an outage of what is looked at is told once, and outlived."""

    def __init__(self, poll_seconds: float = POLL_SECONDS, again_seconds: float = AGAIN_SECONDS) -> None:
        """Keep the pace only: the metadata database stores these arguments, so no address and no password."""
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow leaves it untyped
        self.poll_seconds, self.again_seconds = poll_seconds, again_seconds
        self._held = ExitStack()
        self._look: Look | None = None
        self._is_out = False

    @abstractmethod
    def watch(self) -> AbstractContextManager[Look]:
        """Connect, and give the function that looks."""

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Name the class and its arguments for the triggerer, which imports it from the plugins folder."""
        kind = type(self)
        arguments = {"poll_seconds": self.poll_seconds, "again_seconds": self.again_seconds}
        return f"{kind.__module__}.{kind.__qualname__}", arguments

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield an event for each announcement, for ever."""
        memory = Memory(self.again_seconds)
        while True:
            waiting = await asyncio.to_thread(self._look_or_log)
            if fresh := memory.news(waiting, time.monotonic()):
                yield TriggerEvent({"waiting": fresh})  # type: ignore[no-untyped-call]  # Airflow leaves it untyped
            await asyncio.sleep(self.poll_seconds)

    async def cleanup(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._held.close)

    def _look_or_log(self) -> Waiting:
        from schemas.contracts import ContractError
        from transforms.errors import CasebridgeError

        try:
            if self._look is None:
                self._look = self._held.enter_context(self.watch())
            waiting = self._look()
        except (CasebridgeError, ContractError, OSError) as error:
            if not self._is_out:
                log.warning("cannot look", trigger=type(self).__name__, error=str(error))
            self._is_out, self._look = True, None
            with suppress(CasebridgeError, OSError):
                self._held.close()
            return {}
        if self._is_out:
            log.info("looks again", trigger=type(self).__name__)
        self._is_out = False
        return waiting


class WorkWaiting(LevelTrigger):
    """Fire while closed deliveries or pushed records wait for a batch."""

    def watch(self) -> AbstractContextManager[Look]:
        """Watch the ledger, and the topics of the bodies that push."""
        from infra.settings import connections
        from transforms.land.waiting import watch_work

        return watch_work(connections())


class DeliveryWaiting(LevelTrigger):
    """Fire while a complete file lies in an inbox, or a body's view has rows that were not collected."""

    def watch(self) -> AbstractContextManager[Look]:
        """Watch the inboxes, and the views of the sources that are collected continuously."""
        from infra.settings import connections
        from transforms.collect.waiting import watch_deliveries

        return watch_deliveries(connections())
