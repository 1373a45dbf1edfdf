"""Look at the processes of a stack in the background, and at its statements around each step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Final, Self

from infra.bench.cpu import Cpu
from infra.bench.memory import Memory
from infra.bench.processes import Groups, find_groups
from infra.bench.statements import Statements

EVERY_SECONDS: Final = 0.5


@dataclass
class Watch:
    """What processes and statements take, step by step, inside a `with` block."""

    services: dict[str, int]
    statements: Statements
    memory: Memory = field(default_factory=Memory)
    cpu: Cpu = field(default_factory=Cpu)
    _step: str = ""
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def __enter__(self) -> Self:
        """Begin to look."""
        self._look()
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop looking."""
        self._stop.set()
        if self._thread:
            self._thread.join()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what is taken inside the block for a step."""
        self.statements.begin()
        self._turn(name)
        yield
        self._turn("")
        self.statements.take(name)

    def _turn(self, step: str) -> None:
        self._look()
        self._step = step

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            groups = self._look()
            self.memory.look(groups)

    def _look(self) -> Groups:
        groups = find_groups(self.services)
        with self._lock:
            self.cpu.look(groups, self._step)
        return groups
