"""What a replay of the penalties is asked for: by the newest contract, or by one with a cleaner changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from schemas.contracts import SourceContract, source
from tests.integration.line.line import PENALTIES
from transforms.replay.plan import Asked

TODAY = datetime.now(UTC).date()
FIRST, LAST = TODAY - timedelta(days=2), TODAY + timedelta(days=2)


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """Write the contract of the penalties with one cleaner changed."""
    document = yaml.safe_load(source(PENALTIES).path.read_text("utf-8"))
    found = [item for item in document["schema"][0]["properties"] if item["name"] == name]
    assert [item["transformLogic"] for item in found] == [old]
    found[0]["transformLogic"] = new
    document["version"] = "3.0.0"
    path = folder / f"{name}.odcs.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return path


def by(contract: SourceContract) -> Asked:
    """Ask for all penalties to be read by a contract, wherever it lies."""
    newest = source(PENALTIES)
    return Asked(newest, FIRST, LAST, replace(contract, body_id=newest.body_id), "tester")
