"""Events: which one replaced which, and what is told of them beside their time."""

from __future__ import annotations

import json

from tests.integration.versioned.records import Line, id_of

TOLD = "select event_on::text, supersedes_event_id from marts.fct_case_event where case_id = '{}' order by 1"
NAMED = "select event_on::text from marts.fct_case_event where event_id = '{}'"


def tell(line: Line, day: str, *, key: str = "k", case: str = "a", at: str = "2024-01-01", **detail: object) -> None:
    """Let in a record that tells the filing of a case on a day."""
    line.record(line.admit(), key, at=at)
    line.say("case", case_id=id_of(case), proceeding="PENALTY")
    event = {"event_id": id_of(case + day), "case_id": id_of(case), "event_type": "case.filed", "event_on": day}
    line.say("case_event", **event, detail=json.dumps(detail) if detail else None)


def told(line: Line, case: str = "a") -> list[tuple[object, ...]]:
    return line.read(TOLD.format(id_of(case)))


def test_a_corrected_event_names_the_one_that_it_replaced_and_an_earlier_release_shows_that(line: Line) -> None:
    tell(line, "2024-03-01")
    line.release()
    assert told(line) == [("2024-03-01", None)]
    tell(line, "2024-03-04")
    assert line.release()["fct_case_event"] == (1, 1)
    ((day, replaced),) = told(line)
    assert (day, replaced) == ("2024-03-04", id_of("a2024-03-01"))
    assert line.read(NAMED.format(replaced), line.releases - 1) == [("2024-03-01",)]


def test_an_event_replaces_nothing_while_another_record_tells_the_other(line: Line) -> None:
    for key in ("k1", "k2"):
        tell(line, "2024-03-01", key=key, case="b")
    line.release()
    tell(line, "2024-03-04", key="k1", case="b")
    line.release()
    assert told(line, "b") == [("2024-03-01", None), ("2024-03-04", None)]
    tell(line, "2024-03-04", key="k2", case="b")
    line.release()
    assert told(line, "b") == [("2024-03-04", id_of("b2024-03-01"))]


def test_a_version_that_a_replay_takes_back_was_replaced_by_none(line: Line) -> None:
    tell(line, "2024-03-01", key="r", case="d")
    taken_back = line.said["record_id"]
    tell(line, "2024-03-04", key="r", case="d")
    line.release()
    assert told(line, "d") == [("2024-03-04", id_of("d2024-03-01"))]
    line.admin.execute("update canonical.record set reread_in = %s where record_id = %s", (line.admit(), taken_back))
    line.release()
    assert told(line, "d") == [("2024-03-04", None)]


def test_a_release_that_is_built_whole_names_the_same(line: Line) -> None:
    tell(line, "2024-03-01", key="w", case="c")
    tell(line, "2024-03-04", key="w", case="c")
    line.release()
    before = line.read("select event_id, supersedes_event_id from marts.fct_case_event order by 1")
    assert (id_of("c2024-03-04"), id_of("c2024-03-01")) in before
    assert line.release(full=True) == {}


def test_what_is_told_of_an_event_changes_its_row_and_only_then(line: Line) -> None:
    tell(line, "2024-05-01", key="d", case="d", status="已采取措施", days=30)
    line.release()
    detail = "select detail ->> 'status', (detail -> 'days')::int from marts.fct_case_event where detail is not null"
    assert line.read(detail) == [("已采取措施", 30)]
    tell(line, "2024-05-01", key="d", case="d", days=30, status="已采取措施")
    assert "fct_case_event" not in line.release()
    tell(line, "2024-05-01", key="d", case="d", days=31, status="已采取措施")
    assert line.release()["fct_case_event"] == (1, 1)


def test_goods_name_their_measure_and_a_sanction_the_goods_that_it_takes(line: Line) -> None:
    line.record(line.admit(), "g")
    case, measure, item = id_of("g"), id_of("gm"), id_of("gi")
    line.say("case", case_id=case, proceeding="PENALTY")
    line.say("case_measure", measure_id=measure, case_id=case, measure_type="DETAIN_GOODS", started_on="2024-05-01")
    line.say("goods_item", item_id=item, case_id=case, description="鞋", measure_id=measure)
    line.say("goods_item", item_id=id_of("gj"), case_id=case, description="包")
    line.say("decision", decision_id=id_of("gd"), case_id=case, doc_type="PENALTY")
    taken = {"decision_id": id_of("gd"), "case_id": case, "sanction_type": "CONF_GOODS", "item_id": item}
    line.say("sanction", sanction_id=id_of("gs"), **taken)
    line.release()
    held = """
        select g.description, m.measure_type, s.sanction_type from marts.fct_goods_item as g
        left join marts.fct_case_measure as m using (measure_id) left join marts.fct_sanction as s using (item_id)
        order by 2
    """
    assert line.read(held) == [("鞋", "DETAIN_GOODS", "CONF_GOODS"), ("包", None, None)]
