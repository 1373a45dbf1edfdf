"""What a replay makes of keys that a snapshot lacked, of records that change their key, and of rows side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from transforms.replay.judge import judge, judge_keyless
from transforms.replay.reading import NOW, Decision, Fresh, Line, Row

START = datetime(2026, 1, 1, tzinfo=UTC)


def row(number: int, snapshot: int, image: str, **differing: object) -> Row:
    at = (START + timedelta(days=snapshot), snapshot, number)
    made = Row(number, at, image, False, False, False, None, at[0], snapshot)
    return replace(made, **differing)  # type: ignore[arg-type]  # fields of Row by name


def fresh(number: int, snapshot: int, image: str, *, is_usable: bool = True) -> Fresh:
    at = (START + timedelta(days=snapshot), snapshot, number)
    return Fresh(100 + number, at, image, is_usable, is_withdrawal=False, admitted_in=snapshot)


def line(
    number: int,
    snapshot: int,
    old: Row | None,
    new: Fresh | None,
    *,
    newest: bool = False,
    elsewhere: bool = False,
    withdrawn_in: int | None = None,
) -> Line:
    """Give a line; `elsewhere` says that its row, or its reading, has another key."""
    stands = elsewhere if old is None else not old.is_past
    withdrawn = old.withdrawn_in if old else withdrawn_in
    told = (old is not None or elsewhere, new is not None or elsewhere, newest)
    return Line(f"s{snapshot}", number, old, new, *told, stands, withdrawn)


def told(decisions: list[Decision]) -> list[tuple[str, int, str | None, str | None, int | None]]:
    return [(d.act, d.row_id, d.before, d.after, d.withdrawn_in) for d in decisions]


def test_d22_a_key_that_a_later_snapshot_lacked_stays_withdrawn_when_it_is_read_otherwise() -> None:
    lines = [line(1, 1, row(1, 1, "x", withdrawn_in=5), fresh(1, 1, "y"))]
    assert told(judge(lines, "snapshot")) == [
        ("retire_record", 1, "withdrawn", None, None),
        ("let_in", 101, None, "withdrawn", 5),
    ]


def test_a_record_that_came_after_the_absence_is_current_once_it_is_usable() -> None:
    gone = line(1, 1, row(1, 1, "x", withdrawn_in=5), None)
    back = line(2, 6, row(2, 6, "raw", is_item=True), fresh(2, 6, "x"), newest=True)
    assert told(judge([gone, back], "snapshot")) == [
        ("retire_item", 2, "quarantined", None, None),
        ("supersede", 1, "withdrawn", "superseded", None),
        ("let_in", 102, None, "current", None),
    ]


def test_d22_a_row_whose_successor_has_another_key_is_gone_from_a_snapshot_and_from_nothing_else() -> None:
    first = line(1, 1, row(1, 1, "x", is_past=True), None)
    left = line(2, 2, row(2, 2, "y"), None, elsewhere=True)
    assert told(judge([first, left], "snapshot")) == [
        ("retire_record", 2, "current", None, None),
        ("restore", 1, "superseded", "withdrawn", NOW),
    ]
    assert told(judge([first, left], "incremental"))[1] == ("restore", 1, "superseded", "current", None)


def test_a_row_whose_successor_cannot_be_used_any_more_is_newest_again() -> None:
    first = line(1, 1, row(1, 1, "x", is_past=True), None)
    second = line(2, 2, row(2, 2, "y"), fresh(2, 2, "raw", is_usable=False), newest=True)
    assert told(judge([first, second], "snapshot")) == [
        ("retire_record", 2, "current", None, None),
        ("restore", 1, "superseded", "current", None),
        ("quarantine", 102, None, "quarantined", None),
    ]


def test_a_record_that_a_later_snapshot_lacked_stays_withdrawn_under_another_key() -> None:
    gone = line(1, 1, None, fresh(1, 1, "x"), elsewhere=True, withdrawn_in=2)
    for is_newest_read in (False, True):
        found = judge([gone], "snapshot", is_newest_read=is_newest_read)
        assert told(found) == [("let_in", 101, None, "withdrawn", 2)]


def test_a_record_that_changes_its_key_is_current_where_the_newest_snapshot_says_the_new_one() -> None:
    first = line(1, 1, None, fresh(1, 1, "x"), elsewhere=True)
    again = line(1, 2, None, fresh(2, 2, "x"), newest=True)
    assert told(judge([first, again], "snapshot", is_newest_read=True)) == [
        ("let_in", 101, None, "current", None),
    ]
    assert told(judge([first], "snapshot", is_newest_read=True)) == [("let_in", 101, None, "withdrawn", NOW)]


def test_a_superseded_record_whose_successor_has_yet_another_key_is_no_longer_said() -> None:
    first = replace(line(1, 1, None, fresh(1, 1, "x"), elsewhere=True), stands=False)
    assert told(judge([first], "snapshot")) == [("let_in", 101, None, "withdrawn", NOW)]
    assert told(judge([first], "incremental")) == [("let_in", 101, None, "current", None)]


def test_an_item_that_is_freed_is_current_only_where_the_newest_snapshot_still_says_its_key() -> None:
    item = row(1, 1, "raw", is_item=True)
    freed = line(1, 1, item, fresh(1, 1, "x"))
    for old, after in ((item, "current"), (replace(item, is_past=True), "withdrawn")):
        acts = told(judge([line(1, 1, old, freed.fresh)], "snapshot"))
        assert acts[-1][2:4] == (None, after)
    assert told(judge([freed], "snapshot", is_newest_read=True))[-1][3] == "withdrawn"
    without_key = replace(line(1, 1, None, fresh(1, 1, "x"), elsewhere=True), stands=False)
    assert told(judge([without_key], "snapshot"))[-1][3] == "withdrawn"


def test_what_cannot_be_used_any_more_and_is_no_longer_said_is_no_open_item() -> None:
    gone = line(1, 1, row(1, 1, "x", withdrawn_in=5), fresh(1, 1, "raw", is_usable=False))
    assert told(judge([gone], "snapshot"))[-1][:4] == ("quarantine", 101, None, "superseded")


def test_rows_of_one_snapshot_that_contradict_each_other_are_items_side_by_side() -> None:
    lines = [
        line(number, 1, row(number, 1, image), fresh(number, 1, "both", is_usable=False), newest=True)
        for number, image in ((1, "x"), (2, "y"))
    ]
    lines[0] = replace(lines[0], row=row(1, 1, "x", is_past=True))
    acts = [(d.act, d.after) for d in judge(lines, "snapshot")]
    assert acts[2:] == [("quarantine", "quarantined"), ("quarantine", "quarantined")]


def test_records_without_a_key_that_say_the_same_are_one_item() -> None:
    read = [fresh(number, 1, "raw", is_usable=False) for number in (1, 2)]
    lines = [line(1, 1, None, read[0], elsewhere=True), line(2, 1, None, read[1])]
    assert told(judge_keyless(lines)) == [("quarantine", 101, None, "quarantined", None)]
    again = [line(1, 1, row(1, 1, "raw", is_item=True), read[0]), line(2, 1, None, read[1])]
    assert judge_keyless(again) == []


def test_what_a_person_ended_stays_ended_however_often_it_is_read_otherwise() -> None:
    # Admission 10 ended the second version; replay 12 read both otherwise, so both rows are its own.
    first = line(1, 1, row(1, 1, "x", is_past=True, admitted_in=12), fresh(1, 1, "z"))
    ended = replace(line(2, 2, row(2, 2, "y", withdrawn_in=10, admitted_in=12), None), ended_in=10)
    read = replace(ended, fresh=fresh(2, 2, "y"), was_replayed=True)
    for second in (ended, read):
        assert [(d.row_id, d.after) for d in judge([first, second], "incremental")] == [
            (1, None),
            (101, "superseded"),
        ]
    # Under another key than its newest version, the case has ended as well.
    left = replace(ended, was_replayed=True)
    kept = replace(first, fresh=fresh(1, 1, "x"))
    assert told(judge([kept, left], "incremental"))[-1] == ("restore", 1, "superseded", "withdrawn", 10)
    # What was sent since is current.
    since = line(3, 11, row(3, 11, "x", admitted_in=12), fresh(3, 11, "z"))
    assert told(judge([ended, since], "incremental"))[-1] == ("let_in", 103, None, "current", None)
