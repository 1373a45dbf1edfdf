"""What a legal basis means: the kind of right that it protects, and the type of case that it makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from transforms.normalise.cleaners.characters import simplified, strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.laws import Provision, law_changes, lineage, readings
from transforms.normalise.cleaners.legal_basis import read_provisions
from transforms.normalise.cleaners.spans import Span, changes
from transforms.normalise.cleaners.vocabulary import read_vocabulary

NO_CODE: Final = "NONE"
"""What vocabulary ip_basis says of provisions for which the code list has no code."""


UNREAD: Final = "UNREAD"
"""What it says of provisions whose text nobody has read yet: what they make is ambiguous."""


def clean_ip_right_type(raw: str | None, on: date | None = None, by: date | None = None) -> Cleaned:
    """Return the kind of right that a legal basis protects; none where the basis is not about such rights."""
    return _first_match(raw, on, by, "", "ip_right_type")


def clean_ip_case_type(raw: str | None, body_kind: str, on: date | None = None, by: date | None = None) -> Cleaned:
    """Return the type of case that a legal basis makes at a body of this kind; none where it makes none of the list."""
    return _first_match(raw, on, by, body_kind, "case_type")


@cache
def classification_changes() -> Sequence[date]:
    """Return the days on which a basis may begin or cease to mean something, in order."""
    return sorted({*law_changes(), *changes(map(Span.read, read_vocabulary("ip_basis")))})


def _first_match(raw: str | None, on: date | None, by: date | None, body_kind: str, column: str) -> Cleaned:
    text = simplified(strip_remnants(raw or ""))
    if not text:
        return EMPTY
    provisions = read_provisions(text, on, by).provisions
    named = _with_ancestors(provisions)
    # What it would be in one of the versions that may apply.
    readable = _with_ancestors(reading for one in provisions for reading in readings(one, on, by))
    possible: set[str] = set()
    for rule in _rules(body_kind, column):
        if not rule.span.holds(on or by):
            continue
        if (rule.words and rule.words.search(text)) or rule.covers(named):
            if rule.code == UNREAD or not possible <= {rule.code}:
                return refused("ambiguous")
            return EMPTY if rule.code == NO_CODE else Cleaned(rule.code, None)
        if rule.covers(readable):
            possible.add(rule.code)
    return refused("ambiguous") if possible else EMPTY


def _with_ancestors(provisions: Iterable[Provision]) -> Sequence[Provision]:
    return [ancestor for one in provisions for ancestor in lineage(one)]


class _Rule(NamedTuple):
    """A row of vocabulary ip_basis: words that a legal basis holds, or provisions that it names, and its days."""

    words: re.Pattern[str] | None
    provisions: tuple[Provision, ...]
    code: str
    span: Span

    def covers(self, named: Iterable[Provision]) -> bool:
        """Say whether one of the named provisions lies in a provision of the rule."""
        return any(one.lies_in(place) for one in named for place in self.provisions)


@cache
def _rules(body_kind: str, column: str) -> tuple[_Rule, ...]:
    rows = [row for row in read_vocabulary("ip_basis") if row["body_kind"] == body_kind and row[column]]
    rows.sort(key=lambda row: int(row["rank"]))
    return tuple(
        _Rule(
            re.compile(row["pattern"], re.IGNORECASE | re.DOTALL) if row["pattern"] else None,
            tuple(map(Provision.read, filter(None, row["provisions"].split("|")))),
            row[column],
            Span.read(row),
        )
        for row in rows
    )
