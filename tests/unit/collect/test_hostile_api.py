"""An API that answers anything but records is refused: it is told where and what to do, and nothing is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.paged_api import PagedApi
from tests.unit.collect.builders import connections, elsewhere, private, silent
from tests.unit.collect.paged import ALL, LINKED, RECORDS, connect, linked, numbered, read
from transforms.collect import api as reading
from transforms.collect import spool
from transforms.collect.api import fetch_api
from transforms.collect.delivered import read_delivered
from transforms.collect.limits import LIMITS
from transforms.collect.spool import spooling
from transforms.collect.vault import Loose
from transforms.errors import DeliveryRefused, SourceUnavailable, Terminal


def take(home: Path) -> None:
    """Gather what the API has, and check it as what was delivered."""
    made, stack = numbered(), connections(home)
    contract = replace(made, fetch=replace(made.fetch, format="jsonl"))
    with spooling(stack, contract.source) as gathered:
        fetch_api(stack, contract, {}, gathered)
        gathered.close()
        rows, _ = read_delivered(contract, Loose(gathered.path))
        rows.check(silent)


HTML = b"<html><body>canary-answer: log in first</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, HTML, "is no JSON text"),
        (200, b"", "is no JSON text"),
        (200, b"\xff\xfe{}", "is no JSON text"),
        (200, b"[" * 100_000, "is no JSON text"),
        (200, b" " * 1_048_577, "does not end"),
        (200, b"{}", "has no `data.token`"),
        (200, b'{"data": {"token": ""}}', "has no `data.token`"),
        (200, b'{"data": {"token": {"of": "canary-answer"}}}', "has no `data.token`"),
        (200, b'{"error": {"token": "canary-answer"}}', "has no `data.token`"),
        (200, '{"data": {"token": "canary-answer-令牌"}}'.encode(), "is no token"),
        (200, b'{"data": {"token": "canary-answer\\r\\nX-Other: 1"}}', "is no token"),
        (302, HTML, "status 302"),
        (503, HTML, "status 503"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_log_in_that_gives_no_token_is_refused_by_its_own_address_and_nothing_is_kept(
    api: PagedApi, tmp_path: Path, status: int, body: bytes, said: str
) -> None:
    connect(tmp_path, api.address, deadline=0.0)
    api.login_instead = (status, body)
    with pytest.raises(SourceUnavailable, match=said) as caught:
        read(tmp_path, numbered())
    assert caught.value.where == f"{api.address}/login"
    assert "compare the contract's `login`" in caught.value.remedy
    assert "canary" not in str(caught.value)
    assert (api.asked, [*(tmp_path / "spool").iterdir()]) == ([], [])
    api.login_instead = None
    assert read(tmp_path, numbered())[0] == ALL


def test_a_token_that_no_header_can_hold_is_refused_and_not_shown(api: PagedApi, tmp_path: Path) -> None:
    private(tmp_path / "secrets/token", "canary-令牌")
    with pytest.raises(Terminal, match="does not fit into a header") as caught:
        read(tmp_path, elsewhere("api", "${body}/linked", tokenSecret="token", **LINKED))
    assert ("canary" in str(caught.value), api.asked) == (False, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * 5_242_880, "a line is longer than 4,194,304 characters.*send long texts apart"),
        ("x" * 1_000_000, "row 8 has 1,000,009 bytes.*send long texts apart"),
        ("\ud800", "record 8 holds half of a character"),
    ],
    ids=["5 MB", "1 MB", "half a character"],
)
def test_a_page_with_a_text_that_no_record_may_hold_is_refused_whole(
    api: PagedApi, tmp_path: Path, text: str, said: str
) -> None:
    api.records[7] = RECORDS[7] | {"文号": text}
    with pytest.raises(DeliveryRefused, match=said) as caught:
        take(tmp_path)
    assert text[:100] not in str(caught.value)
    assert [*(tmp_path / "spool").iterdir()] == []


def test_an_api_that_never_ends_is_given_up(api: PagedApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LIMITS", replace(LIMITS, pages=2))
    with pytest.raises(Terminal, match="after 2 pages the API has still more"):
        read(tmp_path, linked())


def test_what_is_gathered_at_once_has_a_bound(api: PagedApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "LIMITS", replace(LIMITS, inflated_bytes=1_000))
    with pytest.raises(Terminal, match="more than 1,000 bytes at once"):
        read(tmp_path, linked())
