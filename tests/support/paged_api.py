"""APIs of bodies on loopback that number their pages or link them, behind a log-in whose tokens expire."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Thread
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

LOGIN: Final = {"user": "casebridge", "password": "canary-password"}


class PagedApi:
    """Serve records until closed.

    `/numbered` numbers its pages from 1 and tells the total, `/linked` gives the address of the next page, `/login`
    gives a token for `LOGIN` as JSON or as a form; a token passes `uses` requests.
    """

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        """Bind a free port."""
        self.records = list(records)
        self.largest_page, self.uses = 100, 1000
        self.link = "/linked?from={}&limit={}"
        self.logins: list[str] = []
        self.asked: list[str] = []
        self.after_page: Callable[[], object] = lambda: None
        # Answers to give instead, one an answer; None for a sound one.
        self.instead: deque[tuple[int, bytes] | None] = deque()
        # What every log-in is answered instead.
        self.login_instead: tuple[int, bytes] | None = None
        self.tokens: dict[str, int] = {}
        self.numbers = count(1)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.api = self

    @property
    def address(self) -> str:
        """Return the base address of the API."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Answer requests in a thread."""
        Thread(target=self._server.serve_forever, args=(0.05,), name="paged-api", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def page(self, path: str, asked: dict[str, str]) -> dict[str, Any] | None:
        """Return the answer for one query."""
        size = min(int(asked.get("limit", "100")), self.largest_page)
        if path == "/numbered":
            start = (int(asked["page"]) - 1) * size
            return {"data": {"records": self.records[start : start + size], "total": len(self.records)}}
        if path == "/linked":
            start = int(asked.get("from", "0"))
            follows = self.link.format(start + size, size) if start + size < len(self.records) else None
            return {"results": self.records[start : start + size], "links": {"next": follows}}
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: PagedApi


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Answer one log-in."""
        api = self.server.api
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        kind = self.headers["Content-Type"]
        is_form = kind == "application/x-www-form-urlencoded"
        said = {k: v[0] for k, v in parse_qs(body).items()} if is_form else json.loads(body)
        api.logins.append(kind)
        if api.login_instead:
            self._answer(*api.login_instead)
            return
        if self.path != "/login" or said != LOGIN:
            self._answer(HTTPStatus.BAD_REQUEST, b"{}")
            return
        token = f"token-{next(api.numbers)}"
        api.tokens[token] = api.uses
        self._answer(HTTPStatus.OK, json.dumps({"data": {"token": token}}).encode())

    def do_GET(self) -> None:
        """Answer one request for a page."""
        api = self.server.api
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        left = api.tokens.get(token, 0)
        if left < 1:
            self._answer(HTTPStatus.UNAUTHORIZED, b"{}")
            return
        api.tokens[token] = left - 1
        api.asked.append(self.path)
        target = urlsplit(self.path)
        page = api.page(target.path, {k: v[0] for k, v in parse_qs(target.query).items()})
        instead = api.instead.popleft() if api.instead else None
        status, body = instead or (HTTPStatus.OK if page else HTTPStatus.NOT_FOUND, json.dumps(page).encode())
        self._answer(status, body)
        api.after_page()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
        """Keep quiet."""
