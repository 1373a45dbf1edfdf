"""What a native status means: its stage and disposition, on the day that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pyarrow as pa
import pytest

from transforms.errors import ContractBroken
from transforms.normalise.cleaners import statuses
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.statuses import clean_disposition, clean_security_class, clean_stage, dated


@pytest.mark.parametrize(
    ("raw", "body_kind", "stage", "disposition"),
    [
        ("结案（履行完毕）", "AMR", "CLOSED", "SANCTIONED"),
        ("立案", "AMR", "FILED", None),
        ("线索登记", "AMR", "LEAD", None),
        ("移送司法机关", "AMR", "CLOSED", "TRANSFERRED_CRIMINAL"),
        ("证据先行登记保存", "CULT", "INVESTIGATION", None),
        ("权利人逾期未申请", "CUS", "CLOSED", "RELEASED"),
        ("撤回申请", "CUS", "CLOSED", "WITHDRAWN"),
        ("撤诉", "COURT", "CLOSED", "WITHDRAWN"),
        ("１５日等待", "PLAT", "UNDER_REVIEW", None),
    ],
)
def test_a_native_status_has_a_stage(raw: str, body_kind: str, stage: str, disposition: str | None) -> None:
    assert clean_stage(raw, body_kind=body_kind) == (stage, None)
    assert clean_disposition(raw, body_kind=body_kind) == (disposition, None)


ON = date(2026, 6, 1)
OLD = {
    "scope": "AMR",
    "native_status": "办结",
    "stage": "CLOSED",
    "disposition": "SANCTIONED",
    "security_class": "GENERAL",
}
NEW = {**OLD, "stage": "DECIDED", "disposition": "", "security_class": ""}
ALWAYS = {"valid_from": "", "valid_to": ""}


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Give a vocabulary of statuses of a test's own."""

    def seed(*rows: dict[str, str]) -> None:
        monkeypatch.setattr(statuses, "read_vocabulary", lambda _: rows)
        _forget()

    yield seed
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    for kept in (statuses._statuses, statuses.status_changes):
        kept.cache_clear()


def test_the_day_tells_which_meaning_a_status_had(seeded: Callable[..., None]) -> None:
    seeded({**OLD, "valid_from": "", "valid_to": "2026-06-01"}, {**NEW, "valid_from": "2026-06-01", "valid_to": ""})
    for day, meant in (
        (ON - timedelta(days=1), ("CLOSED", "SANCTIONED", "GENERAL")),
        (ON, ("DECIDED", None, "CASE_SECRET")),
    ):
        said = (clean("办结", "AMR", on=day).value for clean in (clean_stage, clean_disposition, clean_security_class))
        assert tuple(said) == meant
    assert clean_stage("办结", "AMR") == (None, "ambiguous")
    assert clean_disposition("办结", "AMR") == (None, None)
    assert clean_security_class("办结", "AMR").value == "CASE_SECRET"
    stages, _ = cleaner("stage(body_kind=AMR,on=closed_on)").column(pa.array(["办结"] * 2), on=pa.array([date.min, ON]))
    assert stages.to_pylist() == ["CLOSED", "DECIDED"]


def test_a_status_means_nothing_outside_its_days_and_falls_back_to_the_wider_scope(seeded: Callable[..., None]) -> None:
    seeded(
        {**OLD, "valid_from": "2026-06-01", "valid_to": ""}, {**NEW, "scope": "*", **ALWAYS, "native_status": "办 结"}
    )
    assert [clean_stage("办结", "AMR", on=day).value for day in (date.min, ON)] == ["DECIDED", "CLOSED"]
    seeded({**OLD, "valid_from": "2026-06-01", "valid_to": ""})
    assert clean_stage("办结", "AMR", on=date.min) == (None, "unmapped")
    assert clean_stage("办结", "AMR") == ("CLOSED", None)


@pytest.mark.parametrize(
    "spans",
    [
        [("", ""), ("2026-06-01", "")],
        [("", "2026-06-02"), ("2026-06-01", "")],
        [("", ""), ("", "")],
        [("2026-06-01", "2026-06-01")],
        [("2026-06-01", "2026-05-01")],
    ],
)
def test_a_status_that_means_two_things_on_one_day_breaks_the_contract(spans: list[tuple[str, str]]) -> None:
    rows = [{**OLD, "valid_from": since, "valid_to": until} for since, until in spans]
    with pytest.raises(ContractBroken, match="status '办结' of AMR means two things"):
        dated(rows)


def test_an_unknown_status_is_told_once() -> None:
    assert clean_stage("飞升", body_kind="AMR") == (None, "unmapped")
    assert clean_disposition("飞升", body_kind="AMR") == (None, None)
    assert clean_stage(None, body_kind="AMR") == (None, None)
