"""Set `nice`: the classes of the Nice Classification."""

from __future__ import annotations

import json
from pathlib import Path

from infra.eval.measured import Measured, Tally
from transforms.normalise.cleaners.registry import cleaner


def evaluate(folder: Path) -> Measured:
    """Judge every class, as a number and as Chinese bodies write it."""
    tally = Tally()
    numbers = [int(one["number"]) for one in json.loads((folder / "classes.json").read_text("utf-8"))]
    for number in numbers:
        read = [
            cleaner("nice_class").plain(raw).value == number for raw in (str(number), f"{number:02}", f"第{number}类")
        ]
        tally.judge("class is accepted", all(read), error="lost: class refused")
        tally.take("" if all(read) else "class refused")
        if not all(read):
            tally.disagree("code", "class refused", str(number), number, "")
    return tally.measured()
