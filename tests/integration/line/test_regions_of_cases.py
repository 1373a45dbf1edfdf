"""A record keeps the region that it names, in force on its day or not, and the marts lead to what became of it."""

from __future__ import annotations

import csv
import json

import pytest

from tests.integration.line.line import Line, Taken
from tests.support.penalties_2016 import LABELS, penalties
from transforms.collect.deliver import deliver_file

SHANDONG = "amr_sd_penalties"
# The region as it is sent, the day of the decision, the region of the case, what is found, the regions of that day.
SENT: tuple[tuple[str, str, str | None, str | None, set[str]], ...] = (
    ("330103", "2020-06-30", "330103", None, {"330103"}),
    ("330103", "2024-06-30", "330103", "retired_region", {"330105"}),
    ("330104", "2024-06-30", "330104", "retired_region", {"330102", "330114"}),
    ("安徽省合肥市蜀山区", "2024-06-30", "340104", None, {"340104"}),
    ("合肥市", "2024-06-30", "340100", None, {"340100"}),
    ("鼓楼区", "2024-06-30", None, "ambiguous", set()),
)
CASES = """
select c.case_no, c.region_code, array_agg(b.heir_code) filter (where b.heir_code is not null) as heirs,
    bool_and(r.name_zh is not null) as named
from marts.fct_case as c
left join marts.fct_decision as d using (case_id)
left join marts.bridge_region_successor as b
    on c.region_code = b.region_code
    and d.decided_on >= b.valid_from and d.decided_on < coalesce(b.valid_to, 'infinity')
left join marts.dim_region as r
    on b.heir_code = r.region_code
    and d.decided_on >= r.valid_from and d.decided_on < coalesce(r.valid_to, 'infinity')
where c.body_id = 'amr_sd' group by 1, 2
"""
FOUND = "select row_number, reason from ops.finding where source = %s and field = 'region_code' order by 1"


@pytest.fixture(scope="module")
def delivered(line: Line, first: Taken) -> Line:
    """Let a bureau send records that differ in region and day only."""
    path = line.folder / "regions.csv"
    sound = [json.loads(text) for text in penalties(len(SENT), 7).lines()]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, LABELS)
        rows.writeheader()
        for number, (record, (region, day, *_)) in enumerate(zip(sound, SENT, strict=True), start=1):
            sent = {"CF_WSH": f"莱工商处〔{day[:4]}〕{number}号", "CF_JDRQ": day, "DFBM": region, "CF_ZT": "0"}
            rows.writerow(record | sent)
    assert deliver_file(line.stack, SHANDONG, path).state == "closed"
    line.integrate()
    return line


def test_no_region_is_rejected_changed_or_guessed(delivered: Line) -> None:
    assert delivered.books(SHANDONG)["current"] == len(SENT)
    found = {row["row_number"]: row["reason"] for row in delivered.rows(FOUND, SHANDONG)}
    assert [found.get(number) for number in range(1, len(SENT) + 1)] == [reason for *_, reason, _ in SENT]


def test_a_case_of_a_retired_region_leads_to_those_of_its_day(delivered: Line) -> None:
    cases = {row["case_no"]: row for row in delivered.read(CASES)}
    told = [cases[f"莱工商处〔{day[:4]}〕{number}号"] for number, (_, day, *_) in enumerate(SENT, start=1)]
    assert [case["region_code"] for case in told] == [region for _, _, region, *_ in SENT]
    assert [set(case["heirs"] or ()) for case in told] == [heirs for *_, heirs in SENT]
    assert all(case["named"] for case in told if case["heirs"])
