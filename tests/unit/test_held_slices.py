"""A slice that was held because its records stand under other keys is judged anew before a person's word lets it in."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, cast

import pytest

from infra.runs import held
from transforms.admit.admit import Admitted
from transforms.errors import GateRefused

if TYPE_CHECKING:
    from transforms.connections import Connections

STACK = cast("Connections", None)
SHORT = "absent is 90, at most 20"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is done with slice 7; no service runs. Judged, it is held for what it lacks."""
    noted: list[str] = []

    def judged(*_: object) -> Admitted:
        noted.append("judged")
        return Admitted(1, None, (), {7: SHORT}, 0)

    monkeypatch.setattr(held, "only_one_at_a_time", nullcontext)
    monkeypatch.setattr(held, "_read_by_what_stands", lambda *_: noted.append("read as what stands"))
    monkeypatch.setattr(held, "_staged_again", lambda *_: None)
    monkeypatch.setattr(held, "_successors", lambda *_: [])
    monkeypatch.setattr(held, "gate_and_admit", judged)
    monkeypatch.setattr(held, "admit", lambda *_: noted.append("admitted"))
    monkeypatch.setattr(held, "_sign", lambda *_: noted.append("signed"))
    return noted


def decide(monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    row: dict[str, Any] = {"slice_id": 7, "batch_id": 1, "source": "amr_zj_penalties", "held_reason": reason}
    monkeypatch.setattr(held, "_held", lambda *_: row)
    held.decide(STACK, 7, "admit", "replayed", "a test")


def test_a_slice_that_was_held_for_other_keys_is_judged_anew(monkeypatch: pytest.MonkeyPatch, done: list[str]) -> None:
    with pytest.raises(GateRefused, match=f"slice 7 is held again: {SHORT}"):
        decide(monkeypatch, "otherKeys is 12, exactly 0; absent is 100, at most 20")
    assert done == ["read as what stands", "judged"]


def test_a_slice_that_was_held_for_what_it_lacks_is_let_in(monkeypatch: pytest.MonkeyPatch, done: list[str]) -> None:
    decide(monkeypatch, SHORT)
    assert done == ["admitted", "signed"]
