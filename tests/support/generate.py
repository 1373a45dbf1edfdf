"""Write made-up deliveries of a source with known answers: `python -m tests.support.generate --source S --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

from tests.support import (
    adjudications,
    administrative_cases,
    arrests,
    assistance,
    case_events,
    copyright_cases,
    credit_penalties,
    criminal_cases,
    culture_penalties,
    customs_penalties,
    enforcement,
    evaluations,
    handovers,
    intake,
    mediations,
    national_adjudications,
    outgoing,
    patents,
    penalties_2016,
    penalties_swapped,
    prosecutions,
    recordals,
    reviews,
    seizures,
    trademarks,
    transfers,
    variety_penalties,
)
from tests.support.court_cases import CourtCases
from tests.support.defects import Answers, Delivered
from tests.support.detentions import Detentions
from tests.support.notices import Notices
from tests.support.penalties import LAYOUTS, Plan, Snapshot
from tests.support.shapes import SHAPES

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
    "agri_ah_penalties": variety_penalties.penalties,
    "amr_gd_penalties": penalties_swapped.penalties,
    "amr_js_penalties": credit_penalties.penalties,
    "amr_js_transfers": handovers.handovers,
    "amr_sd_penalties": penalties_2016.penalties,
    "amr_zj_transfers": transfers.transfers,
    "cnipa_adjudications": national_adjudications.adjudications,
    "cnipa_patents": patents.patents,
    "cnipa_trademarks": trademarks.trademarks,
    "court_hz_administrative_cases": administrative_cases.cases,
    "court_hz_criminal_cases": criminal_cases.cases,
    "court_sz_enforcement": enforcement.cases,
    "cpr_sc_cases": copyright_cases.cases,
    "cult_lz_penalties": culture_penalties.penalties,
    "customs_de_requests": assistance.requests,
    "customs_nl_seizures": seizures.seizures,
    "customs_recordals": recordals.recordals,
    "customs_sh_penalties": customs_penalties.penalties,
    "gacc_requests": outgoing.requests,
    "gacc_reviews": reviews.reviews,
    "hotline_12315_intake": intake.intake,
    "ipc_zj_evaluations": evaluations.evaluations,
    "ipc_zj_mediations": mediations.mediations,
    "pipa_js_adjudications": adjudications.adjudications,
    "pro_js_arrests": arrests.arrests,
    "pro_zj_prosecutions": prosecutions.prosecutions,
    "psb_zj_case_events": case_events.events,
}
SOURCES = (PENALTIES, *MESSAGES)


def generate(source: str, n: int, seed: int, out_dir: Path, layout: str = "standard") -> Delivered:
    """Write `n` records of `source` as its body writes them; what is fetched or pushed as one JSON text a line."""
    if source == PENALTIES:
        return _snapshot(Plan(n, seed, layout), out_dir / f"penalties_{layout}_{seed}.csv")
    stream = messages(source, n, seed)
    if source not in SHAPES:
        return _write(source, stream, out_dir / f"{source}_{seed}.jsonl", "utf-8", "\n")
    return _write_shape(source, stream, out_dir / f"{source}_{seed}.{SHAPES[source].suffix}")


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
    """Return the records of a source as JSON texts; raises KeyError with the known ones."""
    if source not in MESSAGES:
        raise KeyError(f"no generator for {source!r}; known are {', '.join(SOURCES)}")
    return MESSAGES[source](n, seed)


def _write_shape(source: str, stream: Stream, path: Path) -> Delivered:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    SHAPES[source].write(part, map(json.loads, stream.lines()))
    part.rename(path)
    return Delivered(source, (path,), stream.answers)


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
