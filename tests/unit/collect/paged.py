"""Sources behind an API of numbered or linked pages, and what is read of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.contracts import SourceContract
from tests.unit.collect.builders import connections, elsewhere, private
from transforms.collect.api import fetch_api
from transforms.collect.spool import spooling

RECORDS = [{"id": str(number), "updatedAt": f"2026-11-01T00:{number:02}:00+08:00"} for number in range(50)]
SIGNED_IN = {"login": "${body}/login", "loginSecret": "login", "token": "data.token"}
SIZE = {"pageSizeParameter": "limit", "pageSize": "20"}
NUMBERED = SIZE | {"pageParameter": "page", "items": "data.records", "total": "data.total"}
LINKED = SIZE | {"nextLink": "links.next", "items": "results"}
CURSOR = SIZE | {"cursorParameter": "cursor", "items": "items", "nextCursor": "nextCursor", "hasMore": "hasMore"}


def connect(home: Path, address: str, deadline: float = 30.0) -> None:
    private(home / "sources/body.json", json.dumps({"url": address, "timeout": 10.0, "deadline": deadline}))


def numbered(**options: str) -> SourceContract:
    return elsewhere("api", "${body}/numbered", **{**NUMBERED, **SIGNED_IN, **options})


def numbered_without_total() -> SourceContract:
    options = {name: value for name, value in NUMBERED.items() if name != "total"}
    return elsewhere("api", "${body}/numbered", **options, **SIGNED_IN)


def linked(**options: str) -> SourceContract:
    return elsewhere("api", "${body}/linked", **{**LINKED, **SIGNED_IN, **options})


def read(
    home: Path, contract: SourceContract, watermark: dict[str, Any] | None = None
) -> tuple[list[str], dict[str, Any]]:
    stack = connections(home)
    with spooling(stack, contract.source) as spool:
        after = fetch_api(stack, contract, watermark or {}, spool)
        spool.close()
        return [json.loads(line)["id"] for line in spool.path.read_text("utf-8").splitlines()], after


ALL = [record["id"] for record in RECORDS]
