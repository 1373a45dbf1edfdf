"""The greatest memory that each kind of process held while something ran."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any, Final, Self

import psutil

EVERY_SECONDS: Final = 0.5
MB: Final = 2**20


@dataclass
class Peak:
    """Peaks of one kind of process: of the largest single one, and of all together without counting shared twice."""

    processes: int = 0
    largest_rss: int = 0
    together_pss: int = 0


@dataclass
class Memory:
    """Sample the processes of a stack and of this program in the background, inside a `with` block."""

    services: dict[str, int]
    peaks: dict[str, Peak] = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def __enter__(self) -> Self:
        """Begin to sample."""
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop sampling."""
        self._stop.set()
        if self._thread:
            self._thread.join()

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

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            for name, processes in self._groups().items():
                self._note(name, processes)

    def _groups(self) -> dict[str, list[psutil.Process]]:
        this = psutil.Process()
        groups = {"driver (python)": [this]}
        for child in this.children(recursive=True):
            groups.setdefault(_kind(child), []).append(child)
        for name, pid in self.services.items():
            with suppress(psutil.Error):
                service = psutil.Process(pid)
                groups[name] = [service, *service.children(recursive=True)]
        return groups

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


def _kind(process: psutil.Process) -> str:
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return "other"
    if "java" in words.partition(" ")[0]:
        return "Spark (JVM)"
    if "pyspark" in words:
        return "Spark workers (python)"
    return "dlt" if "peer_load" in words else "other"
