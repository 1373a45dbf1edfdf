"""What an evaluation says of one set: counts, shares with their denominators, classes of error, disagreements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from infra.onboard.personal import has_personal_number, looks_like_a_name, shape

# Values of these kinds name nobody, and so may be shown.
SHOWN: Final = frozenset({"amount", "case number", "code", "date", "document number", "numeral", "trademark number"})


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    what: str
    count: int
    of: int


@dataclass(frozen=True)
class Disagreement:
    """One value that was lost or read otherwise than the set says; of personal kinds the class alone."""

    about: str
    value: str
    expected: str
    found: str


@dataclass(frozen=True)
class Measured:
    """What was made of one set: every record is accepted or quarantined; `errors` counts what was lost or is wrong."""

    records: int
    accepted: int
    quarantined: Mapping[str, int] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    shares: tuple[Share, ...] = ()
    errors: Mapping[str, int] = field(default_factory=dict)
    disagreements: tuple[Disagreement, ...] = ()
    notes: tuple[str, ...] = ()


def _told(value: str) -> str:
    # A value may stand in the wrong column.
    return shape(value) if has_personal_number(value) or looks_like_a_name(value) else value


class Tally:
    """Collect shares, errors and disagreements while a set is read."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.findings: Counter[str] = Counter()
        self._accepted = 0
        self._quarantined: Counter[str] = Counter()
        self._of: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._disagreements: list[Disagreement] = []

    def take(self, fault: str = "") -> None:
        """Count one record: accepted, or quarantined for the first of its faults."""
        self._accepted += not fault
        self._quarantined.update([fault] if fault else [])

    def judge(self, what: str, held: bool, *, error: str = "") -> None:
        """Count one judgement of a share; where it did not hold, `error` names the class."""
        self._of[what] += 1
        self._held[what] += held
        if error and not held:
            self._errors[error] += 1

    def fail(self, error: str, count: int = 1) -> None:
        """Count errors that no share stands for."""
        self._errors[error] += count

    def disagree(self, kind: str, about: str, value: str, expected: object, found: object) -> None:
        """Keep a disagreement; a value of a kind that may name somebody is left out, one that looks so is a shape."""
        told = (value, str(expected), str(found)) if kind in SHOWN else ("", "", "")
        self._disagreements.append(Disagreement(about, *map(_told, told)))

    def measured(self, *, notes: tuple[str, ...] = ()) -> Measured:
        """Return what was collected, the commonest first."""
        return Measured(
            self._accepted + self._quarantined.total(),
            self._accepted,
            dict(self._quarantined.most_common()),
            dict(self.findings.most_common()),
            tuple(Share(what, self._held[what], of) for what, of in self._of.items()),
            dict(self._errors.most_common()),
            tuple(self._disagreements),
            notes,
        )
