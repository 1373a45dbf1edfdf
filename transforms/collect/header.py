"""Columns are mapped by label, never by position: width, blanks, brackets and traditional characters may differ."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from transforms.collect.finding import Finding, about
from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused
from transforms.normalise.cleaners.characters import simplified, strip_remnants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.contracts import SourceContract

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_BRACKETS = str.maketrans("〔〕【】[]﹝﹞{}『』「」", "()()()()()()()")
# DOMAIN 3.1: 代码_2 is one thing at one bureau and another at the next; the words in the bracket decide.
_NUMBER_BEFORE_BRACKET = re.compile(r"[_\-‐‑–—]*[0-9]+(?=\()")


def label_form(label: str) -> str:
    """Return a label as it is compared."""
    form = _INVISIBLE.sub("", unicodedata.normalize("NFKC", strip_remnants(label))).translate(_BRACKETS)
    form = _NUMBER_BEFORE_BRACKET.sub("", form).casefold()
    return form if form.isascii() else simplified(form)


@dataclass(frozen=True, slots=True)
class Header:
    """Where each label of the contract stands in the rows of one delivery."""

    labels: tuple[str, ...]
    positions: tuple[int | None, ...]
    width: int
    findings: tuple[Finding, ...]


def read_labels(contract: SourceContract) -> tuple[str, ...]:
    """Return the labels of a contract in the order of every envelope: sorted, so that hashes do not depend on it."""
    return tuple(sorted(contract.labels))


@dataclass(frozen=True, slots=True)
class Found:
    """Where the header of a table ends, and the label of each column."""

    end: int
    labels: tuple[str, ...]


def find_header(contract: SourceContract, rows: Sequence[list[str]]) -> Found:
    """Return which of the first rows are the header: those that know most labels; titles may stand above.

    Two rows are one header where they know more labels together than any row alone.
    """
    return header_among({label_form(label) for label in (*contract.labels, *contract.ignored)}, rows)


def header_among(known: set[str], rows: Sequence[list[str]]) -> Found:
    """Return which of the first rows are the header, by the forms of the labels that are known."""
    rows = [row[: LIMITS.columns + 1] for row in rows]
    single = [Found(end, tuple(row)) for end, row in enumerate(rows, start=1)]
    double = [
        Found(end, joined(upper, lower, known)) for end, (upper, lower) in enumerate(pairwise(rows), start=2) if lower
    ]
    # The first of the best, and one row before two.
    return max((*single, *double), key=lambda found: _known(known, found.labels), default=Found(0, ()))


def score(contract: SourceContract, rows: Sequence[list[str]]) -> int:
    """Return how many labels of a contract the header among the first rows knows."""
    known = {label_form(label) for label in (*contract.labels, *contract.ignored)}
    return _known(known, find_header(contract, rows).labels)


def _known(known: set[str], labels: Sequence[str]) -> int:
    return len(known & {label_form(label) for label in labels})


def joined(upper: Sequence[str], lower: Sequence[str], known: set[str]) -> tuple[str, ...]:
    """Return the labels of a header of two rows; an upper label spans the empty cells on its right."""
    often = Counter(map(label_form, lower))
    return tuple(
        _label(over, under, known, is_alone=often[label_form(under)] == 1) for over, under in paired(upper, lower)
    )


def paired(upper: Sequence[str], lower: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the upper and the lower label of each column of a header of two rows."""
    width = max(len(upper), len(lower))
    above = accumulate((*upper, *[""] * (width - len(upper))), _spanning)
    yield from zip(above, (*lower, *[""] * (width - len(lower))), strict=True)


def _spanning(last: str, cell: str) -> str:
    return cell if cell.strip() else last


def _label(upper: str, lower: str, known: set[str], *, is_alone: bool) -> str:
    if not lower.strip() or not upper.strip() or label_form(upper) == label_form(lower):
        return lower if lower.strip() else upper
    both = f"{upper.strip()}/{lower.strip()}"
    if label_form(both) in known:
        return both
    return lower if is_alone else both


def map_header(contract: SourceContract, row: Sequence[str]) -> Header:
    """Map the header row; a missing required label or one that stands twice is refused, unknown ones are told."""
    if len(row) > LIMITS.columns:
        what = f"the header has {len(row):,} columns, at most {LIMITS.columns:,} are read"
        raise DeliveryRefused(what, "the header row", "check the delimiter")
    forms = [label_form(cell) for cell in row]
    wanted = {label_form(label): label for label in read_labels(contract)}
    _refuse_twice(wanted, forms)
    _refuse_missing(contract, forms)
    ignored = {label_form(label) for label in contract.ignored}
    unknown = [cell for cell, form in zip(row, forms, strict=True) if form not in wanted and form not in ignored]
    positions = tuple(forms.index(form) if form in forms else None for form in map(label_form, read_labels(contract)))
    absent = [label for label, position in zip(read_labels(contract), positions, strict=True) if position is None]
    findings = about("unknown_column", unknown) + about("missing_column", absent)
    return Header(read_labels(contract), positions, len(row), findings)


def _refuse_twice(wanted: dict[str, str], forms: Sequence[str]) -> None:
    twice = [wanted[form] for form, count in Counter(forms).items() if count > 1 and form in wanted]
    if twice:
        what = f"the header names a column twice: {', '.join(twice)}"
        raise DeliveryRefused(what, "the header row", "name each column once")


def _refuse_missing(contract: SourceContract, forms: Sequence[str]) -> None:
    missing = missing_required(contract, set(forms))
    if missing:
        what = f"the header lacks {', '.join(missing)}"
        remedy = f"send the columns that contract {contract.source} {contract.version} names, in one header row"
        raise DeliveryRefused(what, "the header row", remedy)


def missing_required(contract: SourceContract, forms: set[str]) -> tuple[str, ...]:
    """Return the required labels of a contract whose forms are not among `forms`."""
    required = dict.fromkeys(field.label for field in contract.fields if field.required)
    return tuple(label for label in required if label_form(label) not in forms)
