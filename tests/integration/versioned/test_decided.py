"""What became of a decision: revoked, an order only, or past the end of its publication; case and sanctions follow."""

from __future__ import annotations

from datetime import date

import pytest

from tests.integration.versioned.records import Line, id_of


def penalty(line: Line, name: str, *kinds: str, months: int | None = None, **decided: object) -> None:
    """Let a record of a penalty in; the one of that name before is superseded."""
    line.record(line.admit(), name)
    own = {"case_id": id_of(f"case {name}")}
    line.say("case", proceeding="PENALTY", case_type="TM_PENALTY", ip_right_type="TM", stage="DECIDED", **own)
    decision = own | {"decision_id": id_of(name)}
    line.say("decision", **(decision | {"doc_type": "PENALTY", "outcome": "PUNISHED"} | decided))
    for kind in kinds:
        sanction = {"sanction_id": id_of(f"{name} {kind}"), "sanction_type": kind, "duration_months": months}
        line.say("sanction", **decision, **sanction)


def case_of(line: Line, name: str) -> list[tuple[object, ...]]:
    """Release, and return stage and disposition of the case."""
    line.release()
    return line.read(f"select stage, disposition from marts.fct_case where case_id = '{id_of(f'case {name}')}'")  # noqa: S608  # made-up id


def withdrawn(line: Line, name: str) -> list[bool]:
    """Return whether each sanction of the decision is told as withdrawn."""
    query = f"select is_withdrawn from marts.fct_sanction where decision_id = '{id_of(name)}'"  # noqa: S608  # made-up id
    return [told for (told,) in line.read(query)]


def test_a_revoked_decision_takes_its_sanctions_and_closes_its_case(line: Line) -> None:
    penalty(line, "r", "FINE", "WARN")
    assert (case_of(line, "r"), withdrawn(line, "r")) == ([("DECIDED", None)], [False, False])
    penalty(line, "r", "FINE", "WARN", withdrawn_on="2026-01-05")
    assert (case_of(line, "r"), withdrawn(line, "r")) == ([("CLOSED", "REVOKED")], [True, True])
    penalty(line, "r", "FINE", "WARN")
    assert (case_of(line, "r"), withdrawn(line, "r")) == ([("DECIDED", None)], [False, False])


def test_a_decision_with_a_reason_for_its_withdrawal_and_no_day_that_can_be_read_is_withdrawn(line: Line) -> None:
    penalty(line, "s", "FINE", withdraw_reason="行政复议撤销")
    assert (case_of(line, "s"), withdrawn(line, "s")) == ([("CLOSED", "REVOKED")], [True])


def test_a_case_in_which_another_decision_stands_is_not_revoked(line: Line) -> None:
    penalty(line, "t", "FINE", withdrawn_on="2026-01-05")
    own = {"case_id": id_of("case t"), "decision_id": id_of("t again")}
    line.say("decision", doc_type="PENALTY", outcome="PUNISHED", **own)
    line.say("sanction", sanction_id=id_of("t again"), sanction_type="FINE", **own)
    assert case_of(line, "t") == [("DECIDED", None)]
    assert withdrawn(line, "t") + withdrawn(line, "t again") == [True, False]


@pytest.mark.parametrize("revoked", ["of one", "of two"])
def test_a_decision_on_two_stands_while_it_is_revoked_for_one(line: Line, revoked: str) -> None:
    name = f"shared, revoked {revoked}"
    own = {"case_id": id_of(f"case {name}"), "decision_id": id_of(name)}

    def tell(party: str, months: int, **decided: object) -> None:
        line.record(line.admit(), f"{name} {party}", source="amr_js_penalties", body="amr_js")
        line.say("case", case_id=own["case_id"], proceeding="PENALTY", case_type="TM_PENALTY", stage="DECIDED")
        line.say("decision", doc_type="PENALTY", decided_on="2026-04-01", content=party, **(own | decided))
        sanction = {"sanction_id": id_of(f"{name} {party}"), "party_id": id_of(party), "duration_months": months}
        line.say("sanction", sanction_type="BAN_PERSON", **own, **sanction)

    def told() -> list[tuple[object, ...]]:
        by_party = "select party_id, is_withdrawn from marts.fct_sanction where decision_id = d.decision_id"
        return line.read(f"""
            select c.disposition, d.content, d.withdrawn_on, d.public_until_on, array(
                select is_withdrawn from ({by_party}) as s order by party_id <> '{id_of(revoked)}'
            ) from marts.fct_decision as d join marts.fct_case as c using (case_id)
            where d.decision_id = '{own["decision_id"]}'
        """)  # noqa: S608  # made-up ids

    (stands,) = {"of one", "of two"} - {revoked}
    tell(revoked, 60, withdrawn_on="2026-05-04")
    tell(stands, 12)
    line.release()
    assert told() == [(None, stands, None, date(2029, 4, 1), [True, False])]
    tell(stands, 12, withdraw_reason="行政复议撤销")
    line.release()
    ((disposition, *_, withdrawn),) = told()
    assert (disposition, withdrawn) == ("REVOKED", [True, True])


