"""The API of Shanghai Customs on loopback: bearer token, cursor paging, and faults on demand."""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

PATH, PENALTIES = "/v1/detentions", "/v1/penalties"
LARGEST_PAGE = 500
_HANG_SECONDS = 120.0

FaultKind = Literal["slow", "error", "timeout", "truncated", "twice"]
Key = tuple[str, str]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one answer; `seconds` is the delay of a slow one.

    `error` is status 500, `timeout` never answers, `truncated` breaks off in the middle of the JSON text, and `twice`
    sends the page before once more.
    """

    kind: FaultKind
    seconds: float = 0.0


class Detained:
    """The records that the API holds, in the order of their last change."""

    def __init__(self, lines: Iterable[str]) -> None:
        """Take records as JSON texts."""
        self._lock = Lock()
        self._rows: list[tuple[Key, dict[str, Any]]] = []
        self.put(json.loads(line) for line in lines)

    def put(self, records: Iterable[dict[str, Any]]) -> None:
        """Add records; one whose id is known replaces it."""
        fresh = {str(record["id"]): record for record in records}
        with self._lock:
            rows = [row for row in self._rows if row[0][1] not in fresh]
            rows += [((record["updatedAt"], name), record) for name, record in fresh.items()]
            self._rows = sorted(rows, key=lambda row: row[0])

    def after(self, key: Key | None, limit: int) -> tuple[list[dict[str, Any]], Key | None, bool]:
        """Return the records after `key`, the key of the last of them, and whether there are more."""
        with self._lock:
            start = bisect_right(self._rows, key, key=lambda row: row[0]) if key else 0
            page = self._rows[start : start + limit]
            return [record for _, record in page], page[-1][0] if page else key, start + limit < len(self._rows)


class CustomsApi:
    """Serve records until closed; `faults` are used up one an answer, in order, None for a sound one."""

    def __init__(self, lines: Iterable[str], token: str, port: int = 0, penalties: Iterable[str] = ()) -> None:
        """Bind the port; 0 takes a free one. `lines` are the detentions."""
        self.records = Detained(lines)
        self.resources = {PATH: self.records, PENALTIES: Detained(penalties)}
        self.faults: deque[Fault | None] = deque()
        self.requests = 0
        self.closing = Event()
        self.last_body = b""
        self._server = _Server(port, self, token)

    @property
    def address(self) -> str:
        """Return the base address of the API."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def serve(self) -> None:
        """Answer requests until `close` is called from another thread."""
        self._server.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        """Stop answering and give the port back."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        """Answer requests in a thread."""
        Thread(target=self.serve, name="customs-api", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.close()

    def page(self, path: str, query: dict[str, list[str]]) -> bytes:
        """Return the body for one query of a resource; raises ValueError for a cursor or limit that is none of ours."""
        limit = min(int(query.get("limit", ["100"])[0]), LARGEST_PAGE)
        cursor = query.get("cursor", [""])[0]
        if limit < 1:
            raise ValueError(limit)
        items, last, has_more = self.resources[path].after(_read_cursor(cursor), limit)
        page = {"items": items, "nextCursor": _write_cursor(last), "hasMore": has_more}
        return json.dumps(page, ensure_ascii=False).encode()


def _write_cursor(key: Key | None) -> str | None:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode() if key else None


def _read_cursor(cursor: str) -> Key | None:
    if not cursor:
        return None
    updated_at, name = json.loads(base64.urlsafe_b64decode(cursor))
    return str(updated_at), str(name)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, api: CustomsApi, token: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.api, self.token = api, token


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer one request for a page."""
        api = self.server.api
        api.requests += 1
        fault = api.faults.popleft() if api.faults else None
        target = urlsplit(self.path)
        if target.path not in api.resources:
            self._answer(HTTPStatus.NOT_FOUND, b'{"error":"no such resource"}')
        elif self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self._answer(HTTPStatus.UNAUTHORIZED, b'{"error":"the token is not valid"}')
        elif not (fault and self._is_spent(fault)):
            self._page(target.path, parse_qs(target.query), fault)

    def _is_spent(self, fault: Fault) -> bool:
        if fault.kind == "error":
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, b'{"error":"internal error"}')
            return True
        if fault.kind == "timeout":
            self.server.api.closing.wait(_HANG_SECONDS)
            self.close_connection = True
            return True
        self.server.api.closing.wait(fault.seconds)
        return False

    def _page(self, path: str, query: dict[str, list[str]], fault: Fault | None) -> None:
        api = self.server.api
        try:
            body = api.page(path, query)
        except ValueError:
            self._answer(HTTPStatus.BAD_REQUEST, b'{"error":"cursor or limit cannot be read"}')
            return
        if fault and fault.kind == "twice" and api.last_body:
            body = api.last_body
        is_cut = bool(fault and fault.kind == "truncated")
        if not is_cut:
            api.last_body = body
        self._answer(HTTPStatus.OK, body, is_cut=is_cut)

    def _answer(self, status: HTTPStatus, body: bytes, *, is_cut: bool = False) -> None:
        sent = body[: len(body) // 2] if is_cut else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the base class
        """Keep quiet."""
