"""The models of the warehouse, on the ledger and canonical schema that the migrations make."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from infra.migrations import upgrade
from infra.stack.roles import connect
from tests.integration.versioned.warehouse import SQL, admin_dsn, connections_to
from transforms.model.build import build
from transforms.model.invoke import run_dbt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.stack.postgres import Postgres
    from transforms.connections import Connections

DATABASE = "models"
RECORD = """
insert into canonical.record (
    record_id, source, body_id, delivery_id, row_number, record_key, source_time, delivery_seq, image, raw_hash,
    kafka_offset, batch_id, admission_id, is_withdrawal, confirmed_at
) values (
    %(id)s, %(source)s, 'amr_zj', 'd', %(id)s, %(key)s, '2024-01-01', 1, 'i', 'h',
    %(id)s, 1, %(admission)s, false, '2024-01-01'
)
"""
CASE = """
insert into canonical."case" (
    record_id, source, body_id, admission_id, source_time, case_id,
    proceeding, case_type, ip_right_type, stage, region_code, goods_value_cny
) values (
    %(id)s, %(source)s, 'amr_zj', %(admission)s, '2024-01-01', md5(%(case)s)::uuid,
    'PENALTY', 'TM_PENALTY', 'TM', %(stage)s, '330100', %(value)s
)
"""
DECISION = """
insert into canonical.decision (
    record_id, source, body_id, admission_id, source_time, decision_id, case_id, doc_type, decided_on, outcome
) values (
    %(id)s, %(source)s, 'amr_zj', %(admission)s, '2024-01-01', md5('d' || %(case)s)::uuid, md5(%(case)s)::uuid,
    'PENALTY', '2024-03-05', 'PUNISHED'
)
"""
GOODS = """
insert into canonical.goods_item (
    record_id, source, body_id, admission_id, source_time, item_id, case_id, hs_code, value_cny
) values (
    %(id)s, 'amr_zj_penalties', 'amr_zj', %(admission)s, '2024-01-01', md5('g' || %(case)s)::uuid,
    md5(%(case)s)::uuid, '640411', 7
)
"""


class Line:
    """A warehouse with the project of this repository, and records let in by hand."""

    def __init__(self, connections: Connections, admin: psycopg.Connection) -> None:
        self.connections, self.admin, self.records, self.releases = connections, admin, 0, 0

    def admit(self) -> int:
        """Draw an admission number."""
        row = self.admin.execute("insert into ops.admission (kind) values ('batch') returning admission_id").fetchone()
        assert row is not None
        return int(row[0])

    def claim(
        self,
        admission: int,
        case: str,
        stage: str | None,
        value: str,
        *,
        key: str = "k",
        source: str = "amr_zj_penalties",
    ) -> None:
        """Let in a record that claims a case and its decision."""
        self.records += 1
        said = {
            "id": self.records,
            "admission": admission,
            "case": case,
            "stage": stage,
            "value": value,
            "key": key + case,
            "source": source,
        }
        self.admin.execute(
            "update canonical.record set superseded_in = %(admission)s "
            "where record_key = %(key)s and source = %(source)s and superseded_in is null",
            said,
        )
        for statement in (RECORD, CASE, DECISION):
            self.admin.execute(statement.encode(), said)

    def release(self) -> dict[str, tuple[int, int]]:
        """Begin, build and publish; return what each model added and removed."""
        self.releases += 1
        self.admin.execute(
            "insert into ops.release (release_id, state, cause) values (%s, 'building', 'admission')", (self.releases,)
        )
        self.admin.execute("update ops.admission set release_id = %s where release_id is null", (self.releases,))
        built = build(self.connections, self.releases)
        self.admin.execute("update ops.release set state = 'published' where release_id = %s", (self.releases,))
        return {change.model: (change.added, change.removed) for change in built.changes}

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """Read as an analyst."""
        with psycopg.connect(self.connections.dsn("analyst")) as reader:
            return reader.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def line(server: Postgres) -> Iterator[Line]:
    """Make a warehouse as the migrations do, with one release of two cases, one of them claimed by two sources."""
    with connect(server.layout, server.port) as admin:
        admin.execute(f"create database {DATABASE} owner owner".encode())
    connections = connections_to(server, DATABASE)
    upgrade(connections)
    with psycopg.connect(connections.dsn("owner"), autocommit=True) as owner:
        owner.execute((SQL / "marts.sql").read_text("utf-8").encode())
    with psycopg.connect(admin_dsn(server, DATABASE), autocommit=True) as admin:
        line = Line(connections, admin)
        admission = line.admit()
        line.claim(admission, "a", "DECIDED", "100")
        line.claim(admission, "a", "CLOSED", "150", source="court_hz_cases")
        line.claim(admission, "b", "DECIDED", "10")
        assert line.release()["fct_case"] == (2, 0)
        yield line


def test_the_claim_of_the_higher_source_survives_and_the_disagreement_shows(line: Line) -> None:
    rows = line.read(
        "select stage, goods_value_cny, has_disagreement, decided_on from marts.fct_case order by goods_value_cny"
    )
    assert rows == [
        ("DECIDED", Decimal(10), False, date(2024, 3, 5)),
        ("DECIDED", Decimal(100), True, date(2024, 3, 5)),
    ]


def test_dimensions_hold_the_vocabularies(line: Line) -> None:
    assert line.read("select name_zh from marts.dim_region where region_code = '330100' and is_current") == [
        ("杭州市",)
    ]
    assert line.read("select kind_en from marts.dim_body where body_id = 'customs_sh'") == [("Customs",)]
    assert line.read("select iso_weekday, is_weekend from marts.dim_date where date_on = '2024-02-10'") == [(6, True)]


def test_a_release_touches_the_changed_cases_only(line: Line) -> None:
    admission = line.admit()
    line.claim(admission, "b", None, "30")
    assert line.release() == {"fct_case": (1, 1), "agg_case_month": (1, 1)}
    assert line.read("select stage, goods_value_cny from marts.fct_case where goods_value_cny = 30") == [
        ("DECIDED", Decimal(30))
    ]
    assert line.read("select cases, goods_value_cny from marts.agg_case_month where opened_month = '2024-03'") == [
        (2, Decimal(130))
    ]


def test_a_case_that_leaves_its_end_without_being_reopened_is_flagged_and_kept(line: Line) -> None:
    line.claim(line.admit(), "c", "CLOSED", "1")
    line.release()
    line.claim(line.admit(), "c", "FILED", "2")
    line.release()
    assert line.read("select stage, has_illegal_transition from marts.fct_case where goods_value_cny = 2") == [
        ("FILED", True)
    ]
    assert line.read("select count(*) from marts.fct_case where has_illegal_transition") == [(1,)]


def test_goods_of_a_case_come_and_go_with_their_record(line: Line) -> None:
    admission = line.admit()
    line.claim(admission, "d", "DECIDED", "5")
    line.admin.execute(GOODS.encode(), {"id": line.records, "admission": admission, "case": "d"})
    assert line.release()["fct_goods_item"] == (1, 0)
    assert line.read("select hs_code, value_cny from marts.fct_goods_item") == [("640411", Decimal(7))]
    line.claim(line.admit(), "d", "DECIDED", "6")
    assert line.release()["fct_goods_item"] == (0, 1)


def test_a_secret_case_is_counted_and_shown_to_no_analyst(line: Line) -> None:
    admission = line.admit()
    line.claim(admission, "s", "INVESTIGATION", "9", source="psb_zj_case_events")
    secret = "update canonical.\"case\" set security_class = 'CASE_SECRET' where record_id = %s"
    line.admin.execute(secret.encode(), (line.records,))
    decisions = line.read("select count(*) from marts.fct_decision")
    assert line.release() == {"fct_case": (1, 0), "agg_case_month": (1, 0)}
    assert line.read("select count(*) from marts.fct_case where goods_value_cny = 9") == [(0,)]
    assert line.read("select count(*) from marts.fct_decision") == decisions
    assert line.read("select cases from marts.agg_case_month where opened_month = 'UNKNOWN'") == [(1,)]


def test_the_unit_tests_of_the_models_hold(line: Line) -> None:
    outcomes = run_dbt(line.connections, ("test", "--select", "test_type:unit"))
    assert len(outcomes) >= 6
    assert {outcome.status for outcome in outcomes} == {"pass"}


def test_the_documentation_builds_without_a_release(line: Line) -> None:
    run_dbt(line.connections, ("docs", "generate"))
    target = line.connections.home / "run" / "dbt" / "dbt_project"
    assert "agg_case_month" in (target / "catalog.json").read_text("utf-8")
