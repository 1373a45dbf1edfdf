"""An API on loopback, to which a home is connected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paged_api import LOGIN, PagedApi
from tests.unit.collect.builders import private
from tests.unit.collect.paged import RECORDS, connect


@pytest.fixture
def api(tmp_path: Path) -> Iterator[PagedApi]:
    private(tmp_path / "secrets/login", json.dumps(LOGIN))
    private(tmp_path / "secrets/token", "token-of-the-test")
    with PagedApi(RECORDS) as serving:
        connect(tmp_path, serving.address)
        yield serving