# One party, as its record of before and the one that revokes the decision name it: number and name.
OF_ONE = {
    "of that name": ((None, "甲公司"), (None, "甲公司"), True),
    "renamed": (("91320104MA1XYZAB0C", "甲公司"), ("91320104MA1XYZAB0C", "甲集团公司"), True),
    "with a number later": ((None, "甲公司"), ("91320104MA1XYZAB0C", "甲公司"), True),
    "another number": (("91320104MA1XYZAB0C", "甲公司"), ("91320104MA1XYZAB1D", "甲公司"), False),
    "another name": ((None, "甲公司"), (None, "乙公司"), False),
    "masked": ((None, None), (None, None), False),
}


def test_what_is_revoked_by_another_record_of_its_party_stands_no_more(line: Line) -> None:
    def tell(name: str, record: str, at: str, party: tuple[str | None, str | None], **decided: object) -> None:
        line.record(line.admit(), f"{name} {record}", source="amr_js_penalties", body="amr_js", at=at)
        own = {"case_id": id_of(f"case {name}"), "decision_id": id_of(name)}
        accused = {"party_id": id_of(f"{name} {record}")}
        line.say("case", case_id=own["case_id"], proceeding="PENALTY", case_type="TM_PENALTY", stage="DECIDED")
        line.say("party", party_type="LEGAL", uscc=party[0], name_norm=party[1], **accused)
        line.say("case_party", case_id=own["case_id"], role="INFRINGER", **accused)
        line.say("decision", doc_type="PENALTY", **(own | decided))
        line.say("sanction", sanction_id=id_of(f"{name} {record}"), sanction_type="FINE", **own, **accused)

    revoked = {"withdrawn_on": "2026-05-04"}
    for name, (before, after, _) in OF_ONE.items():
        tell(name, "of before", "2026-04-01", before)
        tell(name, "that revokes", "2026-05-05", after, **revoked)
    tell("later again", "that revokes", "2026-05-05", OF_ONE["of that name"][0], **revoked)
    tell("later again", "that stands", "2026-06-01", OF_ONE["of that name"][1])
    # A day of publication stays when a decision is revoked.
    tell("of one time", "of before", "2026-04-01", OF_ONE["of that name"][0])
    tell("of one time", "that revokes", "2026-04-01", OF_ONE["of that name"][1], **revoked)
    line.release()
    expected = {name: is_one for name, (*_, is_one) in OF_ONE.items()} | {"later again": False, "of one time": True}
    told = "select is_withdrawn from marts.fct_decision where decision_id = '{}'"
    assert {name: line.read(told.format(id_of(name))) for name in expected} == {
        name: [(is_one,)] for name, is_one in expected.items()
    }
    assert {name: sorted(withdrawn(line, name)) for name in expected} == {
        name: [is_one, True] for name, is_one in expected.items()
    }


def test_a_decision_that_imposes_orders_only_is_no_punishment(line: Line) -> None:
    penalty(line, "orders", "ORDER_CORRECT", "ORDER_STOP")
    penalty(line, "both", "ORDER_CORRECT", "FINE")
    penalty(line, "neither")
    line.release()
    for name, outcome in {"orders": "ORDERED", "both": "PUNISHED", "neither": "PUNISHED"}.items():
        query = f"select outcome from marts.fct_decision where decision_id = '{id_of(name)}'"  # noqa: S608  # made-up id
        assert line.read(query) == [(outcome,)], name


def test_publication_ends_as_stated_else_by_rule_after_three_years_or_the_longer_ban(line: Line) -> None:
    penalty(line, "stated", "FINE", decided_on="2024-02-29", publicity_end_on="2024-05-29")
    penalty(line, "published", "FINE", decided_on="2024-02-01", published_on="2024-02-29")
    penalty(line, "decided", "FINE", decided_on="2024-02-01")
    penalty(line, "banned", "BAN_PERSON", months=60, decided_on="2024-02-01")
    penalty(line, "unknown", "FINE")
    penalty(line, "other", "FINE", decided_on="2024-02-01", doc_type="DETENTION")
    line.release()
    ends = {
        "stated": date(2024, 5, 29),
        "published": date(2027, 2, 28),
        "decided": date(2027, 2, 1),
        "banned": date(2029, 2, 1),
        "unknown": None,
        "other": None,
    }
    for name, end in ends.items():
        query = f"select public_until_on from marts.fct_decision where decision_id = '{id_of(name)}'"  # noqa: S608  # made-up id
        assert line.read(query) == [(end,)], name
