"""A release is built by one at a time, whoever begins it: Airflow, a person, or both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

from infra.runs.integrate import release
from transforms.publish.release import Building

if TYPE_CHECKING:
    import pytest

    from tests.integration.versioned.warehouse import Warehouse


def test_who_comes_while_a_release_is_built_waits_and_takes_nothing_into_it(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def begin(*_: object, retry: bool) -> Building | None:
        steps.append(f"begin, retry {retry}")
        return Building(1, is_rule_change=False)

    def built(*_: object) -> None:
        Event().wait(0.5)
        steps.append("built")

    monkeypatch.setattr("infra.runs.integrate.begin_release", begin)
    monkeypatch.setattr("infra.runs.integrate._built", built)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: release(warehouse.connections), range(2)))
    assert steps == ["begin, retry False", "built"] * 2
