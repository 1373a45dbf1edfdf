"""The models of the warehouse, on the ledger and canonical schema that the migrations make."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest
from structlog.testing import capture_logs

from tests.integration.versioned.records import Line, id_of
from transforms.model.invoke import run_dbt

if TYPE_CHECKING:
    from uuid import UUID


def claim(
    line: Line,
    admission: int,
    case: str,
    stage: str | None,
    value: str,
    *,
    key: str = "k",
    source: str = "amr_zj_penalties",
    region_code: str = "330100",
    **said: str | None,
) -> UUID:
    """Let in a record that claims a case and its decision."""
    line.record(admission, key + case, source=source)
    line.say(
        "case",
        case_id=id_of(case),
        proceeding="PENALTY",
        case_type="TM_PENALTY",
        ip_right_type="TM",
        stage=stage,
        region_code=region_code,
        goods_value_cny=value,
        **said,
    )
    line.say(
        "decision",
        decision_id=id_of("d" + case),
        case_id=id_of(case),
        doc_type="PENALTY",
        decided_on="2024-03-05",
        outcome="PUNISHED",
    )
    return id_of(case)


@pytest.fixture(scope="module")
def line(empty: Line) -> Line:
    """Make a warehouse with one release of two cases, one of them claimed by two sources."""
    admission = empty.admit()
    claim(empty, admission, "a", "DECIDED", "100")
    claim(empty, admission, "a", "CLOSED", "150", source="court_hz_cases")
    claim(empty, admission, "b", "DECIDED", "10")
    assert empty.release()["fct_case"] == (2, 0)
    return empty


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
    day = "select iso_weekday, is_weekend, is_working_day from marts.dim_date where date_on = '{}'"
    assert line.read(day.format("2024-02-10")) == [(6, True, False)]
    assert line.read(day.format("2024-02-12")) == [(1, False, False)]
    assert line.read(day.format("2026-02-14")) == [(6, True, True)]


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [("2025-09-30", 3, "2025-10-11"), ("2025-09-15", 20, "2025-10-17"), ("2025-09-15", 50, "2025-11-28")],
)
def test_a_limit_in_working_days_ends_as_published(line: Line, start: str, days: int, end: str) -> None:
    ends = """
        select min(later.date_on) from marts.dim_date as later inner join marts.dim_date as first
            on later.working_day_no = first.working_day_no + {} where first.date_on = '{}'
    """
    assert line.read(ends.format(days, start)) == [(date.fromisoformat(end),)]
    assert line.read(f"select marts.working_days('{start}', '{end}'), marts.working_days('{end}', '{start}')") == [
        (days, -days)
    ]
    assert line.read(f"select marts.working_day_after('{start}', {days})") == [(date.fromisoformat(end),)]


def test_working_days_of_a_year_without_calendar_are_not_counted(line: Line) -> None:
    assert line.read("select marts.working_days(null, '2026-01-01')") == [(None,)]
    with pytest.raises(psycopg.errors.RaiseException, match="the working days of 2049 are not known") as refused:
        line.read("select marts.working_days('2026-12-31', '2049-01-05')")
    assert "working_day" in (refused.value.diag.message_hint or "")


def test_a_limit_that_ends_in_a_year_without_calendar_has_no_day(line: Line) -> None:
    ((known,),) = line.read("select extract(year from max(date_on))::integer from marts.dim_date where is_working_day")
    for since, days, year in ((f"{known}-12-30", 5, known + 1), ("2049-06-30", 5, 2049), ("2049-12-31", 1, 2049)):
        with pytest.raises(psycopg.errors.RaiseException, match=f"the working days of {year} are not known") as refused:
            line.read(f"select marts.working_day_after('{since}', {days})")
        assert "working_day" in (refused.value.diag.message_hint or "")


def test_a_limit_has_a_day_and_a_length(line: Line) -> None:
    assert line.read("select marts.working_day_after(null, 3), marts.working_day_after('2026-01-05', null)") == [
        (None, None)
    ]
    assert line.read("select marts.working_day_after('2026-12-30', 1)") == [(date(2026, 12, 31),)]
    with pytest.raises(psycopg.errors.RaiseException, match="ends before it begins"):
        line.read("select marts.working_day_after('2026-01-05', -1)")


def test_a_day_of_a_year_without_calendar_is_neither_working_nor_free(line: Line) -> None:
    known = "select min(date_on), max(date_on) from marts.dim_date where {} is not null"
    (seed,) = line.admin.execute(
        "select min(extract(year from day)), max(extract(year from day)) from vocabulary.working_day"
    )
    for column in ("is_working_day", "working_day_no"):
        assert line.read(known.format(column)) == [(date(int(seed[0]), 1, 1), date(int(seed[1]), 12, 31))]


def test_a_calendar_without_this_year_is_told(line: Line) -> None:
    told = ("test", "--select", "the_working_days_of_this_year_are_known")
    line.admin.execute("create table vocabulary.kept as select * from vocabulary.working_day")
    line.admin.execute("delete from vocabulary.working_day where extract(year from day) = extract(year from now())")
    try:
        with capture_logs() as logs:
            (outcome,) = run_dbt(line.connections, told)
    finally:
        line.admin.execute("truncate vocabulary.working_day")
        line.admin.execute("insert into vocabulary.working_day select * from vocabulary.kept")
        line.admin.execute("drop table vocabulary.kept")
    assert outcome.status == "warn"
    assert [(entry["log_level"], entry["test"]) for entry in logs] == [("warning", told[-1])]


def test_a_release_touches_the_changed_cases_only(line: Line) -> None:
    admission = line.admit()
    claim(line, admission, "b", None, "30")
    assert line.release() == {"fct_case": (1, 1), "agg_case_month": (1, 1)}
    assert line.read("select stage, goods_value_cny from marts.fct_case where goods_value_cny = 30") == [
        ("DECIDED", Decimal(30))
    ]
    assert line.read("select cases, goods_value_cny from marts.agg_case_month where opened_month = '2024-03'") == [
        (2, Decimal(130))
    ]


def test_a_case_that_leaves_its_end_without_being_reopened_is_flagged_and_kept(line: Line) -> None:
    claim(line, line.admit(), "c", "CLOSED", "1")
    line.release()
    claim(line, line.admit(), "c", "FILED", "2")
    line.release()
    assert line.read("select stage, has_illegal_transition from marts.fct_case where goods_value_cny = 2") == [
        ("FILED", True)
    ]
    assert line.read("select count(*) from marts.fct_case where has_illegal_transition") == [(1,)]


def test_an_analyst_is_told_since_when_a_row_is_known(line: Line) -> None:
    known = "select released_in, published_at from marts.fct_case join marts.dim_release on released_in = release_id"
    before = line.read(known)
    claim(line, line.admit(), "k", "FILED", "77")
    line.release()
    assert len(line.read(known)) == len(before) + 1
    (told,) = line.read(known + " where goods_value_cny = 77")
    assert told == (line.releases, line.read("select max(published_at) from marts.dim_release")[0][0])
    line.admin.execute("insert into ops.release (release_id, state, cause) values (99, 'building', 'admission')")
    assert line.read("select max(release_id) from marts.dim_release") == [(line.releases,)]
    assert line.read("select max(release_id) from marts.dim_release", release=1) == [(1,)]
    line.admin.execute("delete from ops.release where release_id = 99")


def test_goods_of_a_case_come_and_go_with_their_record(line: Line) -> None:
    admission = line.admit()
    claim(line, admission, "d", "DECIDED", "5")
    line.say("goods_item", item_id=id_of("g"), case_id=id_of("d"), hs_code="640411", value_cny=7)
    assert line.release()["fct_goods_item"] == (1, 0)
    assert line.read("select hs_code, value_cny from marts.fct_goods_item") == [("640411", Decimal(7))]
    claim(line, line.admit(), "d", "DECIDED", "6")
    assert line.release()["fct_goods_item"] == (0, 1)


def test_conduct_before_and_after_a_renumbering_is_counted_together(line: Line) -> None:
    admission = line.admit()
    claim(line, admission, "l", "DECIDED", "3")
    for basis in ("TML/2019/57//3", "TML/2026/72//3"):
        line.say("decision_legal_basis", decision_id=id_of("dl"), basis=basis)
    line.release()
    assert line.read("select lineage, count(*) from marts.bridge_decision_basis group by 1") == [("TML/2013/57", 2)]
    assert line.read("select distinct infringement_type from marts.bridge_decision_basis") == [("TM3",)]
    meant = "select term_zh, term_en from marts.dim_code where vocabulary = 'stage' and code = 'FILED'"
    assert line.read(meant) == [("立案", "Filed")]


def test_a_secret_case_is_counted_and_shown_to_no_analyst(line: Line) -> None:
    admission = line.admit()
    claim(line, admission, "s", "INVESTIGATION", "9", source="psb_zj_case_events", security_class="CASE_SECRET")
    decisions = line.read("select count(*) from marts.fct_decision")
    assert line.release() == {"fct_case": (1, 0), "agg_case_month": (1, 0)}
    assert line.read("select count(*) from marts.fct_case where goods_value_cny = 9") == [(0,)]
    assert line.read("select count(*) from marts.fct_decision") == decisions


def test_a_secret_case_is_shown_with_its_decision_as_long_as_its_status_says_so(line: Line) -> None:
    decisions = line.read("select count(*) from marts.fct_decision")[0][0]
    seen = []
    for security_class in ("CASE_SECRET", "GENERAL", "CASE_SECRET"):
        admission = line.admit()
        claim(line, admission, "p", "CLOSED", "11", source="pro_zj_prosecutions", security_class=security_class)
        line.release()
        told = line.read("select security_class from marts.fct_case where goods_value_cny = 11")
        seen.append((told, line.read("select count(*) from marts.fct_decision")[0][0] - decisions))
    assert seen == [([], 0), ([("GENERAL",)], 1), ([], 0)]


def test_a_corrected_message_stays_so_when_its_first_version_comes_late(line: Line) -> None:
    seen = []
    for version, at, quantity in ((2, "2026-03-09", 1150), (1, "2026-03-10", 1200), (3, "2026-03-08", 1100)):
        line.record(line.admit(), f"N1|{version}", source="customs_nl_seizures", body="customs_nl", at=at)
        line.say("seizure_message", message_id=id_of("N1"), message_no="N1", version=version,
                 reporting_country_code="NL", quantity=quantity)  # fmt: skip
        changed = line.release().get("fct_seizure_message", (0, 0))
        seen.append((changed, line.read("select version, quantity from marts.fct_seizure_message")))
    assert seen == [
        ((1, 0), [(2, Decimal(1150))]),
        ((0, 0), [(2, Decimal(1150))]),
        ((1, 1), [(3, Decimal(1100))]),
    ]


def test_the_unit_tests_of_the_models_hold(line: Line) -> None:
    outcomes = run_dbt(line.connections, ("test", "--select", "test_type:unit"))
    assert len(outcomes) >= 6
    assert {outcome.status for outcome in outcomes} == {"pass"}


def test_the_documentation_builds_without_a_release(line: Line) -> None:
    run_dbt(line.connections, ("docs", "generate"))
    target = line.connections.home / "run" / "dbt" / "dbt_project"
    assert "agg_case_month" in (target / "catalog.json").read_text("utf-8")
