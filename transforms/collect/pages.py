"""How an API divides what it has: behind a cursor, by page number, or by a link to the next page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urljoin, urlsplit

from transforms.collect.finding import is_writable
from transforms.collect.objects import DECODER
from transforms.errors import ContractBroken, SourceUnavailable, Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.contracts import SourceContract

# Statuses by which an API asks to be asked later.
LATER: Final = frozenset({408, 425, 429})
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_AGAIN: Final = "nothing was sent; it is tried again when the source is due"


class Garbled(Exception):
    """An answer that cannot be read; another try may bring a whole one."""

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        """Say what is wrong with it; where and what to do, if not with the page that was asked for."""
        super().__init__(what)
        self.where = where
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its records, where the next begins, whether there is one, and how many records there are in all."""

    items: list[dict[str, Any]]
    cursor: str | None
    has_more: bool = False
    total: int | None = None


class Paging(Protocol):
    """A way through the pages of one reading."""

    @property
    def is_resumed(self) -> bool:
        """Say whether the next reading begins where this one ended."""

    def request(self, at: str | None) -> tuple[str, dict[str, str] | None]:
        """Return address and parameters of the page that begins at a place; None is the first."""

    def parse(self, said: object, at: str | None) -> Page:
        """Read an answer; raises Garbled."""

    def goes_on(self, page: Page, read: int) -> bool:
        """Say whether a page follows, after `read` records in all; raises SourceUnavailable if records are amiss."""

    @property
    def is_open(self) -> bool:
        """Say whether nothing tells which page is the last, so that the one behind it may be missing (404)."""

    @property
    def is_short(self) -> bool:
        """Say whether nothing tells it and the page before was shorter than others: it may end in many ways then."""


def paging_of(contract: SourceContract, url: str) -> Paging:
    """Return the way through the pages that the contract's server names."""
    options = contract.fetch.options
    for option, kind in (("cursorParameter", _Cursor), ("pageParameter", _Numbered), ("nextLink", _Linked)):
        if option in options:
            return kind(url, options)
    remedy = "say `cursorParameter`, `pageParameter` or `nextLink` in `servers`"
    raise ContractBroken("the contract does not say how the pages follow each other", contract.source, remedy)


def parsed(body: bytes) -> object:
    """Read an answer as JSON; raises Garbled."""
    try:
        return DECODER.decode(body.decode("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Garbled("its answer is no JSON text") from error


def value_at(said: object, path: str) -> object:
    """Return the value at a dotted path of an answer, None where there is none."""
    for name in path.split("."):
        said = said.get(name) if isinstance(said, dict) else None
    return said


class _Cursor:
    is_resumed: Final = True
    is_open: Final = False
    is_short: Final = False

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self._url, self._options = url, options

    def request(self, at: str | None) -> tuple[str, dict[str, str]]:
        asked = {self._options["pageSizeParameter"]: self._options["pageSize"]}
        if at:
            asked[self._options["cursorParameter"]] = at
        return self._url, asked

    def parse(self, said: object, _at: str | None) -> Page:
        cursor = value_at(said, self._options["nextCursor"])
        if cursor is not None and not is_writable(str(cursor)):
            raise Garbled(f"its answer has a `{self._options['nextCursor']}` that is no text")
        has_more = _flag(said, self._options["hasMore"])
        return Page(_items(said, self._options), None if cursor is None else str(cursor), has_more)

    def goes_on(self, page: Page, _read: int) -> bool:
        return page.has_more


class _Declared:
    """How many records the answers of one reading say that there are."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._total: int | None = None

    def check(self, total: int, read: int, *, is_last: bool) -> None:
        """Raise SourceUnavailable where the set shrank, or other records came than were declared."""
        if self._total is not None and total < self._total:
            what = f"the set shrank from {self._total:,} to {total:,} records while it was read"
            raise SourceUnavailable(what, self._url, _AGAIN)
        self._total = total
        if read > total or (is_last and read < total):
            what = f"the API declares {total:,} records and gave {read:,}"
            raise SourceUnavailable(what, self._url, _AGAIN)


class _Numbered:
    """Every reading is of the whole set: a page number says nothing about what is new.

    A row that goes while the pages are read moves another onto a page that was read before: the total tells.
    """

    is_resumed: Final = False

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self._url, self._options = url, options
        self._declared = _Declared(url)
        self._last: int | None = None
        self._most = self._pages = 0

    def request(self, at: str | None) -> tuple[str, dict[str, str]]:
        size = {self._options["pageSizeParameter"]: self._options["pageSize"]}
        return self._url, {self._options["pageParameter"]: self._number(at), **size}

    def parse(self, said: object, at: str | None) -> Page:
        if self.is_short and value_at(said, self._options["items"]) is None:
            return Page([], None)
        return Page(_items(said, self._options), str(int(self._number(at)) + 1), total=_total(said, self._options))

    def goes_on(self, page: Page, read: int) -> bool:
        if page.total is None:
            # An API may give smaller pages than it is asked for: a short one need not be the last.
            self._last, self._pages = len(page.items), self._pages + 1
            self._most = max(self._most, self._last)
            return bool(page.items)
        self._last = None
        self._declared.check(page.total, read, is_last=not page.items)
        return read < page.total

    @property
    def is_open(self) -> bool:
        return self._last is not None

    @property
    def is_short(self) -> bool:
        usual = self._most if self._pages > 1 else int(self._options["pageSize"])
        return self._last is not None and self._last < usual

    def _number(self, at: str | None) -> str:
        return at or self._options.get("firstPage", "1")


class _Linked:
    is_resumed: Final = False
    is_open: Final = False
    is_short: Final = False

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        self._url, self._options = url, options
        self._declared = _Declared(url)

    def request(self, at: str | None) -> tuple[str, dict[str, str] | None]:
        if at or "pageSizeParameter" not in self._options:
            return at or self._url, None
        return self._url, {self._options["pageSizeParameter"]: self._options["pageSize"]}

    def parse(self, said: object, at: str | None) -> Page:
        link = value_at(said, self._options["nextLink"])
        following = urljoin(at or self._url, str(link)) if link else None
        # The token goes with every request: a link must not lead it to somebody else.
        if following and urlsplit(following)[:2] != urlsplit(self._url)[:2]:
            remedy = "ask the body what its links should say"
            raise Terminal("the link to the next page leads to another host", self._url, remedy)
        return Page(_items(said, self._options), following, following is not None, _total(said, self._options))

    def goes_on(self, page: Page, read: int) -> bool:
        if page.total is not None:
            self._declared.check(page.total, read, is_last=not page.has_more)
        return page.has_more


def _items(said: object, options: Mapping[str, str]) -> list[dict[str, Any]]:
    items = value_at(said, options["items"])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Garbled(f"its answer has no list `{options['items']}`")
    return items


def _flag(said: object, path: str) -> bool:
    # Numbers are texts here; some write the words as texts too.
    told = _FLAGS.get(str(value_at(said, path)).casefold())
    if told is None:
        raise Garbled(f"its answer does not say `{path}`")
    return told


def _total(said: object, options: Mapping[str, str]) -> int | None:
    path = options.get("total")
    if path is None:
        return None
    total = str(value_at(said, path))
    if not (total.isascii() and total.isdigit()):
        raise Garbled(f"its answer has no count `{path}`")
    return int(total)
