"""A pack tells what changed since the last one of its recipient, row by row, each with its cause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from tests.integration.packs.records import admit, change, mark, record
from tests.integration.packs.warehouse import (
    add,
    build,
    case,
    decision,
    publish,
    sanction,
    uid,
)
from transforms.connections import Connections
from transforms.errors import CasebridgeError
from transforms.extract.apply import verify_delta
from transforms.extract.build import Built
from transforms.extract.read import read_table
from transforms.extract.sign import PUBLIC_KEY
from transforms.extract.verify import verify

NEXT = date(2026, 2, 1)


def told(built: Built, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(built.path / f"{table}_delta.parquet").to_pylist()
    return found


def by_number(before: Built, after: Built) -> dict[int, tuple[str, str]]:
    """Return change and cause of the cases, by the number in their case number, which a removed row does not tell."""
    rows = [row for built in (before, after) for row in pq.read_table(built.path / "cases.parquet").to_pylist()]
    numbers = {row["case_id"]: int(row["case_no"].partition("〕")[2][:-1]) for row in rows}
    return {numbers[row["case_id"]]: (row["change"], row["cause"]) for row in told(after, "cases")}


def test_the_first_pack_has_no_delta_and_says_so(warehouse: Connections) -> None:
    first = build(warehouse)
    assert (first.since, first.changes) == (None, {})
    assert not list(first.path.glob("*_delta*"))
    assert "first pack" in (first.path / "datapackage.json").read_text("utf-8")
    with pytest.raises(CasebridgeError, match="no delta"):
        verify_delta(first.path, first.path, warehouse.outbox / PUBLIC_KEY)


def of_party(number: int) -> dict[str, Any]:
    """Return what a record of a case claims: the case, and its infringer."""
    return {
        "case": uid(number),
        "case_party": {"case_id": uid(number), "party_id": uid(1000 + number), "role": "INFRINGER"},
    }


def let_all_happen(warehouse: Connections) -> None:
    """Let one batch, one held slice and one replay do to a case each what they may do, and publish release 2."""
    old = admit(warehouse, 1)
    batch, held, replay = admit(warehouse, 2), admit(warehouse, 2, "held"), admit(warehouse, 2, "replay")
    first = {n: record(warehouse, str(n), old, **of_party(n)) for n in (*range(101, 108), 110)}
    # 101 is corrected, 102 withdrawn by a message, 103 absent from a snapshot, 104 read again.
    mark(warehouse, first[101], superseded_in=batch)
    record(warehouse, "101", batch, case=uid(101))
    mark(warehouse, first[102], superseded_in=batch)
    mark(warehouse, record(warehouse, "102", batch, case=uid(102)), is_withdrawal=True)
    mark(warehouse, first[103], withdrawn_in=batch)
    mark(warehouse, first[104], superseded_in=replay, reread_in=replay)
    record(warehouse, "104", replay, case=uid(104))
    # 105 was withdrawn and its number is another case's; 106 was withdrawn and comes back; 107 is left alone.
    for number in (105, 106):
        mark(warehouse, first[number], withdrawn_in=batch, superseded_in=held)
        record(warehouse, str(number), held, case=uid(number))
    quarantine_as_reused(warehouse, "105", held)
    # 110 is corrected, which closes the item of another case of its number.
    mark(warehouse, first[110], superseded_in=batch)
    record(warehouse, "110", batch, **of_party(110))
    quarantine_as_reused(warehouse, "110", batch)
    # 108 is new, 109 is new and its slice was held.
    record(warehouse, "108", batch, case=uid(108))
    record(warehouse, "109", held, case=uid(109))
    add(warehouse, "fct_case", [case(108), case(109)], released=2)
    for number in (102, 103):
        change(warehouse, "fct_case", 2, case(number))
    for number in (101, 104, 105, 106, 110):
        change(warehouse, "fct_case", 2, case(number), goods="茶")
    publish(warehouse, 2)


def test_every_cause_is_told_of_the_rows_that_it_changed(warehouse: Connections) -> None:
    add(warehouse, "fct_case", [case(number) for number in (*range(101, 108), 110)])
    before = build(warehouse)
    let_all_happen(warehouse)
    after = build(warehouse, as_of=NEXT)
    assert by_number(before, after) == {
        101: ("changed", "correction"),
        102: ("removed", "withdrawal"),
        103: ("removed", "absence"),
        104: ("changed", "replay"),
        105: ("changed", "reused_identifier"),
        106: ("changed", "late_admission"),
        108: ("added", "arrival"),
        109: ("added", "late_admission"),
        110: ("changed", "correction"),
        # The publication of its only decision ended on the day before.
        2: ("removed", "expiry"),
    }
    assert after.since == before.name.pack_id
    assert after.changes["decisions"] == {"removed": {"expiry": 1}}
    assert after.changes["parties"] == {"removed": {"expiry": 2}}
    assert verify_delta(after.path, before.path, warehouse.outbox / PUBLIC_KEY) == before.name.pack_id


def quarantine_as_reused(connections: Connections, key: str, closed_in: int) -> None:
    with psycopg.connect(connections.dsn("loader")) as loader:
        loader.execute(
            "insert into ops.quarantine (source, body_id, delivery_id, row_number, record_key, delivery_seq, image, "
            "slice_id, admission_id, closed_in) values ('amr_zj_penalties', 'amr_zj', 'q', %s, %s, 1, 'i', 1, 1, %s)",
            (int(key), key, closed_in),
        )
        loader.execute(
            "insert into ops.quarantine_rule (source, delivery_id, row_number, rule, expectation, remedy) "
            "values ('amr_zj_penalties', 'q', %s, 'identifier_reused', 'e', 'r')",
            (int(key),),
        )


def test_of_a_removed_row_the_key_and_the_cause_are_told_and_nothing_else(warehouse: Connections) -> None:
    build(warehouse)
    after = build(warehouse, as_of=NEXT)
    (gone,) = [row for row in told(after, "parties") if row["change"] == "removed"][:1]
    assert {name for name, value in gone.items() if value is not None} == {
        "change", "cause", "case_id", "party_id", "role",
    }  # fmt: skip
    assert gone["cause"] == "expiry"


def test_a_rule_is_told_where_no_record_is_and_another_row_where_no_rule_changed(warehouse: Connections) -> None:
    build(warehouse)
    change(warehouse, "fct_case", 2, case(1), goods="茶")
    publish(warehouse, 2, cause="rule change")
    assert build(warehouse).changes["cases"] == {"changed": {"rule_change": 1}}
    # Of two persons of one surname the other one was corrected elsewhere: this one is told apart no more.
    change(warehouse, "dim_party", 3, {"party_id": uid(33)}, name_display="李某")
    corrected = admit(warehouse, 3)
    mark(warehouse, record(warehouse, "x", admit(warehouse, 1), party=uid(33)), superseded_in=corrected)
    publish(warehouse, 3)
    after = build(warehouse)
    assert after.changes["parties"] == {"changed": {"correction": 1, "related": 1}}
    assert sorted(row["name"] for row in told(after, "parties")) == ["张某", "李某"]


def test_a_decision_that_moves_to_another_case_is_one_change(
    warehouse: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.extract.delta.CASES_AT_ONCE", 1)
    before = build(warehouse)
    change(warehouse, "fct_decision", 2, decision(11, 1), case_id=uid(9))
    publish(warehouse, 2)
    after = build(warehouse)
    assert after.changes["decisions"] == {"changed": {"related": 1}}
    assert after.changes["sanctions"] == {"changed": {"related": 1}}
    verify_delta(after.path, before.path, warehouse.outbox / PUBLIC_KEY)


def test_only_the_cases_that_changed_are_read_again(warehouse: Connections, monkeypatch: pytest.MonkeyPatch) -> None:
    build(warehouse)
    change(warehouse, "dim_party", 2, {"party_id": uid(31)}, name_display="杭州另一贸易有限公司")
    publish(warehouse, 2)
    read: set[str] = set()

    def noted(*asked: Any) -> Iterator[pa.RecordBatch]:
        read.update(asked[-1])
        return read_table(*asked)

    monkeypatch.setattr("transforms.extract.delta.read_table", noted)
    assert build(warehouse).changes["parties"] == {"changed": {"related": 1}}
    # The company is a party of two cases, of which one is open: there it goes unnamed.
    assert read == {uid(1), uid(7)}


def test_what_changed_and_changed_back_is_not_told(warehouse: Connections) -> None:
    before = build(warehouse)
    change(warehouse, "fct_sanction", 2, sanction(21, 11, 1), amount_cny=1)
    publish(warehouse, 2)
    change(warehouse, "fct_sanction", 3, sanction(21, 11, 1), amount_cny="1250.50")
    publish(warehouse, 3)
    after = build(warehouse)
    assert set(map(len, after.changes.values())) == {0}
    verify_delta(after.path, before.path, warehouse.outbox / PUBLIC_KEY)


def test_a_pack_keeps_the_delta_that_it_was_signed_with_whatever_is_built_later(warehouse: Connections) -> None:
    first = build(warehouse)
    for release in (2, 3):
        change(warehouse, "fct_case", release, case(1), goods=f"茶{release}")
        publish(warehouse, release)
    third = build(warehouse)
    second = build(warehouse, 2)
    assert (second.since, third.since) == (first.name.pack_id, first.name.pack_id)
    again = build(warehouse)
    assert (again.state, again.digest, again.changes) == ("known", third.digest, third.changes)
    with psycopg.connect(warehouse.dsn("owner")) as owner:
        owner.execute("delete from ops.pack where release_id = 3")
    assert build(warehouse).state == "known"
    with pytest.raises(CasebridgeError, match="begins at"):
        verify_delta(third.path, second.path, warehouse.outbox / PUBLIC_KEY)


def test_a_pack_by_other_rules_begins_anew(warehouse: Connections) -> None:
    build(warehouse)
    with psycopg.connect(warehouse.dsn("owner")) as owner:
        owner.execute("update ops.pack set rules = 'others'")
    assert build(warehouse, as_of=NEXT).since is None


def test_the_ledger_and_the_descriptor_tell_the_counts(warehouse: Connections) -> None:
    before = build(warehouse)
    after = build(warehouse, as_of=NEXT)
    with psycopg.connect(warehouse.dsn("loader")) as loader:
        found = loader.execute("select since, changes from ops.pack where as_of = %s", (NEXT,)).fetchone()
    assert found == (before.name.pack_id, after.changes)
    proved = verify(after.path, warehouse.outbox / PUBLIC_KEY)
    assert proved.changes["cases_delta"] == after.changes["cases"] == {"removed": {"expiry": 1}}
    assert (proved.files, proved.since) == (16, before.name.pack_id)
