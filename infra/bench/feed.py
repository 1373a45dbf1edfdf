"""Made-up deliveries of every source, made once, then handed over batch by batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

from infra.settings import ROOT
from transforms.collect.deliver import deliver_file
from transforms.connections import Connections
from transforms.errors import CasebridgeError

# The bodies of `tests.support.bodies` that push, by source.
PUSHED: Final = {"platform_notices": "platform", "psb_zj_case_events": "police"}
SEED: Final = 20260104
Say = Callable[[str], None]


@dataclass(frozen=True)
class Sent:
    """A delivery, its records as JSON lines or as the delivery itself has them, and how many there are."""

    path: Path
    records_path: Path
    count: int


@dataclass(frozen=True)
class Load:
    """One batch of deliveries: a file of each source."""

    files: dict[str, Sent]

    @property
    def records(self) -> int:
        """Return how many records it holds in all."""
        return sum(sent.count for sent in self.files.values())


class Handed(NamedTuple):
    """How many records a source sent, and the seconds that this took."""

    records: int
    seconds: float


def known_sources() -> list[str]:
    """Return the sources whose bodies can be made up."""
    found: list[str] = json.loads(run_tool("consecutive", "--list"))
    return found


def chosen_sources(names: str) -> list[str]:
    """Return the sources of a list with commas, all of them where it is empty; raises CasebridgeError."""
    known = known_sources()
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in known]:
        raise CasebridgeError(f"no such source can be made up: {', '.join(unknown)}", "--sources", ", ".join(known))
    return list(dict.fromkeys(chosen)) or known


def make_loads(folder: Path, records: int, batches: int, sources: Sequence[str], say: Say) -> list[Load]:
    """Write `batches` loads of about the same size, as much of each source; deliveries follow on one another."""
    each = max(1, records // batches // len(sources))
    say(f"make {each * batches * len(sources):,} records of {len(sources)} sources in {batches} batches")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = list(pool.map(lambda source: _make(folder, source, each, batches), sources))
    return [Load({source: sent[n] for source, sent in zip(sources, made, strict=True)}) for n in range(batches)]


def hand_over(stack: Connections, load: Load) -> dict[str, Handed]:
    """Deliver the files, and let those bodies that push do so themselves; returns what each source sent."""
    return {source: _send(stack, source, sent.path) for source, sent in load.files.items()}


def total(handed: Sequence[Mapping[str, Handed]]) -> dict[str, Handed]:
    """Return what each source sent in several loads together."""
    found: dict[str, Handed] = {}
    for load in handed:
        for source, (records, seconds) in load.items():
            before = found.get(source, Handed(0, 0.0))
            found[source] = Handed(before.records + records, before.seconds + seconds)
    return found


def run_tool(module: str, *arguments: str) -> str:
    """Run one of the made-up bodies and return what it printed."""
    command = [sys.executable, "-m", f"tests.support.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=dict(os.environ), check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise CasebridgeError(f"a made-up body failed: {last}", f"tests.support.{module}", "run the bench again")
    return done.stdout


def _make(folder: Path, source: str, rows: int, count: int) -> list[Sent]:
    words = ("--source", source, "--rows", str(rows), "--count", str(count), "--seed", str(SEED), "--out", str(folder))
    told: list[dict[str, Any]] = json.loads(run_tool("consecutive", *words))
    return [Sent(Path(one["path"]), Path(one["records_path"]), one["count"]) for one in told]


def _send(stack: Connections, source: str, path: Path) -> Handed:
    begin = perf_counter()
    if source in PUSHED:
        count = int(run_tool("bodies", PUSHED[source], "--bootstrap", stack.kafka, "--file", str(path)))
        return Handed(count, perf_counter() - begin)
    receipt = deliver_file(stack, source, path)
    if receipt.state != "closed":
        raise CasebridgeError(f"the delivery was {receipt.state}: {receipt.reason}", source, "report this")
    return Handed(receipt.sent_count or 0, perf_counter() - begin)
