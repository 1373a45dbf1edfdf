"""Administrative regions (GB/T 2260) on a day: a retired code leads to what it became and is never rejected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from transforms.normalise.cleaners.characters import compact
from transforms.normalise.cleaners.cleaned import Cleaned, refused
from transforms.normalise.cleaners.identifier import absent
from transforms.normalise.cleaners.vocabulary import read_vocabulary

_CODE = re.compile(r"[1-9][0-9]{5}")
# A code with a year in brackets took a part in that year; without one it took over at the end.
_SUCCESSOR = re.compile(r"([0-9]{6})(?:\[([0-9]{4})\])?")
_KINDS = re.compile(r"(?:特别行政区|(?:维吾尔|壮族|回族)?自治区|省|市|地区|自治州|盟)$")


@dataclass(frozen=True)
class Region:
    """A code under one name; `last` is its last day."""

    code: str
    name: str
    province: str
    prefecture_code: str
    since: date
    last: date
    successors: tuple[str, ...]

    def is_in_force(self, on: date | None) -> bool:
        """Say whether the region is there on a day, without a day whether it is there now."""
        return self.last == date.max if on is None else self.since <= on <= self.last


def clean_region_code(raw: str | None, on: date | None = None) -> Cleaned:
    """Return the code of a region as it was sent, of a name the code that it had on a day; one not in force is told."""
    text = compact(raw or "")
    if (outcome := absent(text)) is not None:
        return outcome
    if _CODE.fullmatch(text):
        return Cleaned(text, _reason(text, on))
    if text.isascii():
        return refused("format")
    return _named(text, on)


def clean_region(raw: str | None, on: date | None = None) -> Cleaned:
    """Return the code of a region on a day, from its code or its full name.

    A code that was retired before is followed where it became one region, else it is kept with a warning.
    """
    code, reason = clean_region_code(raw, on)
    if not isinstance(code, str) or reason != "retired_region":
        return Cleaned(code, reason)
    heirs = regions_on(code, on or date.max)
    return Cleaned(heirs[0], "renamed_region") if len(heirs) == 1 else Cleaned(code, reason)


def regions_on(code: str, on: date) -> tuple[str, ...]:
    """Return the codes that a code has become by a day: itself while in force, none where nothing succeeded it."""
    return tuple(dict.fromkeys(_heirs(code, on, frozenset())))


def _heirs(code: str, on: date, seen: frozenset[str]) -> Iterator[str]:
    spans = _spans().get(code, ())
    if any(span.is_in_force(on) for span in spans):
        yield code
        return
    ended = [span for span in spans if span.last < on]
    for successor in (ended[-1].successors or _counties_of(ended[-1])) if ended else ():
        if successor not in seen:
            yield from _heirs(successor, on, seen | {code})


def _counties_of(prefecture: Region) -> Sequence[str]:
    """Return the counties that a prefecture had at its end: what became of them became of it."""
    return [county.code for county in _counties().get(prefecture.code, ()) if county.is_in_force(prefecture.last)]


@cache
def _counties() -> Mapping[str, Sequence[Region]]:
    counties: dict[str, list[Region]] = {}
    for county in (span for spans in _spans().values() for span in spans):
        if county.prefecture_code != county.code:
            counties.setdefault(county.prefecture_code, []).append(county)
    return counties


def _reason(code: str, on: date | None) -> str | None:
    """Say what speaks against a code on a day; without a day only that there never was one."""
    spans = _spans().get(code)
    if spans is None:
        return "unknown_region"
    if on is None or any(span.is_in_force(on) for span in spans):
        return None
    return "later_region" if on < spans[0].since else "retired_region"


def _named(text: str, on: date | None) -> Cleaned:
    known = _by_name().get(text)
    if known is None:
        return refused("unmapped")
    codes = {region.code for region in known if region.is_in_force(on)}
    if codes:
        return Cleaned(codes.pop(), None) if len(codes) == 1 else refused("ambiguous")
    day, latest = on or date.max, max(known, key=lambda region: region.since).code
    heirs = {frozenset(regions_on(region.code, day)) for region in known}
    # One place that had several codes, one after the other.
    is_one = {region.code for region in known} == {latest} or (len(heirs) == 1 and any(heirs))
    return Cleaned(latest, _reason(latest, day)) if is_one else refused("ambiguous")


@cache
def region_changes() -> Sequence[date]:
    """Return the days on which some region begins or ends, in order."""
    rows = read_vocabulary("region")
    return sorted({date.fromisoformat(row[end]) for row in rows for end in ("valid_from", "valid_to") if row[end]})


def region_names_since(day: str) -> frozenset[str]:
    """Return the names of the regions that were there on a day (ISO) or later."""
    rows = read_vocabulary("region")
    return frozenset(row["name_zh"] for row in rows if not row["valid_to"] or row["valid_to"] > day)


@cache
def places_of_provinces() -> Mapping[str, tuple[str, ...]]:
    """Return the names of the regions that each province has or had, by the name of the province."""
    places: dict[str, set[str]] = {}
    for row in read_vocabulary("region"):
        if row["level"] != "PROVINCE":
            places.setdefault(row["province_zh"], set()).add(row["name_zh"])
    return {province: tuple(sorted(names)) for province, names in places.items()}


@cache
def places_of_prefectures() -> Mapping[str, tuple[str, ...]]:
    """Return by the name of each prefecture those of its counties, now or then, of whose name there is no other.

    One that passed to another prefecture of its province is the same one; 万县 is left out, as 万县市 begins so.
    """
    named: dict[str, list[Region]] = {}
    for region in (one for spans in _spans().values() for one in spans):
        named.setdefault(region.name, []).append(region)
    begun = {name[:end] for name in named for end in range(1, len(name))}
    places: dict[str, set[str]] = {}
    for name, spans in named.items():
        if name not in begun and _is_one_county(spans):
            for prefecture in (above for one in spans for above in _spans().get(one.prefecture_code, ())):
                places.setdefault(prefecture.name, set()).add(name)
    return {prefecture: tuple(sorted(names)) for prefecture, names in places.items()}


def _is_one_county(spans: Sequence[Region]) -> bool:
    """Say whether regions of one name are one county: below prefectures of one province, each what the last became."""
    in_turn = sorted(spans, key=lambda one: one.since)
    are_counties = all(one.prefecture_code not in ("", one.code) for one in spans)
    return are_counties and len({one.province for one in spans}) == 1 and all(map(_became, in_turn, in_turn[1:]))


def _became(before: Region, after: Region) -> bool:
    is_next = before.last < date.max and before.last + timedelta(days=1) == after.since
    return is_next and after.code in (before.code, *before.successors)


@cache
def _spans() -> Mapping[str, Sequence[Region]]:
    spans: dict[str, list[Region]] = {}
    for row in read_vocabulary("region"):
        last = date.fromisoformat(row["valid_to"]) - timedelta(days=1) if row["valid_to"] else date.max
        heirs = tuple(code for code, year in _SUCCESSOR.findall(row["successors"]) if not year)
        since = date.fromisoformat(row["valid_from"])
        region = Region(
            row["region_code"], row["name_zh"], row["province_zh"], row["prefecture_code"], since, last, heirs
        )
        spans.setdefault(region.code, []).append(region)
    return spans


@cache
def _by_name() -> Mapping[str, Sequence[Region]]:
    """Return the regions by every way to write their path; province and prefecture may be short or left out."""
    named: dict[str, list[Region]] = {}
    for region in (one for spans in _spans().values() for one in spans):
        for path in set(_paths(region)):
            named.setdefault(path, []).append(region)
    return named


def _paths(region: Region) -> Iterator[str]:
    provinces = {"", region.province, _KINDS.sub("", region.province)}
    prefectures = {""}
    if region.prefecture_code not in ("", region.code):
        names = {span.name for span in _spans().get(region.prefecture_code, ())}
        prefectures |= names | {_KINDS.sub("", name) for name in names}
    own = {region.name}
    if region.code.endswith("0000"):
        provinces = {""}
    if region.code.endswith("00"):
        own.add(_KINDS.sub("", region.name))
    return (province + prefecture + name for province in provinces for prefecture in prefectures for name in own)
