"""Sources that are asked: an API through its faults, a view by its time of change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from schemas import contracts
from schemas.contracts import SourceContract
from tests.integration.collect.sent import Make, ledger_rows, sent_messages
from tests.support.court_database import CourtDatabase
from tests.support.customs_api import CustomsApi, Fault
from tests.support.generate import messages
from transforms.collect.database import newest_change
from transforms.collect.deliver import collect_due
from transforms.connections import Connections
from transforms.errors import SourceUnavailable, Terminal

DETENTIONS, COURT = "customs_sh_detentions", "court_hz_cases"


def connect(stack: Connections, contract: SourceContract, **said: object) -> SourceContract:
    """Write the settings of a connection of its own for a copied source."""
    options = {**contract.fetch.options, "connection": contract.source}
    location = contract.fetch.location.replace("${customs_sh}", f"${{{contract.source}}}")
    connected = replace(contract, fetch=replace(contract.fetch, options=options, location=location))
    contracts.sources()[contract.source] = connected  # type: ignore[index]  # the fixture's dictionary
    path = stack.home / "sources" / f"{contract.source}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(said))
    path.chmod(0o600)
    return connected


def secret(stack: Connections, name: str, value: str) -> str:
    path = stack.secrets / name
    path.write_text(value)
    path.chmod(0o600)
    return str(path)


def test_an_api_is_read_whole_once_through_all_its_faults(stack: Connections, made: Make) -> None:
    lines = list(messages(DETENTIONS, 450, 7).lines())
    token = secret(stack, f"token_{uuid4().hex}", "canary-token")
    with CustomsApi(lines[:-1], "canary-token") as api:
        contract = connect(stack, made(DETENTIONS), url=api.address, token_file=token, timeout=1.0, deadline=20)
        api.faults.extend([Fault("error"), None, Fault("twice"), Fault("truncated"), Fault("timeout"), None])
        (receipt,) = collect_due(stack, contract.source)
        held = len({json.loads(line)["id"] for line in lines[:-1]})
        ids = [json.loads(message.value)["id"] for message in sent_messages(stack, contract)]
        assert (receipt.state, receipt.sent_count) == ("closed", held)
        assert len(ids) == len(set(ids)) == held
        assert collect_due(stack, contract.source) == []
        api.records.put([json.loads(lines[-1]) | {"id": "new", "updatedAt": "2099-01-01T00:00:00+08:00"}])
        (later,) = collect_due(stack, contract.source)
        assert later.sent_count == 1
    assert "canary-token" not in str(ledger_rows(stack, contract.source))


def test_an_api_that_breaks_off_sends_nothing_and_is_asked_again_from_the_same_place(
    stack: Connections, made: Make
) -> None:
    lines = list(messages(DETENTIONS, 300, 7).lines())
    token = secret(stack, f"token_{uuid4().hex}", "right")
    with CustomsApi(lines, "right") as api:
        contract = connect(stack, made(DETENTIONS), url=api.address, token_file=token, timeout=1.0, deadline=1.0)
        api.faults.extend([None, *[Fault("error")] * 50])
        with pytest.raises(SourceUnavailable, match="no whole page set: status 500"):
            collect_due(stack, contract.source)
        assert ledger_rows(stack, contract.source) == []
        api.faults.clear()
        (receipt,) = collect_due(stack, contract.source)
        assert receipt.sent_count == len({json.loads(line)["id"] for line in lines})
        wrong = secret(stack, f"token_{uuid4().hex}", "wrong")
        connect(stack, contract, url=api.address, token_file=wrong)
        with pytest.raises(Terminal, match="refuses the token"):
            collect_due(stack, contract.source)
    assert not list((stack.home / "spool").iterdir())


def test_a_record_that_is_refused_while_it_is_gathered_has_a_receipt_and_is_asked_for_again(
    stack: Connections, made: Make
) -> None:
    lines = list(messages(DETENTIONS, 30, 7).lines())
    token = secret(stack, f"token_{uuid4().hex}", "right")
    last = json.loads(lines[-1]) | {"id": "last", "updatedAt": "2099-01-01T00:00:00+08:00"}
    with CustomsApi(lines, "right") as api:
        contract = connect(stack, made(DETENTIONS), url=api.address, token_file=token)
        api.records.put([last | {"deep": json.loads("[" * 100 + "]" * 100)}])
        records = len({json.loads(line)["id"] for line in lines}) + 1
        for attempt in (1, 2):
            (refused,) = collect_due(stack, contract.source)
            assert refused.state == "refused"
            assert refused.reason == f"record {records} holds more than 100 values inside one another"
            rows = ledger_rows(stack, contract.source)
            told = [(row["delivery_id"], row["state"], row["reason"], row["remedy"]) for row in rows[attempt - 1 :]]
            assert told == [(refused.delivery_id, "refused", refused.reason, "send records apart")]
        assert not list((stack.home / "spool").iterdir())
        # Nothing was sent, and its place stands still until the body mends the record.
        api.records.put([last])
        (receipt,) = collect_due(stack, contract.source)
        assert (receipt.state, receipt.sent_count) == ("closed", records)


def test_a_view_is_read_by_change_with_a_look_back(stack: Connections, made: Make) -> None:
    court = CourtDatabase(stack.dsn("postgres", "postgres"))
    court.create("reader-password")
    court.insert(messages(COURT, 300, 7).lines())
    dsn = court.reader_dsn("reader-password")
    contract = connect(stack, made(COURT), dsn=dsn)
    (first,) = collect_due(stack, contract.source)
    assert first.state == "closed"
    assert [f.kind for f in first.findings if f.kind != "unknown_column"] == []
    assert collect_due(stack, contract.source) == []
    court.change(1, status="结案")
    (changed,) = collect_due(stack, contract.source)
    assert changed.sent_count == 1
    with psycopg.connect(psycopg.conninfo.make_conninfo(stack.dsn("postgres", "postgres"), dbname="court_hz")) as late:
        late.execute("update court.ip_case set status = '撤诉', updated_at = now() - interval '5 minutes' where id = 2")
    (found,) = collect_due(stack, contract.source)
    assert found.sent_count == 1
    assert collect_due(stack, contract.source) == []
    # A time to come silences nothing that follows.
    court.change(3, updated_at=datetime(2099, 1, 1, tzinfo=UTC))
    (ahead,) = collect_due(stack, contract.source)
    court.change(4, status="结案")
    (after,) = collect_due(stack, contract.source)
    assert (ahead.sent_count, after.sent_count) == (1, 1)
    assert collect_due(stack, contract.source) == []
    ids = [json.loads(message.value)["id"] for message in sent_messages(stack, contract)]
    assert ids[first.sent_count :] == ["1", "2", "3", "4"]


ODD = """
create or replace view court.odd as
select n::bigint as id, '（2026）浙01民初' || n || '号' as case_no, '侵害商标权纠纷' as cause, '杭州中院' as court_name,
    case n when 1 then 'infinity'::date when 2 then date '0044-03-15 BC' when 3 then date '10000-01-01'
        else date '2026-05-04' end as filed_on,
    case n when 1 then '["甲公司", "乙公司"]'::json when 2 then '{"a": [1.50]}' when 3 then '{"a": 1, "a": 2}'
        else '"\\ud800"' end as plaintiff,
    case n when 1 then array['甲公司', null, '乙公司'] when 2 then '{}' end as defendant,
    CHANGED as updated_at
