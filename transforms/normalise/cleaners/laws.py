"""Laws by name and day: which version was in force, and which article of an earlier version an article succeeds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final

from transforms.normalise.cleaners.spans import ALWAYS, Span, changes
from transforms.normalise.cleaners.vocabulary import read_vocabulary

ANY: Final = "*"
"""Stands for every article of a version, of a law that is named with one."""


@dataclass(frozen=True)
class Provision:
    """A place in a law; `law` is a code of vocabulary `law`, or the title of a law that is not in it."""

    law: str
    version: str = ""
    article: str = ""
    paragraph: str = ""
    item: str = ""

    def __str__(self) -> str:
        """Write law/version/article/paragraph/item; what is not said is empty, and left out at the end."""
        return f"{self.law}/{self.version}/{self.article}/{self.paragraph}/{self.item}".rstrip("/")

    @classmethod
    def read(cls, notation: str) -> Provision:
        """Read what `str` writes."""
        return cls(*notation.split("/"))

    def lies_in(self, other: Provision) -> bool:
        """Say whether this is the other provision or a part of it; what the other leaves open may be anything."""
        return self.law == other.law and (
            other.version in ("", self.version)
            and (other.article in ("", self.article) or (other.article == ANY and self.article != ""))
            and other.paragraph in ("", self.paragraph)
            and other.item in ("", self.item)
        )


@cache
def law_codes() -> Mapping[str, str]:
    """Return the code of each title and short name."""
    codes: dict[str, str] = {}
    for row in read_vocabulary("law"):
        for name in filter(None, (row["term_zh"], *row["aliases"].split("|"))):
            codes[name] = row["law_code"]
    return codes


def law_title(code: str) -> str:
    """Return the title of a law of the vocabulary; of another one its code is the title."""
    return _titles().get(code, code)


@cache
def _titles() -> Mapping[str, str]:
    return {row["law_code"]: row["term_zh"] for row in read_vocabulary("law")}


@cache
def title_pattern() -> str:
    """Return a pattern of every known title, longer ones first."""
    return "|".join(map(re.escape, sorted(law_codes(), key=len, reverse=True)))


@cache
def law_changes() -> Sequence[date]:
    """Return the days on which some law begins or ends, or no act under it can be decided any more, in order."""
    versions = [version for law in _versions().values() for version in law]
    return changes(span for version in versions for span in (version.acts, version.decisions))


def versions_on(law: str, on: date | None, by: date | None) -> Sequence[str]:
    """Return the versions of a law that may apply; none where no dated version does, "" for a law that is not dated.

    `on` is the day of the act, `by` that of the decision. What an act is follows the law of its day (APL 37), how it is
    dealt with that of the decision (column `follows` of vocabulary `law`).
    """
    versions = _versions().get(law, ())
    if all(version.acts == ALWAYS for version in versions):
        return ("",)
    if any(version.follows == "DECISION" for version in versions):
        on = by or on
    if on:
        return [version.name for version in versions if version.acts.holds(on)]
    return [version.name for version in versions if by and version.decisions.holds(by)]


def readings(provision: Provision, on: date | None, by: date | None) -> Iterator[Provision]:
    """Yield what a provision without a version may be: it in each that may apply, or in any where none is known to."""
    if not provision.version:
        known = versions_on(provision.law, on, by) or [version.name for version in _versions().get(provision.law, ())]
        fitting = _fitting(provision.law, known, {provision.article}) or known
        yield from (replace(provision, version=version) for version in fitting if version)


@dataclass(frozen=True)
class _Version:
    """A version of a law, and the days on which an act is done under it."""

    name: str
    acts: Span
    follows: str

    @property
    def decisions(self) -> Span:
        """Return the days on which acts of its time are decided.

        An act is punished when it is found within two years (APL 36); the case then takes 90 days, or longer where that
        is extended (APL 60): a year is allowed for it.
        """
        ends = self.acts.until
        return Span(self.acts.since, ends if ends == date.max else _years_later(ends, 3))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # 29 February of a year that has none.
        return date(day.year + years, 3, 1)


@cache
def _versions() -> Mapping[str, Sequence[_Version]]:
    versions: dict[str, list[_Version]] = {}
    for row in read_vocabulary("law"):
        versions.setdefault(row["law_code"], []).append(_Version(row["version"], Span.read(row), row["follows"]))
    return versions


def only_version(law: str, versions: Sequence[str], articles: Collection[str]) -> str:
    """Return the one of several versions that alone has those of the articles that were renumbered, "" if none has.

    Vocabulary `law_article` holds the numbers of the articles by which infringements are judged; of a version that has
    none there, nothing is known.
    """
    fitting = _fitting(law, versions, articles)
    return fitting[0] if len(fitting) == 1 else ""


def _fitting(law: str, versions: Sequence[str], articles: Collection[str]) -> Sequence[str]:
    numbered = {version: _numbered(law, version) for version in versions}
    if not all(numbered.values()):
        return ()
    cited = frozenset(articles).intersection(frozenset().union(*numbered.values()))
    return [version for version in versions if cited <= numbered[version]] if cited else ()


@cache
def _numbered(law: str, version: str) -> frozenset[str]:
    rows = [row for row in read_vocabulary("law_article") if row["law_code"] == law]
    return frozenset(row["article"] for row in rows if row["version"] == version) | frozenset(
        row["successor_article"] for row in rows if row["successor_version"] == version
    )


def lineage(provision: Provision) -> Iterator[Provision]:
    """Yield a provision and those of earlier versions that it succeeds."""
    while True:
        yield provision
        row = _predecessors().get((provision.law, provision.version, provision.article))
        if row is None:
            return
        provision = replace(provision, version=row["version"], article=row["article"])
        if row["keeps_items"] != "true":
            provision = replace(provision, paragraph="", item="")


@cache
def _predecessors() -> Mapping[tuple[str, str, str], Mapping[str, str]]:
    rows = read_vocabulary("law_article")
    return {(row["law_code"], row["successor_version"], row["successor_article"]): row for row in rows}
