"""Legal bases: the provisions that a text names, in the version of the law that was in force on a day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Final

from transforms.normalise.cleaners.characters import is_text_placeholder, simplified, strip_remnants
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned, refused
from transforms.normalise.cleaners.laws import Provision, law_codes, law_title, only_version, title_pattern, versions_on
from transforms.normalise.cleaners.numerals import NUMERAL, read_numeral
from transforms.normalise.cleaners.text import strip_quotations

_BARE = rf"(?:[0-9]{{1,4}}|[{NUMERAL}]{{1,8}})"
_NUMBER = rf"(?:\({_BARE}\)|{_BARE})"
_AND, _TO = "[、,和及或]+", "(?:直?至|到|[-—–~]+)"
# A span is of one kind: 第一项至第三项 is, 第三项至第六十条 is none.
_SPAN = "|".join(rf"{kind}{_TO}(?=第?{_NUMBER}(?:{_AND}第?{_NUMBER})*{kind})" for kind in "条款项")
_JOINT = rf"(?:{_AND}|{_TO}|{_SPAN})"
# Numbers without brackets need a joint: a run of numerals is one number.
_NUMBERS = rf"\({_BARE}\)(?:{_JOINT}?第?\({_BARE}\))*|{_BARE}(?:{_JOINT}第?{_NUMBER})*"
_PLACE = rf"(?P<numbers>{_NUMBERS})(?P<kind>条|款|项)(?:之(?P<insert>[{NUMERAL}]{{1,3}}))?"
# Directly behind a law or a place 第 may be left out: 商标法57条、六十条(三)项. A comma may begin another count.
_NEXT = re.compile(rf"(?P<joint>,?以及|[、,和及或与])?第?{_PLACE}")
_LEFT_OVER = re.compile(rf"[{NUMERAL}0-9]\)?条(?!例)|第[{NUMERAL}0-9().、,和及或至到—–~-]+[款项]")
_CUT_SPAN = re.compile(_TO)
_NUMBERED = re.compile(rf"(?:(?P<to>[条款项]?{_TO})|{_AND})?第?(?P<number>{_NUMBER})")
_SPAN_AT_END = re.compile(rf".*{_TO}第?{_NUMBER}")
# A number directly behind a title or a place, that nothing counts: 57(3), 57、60.
_LEFT_BEHIND = re.compile(rf"\({_BARE}\)|[、,和及]?第?[0-9]{{1,3}}(?=[(、,;。]|-[0-9]|\.[0-9]|$)")
# A revision stands behind the title: 商标法(2019年修正).
_REVISION = r"(?:\((?P<marks{0}>[^()]{{0,20}})\))?"
_STATE = "中华人民共和国"
# Any other title that is followed by a place or, in paths, by a slash.
_SORT = "(?:法|条例|规定|办法|细则|规则|决定|解释)"
_OTHER = rf"(?P<other>[\u4e00-\u9fff]{{2,40}}?{_SORT}|[该本同]{_SORT})"
# 该法 is the last one of its sort that was named; 基本法 and 合同法 are titles.
_AGAIN = re.compile(rf".*(?:该|(?<!基)本|(?<!合)同|上述|前述)((?:实施)?{_SORT})")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LEADING = re.compile(
    r".*(?:依据|根据|依照|按照|参照|比照|遵照|违反了|违反|违犯|适用|触犯了|触犯|(?:法|条例|规定|办法)(?:以及|和|及))"
    r"|^(?:及|按(?!摩|揭)|[和与](?![田平县静政顺林]))"
)
# The rules that carry out a law are named after it: 商标法及其实施条例, 《专利法》实施细则.
_WITH_ITS = "(?:以及|[及和与])其?实施(?:条例|细则|办法|规定)"
_ITS = re.compile(r"(?:以及|[、及和与])?其?(?P<its>实施(?:条例|细则|办法|规定))")
_ORDER = ("条", "款", "项")
_FIELDS = {"条": "article", "款": "paragraph", "项": "item"}
# A record's basis is read for its provisions, its right and its type of case: as many as lie in a piece of a batch.
_REMEMBERED: Final = 20_000
_LONGEST: Final = 20


def clean_legal_basis(raw: str | None, on: date | None = None, by: date | None = None) -> Cleaned:
    """Return the provisions of a text, each once, as law/version/article/paragraph/item; a named version wins.

    `on` is the day of the act, `by` the day of the decision; several versions may apply where only that is known.
    """
    text = strip_remnants(raw or "")
    if not text:
        return EMPTY
    if is_text_placeholder(text):
        return refused("placeholder")
    found = read_provisions(text, on, by)
    if not found.provisions:
        return refused("unparseable")
    return Cleaned(list(dict.fromkeys(map(str, found.provisions))), found.reason)


@dataclass(frozen=True)
class Found:
    """The provisions of a text, and why one is not told whole: a number that cannot be read, a version that is open."""

    provisions: tuple[Provision, ...]
    reason: str | None


@lru_cache(_REMEMBERED)
def read_provisions(text: str, on: date | None, by: date | None = None) -> Found:
    """Return the provisions that a text names; what stands in paired quotation marks is no reference."""
    plain = simplified(unicodedata.normalize("NFKC", strip_quotations(text)))
    folded = "".join(plain.split()).replace(_STATE, "")
    reader = _Reader()
    for before, match in _matches(folded):
        reader.pass_over(before)
        if match:
            reader.take(match)
    found, reason = _versioned(reader.found, on, by)
    # A law is told alone only where none of its places is.
    placed = {(one.law, one.version) for one in found if one.article}
    told = tuple(one for one in found if one.article or (one.law, one.version) not in placed)
    return Found(told, "some_unparseable" if reader.is_unread else reason)


def _versioned(found: Sequence[Provision], on: date | None, by: date | None) -> tuple[list[Provision], str | None]:
    """Return the provisions in the version that applied, and why one stays open; one text applies one of each law."""
    versions, reason = dict[str, str](), None
    for law in dict.fromkeys(one.law for one in found if not one.version):
        articles = {one.article for one in found if one.law == law and not one.version}
        versions[law], why = _version(law, articles, on, by)
        reason = reason or why
    return [one if one.version else replace(one, version=versions[one.law]) for one in found], reason


def _version(law: str, articles: Collection[str], on: date | None, by: date | None) -> tuple[str, str | None]:
    versions = versions_on(law, on, by)
    if len(versions) == 1:
        return versions[0], None
    if not versions:
        return "", "no_version_in_force" if on or by else "undated_law"
    only = only_version(law, versions, articles)
    return only, None if only else "open_version"


def _matches(text: str) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Yield the titles and places of a text, each with what stands before it, and at last what stands behind them."""
    end = 0
    match = _token().search(text)
    while match:
        yield text[end : match.start()], match
        end = match.end()
        close = _NEXT.match(text, end)
        is_close = close and (close["kind"] == "条" or (match["numbers"] and close["joint"] in (None, *"、和及或与")))
        match = close if is_close else _token().search(text, end)
    yield text[end:], None


