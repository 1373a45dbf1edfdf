"""What a measurement says: rates, medians with their spread, and where the time goes."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Final

# From "it lies in Kafka" to "it is canonical".
W1: Final = ("land", "normalise", "gate", "admit")


@dataclass
class Timed:
    """Seconds of each step over a number of records."""

    records: int
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time inside the block to a step."""
        begin = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - begin

    def total(self, names: Sequence[str] = W1) -> float:
        """Return the seconds of some steps together."""
        return sum(self.seconds.get(name, 0.0) for name in names)


def rate(records: int, seconds: float) -> int | None:
    """Return records a second; None where nothing was measured."""
    return round(records / seconds) if records and seconds > 0 else None


def spread(values: Sequence[float]) -> dict[str, float | int]:
    """Return how many values there are, their median, the least and the greatest."""
    if not values:
        return {"runs": 0}
    return {
        "runs": len(values),
        "median": round(statistics.median(values), 3),
        "least": round(min(values), 3),
        "greatest": round(max(values), 3),
    }


def summary(runs: Sequence[Timed], steps: Sequence[str] = W1) -> dict[str, Any]:
    """Return records a second of each step and of W1 over repeated runs, with their spread."""
    shown: dict[str, Any] = {}
    for name in steps:
        shown[name] = spread([r.records / r.seconds[name] for r in runs if r.seconds.get(name)])
    shown["W1"] = spread([r.records / r.total() for r in runs if r.total()])
    return shown


def shares(runs: Sequence[Timed], steps: Sequence[str] = W1) -> dict[str, float]:
    """Return the share of each step in the time of all runs, in per cent."""
    whole = sum(run.total(steps) for run in runs)
    return {name: round(100 * sum(r.seconds.get(name, 0.0) for r in runs) / whole, 1) for name in steps if whole}


def table(measured: Mapping[str, Sequence[Timed]], steps: Sequence[str] = W1) -> list[dict[str, Any]]:
    """Return one row per step and kind of run: records, seconds, records a second and share of the time."""
    rows: list[dict[str, Any]] = []
    for kind, runs in measured.items():
        percent = shares(runs, steps)
        for name in (*steps, "W1"):
            seconds = [run.total() if name == "W1" else run.seconds.get(name, 0.0) for run in runs]
            records = sum(run.records for run in runs)
            found = spread([run.records / s for run, s in zip(runs, seconds, strict=True) if s])
            rows.append(
                {
                    "run": kind,
                    "step": name,
                    "records": f"{records:,}",
                    "seconds": f"{sum(seconds):.1f}",
                    "records_per_s": f"{found.get('median', 0):,.0f}",
                    "least_to_greatest": _between(found),
                    "share_of_time": f"{percent[name]:.0f} %" if name in percent else "",
                }
            )
    return rows


def _between(found: Mapping[str, float | int]) -> str:
    if found["runs"] < 2:
        return "one run"
    return f"{found['least']:,.0f} to {found['greatest']:,.0f} ({found['runs']} runs)"
