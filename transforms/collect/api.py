"""A paged JSON API with a bearer token: all pages after the remembered cursor become one delivery, or nothing does."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx

from transforms.collect.access import Access, read_access, read_secret
from transforms.collect.objects import DECODER, flat
from transforms.errors import SourceUnavailable, Terminal

if TYPE_CHECKING:
    from schemas.contracts import SourceContract
    from transforms.collect.spool import Spool
    from transforms.connections import Connections

_PAGE_BYTES: Final = 67_108_864
_FIRST_PAUSE: Final = 0.2
_LONGEST_PAUSE: Final = 5.0
_REFUSED: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: its records, the cursor after them, and whether there are more."""

    items: list[dict[str, Any]]
    cursor: str | None
    has_more: bool


def fetch_api(
    connections: Connections, contract: SourceContract, watermark: dict[str, Any], spool: Spool
) -> dict[str, Any]:
    """Gather every record after the watermark in `spool` and return the new watermark.

    Raises SourceUnavailable if the API does not give a whole page set before the deadline.
    """
    access = read_access(connections, contract)
    token = read_secret(connections, contract, "tokenSecret", access.token_file)
    with httpx.Client(
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
        timeout=access.timeout,
        proxy=access.proxy or None,
        trust_env=False,
    ) as client:
        return {"cursor": _Reader(client, contract, access).read_all(watermark.get("cursor"), spool)}


class _Reader:
    def __init__(self, client: httpx.Client, contract: SourceContract, access: Access) -> None:
        self._client = client
        self._options = contract.fetch.options
        self._url = contract.fetch.location.replace(f"${{{self._options['connection']}}}", access.url.rstrip("/"))
        self._deadline = access.deadline
        self._seen: set[bytes] = set()

    def read_all(self, cursor: str | None, spool: Spool) -> str | None:
        """Write the records of all pages after `cursor` and return the cursor after the last."""
        while True:
            page = self._next_page(cursor)
            for item in page.items:
                spool.add(flat(item))
            cursor = page.cursor or cursor
            if not page.has_more:
                return cursor

    def _next_page(self, cursor: str | None) -> Page:
        until = time.monotonic() + self._deadline
        pause = _FIRST_PAUSE
        while True:
            try:
                page = self._fetch(cursor)
                if not self._is_repeated(page, cursor):
                    return page
                reason = "it sent a page again"
            except (httpx.TransportError, httpx.HTTPStatusError, _Garbled) as error:
                reason = _reason(error)
            if time.monotonic() + pause > until:
                remedy = "nothing was sent; it is tried again when the source is due"
                raise SourceUnavailable(f"the API gave no whole page set: {reason}", self._url, remedy)
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _fetch(self, cursor: str | None) -> Page:
        asked = {self._options["pageSizeParameter"]: self._options["pageSize"]}
        if cursor:
            asked[self._options["cursorParameter"]] = cursor
        with self._client.stream("GET", self._url, params=asked) as response:
            if response.status_code in _REFUSED:
                raise Terminal(
                    f"the API refuses the token: status {response.status_code}", self._url, "renew the token"
                )
            if response.is_client_error:
                remedy = "compare the contract's server with the API's description"
                raise Terminal(f"the API does not know the request: status {response.status_code}", self._url, remedy)
            response.raise_for_status()
            return self._parsed(_body(response, self._url))

    def _parsed(self, body: bytes) -> Page:
        try:
            said = DECODER.decode(body.decode("utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _Garbled("its answer is no JSON text") from error
        items = said.get(self._options["items"]) if isinstance(said, dict) else None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise _Garbled(f"its answer has no list `{self._options['items']}`")
        cursor = said.get(self._options["nextCursor"])
        return Page(items, None if cursor is None else str(cursor), bool(said.get(self._options["hasMore"])))

    def _is_repeated(self, page: Page, asked: str | None) -> bool:
        """Say whether this page was read before: it leads back to where we ask from, or has the same items."""
        if not page.items:
            return False
        digest = hashlib.sha256(json.dumps(page.items, sort_keys=True).encode()).digest()
        if digest in self._seen or (asked is not None and page.cursor == asked):
            return True
        self._seen.add(digest)
        return False


class _Garbled(Exception):
    """An answer that cannot be read; another try may bring a whole one."""


def _body(response: httpx.Response, url: str) -> bytes:
    body = bytearray()
    for block in response.iter_bytes():
        body += block
        if len(body) > _PAGE_BYTES:
            raise Terminal(f"the API sent a page of more than {_PAGE_BYTES:,} bytes", url, "lower the page size")
    return bytes(body)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"status {error.response.status_code}"
    return str(error) if isinstance(error, _Garbled) else type(error).__name__
