"""The days of a row of a vocabulary: from `valid_from` until `valid_to`, which is not among them any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple


class Span(NamedTuple):
    """From the first day until the day after the last one; an open end is the first or last of days."""

    since: date = date.min
    until: date = date.max

    @classmethod
    def read(cls, row: Mapping[str, str]) -> Span:
        """Read the columns `valid_from` and `valid_to` (ISO, empty where open)."""
        since, until = (date.fromisoformat(row[end]) if row[end] else None for end in ("valid_from", "valid_to"))
        return cls(since or date.min, until or date.max)

    def holds(self, day: date | None) -> bool:
        """Say whether a day lies in it; one that is not known may."""
        return day is None or self.since <= day < self.until or day == self.until == date.max


ALWAYS = Span()


def changes(spans: Iterable[Span]) -> Sequence[date]:
    """Return the days on which some span begins or ends, in order."""
    return sorted({day for span in spans for day in span} - set(ALWAYS))
