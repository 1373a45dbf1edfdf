"""Event types against hand-made labels, and arrival beside event time."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.eval.notices import evaluate, lag_name
from tests.unit.eval.folders import shares, write_csv


def notice(name: str, kind: str, day: str, published: str) -> dict[str, str]:
    said = {"path": f"2026/03/{name}.md", "notice_date": day, "kind": kind, "claimant_slug": "orlane"}
    return said | {"published_at": published}


def write_set(folder: Path) -> None:
    notices = [
        notice("2026-03-02-orlane", "takedown", "2026-03-02", "2026-03-03T17:36:15-07:00"),
        notice("2026-03-04-orlane", "takedown", "2026-03-04", "2026-03-04T08:00:00+00:00"),
        notice("2026-03-09-orlane", "counter", "2026-03-09", "2026-03-08T08:00:00+00:00"),
    ]
    write_csv(folder / "notices_index.csv", notices)
    labels = [("2026-03-02-Orlane.md", "takedown"), ("2026-03-04-orlane.md", "Counternotice"), ("gone.md", "takedown")]
    write_csv(
        folder / "2026-COMPILED-DATA.csv", [{"Filename": name, "Type of Notice": label} for name, label in labels]
    )


def test_event_types_are_judged_by_the_labels_that_have_a_notice(tmp_path: Path) -> None:
    write_set(tmp_path)
    measured = evaluate(tmp_path)
    found = shares(measured)
    assert measured.accepted == 3
    assert found["label has its notice"] == (2, 3)
    assert found["event type agrees with the label"] == (1, 2)
    assert measured.errors["wrong: notice labelled counternotice is case.accepted"] == 1


def test_every_notice_stands_in_one_span_of_arrival(tmp_path: Path) -> None:
    write_set(tmp_path)
    spans = {what: share for what, share in shares(evaluate(tmp_path)).items() if what.startswith("published")}
    assert sum(count for count, _ in spans.values()) == 3
    assert spans["published before its event"] == (1, 3)
    assert spans["published the same day"] == (1, 3)


def test_no_file_name_is_told_because_it_may_name_a_person(tmp_path: Path) -> None:
    write_set(tmp_path)
    assert "orlane" not in str(evaluate(tmp_path)).casefold()


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (-1, "before its event"),
        (0, "the same day"),
        (7, "1 to 7 days"),
        (8, "8 to 30 days"),
        (366, "later than a year"),
    ],
)
def test_a_span_ends_with_its_last_day(days: int, name: str) -> None:
    assert lag_name(days) == name
