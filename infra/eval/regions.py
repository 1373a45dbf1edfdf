"""Set `areacodes`: every code on a date of its own, by its name then, and as what it is today."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from infra.eval.measured import Measured, Tally
from transforms.normalise.cleaners.cleaned import Cleaned
from transforms.normalise.cleaners.regions import regions_on
from transforms.normalise.cleaners.registry import cleaner

_NOTE: Final = (
    "the dated table of regions was made of this set: what agrees proves that the table is read, not that it is right"
)
_ABOLISHED: Final = "弃用"
_LEVELS: Final = {"县级": "county", "地级": "prefecture", "省级": "province"}
_NO_PREFECTURE: Final = "直辖"
# The set dates by years; no code of it began and ended in one.
_WITHIN: Final = (7, 1)
# A year in brackets: the code took a part before the end.
_SUCCESSOR: Final = re.compile(r"([0-9]{6})(?!\[)(?:;|$)")

Row = Mapping[str, str]


def evaluate(folder: Path) -> Measured:
    """Judge all codes of the set; a code is accepted that is itself on a date in its validity."""
    tally = Tally()
    today = datetime.now(UTC).date()
    with (folder / "result.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        _judge(tally, row, today)
    return tally.measured(notes=(_NOTE,))


def _judge(tally: Tally, row: Row, today: date) -> None:
    code, level, then = row["代码"], _LEVELS[row["级别"]], date(int(row["启用时间"]), *_WITHIN)
    at_its_time, now = (cleaner("region").plain(code, on=day) for day in (then, today))
    is_itself = at_its_time == Cleaned(code, None)
    tally.judge("code is itself on a date in its validity", is_itself, error=f"lost: {level} code on its own date")
    tally.judge("code of any time is taken today", now.value is not None, error=f"lost: {level} code {now.reason}")
    _judge_name(tally, row, then)
    if row["状态"] == _ABOLISHED:
        _judge_abolished(tally, row, level, today)
        tally.findings[f"abolished {level} code today: {now.reason or 'in force again'}"] += 1
    fault = f"{level} code on its own date" if not is_itself else f"{level} code {now.reason}"
    tally.take("" if is_itself and now.value is not None else fault)


def _judge_name(tally: Tally, row: Row, then: date) -> None:
    parts = dict.fromkeys((row["一级行政区"], row["二级行政区"].replace(_NO_PREFECTURE, ""), row["名称"]))
    value, reason = cleaner("region").plain("".join(parts), on=then)
    holds = value == row["代码"]
    about = f"full name of a region {reason or 'leads to another code'}"
    tally.judge("full name leads to the code on a date in its validity", holds, error=f"lost: {about}")
    if not holds:
        tally.disagree("code", about, "", row["代码"], value)


def _judge_abolished(tally: Tally, row: Row, level: str, today: date) -> None:
    code, named = row["代码"], _SUCCESSOR.findall(row["新代码"])
    tally.judge(f"abolished {level} code: the set names a successor", bool(named))
    if not named:
        return
    ours = regions_on(code, today)
    about = f"abolished {level} code does not resolve to a code of today"
    tally.judge(f"abolished {level} code resolves to codes of today", bool(ours), error=f"lost: {about}")
    same = set(ours) == {heir for successor in named for heir in regions_on(successor, today)}
    tally.judge(f"abolished {level} code resolves to what its successors in the set are today", same)
    if not ours or not same:
        tally.disagree("code", about, code, row["新代码"], ";".join(ours))
