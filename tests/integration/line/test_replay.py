"""Records read again on the whole line: the books, what is told, and what the next release shows."""

from __future__ import annotations

from datetime import date
from signal import SIGINT
from typing import Any

import psycopg
import pytest

from infra.runs.integrate import release
from infra.runs.replay import replay
from infra.stack.doctor import REPLAY_LEFT
from schemas.contracts import read_source, source
from tests.integration.line.line import NOTICES, PENALTIES, Line, Taken
from tests.integration.line.replays import FIRST, LAST, by, changed
from transforms.admit.admit import Fenced
from transforms.errors import GateRefused, Terminal
from transforms.ledger.fate import fate
from transforms.replay.admit import decide
from transforms.replay.plan import INTERRUPTED, Asked, plan_replay

DAYS = ("--from", str(FIRST), "--to", str(LAST))
STATES = "select * from ops.slice where sent > 0 order by slice_id"

CASES = """
select r.record_key, r.source_time, r.superseded_in is null as stands, c.case_id
from canonical.record r join canonical."case" c using (record_id)
where r.source = %s and r.reread_in is null order by 1, 2, 3, 4
"""
# As code of before, which made the id otherwise, would have filled it.
MOVE = """
update canonical."case" c set case_id = md5(c.case_id::text)::uuid from canonical.record r
where r.record_id = c.record_id and r.source = %(source)s and r.reread_in is null and r.record_key in (
    select min(record_key) from canonical.record
    where source = %(source)s and reread_in is null group by superseded_in is null)
"""


@pytest.fixture(scope="module")
def settled(line: Line, second: Taken) -> Line:
    """Give a line on which nothing waits."""
    line.integrate()
    return line


def test_the_same_code_leaves_every_row_untouched(settled: Line) -> None:
    books, stamps, slices = settled.books(PENALTIES), settled.stamps(), settled.rows(STATES)
    code, told = settled.command("replay", "--source", PENALTIES, *DAYS)
    assert code == 0, told
    # What a person discarded is not read again.
    sent = settled.one("select sum(sent) from ops.slice where source = %s and state = 'admitted'", PENALTIES)
    assert told["records"] == sent == told["unchanged"]
    assert (told["changes"], told["entities"], told["doubts"]) == (0, [], [])
    assert settled.books(PENALTIES) == books
    assert settled.stamps() == stamps
    assert settled.rows(STATES) == slices
    assert release(settled.stack) is None


def test_pushed_records_are_read_again_too(settled: Line) -> None:
    books = settled.books(NOTICES)
    code, told = settled.command("replay", "--source", NOTICES, *DAYS)
    assert code == 0, told
    assert (told["records"], told["unchanged"]) == (books["sent"], books["sent"])
    assert settled.books(NOTICES) == books


def test_a_changed_contract_is_shown_and_changes_nothing(settled: Line) -> None:
    stamps, books = settled.stamps(), settled.books(PENALTIES)
    contract = changed(settled.folder, "doc_no_raw", "text", "date")
    code, told = settled.command("source", "check", PENALTIES, "--contract", str(contract))
    assert code == 0, told
    assert told["admission_id"] is None
    (decision,) = told["entities"]
    assert decision["entity"] == "decision"
    assert {field["field"] for field in decision["fields"]} == {"doc_no_raw"}
    example: dict[str, Any] = decision["fields"][0]["examples"][0]
    assert (bool(example["old"]), example["new"]) == (True, "")
    (doubt,) = told["doubts"]
    assert (doubt["field"], doubt["reason"], doubt["gone"]) == ("doc_no_raw", "unparseable", 0)
    assert doubt["appeared"] == decision["fields"][0]["records"]
    assert told["warned"].startswith("a delivery like these would be held: ")
    assert settled.stamps() == stamps
    assert settled.books(PENALTIES) == books


