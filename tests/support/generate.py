"""Write made-up deliveries of a source with known answers: `python -m tests.support.generate --source S --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

from tests.support.court_cases import CourtCases
from tests.support.defects import Answers, Delivered
from tests.support.detentions import Detentions
from tests.support.notices import Notices
from tests.support.penalties import LAYOUTS, Plan, Snapshot

PENALTIES = "amr_zj_penalties"
_WRITTEN_AT_ONCE = 2000


class Stream(Protocol):
    """Records of a source in constant memory; `answers` are complete when all lines were taken."""

    answers: Answers

    def lines(self) -> Iterator[str]:
        """Yield the records."""


MESSAGES: dict[str, Callable[[int, int], Stream]] = {
    "customs_sh_detentions": Detentions,
    "court_hz_cases": CourtCases,
    "platform_notices": Notices,
}
SOURCES = (PENALTIES, *MESSAGES)


def generate(source: str, n: int, seed: int, out_dir: Path, layout: str = "standard") -> Delivered:
    """Write `n` records of `source`: CSV for the bureau, else one JSON text a line."""
    if source == PENALTIES:
        return _snapshot(Plan(n, seed, layout), out_dir / f"penalties_{layout}_{seed}.csv")
    return _write(source, messages(source, n, seed), out_dir / f"{source}_{seed}.jsonl", "utf-8", "\n")


def generate_next(n: int, seed: int, out_dir: Path, layout: str = "standard") -> Delivered:
    """Write the snapshot of the month after `generate(PENALTIES, n, seed, …)`: some rows new, changed, gone.

    A row that is neither new nor changed counts as a duplicate, a defective one too; quarantined and findings are
    those of new rows, case types and amounts those of everything that is current after this delivery.
    """
    delivered = _snapshot(Plan(n, seed, layout, is_next=True), out_dir / f"penalties_{layout}_{seed}_next.csv")
    answers = delivered.answers
    answers.duplicates += answers.sent - answers.new - answers.changed
    return delivered


def messages(source: str, n: int, seed: int) -> Stream:
    """Return the records of a source that sends JSON; raises KeyError with the known ones."""
    if source not in MESSAGES:
        raise KeyError(f"no generator for {source!r}; known are {', '.join(SOURCES)}")
    return MESSAGES[source](n, seed)


def _snapshot(plan: Plan, path: Path) -> Delivered:
    return _write(PENALTIES, Snapshot(plan), path, LAYOUTS[plan.layout][0], "")


def _write(source: str, stream: Stream, path: Path, encoding: str, line_break: str) -> Delivered:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    lines = stream.lines()
    with part.open("w", encoding=encoding, newline="") as file:
        while chunk := list(islice(lines, _WRITTEN_AT_ONCE)):
            file.write(line_break.join(chunk) + line_break)
    part.rename(path)
    return Delivered(source, (path,), stream.answers)


def main(arguments: list[str] | None = None) -> None:
    """Write one delivery and print its answers as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", required=True, choices=SOURCES)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layout", choices=sorted(LAYOUTS), default="standard")
    parser.add_argument("--next", action="store_true", help="write the following month's snapshot")
    given = parser.parse_args(arguments)
    if given.next and given.source != PENALTIES:
        parser.error(f"--next is for {PENALTIES}")
    if given.next:
        delivered = generate_next(given.rows, given.seed, given.out, given.layout)
    else:
        delivered = generate(given.source, given.rows, given.seed, given.out, given.layout)
    told = {"source": delivered.source, "paths": [str(p) for p in delivered.paths]}
    json.dump({**told, "answers": delivered.answers.to_dict()}, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
