"""Made-up deliveries of the four shapes, made once, then handed over batch by batch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from infra.settings import ROOT
from transforms.collect.deliver import deliver_file
from transforms.connections import Connections
from transforms.errors import CasebridgeError

PENALTIES: Final = "amr_zj_penalties"
COLLECTED: Final = ("customs_sh_detentions", "court_hz_cases")
PUSHED: Final = "platform_notices"
SEED: Final = 20260104
Say = Callable[[str], None]


@dataclass(frozen=True)
class Load:
    """One batch of deliveries: a file of each source, `records` in all."""

    files: dict[str, Path]
    records: int


def make_loads(folder: Path, records: int, batches: int, say: Say) -> list[Load]:
    """Write `batches` loads of the same size, a quarter of each from every source.

    The bureau sends its full snapshot again each month, some rows new, changed or gone; the others send new records.
    """
    each = max(1, records // batches // 4)
    say(f"make {4 * each * batches:,} records in {batches} batches")
    months = [_generate(folder, PENALTIES, each), _generate(folder, PENALTIES, each, "--next")]
    parts = {s: list(_split(_generate(folder, s, each * batches), each, batches)) for s in (*COLLECTED, PUSHED)}
    return [
        Load({PENALTIES: months[n % 2], **{source: files[n] for source, files in parts.items()}}, 4 * each)
        for n in range(batches)
    ]


def hand_over(stack: Connections, load: Load) -> dict[str, int]:
    """Deliver the collected files and let the platform push its own; returns what each source sent."""
    sent: dict[str, int] = {}
    for source in (PENALTIES, *COLLECTED):
        receipt = deliver_file(stack, source, load.files[source])
        if receipt.state != "closed":
            raise CasebridgeError(f"the delivery was {receipt.state}: {receipt.reason}", source, "report this")
        sent[source] = receipt.sent_count or 0
    sent[PUSHED] = int(run_tool("bodies", "platform", "--bootstrap", stack.kafka, "--file", str(load.files[PUSHED])))
    return sent


def run_tool(module: str, *arguments: str) -> str:
    """Run one of the made-up bodies and return what it printed."""
    command = [sys.executable, "-m", f"tests.support.{module}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=dict(os.environ), check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise CasebridgeError(f"a made-up body failed: {last}", f"tests.support.{module}", "run the bench again")
    return done.stdout


def _generate(folder: Path, source: str, rows: int, *more: str) -> Path:
    told = run_tool(
        "generate", "--source", source, "--rows", str(rows), "--seed", str(SEED), "--out", str(folder), *more
    )
    return Path(json.loads(told)["paths"][0])


def _split(path: Path, each: int, parts: int) -> Iterator[Path]:
    with ExitStack() as files:
        lines = files.enter_context(path.open("rb"))
        for number in range(parts):
            part = path.with_name(f"{path.stem}_{number}{path.suffix}")
            with part.open("wb") as file:
                file.writelines(islice(lines, each))
            yield part
    path.unlink()
