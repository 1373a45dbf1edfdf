"""Names of authorities: short forms written out, and what reforms made of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from transforms.normalise.cleaners.cleaned import Cleaned
from transforms.normalise.cleaners.names import clean_name_norm
from transforms.normalise.cleaners.regions import places_of_prefectures, places_of_provinces, region_names_since
from transforms.normalise.cleaners.text import clean_party_name
from transforms.normalise.cleaners.vocabulary import read_vocabulary

_CITY = "市"
_COUNTRY = "中华人民共和国"
# A place whose kind is said ends so; 中华人民共和国 may stand before a national authority.
_WHOLE_PLACE = re.compile(r"(?:.*(?:[国省市区县旗盟]|自治州))?")


def clean_agency_name(raw: str | None) -> Cleaned:
    """Return the name of an authority with its short forms written out, as it was called then.

    A short form that begins with 市 may share it with a city (杭州市监局): it is kept where the place could be another.
    """
    shown, reason = clean_party_name(raw)
    return Cleaned(_written_out(shown) if isinstance(shown, str) else shown, reason)


def clean_agency_successor(raw: str | None) -> Cleaned:
    """Return what an authority is called today; one that was merged or renamed has a warning."""
    shown, reason = clean_agency_name(raw)
    if not isinstance(shown, str):
        return Cleaned(shown, reason)
    today = shown
    for row in _longest_first("agency_predecessor", "predecessor"):
        place, found, rest = today.partition(row["predecessor"])
        if found:
            shares = row["successor"].startswith(_CITY) and _is_city(place, row["valid_to"])
            today = place + _CITY * shares + row["successor"] + rest
    return Cleaned(today, reason if today == shown else "renamed_agency")


def clean_agency_key(raw: str | None) -> Cleaned:
    """Return what an authority is compared by: its name of today in one form, without what a place of it lies in.

    So 浙江省杭州市工商局 and 杭州市市场监督管理局 are one authority.
    """
    today, reason = clean_agency_successor(raw)
    if not isinstance(today, str):
        return Cleaned(today, reason)
    name, reason = clean_name_norm(today)
    if not isinstance(name, str):
        return Cleaned(name, reason)
    return Cleaned(_without(places_of_provinces, name.removeprefix(_COUNTRY)), reason)


def clean_authority(raw: str | None) -> Cleaned:
    """Return who gives a number: the `agency_key`, without the prefecture of a county of whose name there is no other.

    So 青岛市市南区… and 市南区… are one authority; 杭州市西湖区… and 西湖区… are two.
    """
    key, reason = clean_agency_key(raw)
    return Cleaned(_without(places_of_prefectures, key) if isinstance(key, str) else key, reason)


def _without(places: Callable[[], Mapping[str, tuple[str, ...]]], name: str) -> str:
    """Leave out the larger place with which a name begins, where a place of it follows."""
    larger = places()
    for end in range(1, min(len(name), _longest(places) + 1)):
        if name.startswith(larger.get(name[:end], ()), end):
            return name[end:]
    return name


@cache
def _longest(names: Callable[..., Iterable[str]], *since: str) -> int:
    """Return how long the longest of these names is: no more of a cell is compared, which may have a page."""
    return max(map(len, names(*since)), default=0)


def _written_out(name: str) -> str:
    for row in _longest_first("agency_short_name", "short_name"):
        place, found, rest = name.partition(row["short_name"])
        if found and row["name"] not in name:
            whole = _before_short_form(place, row)
            name = name if whole is None else whole + row["name"] + rest
    return name


def _before_short_form(place: str, row: Mapping[str, str]) -> str | None:
    """Return what stands before the name written out; None where it cannot be told whether 市 belongs to the place."""
    if not row["short_name"].startswith(_CITY):
        return place
    if _is_city(place, row["valid_from"]):
        return place + _CITY
    return place if _WHOLE_PLACE.fullmatch(place) else None


@cache
def _longest_first(vocabulary: str, column: str) -> tuple[Mapping[str, str], ...]:
    return tuple(sorted(read_vocabulary(vocabulary), key=lambda row: -len(row[column])))


def _is_city(place: str, since: str) -> bool:
    """Say whether a place is a city without its 市, alone or behind the whole name of a larger place."""
    cities = _cities(since)
    starts = range(max(0, len(place) - _longest(_cities, since)), len(place))
    return any(place[start:] in cities and _WHOLE_PLACE.fullmatch(place[:start]) for start in starts)


@cache
def _cities(since: str) -> frozenset[str]:
    """Return the names of cities without 市 with which no other region begins."""
    names = region_names_since(since)
    begun = Counter(name[:end] for name in names for end in range(1, len(name)))
    stems = {name.removesuffix(_CITY) for name in names if name.endswith(_CITY)}
    return frozenset(stem for stem in stems if begun[stem] == 1)
