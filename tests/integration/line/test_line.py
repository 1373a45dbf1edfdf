"""What four bodies deliver is in marts, in the books and in the archive, release by release."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest

from infra.runs.integrate import Integrated
from tests.integration.line.line import BODIES, COURT, DETENTIONS, NOTICES, PENALTIES, Line, Taken
from transforms.collect.deliver import collect_due, deliver_file

BODY = {PENALTIES: "amr_zj", DETENTIONS: "customs_sh", COURT: "court_hz", NOTICES: "plat_taohuo"}
_RULES = """
select q.source, coalesce(r.field || ':' || r.rule, r.rule) as what, count(*) as n
from ops.quarantine q join ops.quarantine_rule r using (source, delivery_id, row_number)
where q.admission_id = %s group by 1, 2
"""
_FINDINGS = """
select source, field || ':' || reason as what, count(*) as n
from ops.finding where admission_id = %s and reason <> 'trade_secret' group by 1, 2
"""
_LEDGER = [
    "select * from ops.batch order by batch_id",
    "select * from ops.slice order by slice_id",
    "select * from ops.release order by release_id",
    "select * from ops.admission order by admission_id",
]
_ORIGINS = """
select distinct r.source, r.delivery_id, r.row_number, d.doc_no_raw
from marts.fct_case c
join canonical."case" k using (case_id)
join canonical.record r using (record_id)
left join (select e.record_id, m.doc_no_raw from marts.fct_decision m join canonical.decision e using (decision_id)
    where m.doc_no_raw is not distinct from e.doc_no_raw) d using (record_id)
"""


def _by_source(line: Line, query: str, admission: int) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {source: Counter() for source in BODIES}
    for row in line.rows(query, admission):
        found[row["source"]][row["what"]] += row["n"]
    return found


def _cases(line: Line, source: str, release: int) -> Counter[str]:
    rows = line.read("select body_id, case_type from marts.fct_case", release)
    return Counter(row["case_type"] or "" for row in rows if row["body_id"] == BODY[source])


def test_every_record_of_the_four_bodies_is_where_its_planted_defect_puts_it(line: Line, first: Taken) -> None:
    rules, findings = _by_source(line, _RULES, first.admission), _by_source(line, _FINDINGS, first.admission)
    for source, answers in first.answers.items():
        books = first.books[source]
        assert books["sent"] == answers.sent
        assert books["current"] == answers.usable
        assert books["duplicate"] == answers.duplicates
        assert books["quarantined"] == answers.quarantined.total() + answers.conflicting
        assert rules[source].pop("conflicting_in_snapshot", 0) == answers.conflicting
        assert rules[source] == answers.quarantined
        assert findings[source] == answers.findings


def test_the_marts_hold_the_cases_and_the_amounts(line: Line, first: Taken) -> None:
    for source, answers in first.answers.items():
        if source != NOTICES:
            assert _cases(line, source, first.release) == +answers.case_types
    # A notice and its counter-notice are one case.
    assert set(_cases(line, NOTICES, first.release)) == {"PLAT_NOTICE"}
    (sanctions,) = line.read("select sum(amount_cny) as cny from marts.fct_sanction", first.release)
    assert sanctions["cny"] == first.answers[PENALTIES].amount_cny


def test_every_case_is_one_join_away_from_its_raw_record(line: Line, second: Taken) -> None:
    values = archived(line.stack.archive)
    origins = line.rows(_ORIGINS)
    cases = line.one("select count(*) from marts.fct_case", role="analyst")
    reached = line.one('select count(distinct case_id) from marts.fct_case join canonical."case" using (case_id)')
    assert reached == cases > 0
    for row in origins:
        value = values[row["source"], row["delivery_id"], row["row_number"]]
        assert row["doc_no_raw"] is None or row["doc_no_raw"] in value.values()


def archived(archive: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    columns = ["source", "delivery_id", "row_number", "value"]
    rows = [row for path in archive.rglob("*.parquet") for row in pq.read_table(path, columns=columns).to_pylist()]
    return {(row["source"], row["delivery_id"], row["row_number"]): json.loads(row["value"]) for row in rows}


def test_what_was_sent_before_is_known_and_writes_nothing(line: Line, second: Taken) -> None:
    (latest,) = line.folder.glob("*_next.csv")
    # Known is what equals the latest delivery, and other tests may have delivered since.
    deliver_file(line.stack, PENALTIES, latest)
    line.integrate()
    before = line.stamps(), [line.rows(query) for query in _LEDGER]
    receipt = deliver_file(line.stack, PENALTIES, latest)
    assert (receipt.state, receipt.sent_count) == ("known", 0)
    assert collect_due(line.stack, COURT) == []
    assert line.integrate() == Integrated((), None)
    assert (line.stamps(), [line.rows(query) for query in _LEDGER]) == before


def test_the_next_month_changes_adds_and_withdraws(line: Line, first: Taken, second: Taken) -> None:
    answers, before, after = second.answers[PENALTIES], first.books[PENALTIES], second.books[PENALTIES]
    assert min(answers.changed, answers.gone, answers.new) > 0
    assert after["sent"] - before["sent"] == answers.sent
    assert after["superseded"] - before["superseded"] == answers.changed
    assert after["withdrawn"] == answers.gone
    assert after["duplicate"] - before["duplicate"] == answers.duplicates
    assert after["current"] == before["current"] + answers.usable - answers.changed - answers.gone
    assert _cases(line, PENALTIES, second.release) == +answers.case_types
    corrected = "select title from marts.fct_case where title like '%（已更正）'"
    assert len(line.read(corrected, second.release)) == answers.changed
    assert line.read(corrected, first.release) == []


def test_an_earlier_release_is_read_as_it_was_told_then(line: Line, first: Taken, second: Taken) -> None:
    assert first.marts != second.marts
    assert line.marts(first.release) == first.marts
    assert line.marts(second.release) == second.marts


@pytest.mark.parametrize("wanted", ["1000", "building", "newest"])
def test_an_analyst_cannot_read_what_is_not_published(line: Line, second: Taken, wanted: str) -> None:
    with psycopg.connect(line.stack.dsn("analyst")) as reader:
        reader.execute("select set_config('casebridge.release', %s, false)", (wanted,))
        with pytest.raises(psycopg.Error, match=r"cannot be read|may not read"):
            reader.execute("select count(*) from marts.fct_case")


def test_a_release_that_its_gate_refuses_leaves_the_one_before_and_is_built_again(line: Line, second: Taken) -> None:
    before = line.marts()
    line.court().change(3, status="执行完毕")
    line.court().change(4, status="执行完毕")
    assert len(collect_due(line.stack, COURT)) == 1
    assert line.take().changes > 0
    with line.wrong_books():
        code, told = line.command("integrate")
    assert (code, told["release"]["state"]) == (1, "abandoned")
    assert "booksBalance" in told["release"]["reason"]
    assert line.marts() == before
    assert line.one("select count(*) from ops.admission where release_id = %s", told["release"]["release_id"]) == 0
    assert line.integrate() == Integrated((), None)
    code, made = line.command("release", "retry")
    assert (code, made["state"]) == (0, "published")
    assert made["release_id"] > told["release"]["release_id"]
    assert line.marts() != before
