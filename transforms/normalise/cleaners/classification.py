"""What a body's own words mean: kind of right and case type from the legal basis, stage from the native status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from transforms.normalise.cleaners.characters import simplified, strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.laws import Provision, lineage
from transforms.normalise.cleaners.legal_basis import read_provisions
from transforms.normalise.cleaners.vocabulary import fold_term, read_vocabulary

SECRECY: Final = "CASE_SECRET"
NO_CODE: Final = "NONE"
"""What vocabulary ip_basis says of provisions for which the code list has no code."""


def clean_ip_right_type(raw: str | None, on: date | None = None, by: date | None = None) -> Cleaned:
    """Return the kind of right that a legal basis protects; none where the basis is not about such rights."""
    return _first_match(raw, on, by, "", "ip_right_type")


def clean_ip_case_type(raw: str | None, body_kind: str, on: date | None = None, by: date | None = None) -> Cleaned:
    """Return the type of case that a legal basis makes at a body of this kind; none where it makes none of the list."""
    return _first_match(raw, on, by, body_kind, "case_type")


def clean_stage(raw: str | None, body_kind: str, source: str = "") -> Cleaned:
    """Return the conformed stage of a native status; rows of the source win over rows of its body kind."""
    status = fold_term(raw or "")
    if not status:
        return EMPTY
    row = _status(status, body_kind, source)
    return Cleaned(row["stage"], None) if row else refused("unmapped")


def clean_disposition(raw: str | None, body_kind: str, source: str = "") -> Cleaned:
    """Return why a case ended, none while it is open; an unmapped status is told by its stage."""
    row = _status(fold_term(raw or ""), body_kind, source)
    return Cleaned(row["disposition"] or None, None) if row else EMPTY


def clean_security_class(raw: str | None, body_kind: str, source: str = "") -> Cleaned:
    """Return how secret a criminal case is: its investigation is, unless the vocabulary says otherwise."""
    row = _status(fold_term(raw or ""), body_kind, source)
    return Cleaned((row and row["security_class"]) or SECRECY, None)


def _first_match(raw: str | None, on: date | None, by: date | None, body_kind: str, column: str) -> Cleaned:
    text = simplified(strip_remnants(raw or ""))
    if not text:
        return EMPTY
    named = [ancestor for one in read_provisions(text, on, by).provisions for ancestor in lineage(one)]
    # What it would be in one of the versions that may apply.
    possible: set[str] = set()
    for rule in _rules(body_kind, column):
        if (rule.words and rule.words.search(text)) or any(
            one.lies_in(place) for one in named for place in rule.provisions
        ):
            if not possible <= {rule.code}:
                break
            return EMPTY if rule.code == NO_CODE else Cleaned(rule.code, None)
        if any(one.may_lie_in(place) for one in named for place in rule.provisions):
            possible.add(rule.code)
    return refused("ambiguous") if possible else EMPTY


class _Rule(NamedTuple):
    """A row of vocabulary ip_basis: words that a legal basis holds, or provisions that it names."""

    words: re.Pattern[str] | None
    provisions: tuple[Provision, ...]
    code: str


@cache
def _rules(body_kind: str, column: str) -> tuple[_Rule, ...]:
    rows = [row for row in read_vocabulary("ip_basis") if row["body_kind"] == body_kind and row[column]]
    rows.sort(key=lambda row: int(row["rank"]))
    return tuple(
        _Rule(
            re.compile(row["pattern"], re.IGNORECASE | re.DOTALL) if row["pattern"] else None,
            tuple(map(Provision.read, filter(None, row["provisions"].split("|")))),
            row[column],
        )
        for row in rows
    )


def _status(status: str, body_kind: str, source: str) -> Mapping[str, str] | None:
    scopes = (source, body_kind, "*")
    return next((row for scope in scopes if (row := _statuses().get((scope, status)))), None)


@cache
def _statuses() -> Mapping[tuple[str, str], Mapping[str, str]]:
    return {(row["scope"], fold_term(row["native_status"])): row for row in read_vocabulary("status_stage")}
