"""The greatest memory that each kind of process held while something ran."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from infra.bench.processes import Groups

MB: Final = 2**20


@dataclass
class Peak:
    """Peaks of one kind of process: of the largest single one, and of all together without counting shared twice."""

    processes: int = 0
    largest_rss: int = 0
    together_pss: int = 0


@dataclass
class Memory:
    """The peaks of each kind of process, of those moments that were looked at."""

    peaks: dict[str, Peak] = field(default_factory=dict)

    def look(self, groups: Groups) -> None:
        """Raise the peaks to what is held now."""
        for name, processes in groups.items():
            self._note(name, processes)

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per kind of process, in MB."""
        return [
            {
                "process": name,
                "processes": peak.processes,
                "peak_rss_mb_of_the_largest": round(peak.largest_rss / MB),
                "peak_pss_mb_of_all": round(peak.together_pss / MB),
            }
            for name, peak in sorted(self.peaks.items())
        ]

    def _note(self, name: str, processes: list[psutil.Process]) -> None:
        largest = together = alive = 0
        for process in processes:
            with suppress(psutil.Error):
                held = process.memory_full_info()
                largest, together, alive = max(largest, held.rss), together + held.pss, alive + 1
        peak = self.peaks.setdefault(name, Peak())
        peak.processes = max(peak.processes, alive)
        peak.largest_rss = max(peak.largest_rss, largest)
        peak.together_pss = max(peak.together_pss, together)


def peak_rss() -> int:
    """Return the most memory that this process held; what `getrusage` says holds its parent's too, from before exec."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
