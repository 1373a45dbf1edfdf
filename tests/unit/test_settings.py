"""Settings are told by name, refused by name, and documented as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.settings import ROOT, Settings, check_names, connections, read_settings, write_table
from transforms.errors import CasebridgeError


def test_a_misspelt_variable_is_refused_with_the_nearest_right_one() -> None:
    with pytest.raises(CasebridgeError) as caught:
        check_names({"CASEBRIDGE_HOEM": "elsewhere"})
    assert "CASEBRIDGE_HOEM" in caught.value.what
    assert "CASEBRIDGE_HOME" in caught.value.remedy


def test_a_variable_that_resembles_none_points_to_the_table() -> None:
    with pytest.raises(CasebridgeError, match=r"SETTINGS\.md"):
        check_names({"CASEBRIDGE_ZZZZZZ": "1"})


def test_variables_of_other_programs_are_left_alone() -> None:
    check_names({"HOME": "/root", "KAFKA_HEAP": "1g"})


def test_a_value_of_the_wrong_kind_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBRIDGE_PG_PORT", "many")
    with pytest.raises(CasebridgeError) as caught:
        read_settings()
    assert "CASEBRIDGE_PG_PORT" in caught.value.what
    assert caught.value.where == "CASEBRIDGE_PG_PORT=many"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEBRIDGE_PG_PORT", "")
    assert read_settings().pg_port == 0


def test_a_relative_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings(home=Path("here")).home == tmp_path / "here"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_page_of_settings_shows_the_code() -> None:
    page = (ROOT / "infra/SETTINGS.md").read_text(encoding="utf-8")
    assert write_table() in page, "run `casebridge settings --markdown` and put its table into infra/SETTINGS.md"


def test_a_stack_that_was_never_started_is_told(tmp_path: Path) -> None:
    with pytest.raises(CasebridgeError, match="casebridge up"):
        connections(Settings(home=tmp_path))
