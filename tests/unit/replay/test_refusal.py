"""When a replay may not be let in, and what is shown of values that can name a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from infra.cli.replay import _show
from infra.runs.replay import Replayed, refusal, warning
from schemas.contracts import source
from transforms.errors import Terminal
from transforms.replay.plan import Asked
from transforms.replay.report import Report, hidden

CONTRACT = source("amr_zj_penalties")
TOLD = Report("", 1000, 0, 0, 0, 0, [], [], [], [], [])


def told(quarantined: int, caught: int, freed: int) -> Report:
    return replace(TOLD, quarantined=quarantined, caught=[{"records": caught}], freed=[{"records": freed}])


@pytest.mark.parametrize(("quarantined", "caught", "freed"), [(0, 0, 0), (90, 90, 0), (200, 10, 300)])
def test_a_replay_within_the_bound_or_that_frees_more_may_be_let_in(quarantined: int, caught: int, freed: int) -> None:
    assert refusal(CONTRACT, told(quarantined, caught, freed)) is None


def test_a_replay_that_quarantines_more_than_the_contract_allows_is_refused() -> None:
    assert "20.0 % of the records would be quarantined, at most 10 %" in (refusal(CONTRACT, told(200, 150, 0)) or "")


def test_a_replay_of_part_of_a_history_may_not_change_keys() -> None:
    rekeyed = replace(TOLD, rekeyed=3)
    assert refusal(CONTRACT, rekeyed) is None
    assert "3 records would get another key" in (refusal(CONTRACT, rekeyed, is_whole=False) or "")
    assert refusal(CONTRACT, TOLD, is_whole=False) is None


def test_a_contract_by_which_too_many_records_are_doubtful_is_warned_of() -> None:
    assert warning(CONTRACT, replace(TOLD, doubtful=300)) is None
    assert "held: 30.1 % of the records would be doubtful, at most 30 %" in (
        warning(CONTRACT, replace(TOLD, doubtful=301)) or ""
    )


def test_a_replay_of_nothing_is_not_refused() -> None:
    nothing = replace(TOLD, records=0)
    assert [refusal(CONTRACT, nothing), warning(CONTRACT, nothing)] == [None, None]


@pytest.mark.parametrize(("value", "shown"), [("张三", "张… (2 characters)"), ("", ""), (None, None)])
def test_a_value_that_can_name_a_person_is_not_shown(value: str | None, shown: str | None) -> None:
    assert hidden(value) == shown


def test_what_is_printed_keeps_both_kinds_of_changes() -> None:
    report = replace(TOLD, became=[{"became": "usable now", "records": 2}])
    shown = Replayed(report, {"current": 2, "quarantined": -2}, 2, 7, None).to_dict()
    assert (shown["became"], shown["changes"], shown["records"]) == (report.became, 2, 1000)


def test_records_that_end_for_another_has_their_number_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    ended = {"record_key": "宁秦市监处罚〔2026〕11号", "delivery": "of May", "row_number": 7, "becomes": "withdrawn"}
    done = Replayed(TOLD, {"withdrawn": 1, "current": -1}, 1, None, None, ended=(ended,))
    _show(done)
    printed = capsys.readouterr()
    assert "another case has their number" in printed.err
    assert "of May" in printed.out
    assert done.to_dict()["ended"] == (ended,)


def test_days_are_days_in_china_and_the_last_one_is_whole() -> None:
    asked = Asked(CONTRACT, date(2026, 5, 1), date(2026, 5, 1), None, "")
    assert asked.begin == datetime(2026, 4, 30, 16, tzinfo=UTC)
    assert asked.end - asked.begin == timedelta(days=1)
    assert str(asked).startswith("replay of the records received from 2026-05-01 to 2026-05-01, by the contract in")


def test_days_the_wrong_way_round_are_told_before_anything_is_looked_up() -> None:
    with pytest.raises(Terminal, match="comes after the last"):
        Asked(CONTRACT, date(2026, 5, 31), date(2026, 5, 1), None, "")
