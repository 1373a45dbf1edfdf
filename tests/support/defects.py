"""Planted defects: how often, in which cell, and what the line must make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Literal

from transforms.normalise.cleaners.vocabulary import read_vocabulary

BLOCK = 1000
"""Rows whose defects are drawn together; a whole block has exactly the planned number of each."""

Fate = Literal["quarantined", "finding", "warning", "harmless", "duplicate", "conflict"]
PartyKind = Literal["", "organisation", "person"]


@dataclass(frozen=True)
class Defect:
    """One kind of defect; `spoil` turns the sound cell of `label` into the planted one.

    `also` tells of a sound record what else is found in it when it is spoilt.
    """

    per_thousand: int
    label: str
    spoil: Callable[[str], str | None]
    fate: Fate
    field: str = ""
    reason: str = ""
    party: PartyKind = ""
    also: Callable[[str], str] = lambda _: ""


@dataclass
class Answers:
    """What the line must find in one delivery; quarantined and findings are counted by `field:reason`.

    `findings` are those of usable records, warnings among them; `doubtful` records lost a value.
    """

    sent: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    doubtful: int = 0
    duplicates: int = 0
    conflicting: int = 0
    case_types: Counter[str] = field(default_factory=Counter)
    amount_cny: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0

    @property
    def usable(self) -> int:
        """Return how many records become current where nothing was known before."""
        return self.sent - self.quarantined.total() - self.conflicting - self.duplicates

    def note(self, defect: Defect, sound: str = "") -> None:
        """Count what one planted defect of a sound record leads to."""
        key = f"{defect.field}:{defect.reason}"
        if defect.fate == "quarantined":
            self.quarantined[key] += 1
        elif defect.fate in ("finding", "warning"):
            self.findings += Counter(filter(None, (key, defect.also(sound))))
            self.doubtful += defect.fate == "finding"

    def to_dict(self) -> dict[str, object]:
        """Return the answers as plain JSON values."""
        counters = {f.name: getattr(self, f.name) for f in fields(self)}
        plain = {name: dict(c) if isinstance(c, Counter) else c for name, c in counters.items()}
        return {**plain, "usable": self.usable}


@dataclass(frozen=True)
class Delivered:
    """The files that were written, in order of delivery, and the answers to them."""

    source: str
    paths: tuple[Path, ...]
    answers: Answers


def drawn(defects: Sequence[Defect], seed: str) -> dict[int, Defect]:
    """Return which row of a block has which defect."""
    rows = iter(Random(seed).sample(range(1, BLOCK), sum(d.per_thousand for d in defects)))
    return {next(rows): defect for defect in defects for _ in range(defect.per_thousand)}


def always(value: str | None) -> Callable[[str], str | None]:
    """Return a spoiler that puts the same value into every cell."""
    return lambda _: value


def undated(sound: str) -> str:
    """Return what is found where the day of an act is lost: a law of several versions has none."""
    dated = {row["term_zh"] for row in read_vocabulary("law") if row["valid_from"]}
    return "legal_bases:undated_law" if any(title in sound for title in dated) else ""


def wrong_check(code: str) -> str:
    """Return the code with another last character."""
    return code[:-1] + ("3" if code[-1] != "3" else "4")


def masked(code: str) -> str:
    """Return the code as some bodies publish it."""
    return f"{code[:6]}********{code[-2:]}"


def full_width(text: str) -> str:
    """Return the text with full-width letters and digits."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)
