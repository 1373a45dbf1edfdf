"""An API is read whole through its pages and its faults, or nothing of it is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.contracts import SourceContract
from tests.support.customs_api import CustomsApi, Fault
from tests.support.paged_api import LOGIN, PagedApi
from tests.unit.collect.builders import elsewhere, private
from tests.unit.collect.paged import (
    ALL,
    CURSOR,
    RECORDS,
    SIGNED_IN,
    connect,
    linked,
    numbered,
    numbered_without_total,
    read,
)
from transforms.collect.pages import Garbled, Page, paging_of, parsed
from transforms.errors import ContractBroken, SourceUnavailable, Terminal


def test_numbered_pages_are_read_up_to_the_declared_total(api: PagedApi, tmp_path: Path) -> None:
    assert read(tmp_path, numbered()) == (ALL, {})
    assert api.asked == [f"/numbered?page={page}&limit=20" for page in (1, 2, 3)]


def test_a_total_that_ends_with_a_full_page_costs_no_further_request(api: PagedApi, tmp_path: Path) -> None:
    del api.records[40:]
    assert read(tmp_path, numbered()) == (ALL[:40], {})
    assert len(api.asked) == 2


def test_an_api_that_gives_smaller_pages_than_asked_is_read_whole_by_its_total(api: PagedApi, tmp_path: Path) -> None:
    api.largest_page = 7
    assert read(tmp_path, numbered()) == (ALL, {})


@pytest.mark.parametrize(("held", "largest", "pages"), [(50, 20, 4), (40, 20, 3), (0, 20, 1), (50, 7, 9)])
def test_without_a_total_an_empty_page_is_the_last(
    api: PagedApi, tmp_path: Path, held: int, largest: int, pages: int
) -> None:
    api.largest_page = largest
    del api.records[held:]
    assert read(tmp_path, numbered_without_total()) == (ALL[:held], {})
    assert len(api.asked) == pages


@pytest.mark.parametrize(
    ("held", "end"),
    [
        (50, [(404, b'{"detail": "Invalid page."}')]),
        (40, [(404, b'{"detail": "Invalid page."}')] * 2),
        (50, [(400, b"{}")]),
        (50, [(200, b'{"data": {"records": null}}')]),
    ],
)
def test_without_a_total_an_api_ends_in_many_ways(
    api: PagedApi, tmp_path: Path, held: int, end: list[tuple[int, bytes]]
) -> None:
    del api.records[held:]
    api.instead.extend([*[None] * (-(-held // 20)), *end])
    assert read(tmp_path, numbered_without_total()) == (ALL[:held], {})


def test_without_a_total_one_page_that_is_missing_for_once_ends_nothing(api: PagedApi, tmp_path: Path) -> None:
    api.instead.extend([None, None, (404, b"{}")])
    assert read(tmp_path, numbered_without_total()) == (ALL, {})


def test_without_a_total_a_page_that_comes_again_for_once_ends_nothing(api: PagedApi, tmp_path: Path) -> None:
    api.largest_page = 5
    again = json.dumps({"data": {"records": RECORDS[5:10]}}).encode()
    api.instead.extend([None, None, (200, again)])
    assert read(tmp_path, numbered_without_total()) == (ALL, {})


def test_without_a_total_a_short_page_that_comes_again_was_the_last(api: PagedApi, tmp_path: Path) -> None:
    last = json.dumps({"data": {"records": RECORDS[40:]}}).encode()
    api.instead.extend([None, None, None, (200, last)])
    assert read(tmp_path, numbered_without_total()) == (ALL, {})


def test_the_first_page_is_not_missing_because_there_are_none(api: PagedApi, tmp_path: Path) -> None:
    api.instead.extend([(404, b"{}")])
    with pytest.raises(Terminal, match="does not know the request"):
        read(tmp_path, numbered_without_total())


def test_a_set_that_shrinks_while_it_is_read_is_not_sent(api: PagedApi, tmp_path: Path) -> None:
    api.after_page = lambda: api.records.pop(0)
    with pytest.raises(SourceUnavailable, match="shrank from 50 to 49 records while it was read"):
        read(tmp_path, numbered())


def test_a_set_that_grows_while_it_is_read_is_read_on(api: PagedApi, tmp_path: Path) -> None:
    grown = iter([{"id": "new"}])

    def grow() -> None:
        api.records.extend(grown)

    api.after_page = grow
    assert read(tmp_path, numbered()) == ([*ALL, "new"], {})


@pytest.mark.parametrize("total", [50, 41])
def test_fewer_or_more_records_than_declared_are_not_sent(api: PagedApi, tmp_path: Path, total: int) -> None:
    empty = json.dumps({"data": {"records": [], "total": 50}}).encode()
    last = json.dumps({"data": {"records": RECORDS[38:], "total": 41}}).encode()
    if total == 41:
        del api.records[41:]
    api.instead.extend([None, None, (200, empty if total == 50 else last)])
    with pytest.raises(SourceUnavailable, match=f"declares {total} records and gave"):
        read(tmp_path, numbered())


def test_a_page_sent_twice_and_a_broken_answer_are_asked_for_again(api: PagedApi, tmp_path: Path) -> None:
    first = json.dumps({"data": {"records": RECORDS[:20], "total": 50}}).encode()
    api.instead.extend([None, (200, first), None])
    assert read(tmp_path, numbered()) == (ALL, {})
    api.instead.extend([None, (200, first[:100])])
    assert read(tmp_path, numbered()) == (ALL, {})
    api.instead.extend([None, (429, b"{}")])
    assert read(tmp_path, numbered()) == (ALL, {})


def test_an_api_that_keeps_sending_the_same_page_is_given_up(api: PagedApi, tmp_path: Path) -> None:
    first = (200, json.dumps({"data": {"records": RECORDS[:20], "total": 50}}).encode())
    api.instead.extend([None, first])
    connect(tmp_path, api.address, deadline=0.0)
    with pytest.raises(SourceUnavailable, match="no whole page set: it sent a page again"):
        read(tmp_path, numbered())


@pytest.mark.parametrize("said", ['{"data": {"total": 3}}', '{"data": {"records": [], "total": "many"}}', "[]"])
def test_an_answer_without_what_the_contract_names_is_given_up(api: PagedApi, tmp_path: Path, said: str) -> None:
    api.instead.append((200, said.encode()))
    connect(tmp_path, api.address, deadline=0.0)
    with pytest.raises(SourceUnavailable, match="its answer has no"):
        read(tmp_path, numbered())


def test_linked_pages_are_followed_to_the_last(api: PagedApi, tmp_path: Path) -> None:
    assert read(tmp_path, linked()) == (ALL, {})
    assert api.asked == ["/linked?limit=20", "/linked?from=20&limit=20", "/linked?from=40&limit=20"]


@pytest.mark.parametrize(
    ("contract", "options", "asked"),
    [
        (numbered(), "page=1&limit=20", 3),
        (linked(), "limit=20", 3),
        (linked(pageSize="500"), "limit=500", 1),
    ],
)
def test_what_the_address_asks_stays_asked(
    api: PagedApi, tmp_path: Path, contract: SourceContract, options: str, asked: int
) -> None:
    fetch = replace(contract.fetch, location=f"{contract.fetch.location}?org=3301%2C02")
    assert read(tmp_path, replace(contract, fetch=fetch)) == (ALL, {})
    assert api.asked[0].partition("?")[2] == f"org=3301%2C02&{options}"
    assert len(api.asked) == asked


def test_a_link_to_another_host_is_not_followed(api: PagedApi, tmp_path: Path) -> None:
    with PagedApi(RECORDS) as other:
        api.link = other.address + "/linked?from={}&limit={}"
        with pytest.raises(Terminal, match="leads to another host"):
            read(tmp_path, linked())
        assert other.asked == []


def test_links_that_lead_in_a_circle_are_given_up(api: PagedApi, tmp_path: Path) -> None:
    empty = {"results": [], "links": {"next": "/linked?from=0&limit=20"}}
    api.instead.extend([(200, json.dumps(empty).encode())] * 20)
    with pytest.raises(SourceUnavailable, match="lead in a circle"):
        read(tmp_path, linked())
    assert len(api.asked) == 2


def test_a_token_that_expires_is_renewed_once_and_no_record_is_read_twice(api: PagedApi, tmp_path: Path) -> None:
    api.uses = 2
    assert read(tmp_path, numbered()) == (ALL, {})
    assert len(api.logins) == 2
    api.uses = 0
    with pytest.raises(Terminal, match="refuses the token: status 401"):
        read(tmp_path, numbered())
    assert len(api.logins) == 3


def test_a_log_in_is_sent_as_json_or_as_a_form(api: PagedApi, tmp_path: Path) -> None:
    read(tmp_path, numbered())
    read(tmp_path, numbered(loginFormat="form"))
    assert api.logins == ["application/json", "application/x-www-form-urlencoded"]


def test_a_refused_log_in_is_terminal_and_tells_no_password(api: PagedApi, tmp_path: Path) -> None:
    private(tmp_path / "secrets/login", json.dumps(LOGIN | {"user": "another"}))
    with pytest.raises(Terminal, match="refuses the log-in: status 400") as caught:
        read(tmp_path, numbered())
    assert "canary-password" not in str(caught.value)
    private(tmp_path / "secrets/login", "canary-password")
    with pytest.raises(Terminal, match="no JSON object") as caught:
        read(tmp_path, numbered())
    assert "canary-password" not in str(caught.value)
    private(tmp_path / "secrets/login", json.dumps(LOGIN))
    connect(tmp_path, api.address, deadline=0.0)
    with pytest.raises(SourceUnavailable, match="has no `elsewhere`"):
        read(tmp_path, numbered(token="elsewhere"))
    assert api.asked == []


def test_a_contract_that_names_no_way_through_the_pages_is_broken(api: PagedApi, tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="how the pages follow each other"):
        read(tmp_path, elsewhere("api", "${body}/numbered", items="items", **SIGNED_IN))
    assert api.logins == []


def test_a_cursor_goes_on_from_where_the_last_reading_ended(api: PagedApi, tmp_path: Path) -> None:
    contract = elsewhere("api", "${body}/v1/detentions", tokenSecret="token", **CURSOR)
    with CustomsApi(map(json.dumps, RECORDS), "token-of-the-test") as customs:
        connect(tmp_path, customs.address)
        customs.faults.extend([Fault("error"), None, Fault("truncated"), Fault("twice")])
        found, after = read(tmp_path, contract)
        assert found == ALL
        assert read(tmp_path, contract, after) == ([], after)
        customs.records.put([RECORDS[0] | {"updatedAt": "2026-12-01T00:00:00+08:00"}])
        again, later = read(tmp_path, contract, after)
        assert (again, later != after) == (["0"], True)
    assert api.asked == []


def test_linked_pages_are_held_to_the_total_that_they_declare(api: PagedApi, tmp_path: Path) -> None:
    first = {"results": RECORDS[:20], "links": {"next": "/linked?from=20&limit=20"}, "total": 50}
    gone = {"results": RECORDS[21:40], "links": {"next": None}, "total": 49}
    last = {"results": RECORDS[20:40], "links": {"next": None}, "total": 50}
    for second, said in ((gone, "shrank from 50 to 49"), (last, "declares 50 records and gave 40")):
        api.instead.extend((200, json.dumps(page).encode()) for page in (first, second))
        with pytest.raises(SourceUnavailable, match=said):
            read(tmp_path, linked(total="total"))


@pytest.mark.parametrize(("said", "more"), [(True, True), (False, False), (1, True), (0, False), ("false", False)])
def test_whether_more_follows_is_read_as_it_is_written(said: object, more: object) -> None:
    assert page_of({"items": [], "hasMore": said}).has_more is more


@pytest.mark.parametrize("answer", [{}, {"hasMore": None}, {"hasMore": "later"}, {"hasMore": 2}])
def test_an_answer_that_does_not_say_whether_more_follows_is_garbled(answer: dict[str, object]) -> None:
    with pytest.raises(Garbled, match="does not say `hasMore`"):
        page_of({"items": []} | answer)


def page_of(answer: dict[str, object]) -> Page:
    paging = paging_of(elsewhere("api", "${body}/cursor", **CURSOR), "http://127.0.0.1")
    return paging.parse(parsed(json.dumps(answer).encode()), None)


@pytest.mark.parametrize("cursor", ["a\0b", "\ud800"])
def test_a_cursor_that_the_ledger_cannot_hold_is_garbled(cursor: str) -> None:
    paging = paging_of(elsewhere("api", "${body}/cursor", **CURSOR), "http://api.example/cursor")
    with pytest.raises(Garbled, match="`nextCursor` that is no text"):
        paging.parse({"items": [], "nextCursor": cursor, "hasMore": False}, None)
