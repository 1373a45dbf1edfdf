"""What a native status means on a day: the stage, why the case ended, and whether it is secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from transforms.errors import ContractBroken
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.spans import Span, changes
from transforms.normalise.cleaners.vocabulary import fold_term, read_vocabulary

SECRECY: Final = "CASE_SECRET"


class _Meaning(NamedTuple):
    stage: str
    disposition: str
    security_class: str


class _Dated(NamedTuple):
    span: Span
    meaning: _Meaning


def clean_stage(raw: str | None, body_kind: str, source: str = "", on: date | None = None) -> Cleaned:
    """Return the conformed stage of a native status; rows of the source win over rows of its body kind.

    Of a status that has had several meanings the day tells which; without one it is ambiguous.
    """
    status = fold_term(raw or "")
    if not status:
        return EMPTY
    meanings = _meanings(status, body_kind, source, on)
    if len(meanings) == 1:
        return Cleaned(meanings[0].stage, None)
    return refused("ambiguous" if meanings else "unmapped")


def clean_disposition(raw: str | None, body_kind: str, source: str = "", on: date | None = None) -> Cleaned:
    """Return why a case ended, none while it is open; a status without one meaning is told by its stage."""
    meanings = _meanings(fold_term(raw or ""), body_kind, source, on)
    return Cleaned(meanings[0].disposition or None, None) if len(meanings) == 1 else EMPTY


def clean_security_class(raw: str | None, body_kind: str, source: str = "", on: date | None = None) -> Cleaned:
    """Return how secret a criminal case is: its investigation is, unless the vocabulary says otherwise."""
    meanings = _meanings(fold_term(raw or ""), body_kind, source, on)
    return Cleaned((len(meanings) == 1 and meanings[0].security_class) or SECRECY, None)


@cache
def status_changes() -> Sequence[date]:
    """Return the days on which some status begins or ends to mean something, in order."""
    return changes(one.span for those in _statuses().values() for one in those)


def _meanings(status: str, body_kind: str, source: str, on: date | None) -> Sequence[_Meaning]:
    """Return the one meaning on that day; without a day all that the status has had."""
    for scope in (source, body_kind, "*"):
        those = _statuses().get((scope, status), ())
        if found := [one.meaning for one in those if one.span.holds(on)]:
            return list(dict.fromkeys(found))
    return ()


@cache
def _statuses() -> Mapping[tuple[str, str], Sequence[_Dated]]:
    return dated(read_vocabulary("status_stage"))


def dated(rows: Sequence[Mapping[str, str]]) -> Mapping[tuple[str, str], Sequence[_Dated]]:
    """Return what each status of a scope means and when, in order; raises ContractBroken where two share a day."""
    found: dict[tuple[str, str], list[_Dated]] = {}
    for row in rows:
        meaning = _Meaning(row["stage"], row["disposition"], row["security_class"])
        found.setdefault((row["scope"], fold_term(row["native_status"])), []).append(_Dated(Span.read(row), meaning))
    for (scope, status), those in found.items():
        those.sort()
        spans = [one.span for one in those]
        if any(span.since >= span.until for span in spans) or any(a.until > b.since for a, b in pairwise(spans)):
            raise ContractBroken(
                f"status {status!r} of {scope} means two things on one day, or nothing on any",
                "schemas/vocabularies/status_stage.csv",
                "end a row (valid_to) on the day on which the next one begins (valid_from)",
            )
    return found
