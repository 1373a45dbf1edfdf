"""Set `github_dmca`: when a notice came and when it happened; our event type against labels made by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from infra.eval.contracted import Delivered, deliver
from infra.eval.measured import Measured, Tally

SOURCE: Final = "github_dmca_notices"
# Words of the hand-made labels; a compound one says what became of a counter notice.
LABELS: Final = {
    "takedown": "case.accepted",
    "counternotice": "review.requested",
    "retraction": "case.withdrawn",
    "reversal": "case.withdrawn",
}
_LAGS: Final = (
    (0, "the same day"), (7, "1 to 7 days"), (30, "8 to 30 days"), (365, "31 to 365 days"),
)  # fmt: skip
_DRAFT: Final = "the kind of a notice in the index is itself derived from its file name"


def evaluate(folder: Path) -> Measured:
    """Judge event types and arrival; the labels cover the years that have a compiled file."""
    tally = Tally()
    delivered = deliver(SOURCE, folder / "notices_index.csv", tally)
    _judge_arrival(tally, delivered)
    _judge_types(tally, _types(delivered), sorted(folder.glob("*-COMPILED-DATA.csv")))
    return tally.measured(notes=(_DRAFT,))


def _judge_arrival(tally: Tally, delivered: Delivered) -> None:
    lags = [
        (published.astimezone(UTC).date() - happened).days
        for happened, published in zip(delivered.values("filed_on"), delivered.values("published_at"), strict=True)
        if isinstance(happened, date) and isinstance(published, datetime)
    ]
    for lag in lags:
        for name in ("before its event", *(name for _, name in _LAGS), "later than a year"):
            tally.judge(f"published {name}", lag_name(lag) == name)


def lag_name(days: int) -> str:
    """Name the span between the day of a notice and the day (UTC) of its publication."""
    if days < 0:
        return "before its event"
    return next((name for most, name in _LAGS if days <= most), "later than a year")


def _types(delivered: Delivered) -> dict[str, str]:
    found = zip(delivered.raw("path"), delivered.values("notice_event_type"), strict=True)
    return {_stem(path): str(event) for path, event in found}


def _judge_types(tally: Tally, types: Mapping[str, str], files: list[Path]) -> None:
    for name, label in (row for path in files for row in _labels(path)):
        derived = types.get(_stem(name))
        tally.judge("label has its notice", derived is not None, error="lost: labelled notice not in the index")
        if derived is None:
            continue
        agrees = derived == LABELS.get(label.split("-")[-1])
        about = f"notice labelled {label} is {derived}"
        tally.judge("event type agrees with the label", agrees, error=f"wrong: {about}")
        if not agrees:
            tally.disagree("code", about, "", label, derived)


def _labels(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row["Filename"], row["Type of Notice"].strip().casefold()


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.removesuffix(".md").removesuffix(".markdown").casefold()
