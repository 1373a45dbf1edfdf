"""What a mart looks up in other marts is found when it comes, and lost when it goes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.integration.versioned.records import Line, id_of
from transforms.normalise.cleaners.agencies import clean_agency_name, clean_agency_successor

NUMBER = "杭西市监处罚〔2025〕101号"
ADJUDICATION = "苏知执裁字〔2025〕12号"
INDICTMENT = "杭检刑诉〔2026〕7号"
REFERENCES = "select other_case_id from marts.bridge_case_reference where other_case_no = '{}'"
NOTICES = "select noticed_on, noticed_at, measured_at, lifted_at from marts.fct_platform_notice where notice_no = 'TH1'"
RECEIVED = "永市监立〔2026〕9号"
TRANSFERS = "select from_case_id, to_case_id from marts.fct_transfer"
CLAIMED = (
    "select measure_type, outcome, noticed_at, measured_at, countered_at, lifted_at from marts.fct_platform_notice "
    "where notice_no = 'TH2'"
)
REFORM = date(2018, 4, 10)
APRIL = datetime(2026, 4, 1, 17, tzinfo=UTC)
TOLD = datetime(2026, 3, 1, 17, tzinfo=UTC)
PRINTED = (
    "杭州市西湖区工商局",
    "温州市工商行政管理局鹿城分局",
    "深圳市市场监管局",
    "国家市场监管总局",
    "国家质检总局",
    "食品药品监督管理局",
    "杭州市西湖区市场监督管理局",
    "浙江省公安厅",
    "杭州市监局",
    "杭州工商局西湖分局",
    "浙江省义乌市场监管局",
    "吉林市监局",
    "津市市监局",
)


@pytest.fixture(scope="module")
def line(empty: Line) -> Line:
    """Make a warehouse whose first release has references of which no case has come, authorities and a notice."""
    for name, number in {"1": NUMBER, "2": "无此号〔2025〕1号", "3": ADJUDICATION, "4": INDICTMENT}.items():
        refer(empty, name, number)
    case(empty, "indicted", INDICTMENT, security_class="CASE_SECRET")
    for printed in PRINTED:
        case(empty, printed, agency=printed)
    case(empty, "old", agency="宁波市工商局", filed_on="2017-05-02")
    case(empty, "one", agency="嘉兴市质监局")
    case(empty, "two", agency="嘉兴市质监局")
    tell(empty, 1, "case.accepted")
    empty.release()
    return empty


def case(
    line: Line,
    name: str,
    number: str | None = None,
    *,
    proceeding: str = "PENALTY",
    agency: str | None = None,
    code: str | None = None,
    filed_on: str | None = None,
    security_class: str | None = None,
    withdrawn: bool = False,
) -> None:
    line.record(line.admit(), name, withdrawn=withdrawn)
    if not withdrawn:
        line.say(
            "case",
            case_id=id_of(name),
            proceeding=proceeding,
            case_no=number,
            agency_name=agency,
            agency_uscc=code,
            filed_on=filed_on,
            security_class=security_class,
        )


def refer(line: Line, name: str, number: str, agency: str | None = None) -> None:
    case(line, name, f"(2026)浙01行初{name}号", proceeding="TRIAL")
    said = {"case_id": id_of(name), "link_type": "REVIEWS", "other_case_no": number, "other_agency_name": agency}
    line.say("case_reference", reference_id=id_of("r" + name), **said)


def tell(line: Line, day: int, kind: str) -> None:
    line.record(line.admit(), kind, body="plat_taohuo", source="platform_notices")
    line.say("case", case_id=id_of("n"), proceeding="NOTICE", case_no="TH1", agency_name="淘货网")
    said = {"event_type": kind, "event_on": date(2026, 3, day + 1), "event_at": TOLD.replace(day=day)}
    line.say("case_event", event_id=id_of(kind), case_id=id_of("n"), **said)


def other(line: Line, number: str = NUMBER) -> list[object]:
    return [found for (found,) in line.read(REFERENCES.format(number))]


def test_a_reference_finds_its_case_in_the_release_in_which_that_comes(line: Line) -> None:
    assert other(line) == [None]
    case(line, "penalty", NUMBER)
    case(line, "unrelated", "杭西市监处罚〔2025〕102号")
    assert line.release()["bridge_case_reference"] == (1, 1)
    assert other(line) == [id_of("penalty")]


def test_a_number_is_of_the_authority_that_is_named_beside_it(line: Line) -> None:
    number = "市监罚字〔2026〕6号"
    of = "select other_agency_name, {} from marts.bridge_case_reference where other_case_no = '{}'"
    printed = ("宁波市海曙区工商局", "温州市鹿城区市场监督管理局", None)
    for place, name in enumerate(printed):
        refer(line, f"of{place}", number, name)
    # No case prints the name that the first reference does: what the authority is called today is known all the same.
    case(line, "haishu", number, agency="宁波市海曙区市场监督管理局")
    line.release()
    assert {name: (found, n) for name, found, n in line.read(of.format("other_case_id, candidates", number))} == {
        printed[0]: (id_of("haishu"), 1), printed[1]: (None, 0), None: (id_of("haishu"), 1)
    }  # fmt: skip
    case(line, "lucheng", number, agency="浙江省温州市鹿城区市场监督管理局")
    line.release()
    assert {name: (found, n) for name, found, n in line.read(of.format("other_case_id, candidates", number))} == {
        printed[0]: (id_of("haishu"), 1), printed[1]: (id_of("lucheng"), 1), None: (None, 2)
    }  # fmt: skip


def test_a_number_that_two_cases_have_names_neither(line: Line) -> None:
    case(line, "double", NUMBER)
    assert line.release()["bridge_case_reference"] == (1, 1)
    assert other(line) == [None]
    case(line, "double", withdrawn=True)
    assert line.release()["bridge_case_reference"] == (1, 1)
    assert other(line) == [id_of("penalty")]


def test_a_reference_finds_its_case_by_the_number_of_the_decision(line: Line) -> None:
    case(line, "adjudication", "苏知执〔2025〕3号")
    said = {"case_id": id_of("adjudication"), "doc_type": "ADJUDICATION", "doc_no": ADJUDICATION}
    line.say("decision", decision_id=id_of("d"), **said)
    assert line.release()["bridge_case_reference"] == (1, 1)
    assert other(line, ADJUDICATION) == [id_of("adjudication")]
    case(line, "adjudication", withdrawn=True)
    line.release()
    assert other(line, ADJUDICATION) == [None]


def test_a_secret_case_is_not_found_until_it_is_open(line: Line) -> None:
    assert other(line, INDICTMENT) == [None]
    case(line, "indicted", INDICTMENT)
    line.release()
    assert other(line, INDICTMENT) == [id_of("indicted")]


def test_a_notice_that_is_told_event_by_event_is_one_row(line: Line) -> None:
    assert line.read(NOTICES) == [(date(2026, 3, 2), TOLD, None, None)]
    for day, kind in ((2, "measure.imposed"), (3, "measure.lifted")):
        tell(line, day, kind)
        assert line.release()["fct_platform_notice"] == (1, 1)
    assert line.read(NOTICES) == [(date(2026, 3, 2), TOLD, TOLD.replace(day=2), TOLD.replace(day=3))]


def test_a_transfer_finds_the_case_of_its_receiver_in_the_release_in_which_that_comes(line: Line) -> None:
    case(line, "prosecuted", "甬海检刑受〔2026〕4号", proceeding="PROSECUTION")
    numbers = {"from_case_no": "甬海检刑受〔2026〕4号", "to_case_no": RECEIVED}
    said = {"transfer_type": "CRIMINAL_TO_ADMIN", "from_case_id": id_of("prosecuted"), **numbers}
    line.say("transfer", transfer_id=id_of("t"), **said)
    line.release()
    assert line.read(TRANSFERS) == [(id_of("prosecuted"), None)]
    case(line, "received", RECEIVED)
    assert line.release()["fct_transfer"] == (1, 1)
    assert line.read(TRANSFERS) == [(id_of("prosecuted"), id_of("received"))]
    case(line, "received twice", RECEIVED)
    line.release()
    assert line.read(TRANSFERS) == [(id_of("prosecuted"), None)]


def test_a_transfer_finds_no_case_of_another_authority_than_the_one_whose_code_it_names(line: Line) -> None:
    number, found = "市监处罚〔2026〕1号", f"{TRANSFERS} where transfer_doc_no = '市监案移〔2026〕1号'"
    other_code, own_code = "11330203002503567A", "11330106002503567B"
    case(line, "of another", number, code=other_code)
    said = {"transfer_type": "ADMIN_TO_CRIMINAL", "from_case_no": number, "from_agency_uscc": own_code}
    line.say("transfer", transfer_id=id_of("t2"), transfer_doc_no="市监案移〔2026〕1号", **said)
    line.release()
    assert line.read(found) == [(None, None)]
    case(line, "of its own", number, code=own_code)
    line.release()
    assert line.read(found) == [(id_of("of its own"), None)]
    case(line, "of its own", number)
    line.release()
    assert line.read(found) == [(id_of("of its own"), None)]


def test_a_transfer_finds_its_case_by_a_name_that_no_case_prints(line: Line) -> None:
    number, found = "市监处罚〔2026〕2号", f"{TRANSFERS} where transfer_doc_no = '市监案移〔2026〕2号'"
    case(line, "of xihu", number, agency="杭州市西湖区市场监督管理局")
    said = {"transfer_type": "ADMIN_TO_CRIMINAL", "from_case_no": number, "from_agency_name": "杭州市西湖区市监局"}
    line.say("transfer", transfer_id=id_of("t3"), transfer_doc_no="市监案移〔2026〕2号", **said)
    line.release()
    assert line.read(found) == [(id_of("of xihu"), None)]
    names = "select current_name_zh from marts.dim_agency where agency_name = '杭州市西湖区市监局'"
    assert line.read(names) == [("杭州市西湖区市场监督管理局",)]
    case(line, "of xihu", number, agency="杭州市西湖区市场监督管理局")
    line.release()
    assert line.read(names) == []


def notify(line: Line, kind: str, day: int, **said: object) -> None:
    name = f"claimed {kind}"
    line.record(line.admit(), name, body="plat_taohuo", source="platform_notices", at=f"2026-04-{day:02}")
    line.say("case", case_id=id_of("m"), proceeding="NOTICE", case_no="TH2", agency_name="淘货网")
    told = {"event_type": kind, "event_on": date(2026, 4, day), "event_at": APRIL.replace(day=day)}
    line.say("case_event", event_id=id_of(name), case_id=id_of("m"), **told)
    noticed = {"notice_no": "TH2", "noticed_at": APRIL}
    line.say("platform_notice", notice_id=id_of("claimed"), case_id=id_of("m"), **noticed, **said)


def test_a_notice_has_the_state_of_the_newest_record_and_times_that_only_events_tell(line: Line) -> None:
    notify(line, "review.requested", 3, measure_type="TAKEDOWN", countered_at=APRIL.replace(day=2))
    line.release()
    assert line.read(CLAIMED) == [("TAKEDOWN", None, APRIL, None, APRIL.replace(day=2), None)]
    notify(line, "measure.lifted", 20, measure_type="TAKEDOWN", outcome="RELEASED", lifted_at=APRIL.replace(day=19))
    notify(line, "measure.imposed", 1)
    assert line.release()["fct_platform_notice"] == (1, 1)
    imposed, countered, lifted = (APRIL.replace(day=day) for day in (1, 3, 19))
    assert line.read(CLAIMED) == [("TAKEDOWN", "RELEASED", APRIL, imposed, countered, lifted)]
    line.record(line.admit(), "claimed measure.lifted", body="plat_taohuo", source="platform_notices", withdrawn=True)
    line.release()
    assert line.read(CLAIMED) == [("TAKEDOWN", None, APRIL, imposed, APRIL.replace(day=2), None)]


def test_an_authority_has_the_names_that_the_cleaners_give_it(line: Line) -> None:
    rows = line.read(
        "select agency_name, name_zh, current_name_zh, is_current, valid_from, valid_to from marts.dim_agency "
        "order by valid_from nulls first"
    )
    for printed in PRINTED:
        then, today = clean_agency_name(printed).value, clean_agency_successor(printed).value
        spans = [(then, None, REFORM), (today, REFORM, None)] if then != today else [(then, None, None)]
        wanted = [(printed, name, today, name == today, since, until) for name, since, until in spans]
        assert [row for row in rows if row[0] == printed] == wanted


def test_a_case_finds_the_authority_as_it_was_called_on_its_day(line: Line) -> None:
    found = line.read(
        "select a.name_zh, a.current_name_zh from marts.fct_case as c inner join marts.dim_agency as a "
        "on a.agency_name = c.agency_name and (a.valid_from is null or c.filed_on >= a.valid_from) "
        "and (a.valid_to is null or c.filed_on < a.valid_to) where c.agency_name = '宁波市工商局'"
    )
    assert found == [("宁波市工商行政管理局", "宁波市市场监督管理局")]


def test_an_authority_that_no_case_names_any_more_is_gone(line: Line) -> None:
    case(line, "one", withdrawn=True)
    assert "dim_agency" not in line.release()
    case(line, "two", agency="嘉兴市质监局", security_class="CASE_SECRET")
    assert line.release()["dim_agency"] == (0, 2)
