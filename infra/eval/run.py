"""All sets, one after the other, each with its seconds; then the classes of error that cost most."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.eval import (
    credit_lists,
    csv_corpora,
    hs,
    identifiers,
    judgments,
    layouts,
    nice,
    notices,
    penalties,
    regions,
    text_cases,
)
from infra.eval.measured import Measured
from infra.settings import ROOT
from transforms.errors import CasebridgeError, DeliveryRefused

BESIDE: Final = ROOT.parent / "shared/real"
"""Where real sets lie: beside the checkout."""
WORST: Final = 5

SETS: Final[dict[str, Callable[[Path], Measured]]] = {
    "shenzhen_amr_penalties_2022": penalties.evaluate,
    "github_dmca": notices.evaluate,
    "cn_ocr_credit_lists": credit_lists.evaluate,
    "cn_trademark_judgments": judgments.evaluate,
    "areacodes": regions.evaluate,
    "cn_text_parsing": text_cases.evaluate,
    "stdnum_cn": identifiers.evaluate,
    "cn_gov_schema_excerpts": layouts.evaluate,
    "csv_corpora": csv_corpora.evaluate,
    "hs": hs.evaluate,
    "nice": nice.evaluate,
}


@dataclass(frozen=True)
class Evaluated:
    """One set, what was made of it and how long that took; without `measured` it was not there or not readable."""

    name: str
    seconds: float
    measured: Measured | None
    problem: str = ""


@dataclass(frozen=True)
class Worst:
    """A class of error, with the set in which it was found."""

    real_set: str
    error: str
    count: int


def chosen(only: str | None) -> tuple[str, ...]:
    """Return the sets that are wanted; raises CasebridgeError for one that is not known."""
    if only is None:
        return tuple(SETS)
    if only not in SETS:
        raise CasebridgeError(f"no set {only!r}", "--only", f"use one of {', '.join(SETS)}")
    return (only,)


def evaluate(folder: Path, names: Sequence[str]) -> Iterator[Evaluated]:
    """Evaluate sets of a folder, as they come."""
    for name in names:
        started = time.perf_counter()
        measured, problem = _measured(folder / name, SETS[name])
        yield Evaluated(name, time.perf_counter() - started, measured, problem)


def _measured(folder: Path, judge: Callable[[Path], Measured]) -> tuple[Measured | None, str]:
    if not folder.is_dir():
        return None, "the set is not there"
    try:
        return judge(folder), ""
    except FileNotFoundError as error:
        return None, f"the set has no {Path(str(error.filename)).name}"
    except DeliveryRefused as error:
        return None, f"refused: {error.what}"
    except (KeyError, ValueError) as error:
        # What the error holds may be a value of a row.
        return None, f"the set is laid out otherwise than we know it ({type(error).__name__})"


def worst(evaluated: Sequence[Evaluated], most: int = WORST) -> tuple[Worst, ...]:
    """Return the classes of error by how much they lost or got wrong."""
    found = (
        Worst(one.name, error, count)
        for one in evaluated
        if one.measured
        for error, count in one.measured.errors.items()
    )
    return tuple(sorted(found, key=lambda one: -one.count)[:most])
