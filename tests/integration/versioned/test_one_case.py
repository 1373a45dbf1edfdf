"""One penalty from its authority and from a platform is one case in the marts, and its fine is counted once (D20)."""

from __future__ import annotations

from typing import Final

from tests.integration.versioned.records import Line, id_of

OWN: Final = ("amr_zj_penalties", "amr_zj")
PLATFORM: Final = ("amr_js_penalties", "amr_js")


def penalty(line: Line, reporter: tuple[str, str], fine: str) -> None:
    """Let a body report the penalty, with sanction and goods of its own."""
    source, body = reporter
    line.record(line.admit(), source, source=source, body=body)
    case, decision, own = id_of("case"), id_of("decision"), {"case_id": id_of("case")}
    line.say("case", case_id=case, proceeding="PENALTY", case_type="TM_PENALTY", ip_right_type="TM", stage="DECIDED")
    line.say("decision", decision_id=decision, doc_type="PENALTY", doc_no="杭西市监处罚〔2026〕1号", **own)
    line.say("sanction", sanction_id=id_of(f"fine {source}"), decision_id=decision, **own,
             sanction_type="FINE", amount_cny=fine)  # fmt: skip
    line.say("goods_item", item_id=id_of(f"goods {source}"), description="鞋", value_cny=fine, **own)


def withdraw(line: Line, reporter: tuple[str, str]) -> None:
    """Let a body take its report back."""
    source, body = reporter
    line.record(line.admit(), source, source=source, body=body, withdrawn=True)


def told(line: Line) -> list[tuple[object, ...]]:
    """Return body, fines and goods of each case, after a release."""
    line.release()
    return line.read(
        "select c.body_id, array(select s.amount_cny::int from marts.fct_sanction s where s.case_id = c.case_id), "
        "array(select g.value_cny::int from marts.fct_goods_item g where g.case_id = c.case_id), "
        "(select count(*)::int from marts.fct_decision d where d.case_id = c.case_id) from marts.fct_case c"
    )


def test_the_case_is_one_as_its_authority_tells_it_and_stays_when_one_of_the_claims_goes(line: Line) -> None:
    penalty(line, PLATFORM, "2100")
    assert told(line) == [("amr_js", [2100], [2100], 1)]
    penalty(line, OWN, "2000")
    assert told(line) == [("amr_zj", [2000], [2000], 1)]
    penalty(line, PLATFORM, "2200")
    assert told(line) == [("amr_zj", [2000], [2000], 1)]
    withdraw(line, OWN)
    assert told(line) == [("amr_js", [2200], [2200], 1)]
    withdraw(line, PLATFORM)
    assert told(line) == []
    rows = 'select count(*), count(distinct source) from canonical."case" where case_id = %s'
    assert line.admin.execute(rows.encode(), (id_of("case"),)).fetchall() == [(3, 2)]