class _Reader:
    """Walks over titles and places; a place belongs to the law and the article before it."""

    def __init__(self) -> None:
        self._law: Provision | None = None
        self.found: list[Provision] = []
        self.is_unread = False
        # What follows an article whose number cannot be read belongs to that one, not to the one before it.
        self._is_astray = False
        self._is_behind = False

    def pass_over(self, text: str) -> None:
        """Look for numbers of places in what is neither title nor place."""
        if _LEFT_OVER.search(text):
            self.is_unread = self._is_astray = True
        elif self._is_behind and (_LEFT_BEHIND.match(text) or _CUT_SPAN.fullmatch(text)):
            self.is_unread = True

    def take(self, match: re.Match[str]) -> None:
        self._is_behind = True
        if match["numbers"] is None:
            self._law = self._titled(match)
            self._is_astray = self._law is None
            self.found += filter(None, [self._law])
        if self._law is None:
            self.is_unread = True
        elif match["numbers"]:
            numbers = list(_numbers(match["numbers"]))
            read = [number for number in numbers if number]
            self.is_unread |= len(read) < len(numbers)
            if match["kind"] == "条":
                self._is_astray = not read
            if not self._is_astray:
                self._place(match["kind"], _with_insert(read, match))

    def _titled(self, match: re.Match[str]) -> Provision | None:
        """Return the law that a title names; None where it refers to one that was not named."""
        if again := _AGAIN.fullmatch(match["other"] or ""):
            named = reversed(self.found)
            return next(
                (Provision(one.law, one.version) for one in named if law_title(one.law).endswith(again[1])), None
            )
        if its := _ITS.fullmatch(match["its"] or match["other"] or ""):
            title = f"{law_title(self.found[-1].law)}{its['its']}" if self.found else ""
            return Provision(law_codes().get(title, title)) if title else None
        title = match["quoted"] or match["known"] or _LEADING.sub("", match["other"])
        marks = match["marks1"] or match["marks2"] or match["marks3"] or ""
        if "(" in title:
            title, _, inner = title.partition("(")
            marks = marks or inner
        title = title.replace("/", "")
        law = law_codes().get(title, title)
        if year := _YEAR.search(marks):
            return Provision(law, year.group())
        self.is_unread |= re.fullmatch(_BARE, marks) is not None
        return Provision(law)

    def _place(self, kind: str, numbers: list[str]) -> None:
        last = self.found[-1]
        if kind != "条" and not last.article:
            self.is_unread = True
            return
        for number in numbers:
            if any(getattr(last, _FIELDS[finer]) for finer in _ORDER[_ORDER.index(kind) :]) or not last.article:
                last = self._cut(last, kind)
                self.found.append(last)
            last = replace(last, **{_FIELDS[kind]: number})
            self.found[-1] = last

    def _cut(self, last: Provision, kind: str) -> Provision:
        """Return the place around a new number of this kind: its law, and for a 款 or 项 its article."""
        if kind == "条":
            return self._law or last
        return replace(last, item="", **({"paragraph": ""} if kind == "款" else {}))