def test_a_mended_cleaner_takes_effect_as_a_release_and_nothing_more_is_sent(settled: Line) -> None:
    before = settled.books(PENALTIES)
    newest = source(PENALTIES)
    asked = by(read_source(changed(settled.folder, "doc_no_raw", "text", "date")))
    dry = replay(settled.stack, asked, dry_run=True)
    assert settled.books(PENALTIES) == before
    done = replay(settled.stack, asked, dry_run=False)
    assert (done.report, done.books, done.changes) == (dry.report, dry.books, dry.changes)
    assert done.changes
    after = settled.books(PENALTIES)
    assert after["sent"] == before["sent"]
    assert after["quarantined"] == before["quarantined"]
    made = release(settled.stack)
    assert made is not None
    assert made.state == "published", made.reason
    causes = settled.one("select causes from ops.release where release_id = %s", made.release_id)
    assert set(causes) == {"replay"}
    (name,) = settled.rows(
        "select delivery_id from canonical.record where source = %s and reread_in is not null limit 1", PENALTIES
    )
    told = fate(settled.stack, name["delivery_id"], 5)
    assert {"read otherwise by a replay"} <= {row["why"] for row in told["states"]}
    assert {row["release"] for row in told["later"]} == {made.release_id}
    assert sum(row["records"] for row in told["states"]) + told["without_row"] == told["sent"]
    again = replay(settled.stack, asked, dry_run=False)
    assert (again.changes, again.report.doubts) == (0, [])
    back = replay(settled.stack, by(newest), dry_run=False)
    assert back.changes == done.changes
    assert settled.books(PENALTIES)["current"] == before["current"]


def test_a_case_whose_id_is_made_otherwise_moves_though_its_record_says_the_same(settled: Line) -> None:
    before, cases = settled.books(PENALTIES), settled.rows(CASES, PENALTIES)
    with psycopg.connect(settled.stack.dsn("postgres")) as connection:
        moved = connection.execute(MOVE, {"source": PENALTIES}).rowcount
    assert moved
    assert settled.rows(CASES, PENALTIES) != cases
    done = replay(settled.stack, by(source(PENALTIES)), dry_run=False)
    assert done.changes == 2 * moved
    assert settled.rows(CASES, PENALTIES) == cases
    assert settled.books(PENALTIES) == before
    assert replay(settled.stack, by(source(PENALTIES)), dry_run=False).changes == 0


def test_a_replay_that_would_quarantine_most_records_is_refused_whole(settled: Line) -> None:
    before, stamps = settled.books(PENALTIES), settled.stamps()
    asked = by(read_source(changed(settled.folder, "legal_basis", "text", "date")))
    assert replay(settled.stack, asked, dry_run=True).refused
    with pytest.raises(GateRefused, match="would be quarantined"):
        replay(settled.stack, asked, dry_run=False)
    assert settled.books(PENALTIES) == before
    assert settled.stamps() == stamps
    assert replay(settled.stack, by(source(PENALTIES)), dry_run=False).changes == 0


def test_an_interrupted_replay_is_closed_by_the_next_one_and_cannot_come_back(settled: Line) -> None:
    with psycopg.connect(settled.stack.dsn("loader")) as connection:
        planned = plan_replay(connection, by(source(PENALTIES)))
    books = settled.books(PENALTIES)
    assert settled.one(REPLAY_LEFT) == planned.batch.batch_id
    done = replay(settled.stack, by(source(PENALTIES)), dry_run=False)
    assert settled.rows(REPLAY_LEFT) == []
    assert (done.changes, settled.books(PENALTIES)) == (0, books)
    state = "select state from ops.batch where batch_id = %s"
    assert settled.one(state, planned.batch.batch_id) == "failed"
    with psycopg.connect(settled.stack.dsn("loader")) as connection, pytest.raises(Fenced):
        decide(connection, planned)


def test_an_interrupted_command_says_so_and_changes_nothing(settled: Line) -> None:
    stamps, books = settled.stamps(), settled.books(PENALTIES)
    process = settled.start("replay", "--source", PENALTIES, *DAYS)
    assert process.stderr is not None
    assert any("up to" in told for told in process.stderr)
    process.send_signal(SIGINT)
    _, told = process.communicate(timeout=240)
    assert (process.returncode, "casebridge: interrupted" in told) == (130, True), told
    assert settled.stamps() == stamps
    assert settled.books(PENALTIES) == books
    last = "select state, error from ops.batch where lane = 'replay' order by batch_id desc limit 1"
    assert settled.rows(last) == [{"state": "failed", "error": INTERRUPTED}]
    assert replay(settled.stack, by(source(PENALTIES)), dry_run=False).changes == 0


def test_a_range_in_which_nothing_was_received_is_told(settled: Line) -> None:
    asked = Asked(source(PENALTIES), date(2001, 1, 1), date(2001, 1, 31), None, "tester")
    with pytest.raises(Terminal, match="nothing was received"):
        replay(settled.stack, asked, dry_run=True)
