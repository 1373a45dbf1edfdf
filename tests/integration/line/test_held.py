"""Slices that their gate held, those that waited behind them, and what a person decides."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.integration.line.line import PENALTIES, Line, Taken
from tests.support.penalties import CONTENT, DECIDED, DOC_NO, FINE
from transforms.collect.deliver import deliver_file

Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def newest(line: Line, second: Taken) -> Table:
    """Give the rows of the newest snapshot that was admitted; nothing else waits."""
    line.integrate()
    (path,) = line.folder.glob("*_next.csv")
    with path.open(encoding="gb18030", newline="") as file:
        return list(csv.DictReader(file))


def _deliver(line: Line, name: str, rows: Table) -> None:
    path = line.folder / f"{name}.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert deliver_file(line.stack, PENALTIES, Path(path)).state == "closed"


def _slices(line: Line) -> list[dict[str, Any]]:
    code, listed = line.command("slice", "list")
    assert code == 0
    return list(listed)


def _corrected(rows: Table, word: str) -> Table:
    return [row | {CONTENT: row[CONTENT] + word} if place == 3 else row for place, row in enumerate(rows)]


def test_a_broken_layout_is_held_and_its_successor_waits_until_it_is_discarded(line: Line, newest: Table) -> None:
    before, marts = line.books(PENALTIES), line.marts()
    _deliver(line, "broken", [row | {FINE: row[DECIDED], DECIDED: row[FINE]} for row in newest])
    code, told = line.command("integrate")
    assert (code, told["release"]) == (1, None)
    (held,) = told["batches"][0]["held"].values()
    assert "invalidValues" in held
    assert "fine_cny" in held

    _deliver(line, "good", _corrected(newest, "（再次更正）"))
    (waiting,) = line.integrate().batches
    broken, good = _slices(line)
    assert waiting.held == {good["slice"]: f"waits for the held slice {broken['slice']} of the same source"}
    books = line.books(PENALTIES)
    assert books["held"] == 2 * len(newest)
    assert books["sent"] == before["sent"] + 2 * len(newest)
    assert line.marts() == marts

    code, examined = line.command("doctor")
    assert code == 2
    (bad,) = [one for one in examined if one["subject"] == "held slices"]
    assert (bad["state"], bad["found"]) == ("bad", f"2, the first of {PENALTIES}")
    assert "casebridge slice list" in bad["remedy"]

    code, complaint = line.command("slice", "admit", str(good["slice"]), "--reason", "too early", "--yes")
    assert code == 1
    assert f"waits for slice {broken['slice']}" in complaint

    code, decided = line.command("slice", "discard", str(broken["slice"]), "--reason", "columns swapped", "--yes")
    assert code == 0, decided
    assert decided["admitted"] == [broken["slice"], good["slice"]]
    assert _slices(line) == []
    books = line.books(PENALTIES)
    assert books["held"] == 0
    assert books["superseded"] > before["superseded"]
    release = line.integrate().release
    assert release is not None
    assert release.state == "published"
    told = line.read("select content from marts.fct_decision where content like '%（再次更正）'")
    assert len(told) == 1


def test_d22_a_snapshot_that_lacks_too_much_is_held_until_a_person_admits_it(line: Line, newest: Table) -> None:
    before, marts = line.books(PENALTIES), line.marts()
    rows = _corrected(newest, "（再次更正）")
    _deliver(line, "half", rows[: len(rows) // 2])
    (batch,) = line.integrate().batches
    ((number, reason),) = batch.held.items()
    assert "absent" in reason
    assert line.books(PENALTIES)["withdrawn"] == before["withdrawn"]
    assert line.marts() == marts

    code, told = line.command("slice", "admit", str(number), "--reason", "they closed a district", "--yes")
    assert code == 0, told
    assert told["admitted"] == [number]
    books = line.books(PENALTIES)
    assert books["held"] == 0
    kept = {row[DOC_NO] for row in rows[: len(rows) // 2]}
    assert books["withdrawn"] - before["withdrawn"] > len(rows) // 3
    release = line.integrate().release
    assert release is not None
    assert release.state == "published"
    shown = line.one("select count(*) from marts.fct_case where body_id = 'amr_zj'", role="analyst")
    assert shown <= len(kept)
