"""A paged JSON API with a bearer token: all pages after the remembered place become one delivery, or nothing does."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from transforms.collect.access import address_of, read_access
from transforms.collect.limits import LIMITS
from transforms.collect.login import token_of
from transforms.collect.objects import flat, refuse_deep
from transforms.collect.pages import LATER, Garbled, Page, paging_of, parsed
from transforms.errors import SourceUnavailable, Terminal

if TYPE_CHECKING:
    from schemas.contracts import SourceContract
    from transforms.collect.login import Token
    from transforms.collect.pages import Paging
    from transforms.collect.spool import Spool
    from transforms.connections import Connections

_PAGE_BYTES: Final = 67_108_864
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0
_AGAIN: Final = "nothing was sent; it is tried again when the source is due"
_REFUSED: Final = frozenset({401, 403})
# Statuses by which APIs say that there is no page of that number.
_NO_PAGE: Final = frozenset({400, 404, 416, 422})


def fetch_api(
    connections: Connections, contract: SourceContract, watermark: dict[str, Any], spool: Spool
) -> dict[str, Any]:
    """Gather every record after the watermark in `spool` and return the new watermark.

    Raises SourceUnavailable if the API does not give a whole page set before the deadline.
    """
    access = read_access(connections, contract)
    paging = paging_of(contract, address_of(contract, access))
    with httpx.Client(
        headers={"Accept": "application/json"}, timeout=access.timeout, proxy=access.proxy or None, trust_env=False
    ) as client:
        token = token_of(connections, contract, access, client)
        last = _Reader(client, paging, token, access.deadline).read_all(watermark.get("cursor"), spool)
    return {"cursor": last} if paging.is_resumed else {}


class _Reader:
    def __init__(self, client: httpx.Client, paging: Paging, token: Token, deadline: float) -> None:
        self._client = client
        self._paging = paging
        self._token = token
        self._deadline = deadline
        self._url, _ = paging.request(None)
        self._seen: set[bytes] = set()
        self._missing: str | None = None

    def read_all(self, at: str | None, spool: Spool) -> str | None:
        """Write the records of all pages from `at` on and return the place after the last."""
        visited: set[str | None] = set()
        while at not in visited:
            visited.add(at)
            page = self._next_page(at)
            for number, item in enumerate(page.items, start=spool.count + 1):
                refuse_deep(item, number)
                spool.add(flat(item))
            at = page.cursor or at
            if not self._paging.goes_on(page, spool.count):
                return at
            if len(visited) >= LIMITS.pages:
                what = f"after {LIMITS.pages:,} pages the API has still more"
                raise Terminal(what, self._url, "raise the page size in the contract, or tell the body")
        raise SourceUnavailable("the pages of the API lead in a circle", self._url, "tell the body")

    def _next_page(self, at: str | None) -> Page:
        until = time.monotonic() + self._deadline
        pause = _FIRST_PAUSE
        while True:
            try:
                page = self._fetch(at)
                if not self._is_repeated(page, at):
                    return page
                if self._paging.is_short:
                    return Page([], None)
                remedy = "where that is how the API ends, name its `total` in the contract"
                found = Garbled("it sent a page again", remedy=remedy)
            except Garbled as error:
                found = error
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                found = Garbled(_reason(error))
            if time.monotonic() + pause > until:
                remedy = "; ".join(filter(None, (found.remedy, _AGAIN)))
                raise SourceUnavailable(f"the API gave no whole page set: {found}", found.where or self._url, remedy)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _fetch(self, at: str | None) -> Page:
        url, asked = self._paging.request(at)
        # What httpx is given as parameters takes the place of those of the address.
        address = httpx.URL(url).copy_merge_params(asked) if asked else httpx.URL(url)
        with self._client.stream("GET", address, headers=self._token.headers()) as response:
            if self._is_behind_the_last(response.status_code, at):
                return Page([], None)
            self._check(response)
            self._token.accepted()
            return self._paging.parse(parsed(_body(response, self._url)), at)

    def _is_behind_the_last(self, status: int, at: str | None) -> bool:
        """Say whether an answer means that the page before was the last; behind a full one it is asked for twice."""
        if status in _NO_PAGE and self._paging.is_short:
            return True
        if status != httpx.codes.NOT_FOUND or not self._paging.is_open:
            return False
        if self._missing == at:
            return True
        self._missing = at
        raise Garbled("it has no such page")

    def _check(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == httpx.codes.UNAUTHORIZED and self._token.renews():
            raise Garbled("it refuses the token, which is renewed")
        if status in _REFUSED:
            raise Terminal(f"the API refuses the token: status {status}", self._url, "renew the token")
        if response.is_client_error and status not in LATER:
            remedy = "compare the contract's server with the API's description"
            raise Terminal(f"the API does not know the request: status {status}", self._url, remedy)
        response.raise_for_status()

    def _is_repeated(self, page: Page, asked: str | None) -> bool:
        """Say whether this page was read before: it leads back to where we ask from, or has the same items."""
        if not page.items:
            return False
        digest = hashlib.sha256(json.dumps(page.items, sort_keys=True).encode()).digest()
        if digest in self._seen or (asked is not None and page.cursor == asked):
            return True
        self._seen.add(digest)
        return False


def _body(response: httpx.Response, url: str) -> bytes:
    body = bytearray()
    for block in response.iter_bytes():
        body += block
        if len(body) > _PAGE_BYTES:
            raise Terminal(f"the API sent a page of more than {_PAGE_BYTES:,} bytes", url, "lower the page size")
    return bytes(body)


def _reason(error: httpx.HTTPError) -> str:
    return f"status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else type(error).__name__
