"""Code lists: terms of the bodies to codes of the vocabularies."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import schemas
from transforms.errors import ContractBroken
from transforms.normalise.cleaners.characters import is_text_placeholder, simplified, strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.lists import has_separator, split_list

_NOT_PUNISHED: Final = "NO_PUNISH"
"""How codes of outcome begin that say why an authority does not punish."""

VOCABULARIES = Path(schemas.__file__).resolve().parent / "vocabularies"


@cache
def read_vocabulary(vocabulary: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of one vocabulary; raises ContractBroken for one that does not exist."""
    path = VOCABULARIES / f"{vocabulary}.csv"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in VOCABULARIES.glob("*.csv")))
        raise ContractBroken(f"no vocabulary {vocabulary!r}", f"schemas/vocabularies/{path.name}", f"known are {known}")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def fold_term(raw: str) -> str:
    """Return a term as vocabularies are searched: half-width, simplified, no blanks, lower case."""
    return simplified("".join(unicodedata.normalize("NFKC", strip_remnants(raw)).split()).casefold())


@cache
def codes_of(vocabulary: str) -> Mapping[str, str]:
    """Return the code of each folded term; raises ContractBroken for a table that is no code list."""
    codes: dict[str, str] = {}
    for row in read_vocabulary(vocabulary):
        if not {"code", "term_zh", "term_en"} <= set(row):
            raise ContractBroken(
                f"{vocabulary} is no code list",
                f"schemas/vocabularies/{vocabulary}.csv",
                "name a vocabulary with the columns code, term_zh and term_en",
            )
        for term in (row["code"], row["term_zh"], row["term_en"], *(row.get("aliases") or "").split("|")):
            if term and codes.setdefault(fold_term(term), row["code"]) != row["code"]:
                raise ContractBroken(
                    f"term {term!r} stands for {codes[fold_term(term)]} and {row['code']}",
                    f"schemas/vocabularies/{vocabulary}.csv",
                    "give each term to one code",
                )
    return codes


@cache
def terms_with_separators(vocabulary: str) -> re.Pattern[str] | None:
    """Find the terms of a vocabulary that a list would take apart, the longest first; None where it has none."""
    rows = read_vocabulary(vocabulary)
    terms = {term for row in rows for term in (row["term_zh"], *(row.get("aliases") or "").split("|"))}
    found = sorted(filter(has_separator, terms), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found))) if found else None


def clean_code(raw: str | None, vocabulary: str) -> Cleaned:
    """Return the code of a term, in Chinese, English or as the code itself."""
    term = fold_term(raw or "")
    if not term:
        return EMPTY
    code = codes_of(vocabulary).get(term)
    if code is not None:
        return Cleaned(code, None)
    if vocabulary == "sanction_type" and _not_punished(term):
        return refused("no_sanction")
    return refused("placeholder" if is_text_placeholder(term) else "unmapped")


def clean_no_penalty(raw: str | None) -> Cleaned:
    """Return the outcome of a decision whose kinds of penalty say that there is none; nothing where they name one.

    What kinds say that are not known, or that speak against each other, nobody knows.
    """
    whole = terms_with_separators("sanction_type")
    terms = [fold_term(term) for term in split_list(raw or "", terms=whole)]
    outcomes = {outcome for term in terms if (outcome := _not_punished(term))}
    others = {_kind(term) for term in terms if not _not_punished(term) and not is_text_placeholder(term)}
    if others - _orders() - {None}:
        return refused("ambiguous") if outcomes else EMPTY
    if None in others:
        return refused("unmapped")
    if len(outcomes) > 1:
        return refused("ambiguous")
    return Cleaned(outcomes.pop(), None) if outcomes else EMPTY


def _kind(term: str) -> str | None:
    return codes_of("sanction_type").get(term)


def _not_punished(term: str) -> str | None:
    code = codes_of("outcome").get(term)
    return code if code and code.startswith(_NOT_PUNISHED) else None


@cache
def _orders() -> frozenset[str]:
    return frozenset(row["code"] for row in read_vocabulary("sanction_type") if row["is_order"] == "true")
