"""The customs simulator pages, asks for its token, and fails as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.bodies import CustomsApi, Fault
from tests.support.generate import messages

ROWS = 50
PATH = "/v1/detentions"


@pytest.fixture
def api() -> Iterator[CustomsApi]:
    with CustomsApi(messages("customs_sh_detentions", ROWS, 7).lines(), "token-of-the-test") as serving:
        yield serving


@pytest.fixture
def client(api: CustomsApi) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer token-of-the-test"}
    with httpx.Client(base_url=api.address, headers=headers, timeout=5.0, trust_env=False) as open_client:
        yield open_client


def pages(client: httpx.Client, limit: int = 20) -> Iterator[list[str]]:
    cursor: dict[str, str] = {}
    has_more = True
    while has_more:
        page = client.get(PATH, params={"limit": limit, **cursor}).raise_for_status().json()
        yield [item["id"] for item in page["items"]]
        cursor, has_more = {"cursor": page["nextCursor"]}, page["hasMore"]


def test_pages_give_every_record_once_in_order_of_change(client: httpx.Client) -> None:
    found = list(pages(client))
    assert [len(page) for page in found] == [20, 20, 10]
    assert len({name for page in found for name in page}) == ROWS


def test_a_wrong_token_and_a_wrong_cursor_are_refused(api: CustomsApi, client: httpx.Client) -> None:
    refused = httpx.get(api.address + PATH, headers={"Authorization": "Bearer another"}, trust_env=False)
    assert refused.status_code == httpx.codes.UNAUTHORIZED
    assert client.get(PATH, params={"cursor": "@@@"}).status_code == httpx.codes.BAD_REQUEST
    assert client.get(PATH, params={"limit": "0"}).status_code == httpx.codes.BAD_REQUEST
    assert client.get("/v2").status_code == httpx.codes.NOT_FOUND


def test_an_error_and_a_truncated_answer_pass_and_the_next_answer_is_sound(
    api: CustomsApi, client: httpx.Client
) -> None:
    api.faults.extend([Fault("error"), Fault("truncated")])
    assert client.get(PATH).status_code == httpx.codes.INTERNAL_SERVER_ERROR
    # It may end within a character.
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        client.get(PATH).json()
    assert sum(map(len, pages(client))) == ROWS


def test_a_page_sent_twice_is_the_page_before(api: CustomsApi, client: httpx.Client) -> None:
    api.faults.extend([None, Fault("twice")])
    found = list(pages(client))
    assert found[0] == found[1]
    assert [len(page) for page in found] == [20, 20, 20, 10]


def test_a_slow_answer_comes_late_and_a_hanging_one_never(api: CustomsApi) -> None:
    headers = {"Authorization": "Bearer token-of-the-test"}
    api.faults.extend([Fault("slow", 0.05), Fault("timeout")])
    with httpx.Client(base_url=api.address, headers=headers, timeout=1.0, trust_env=False) as client:
        assert client.get(PATH).status_code == httpx.codes.OK
        with pytest.raises(httpx.TimeoutException):
            client.get(PATH)


def test_a_changed_record_comes_again_behind_the_cursor(api: CustomsApi, client: httpx.Client) -> None:
    last = client.get(PATH, params={"limit": 500}).json()
    record = last["items"][3] | {"status": "处置完毕", "updatedAt": "2026-11-20T09:00:00+08:00"}
    api.records.put([record])
    again = client.get(PATH, params={"cursor": last["nextCursor"]}).json()
    assert [item["id"] for item in again["items"]] == [record["id"]]
    assert sum(map(len, pages(client))) == ROWS
