"""Set `stdnum_cn`: numbers that another library calls valid or invalid, and why."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from infra.eval.measured import Measured, Tally
from transforms.normalise.cleaners.registry import cleaner

# Kinds of the set that a cleaner of ours reads.
_CLEANERS: Final = {"cn_uscc": "uscc"}
_VALID: Final = "valid"


def evaluate(folder: Path) -> Measured:
    """Judge the kinds that we read; a number itself is never told."""
    tally = Tally()
    with (folder / "identifier_cases.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    judged = [row for row in rows if row["kind"] in _CLEANERS]
    disagreed = 0
    for row in judged:
        value, reason = cleaner(_CLEANERS[row["kind"]]).plain(row["number"])
        agrees = (value is not None) == (row["expected"] == _VALID)
        said = row["expected"] if row["expected"] == _VALID else "invalid"
        about = f"{row['kind']} {row['expected']} there, {reason or _VALID} here"
        tally.take("" if agrees else about)
        tally.judge(f"{row['kind']} {said}: agree", agrees, error=f"wrong: {about}")
        if reason:
            tally.findings[f"{row['kind']} {said}: {reason}"] += 1
        disagreed += not agrees
        if not agrees:
            tally.disagree("identifier", about, row["number"], row["expected"], reason)
    others = sorted({row["kind"] for row in rows} - _CLEANERS.keys())
    note = f"{len(rows) - len(judged)} numbers of other kinds have no cleaner: {', '.join(others)}"
    unlike = f"{disagreed} numbers judged otherwise, {disagreed} unexplained"
    return tally.measured(notes=(unlike, note) if others else (unlike,))
