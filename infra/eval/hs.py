"""Set `hs`: codes of the Harmonised System in force."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from infra.eval.measured import Measured, Tally
from transforms.normalise.cleaners.registry import cleaner

_SUBHEADING: Final = "6"


def evaluate(folder: Path) -> Measured:
    """Judge every subheading of six digits; chapters and headings are no codes of goods."""
    tally = Tally()
    with (folder / "harmonized-system.csv").open(encoding="utf-8-sig", newline="") as file:
        codes = [row["hscode"] for row in csv.DictReader(file) if row["level"] == _SUBHEADING]
    for code in codes:
        value, reason = cleaner("hs_code").plain(code)
        tally.judge("subheading is accepted as it stands", value == code, error=f"lost: subheading {reason}")
        tally.take("" if value == code else f"subheading {reason}")
        if reason:
            tally.findings[f"subheading: {reason}"] += 1
        if value != code:
            tally.disagree("code", f"subheading {reason}", code, code, value)
    return tally.measured()
