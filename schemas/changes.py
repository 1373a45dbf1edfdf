"""What the delta of a pack says: the columns of its files, and the words for what changed and why."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from schemas.contracts import ROOT
from schemas.packs import PackColumn, PackTable

ADDED, CHANGED, REMOVED = CHANGES = ("added", "changed", "removed")
SUFFIX: Final = "_delta"
_CAUSES: Final = ROOT / "vocabularies" / "change_cause.csv"
_GRAIN: Final = (
    "One row per key of `{table}` that was added, changed or removed since the last pack, as it is now; "
    "of one that was removed the key and the cause, and nothing else."
)


@dataclass(frozen=True)
class Cause:
    """Why a row changed; of several causes of one moment the one with the lowest rank is told."""

    code: str
    term_zh: str
    term_en: str
    rank: int


@cache
def change_causes(path: Path = _CAUSES) -> Mapping[str, Cause]:
    """Return the vocabulary of causes by code, in the order of their ranks."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [Cause(r["code"], r["term_zh"], r["term_en"], int(r["rank"])) for r in csv.DictReader(file)]
    return {cause.code: cause for cause in sorted(rows, key=lambda cause: cause.rank)}


@cache
def delta_of(table: PackTable) -> PackTable:
    """Describe the delta of a table: what changed and why, then the columns of the table, filled unless removed."""
    told = (
        _told("change", "Whether the row was added, changed or removed since the last pack."),
        _told("cause", "Why: code of vocabulary change_cause."),
    )
    columns = (replace(c, required=c.name in table.key, refers_to=None) for c in table.written)
    return replace(table, name=table.name + SUFFIX, grain=_GRAIN.format(table=table.name), columns=(*told, *columns))


def _told(name: str, description: str) -> PackColumn:
    return PackColumn(name, f"delta.{name}", "string", True, None, "PUBLIC", "plain", description, None)
