"""Seconds of processor that each kind of process took in each step."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil

from infra.bench.processes import Groups


@dataclass
class Cpu:
    """Sums by step and kind; what a process takes between the last look at it and its end is not seen."""

    seconds: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    _seen: dict[psutil.Process, float] = field(default_factory=dict)
    _has_looked: bool = False

    def look(self, groups: Groups, step: str) -> None:
        """Add what was taken since the last look to `step`; what a process took before the first look is left out."""
        for name, processes in groups.items():
            for process in processes:
                with suppress(psutil.Error):
                    taken = process.cpu_times()
                    self._add(process, taken.user + taken.system, self.seconds[step] if step else {}, name)
        self._has_looked = True

    def _add(self, process: psutil.Process, now: float, sums: dict[str, float], name: str) -> None:
        before = self._seen.get(process, 0.0 if self._has_looked else now)
        self._seen[process] = now
        sums[name] = sums.get(name, 0.0) + now - before

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per step: the seconds of each kind of process that took any."""
        kinds = sorted({kind for sums in self.seconds.values() for kind, spent in sums.items() if spent >= 0.05})
        return [
            {"step": step, **{kind: round(sums.get(kind, 0.0), 1) for kind in kinds}}
            for step, sums in self.seconds.items()
        ]
