"""A process that runs on sees a source that is added, and survives an edit that cannot be read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from schemas.contracts import ROOT, ContractError, source
from schemas.fresh import Fresh


def added(root: Path, name: str) -> Path:
    path = source(name, ROOT / "sources").path
    there = root / path.parent.name / path.name
    there.parent.mkdir(parents=True)
    shutil.copy(path, there)
    return there


def test_a_contract_is_read_once_it_is_there_and_again_once_it_changes(tmp_path: Path) -> None:
    contracts = Fresh(tmp_path)
    assert list(contracts.sources()) == []
    path = added(tmp_path, "amr_sd_penalties")
    before = contracts.sources()
    assert list(before) == ["amr_sd_penalties"]
    assert contracts.sources() is before
    path.write_text(path.read_text("utf-8").replace("value: daily", "value: hourly"), "utf-8")
    os.utime(path, ns=(0, 0))
    assert contracts.sources()["amr_sd_penalties"].cadence == "hourly"
    path.unlink()
    assert list(contracts.sources()) == []


def test_an_edit_that_cannot_be_read_leaves_what_was_read_before(tmp_path: Path) -> None:
    path = added(tmp_path, "amr_sd_penalties")
    contracts = Fresh(tmp_path)
    before = contracts.sources()
    path.write_text("kind: DataContract\n", "utf-8")
    assert contracts.sources() == before
    with pytest.raises(ContractError):
        Fresh(tmp_path).sources()