from generate_series(1, 4) as n
"""


@contextmanager
def odd_view(stack: Connections, made: Make, changed: str) -> Iterator[tuple[SourceContract, psycopg.Connection[Any]]]:
    """Connect a source to a view of four rows that hold what few views hold."""
    court = CourtDatabase(stack.dsn("postgres", "postgres"))
    court.create("reader-password")
    contract = made(COURT)
    options = {**contract.fetch.options, "view": "court.odd"}
    dsn = court.reader_dsn("reader-password")
    contract = connect(stack, replace(contract, fetch=replace(contract.fetch, options=options)), dsn=dsn)
    there = psycopg.conninfo.make_conninfo(stack.dsn("postgres", "postgres"), dbname="court_hz")
    with psycopg.connect(there, autocommit=True) as owner:
        owner.execute(ODD.replace("CHANGED", changed).encode())
        owner.execute("grant select on court.odd to public")
        yield contract, owner
        owner.execute("drop view court.odd")


def test_no_value_of_a_view_keeps_its_rows_from_being_read(stack: Connections, made: Make) -> None:
    times = ("infinity", "0001-01-01 00:00:00+08", "-infinity", "2026-05-04 00:00:00+08")
    changed = f"('{{{','.join(times)}}}'::timestamptz[])[n]"
    with odd_view(stack, made, changed) as (contract, _):
        (receipt,) = collect_due(stack, contract.source)
        assert (receipt.state, receipt.sent_count) == ("closed", 4)
        assert collect_due(stack, contract.source) == []
    sent = {row["id"]: row for row in (json.loads(message.value) for message in sent_messages(stack, contract))}
    assert [sent[n]["filed_on"] for n in "1234"] == ["infinity", "0044-03-15 BC", "10000-01-01", "2026-05-04"]
    assert [sent[n]["plaintiff"] for n in "12"] == ["甲公司\n乙公司", '{"a": ["1.50"]}']
    assert [sent[n]["plaintiff"] for n in "34"] == ['{"a": 1, "a": 2}', '"\\ud800"']
    assert [sent[n]["defendant"] for n in "123"] == ["甲公司\n\n乙公司", "", None]
    assert [sent[n]["updated_at"] for n in "14"] == ["infinity", "2026-05-03T16:00:00+00:00"]


@pytest.mark.parametrize("look_back", ["PT10M", None])
def test_a_view_may_tell_the_day_of_a_change_alone(stack: Connections, made: Make, look_back: str | None) -> None:
    changed = "case n when 4 then '2099-01-01'::date when 3 then null else current_date end"
    with odd_view(stack, made, changed) as (odd, owner):
        contract = replace(odd, look_back=look_back)
        contracts.sources()[contract.source] = contract  # type: ignore[index]  # the fixture's dictionary
        owner.execute("alter view court.odd rename to all_odd")
        owner.execute("create view court.odd as select * from court.all_odd where id > 1")
        owner.execute("grant select on court.odd to public")
        assert [receipt.sent_count for receipt in collect_due(stack, contract.source)] == [3]
        assert collect_due(stack, contract.source) == []
        assert newest_change(stack, contract) is not None
        owner.execute("create or replace view court.odd as select * from court.all_odd")
        assert [receipt.sent_count for receipt in collect_due(stack, contract.source)] == [1]
        owner.execute("drop view court.odd")
        owner.execute("alter view court.all_odd rename to odd")
