"""A case crosses provinces, and is foreign-related, by what its parties are, where no body says it (DOMAIN 6.3)."""

from __future__ import annotations

from tests.integration.versioned.records import Line, id_of

ZHEJIANG, GUANGDONG = "91330106MA00000000", "91440300MA00000000"
SAYS = "select is_cross_province, is_foreign_related from marts.fct_case where case_id = %s"


def report(line: Line, name: str, *parties: tuple[str, str | None, str], body: str = "amr_zj", **case: object) -> None:
    """Let a body report a case and its parties: role, credit code and kind of each."""
    line.record(line.admit(), name, source=f"{body}_penalties", body=body)
    line.say("case", case_id=id_of(name), proceeding="PENALTY", case_type="TM_PENALTY", stage="DECIDED", **case)
    for role, uscc, kind in parties:
        party = id_of(f"{name} {role} {uscc}")
        line.say("party", party_id=party, uscc=uscc, party_type=kind)
        line.say("case_party", case_id=id_of(name), party_id=party, role=role)


def says(line: Line, name: str) -> list[tuple[object, ...]]:
    """Return whether a case crosses provinces and is foreign-related."""
    return line.admin.execute(SAYS.encode(), (id_of(name),)).fetchall()


def test_a_case_crosses_provinces_where_one_whom_it_is_against_is_registered_elsewhere(line: Line) -> None:
    report(line, "by body", ("INFRINGER", ZHEJIANG, "LEGAL"))
    report(line, "by region", ("INFRINGER", ZHEJIANG, "LEGAL"), region_code="440300")
    report(line, "by agency", ("INFRINGER", GUANGDONG, "LEGAL"), agency_uscc="11440300000001054F", body="amr_js")
    report(line, "one of two", ("INFRINGER", ZHEJIANG, "LEGAL"), ("RESPONDENT", GUANGDONG, "LEGAL"))
    report(line, "a holder", ("INFRINGER", ZHEJIANG, "LEGAL"), ("RIGHT_HOLDER", GUANGDONG, "FOREIGN_LEGAL"))
    report(line, "no code", ("INFRINGER", None, "PERSON"))
    report(line, "said", ("INFRINGER", GUANGDONG, "LEGAL"), is_cross_province=False, is_foreign_related=True)
    line.release()
    found = {name: says(line, name) for name in ("by body", "by region", "by agency", "one of two", "a holder")}
    assert found == {
        "by body": [(False, False)],
        "by region": [(True, False)],
        "by agency": [(False, False)],
        "one of two": [(True, False)],
        "a holder": [(False, True)],
    }
    assert says(line, "no code") == [(None, False)]
    assert says(line, "said") == [(False, True)]
    roles = "select role, is_foreign from marts.bridge_case_party where case_id = %s order by role"
    assert line.admin.execute(roles.encode(), (id_of("a holder"),)).fetchall() == [
        ("INFRINGER", False),
        ("RIGHT_HOLDER", True),
    ]


def test_a_case_is_read_again_when_a_later_record_names_another_party(line: Line) -> None:
    report(line, "corrected", ("INFRINGER", ZHEJIANG, "LEGAL"))
    line.release()
    assert says(line, "corrected") == [(False, False)]
    report(line, "corrected", ("INFRINGER", GUANGDONG, "LEGAL"))
    line.release()
    assert says(line, "corrected") == [(True, False)]


def test_a_record_that_names_one_party_twice_is_released(line: Line) -> None:
    """A company sues itself, or a holder is the owner of the shop that its notice is about."""
    line.record(line.admit(), "itself", source="court_hz_cases", body="court_hz")
    line.say("case", case_id=id_of("itself"), proceeding="CIVIL", case_type="CIV_TRIAL", stage="FILED")
    party = id_of("itself party")
    for role, kind in (("PLAINTIFF", "LEGAL"), ("DEFENDANT", "FOREIGN_LEGAL")):
        line.say("party", party_id=party, uscc=ZHEJIANG, party_type=kind)
        line.say("case_party", case_id=id_of("itself"), party_id=party, role=role)
    line.release()
    query = "select role, is_foreign from marts.bridge_case_party where party_id = %s order by role"
    assert line.admin.execute(query, (party,)).fetchall() == [("DEFENDANT", True), ("PLAINTIFF", True)]
    assert says(line, "itself") == [(False, True)]