def _with_insert(numbers: list[str], match: re.Match[str]) -> list[str]:
    """Return the numbers of a place up to an inserted article; a span up to 之一 holds the article before it too."""
    part = read_numeral(match["insert"] or "")
    if not part or not numbers:
        return numbers
    last = f"{numbers[-1]}-{part}"
    return [*(numbers if _SPAN_AT_END.fullmatch(match["numbers"]) else numbers[:-1]), last]


def _numbers(text: str) -> Iterator[str]:
    """Yield the numbers of a list such as (一)、(二) or 一至三; an empty text for one that cannot be read."""
    before: int | None = None
    for match in _NUMBERED.finditer(text):
        digits = match["number"].strip("()")
        number = int(digits) if digits.isascii() else read_numeral(digits)
        if number is None:
            yield ""
            continue
        yield from _up_to(number, before) if match["to"] and before is not None else [str(number)]
        before = number


def _up_to(number: int, before: int) -> Iterator[str]:
    """Yield what a span holds behind its first number; one that is too long has its end only, one backwards none."""
    if before <= number <= before + _LONGEST:
        yield from map(str, range(before + 1, number + 1))
        return
    yield ""
    if number > before:
        yield str(number)


@cache
def _token() -> re.Pattern[str]:
    counted = f"{_BARE}条"
    return re.compile(
        rf"(?P<its>(?:以及|[、及和与])?其实施(?:条例|细则|办法|规定))"
        rf"|《(?P<quoted>[^《》]+)》{_REVISION.format(1)}"
        rf"|(?P<known>{title_pattern()}){_REVISION.format(2)}(?=[^\u4e00-\u9fff]|第|{counted}|有关|规定|的|{_WITH_ITS}|$)"
        rf"|{_OTHER}{_REVISION.format(3)}(?=/|第[{NUMERAL}0-9]|{counted}|{_WITH_ITS})"
        rf"|第{_PLACE}"
    )
