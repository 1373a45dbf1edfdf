"""A party that is sanctioned for trademark infringement again within five years, in whatever order it is told."""

from __future__ import annotations

from datetime import date

from tests.integration.versioned.records import Line, id_of

REPEATS = """
select d.doc_no, r.earlier_decisions, r.earlier_decided_on
from marts.fct_repeat_infringement as r join marts.fct_decision as d using (decision_id) where r.party_id = '{party}'
order by 1
"""


def decide(line: Line, party: str, number: str, on: str, *, body: str = "amr_js", **decided: object) -> None:
    """Let a decision in, by a record of its number; the one of that number before is superseded."""
    line.record(line.admit(), number, source=f"{body}_penalties", body=body)
    own = {"case_id": id_of(f"case {number}"), "decision_id": id_of(number)}
    kind = decided.pop("case_type", "TM_PENALTY")
    line.say("case", case_id=own["case_id"], proceeding="PENALTY", case_type=kind, ip_right_type="TM", stage="DECIDED")
    line.say("decision", doc_type="PENALTY", doc_no=number, decided_on=on, **own, **decided)
    line.say("sanction", sanction_id=id_of(number), party_id=id_of(party), sanction_type="FINE", **own)


def repeats(line: Line, party: str) -> list[tuple[object, ...]]:
    """Release, and return which decisions repeat, with the count and the newest day of those before."""
    line.release()
    return line.read(REPEATS.format(party=id_of(party)))


def test_a_second_decision_within_five_years_is_a_repeat_whichever_body_made_the_first(line: Line) -> None:
    decide(line, "甲", "苏1", "2024-06-01")
    assert repeats(line, "甲") == []
    decide(line, "甲", "浙1", "2022-05-01", body="amr_zj")
    decide(line, "乙", "苏2", "2024-06-02")
    assert repeats(line, "甲") == [("苏1", 1, date(2022, 5, 1))]
    decide(line, "甲", "苏3", "2027-05-02")
    assert repeats(line, "甲") == [("苏1", 1, date(2022, 5, 1)), ("苏3", 1, date(2024, 6, 1))]
    assert repeats(line, "乙") == []


def test_what_is_revoked_or_of_another_kind_makes_no_repeat(line: Line) -> None:
    decide(line, "丙", "苏11", "2024-01-01")
    decide(line, "丙", "苏12", "2025-01-01")
    decide(line, "丙", "苏13", "2023-01-01", case_type="TS_PENALTY")
    assert repeats(line, "丙") == [("苏12", 1, date(2024, 1, 1))]
    decide(line, "丙", "苏11", "2024-01-01", withdrawn_on="2024-02-01")
    assert repeats(line, "丙") == []
    decide(line, "丙", "苏13", "2023-01-01")
    assert repeats(line, "丙") == [("苏12", 1, date(2023, 1, 1))]
    line.release(full=True)
    assert line.read(REPEATS.format(party=id_of("丙"))) == [("苏12", 1, date(2023, 1, 1))]
