"""Laws by name and day: which version was in force, and which article of an earlier version an article succeeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from transforms.normalise.cleaners.vocabulary import read_vocabulary


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
            and other.article in ("", self.article)
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


@cache
def title_pattern() -> str:
    """Return a pattern of every known title, longer ones first."""
    return "|".join(map(re.escape, sorted(law_codes(), key=len, reverse=True)))


@cache
def law_changes() -> Sequence[date]:
    """Return the days on which some law begins or ends, in order."""
    days = {row[end] for row in read_vocabulary("law") for end in ("valid_from", "valid_to")}
    return sorted(date.fromisoformat(day) for day in days if day)


def version_on(law: str, on: date | None) -> tuple[str, str | None]:
    """Return the version of a law in force on a day, and why it is not known; a law that is not dated has none."""
    spans = _spans().get(law, ())
    if not any(since or until for _, since, until in spans):
        return "", None
    if on is None:
        return "", "undated_law"
    for version, since, until in spans:
        if (not since or since <= on) and (not until or on < until):
            return version, None
    return "", "no_version_in_force"


@cache
def _spans() -> Mapping[str, Sequence[tuple[str, date | None, date | None]]]:
    spans: dict[str, list[tuple[str, date | None, date | None]]] = {}
    for row in read_vocabulary("law"):
        since, until = (date.fromisoformat(row[end]) if row[end] else None for end in ("valid_from", "valid_to"))
        spans.setdefault(row["law_code"], []).append((row["version"], since, until))
    return spans


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
