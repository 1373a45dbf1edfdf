"""Which claim survives where several records tell of one thing, and what is taken of the others."""

from __future__ import annotations

from tests.integration.versioned.records import Line, id_of


def test_the_register_of_a_right_keeps_what_customs_tell_of_its_recordal(line: Line) -> None:
    right = {"right_id": id_of("right"), "register": "TRADEMARK", "right_no": "3333018"}
    recorded = {"recordal_no": "T2020-99731", "recorded_on": "2020-05-01", "recordal_expires_on": "2030-05-01"}
    line.record(line.admit(), "recordal", source="customs_recordals", body="gacc")
    line.say("ip_right", title="青禾", **right, **recorded)
    line.record(line.admit(), "entry", source="cnipa_trademarks", body="cnipa")
    line.say("ip_right", title="青禾及图", **right)
    line.release()
    query = "select title, recordal_no, recorded_on::text, recordal_expires_on::text from marts.dim_ip_right"
    assert line.read(query) == [("青禾及图", "T2020-99731", "2020-05-01", "2030-05-01")]


def test_a_party_keeps_the_region_that_only_one_source_tells(line: Line) -> None:
    for source, body, told in (
        ("amr_js_penalties", "amr_js", {"region_code": "320100", "is_sme": True}),
        ("amr_zj_penalties", "amr_zj", {"region_code": None}),
    ):
        line.record(line.admit(), f"of {body}", source=source, body=body)
        line.say("party", party_id=id_of("party"), name_norm=body, party_type="LEGAL", **told)
    line.release()
    assert line.read("select region_code, is_sme from marts.dim_party") == [("320100", True)]


def test_a_judgment_that_ends_otherwise_for_each_defendant_has_no_single_outcome(line: Line) -> None:
    own = {"case_id": id_of("trial"), "decision_id": id_of("judgment")}
    for name, outcome in (("a", "CONVICTED"), ("b", "ACQUITTED")):
        line.record(line.admit(), f"defendant {name}", source="court_hz_criminal_cases", body="court_hz")
        line.say("case", case_id=own["case_id"], proceeding="TRIAL", case_type="CRIM_TRIAL", stage="DECIDED")
        line.say("decision", doc_type="JUDGMENT", outcome=outcome, **own)
        line.say("judicial_outcome", outcome_id=id_of(name), case_id=own["case_id"], outcome=outcome)
    line.release()
    assert line.read("select outcome, has_several_outcomes from marts.fct_decision") == [(None, True)]
    assert line.read("select outcome from marts.fct_judicial_outcome order by 1") == [("ACQUITTED",), ("CONVICTED",)]
