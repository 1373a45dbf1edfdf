"""Secret cases are counted, and no reader learns of a few of them (DOMAIN P11, P21)."""

from __future__ import annotations

from tests.integration.versioned.records import Line, id_of

CELLS = """
select cases, closed_cases, ip_cases, goods_value_cny, illegal_turnover_cny from marts.agg_case_month
where is_secret and opened_month = '2023'
"""
KEPT = """
select cases, closed_cases, ip_cases, goods_value_cny from marts_v.agg_case_month
where opened_month = '2023' and retired_in > (select max(release_id) from ops.release)
"""
NAMES = """
select string_agg(attname, ', ' order by attnum) from pg_attribute
where attrelid = 'marts.agg_case_month'::regclass and attnum > 0
"""


def secret(line: Line, name: str, filed_on: str, region_code: str, stage: str = "FILED") -> None:
    """Let in a secret case of the police, of one value."""
    line.record(line.admit(), name, source="psb_zj_case_events", body="psb_zj")
    said = {"case_id": id_of(name), "proceeding": "INVESTIGATION", "case_type": "CRIM_INV", "ip_right_type": "TM"}
    place = {"filed_on": filed_on, "region_code": region_code, "security_class": "CASE_SECRET"}
    line.say("case", stage=stage, goods_value_cny=9, **said, **place)


def test_secret_cases_are_counted_by_province_and_year_where_they_are_not_few(line: Line) -> None:
    counted = "select region_code, opened_month, cases from marts.agg_case_month where is_secret"
    for place in range(1, 6):
        secret(line, f"s{place}", f"2025-0{place}-01", f"33010{place}")
        if place > 3:
            line.release()
            assert line.read(counted) == ([("330000", "2025", 5)] if place == 5 else [])


def test_of_secret_cases_no_small_part_and_no_amount_is_shown(line: Line) -> None:
    for place in range(10):
        secret(line, f"w{place}", "2023-01-01", "330101", "CLOSED" if place < 5 else "FILED")
    line.release()
    assert line.read(CELLS) == [(10, 5, None, None, None)]
    secret(line, "w0", "2023-01-01", "330101")
    line.release()
    assert line.read(CELLS) == [(10, None, None, None, None)]
    assert line.admin.execute(KEPT.encode()).fetchall() == [(10, 4, 10, 90)]


def test_a_view_of_before_learns_to_withhold(line: Line) -> None:
    ((names,),) = line.admin.execute(NAMES.encode()).fetchall()
    told = "create or replace view marts.agg_case_month as select {} from marts_v.agg_case_month"
    line.admin.execute(told.format(names).encode())
    assert line.read(CELLS)[0][3] == 90
    line.release(full=True)
    assert line.read(CELLS) == [(10, None, None, None, None)]
