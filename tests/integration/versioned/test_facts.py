"""The facts of a case in its body's words are restricted: who investigates reads them, an analyst does not."""

from __future__ import annotations

import psycopg
import pytest

from tests.integration.versioned.records import Line, id_of

FACTS = "当事人在其店内销售假冒商品。"
TOLD = "select facts from marts.fct_case_facts"


@pytest.fixture(scope="module")
def line(empty: Line) -> Line:
    """Make a warehouse with one release of a case with facts, one without and a secret one with."""
    admission = empty.admit()
    for case, said in (("a", {"facts": FACTS}), ("b", {}), ("s", {"facts": "x", "security_class": "CASE_SECRET"})):
        empty.record(admission, case)
        empty.say("case", case_id=id_of(case), proceeding="PENALTY", **said)
    empty.release()
    return empty


def test_who_investigates_reads_the_facts_of_every_case_that_is_not_secret(line: Line) -> None:
    with psycopg.connect(line.connections.dsn("investigator")) as reader:
        assert reader.execute(TOLD).fetchall() == [(FACTS,)]
        assert reader.execute("select count(*) from marts.fct_case").fetchall() == [(2,)]


def test_an_analyst_and_so_a_pack_reads_no_facts(line: Line) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        line.read(TOLD)
    shown = "select table_name from information_schema.columns where table_schema = 'marts' and column_name = 'facts'"
    assert line.read(shown) == []


def test_facts_that_cases_once_showed_are_gone_from_every_release(line: Line) -> None:
    line.admin.execute("alter table marts_v.fct_case add column facts text")
    line.admin.execute("update marts_v.fct_case set facts = 'told before'")
    assert line.release(full=True).get("fct_case", (0, 0)) == (0, 0)
    assert line.admin.execute("select count(facts), count(*) from marts_v.fct_case").fetchall() == [(0, 3)]
