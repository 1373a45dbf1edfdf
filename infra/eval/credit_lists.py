"""Set `cn_ocr_credit_lists`: credit codes against the organisation codes that they hold, through scanned pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from infra.eval.measured import Measured, Tally
from infra.onboard.sample import Sample, read_sample
from transforms.collect.header import label_form
from transforms.errors import DeliveryRefused
from transforms.normalise.cleaners.characters import is_masked
from transforms.normalise.cleaners.registry import cleaner

# What a label says, however a scan has spoilt the rest of it.
_COLUMNS: Final = {
    "uscc": re.compile("信用代码"),
    "org_code": re.compile("组织.{0,2}代码"),
    "court_case_no": re.compile("案号"),
    "court": re.compile("法院"),
}
_NAMES: Final = {"uscc": "credit code", "org_code": "organisation code", "court_case_no": "case number"}
_NOTES: Final = (
    "accepted: no code, case number or court of the row is refused",
    "quarantined: here a row counts by its first refusal; in the line such a value is emptied and its record goes on",
)
_MISPLACED: Final = "is a whole credit code"
_ORG_CODE: Final = 9
_COURT: Final = re.compile(r"[\u4e00-\u9fff]{2,28}人民法院")
_SHAPES: Final = frozenset({".csv", ".xls", ".xlsx"})

Row = Mapping[str, str]


def evaluate(folder: Path) -> Measured:
    """Judge every list, by the kind of its file."""
    tally = Tally()
    refused: Counter[str] = Counter()
    for path in sorted(path for path in folder.iterdir() if path.suffix in _SHAPES):
        try:
            sample = read_sample(path)
        except DeliveryRefused as error:
            refused[error.what] += 1
            tally.judge(f"{path.suffix}: file is read", held=False, error=f"lost: file refused, {error.what}")
            continue
        for row in _rows(sample):
            tally.take(_judge(tally, row, sample.format))
    files = (f"{count} files were refused, and hold no record: {what}" for what, count in refused.items())
    return tally.measured(notes=(*_NOTES, *files))


def _rows(sample: Sample) -> Iterator[Row]:
    forms = [label_form(label) for label in sample.labels]
    places = {
        name: place
        for name, pattern in _COLUMNS.items()
        for place in [next((place for place, form in enumerate(forms) if pattern.search(form)), None)]
        if place is not None
    }
    for row in sample.rows:
        # A published list is a table: no cell of it is an array.
        yield {name: str(row[place] or "") for name, place in places.items()}


def _judge(tally: Tally, row: Row, shape: str) -> str:
    """Return the first value of the row that is refused and why, nothing where all are read."""
    read = {name: cleaner(name).plain(row[name]) for name in _NAMES if name in row}
    faults: list[str] = []
    for name, (value, said) in read.items():
        if value is None and said in {None, "placeholder"}:
            continue
        is_misplaced = name == "org_code" and cleaner("uscc").plain(row[name]).value is not None
        _judge_check(tally, f"{shape} {_NAMES[name]}", value is not None, _MISPLACED if is_misplaced else said)
        if value is None and name == "court_case_no":
            tally.disagree("case number", f"{shape} case number {said}", row[name], "", said)
        faults += [f"{_NAMES[name]}: {_MISPLACED if is_misplaced else said}"] if value is None else []
    _judge_redundancy(tally, row, shape)
    if row.get("court"):
        is_court = _COURT.fullmatch(str(cleaner("party_name").plain(row["court"]).value)) is not None
        tally.judge(
            f"{shape}: court is a people's court in full", is_court, error=f"wrong: {shape} name of court damaged"
        )
        faults += [] if is_court else ["court: no people's court in full"]
    return faults[0] if faults else ""


def _judge_check(tally: Tally, what: str, is_read: bool, reason: str | None) -> None:
    """Count a code as OK, FAIL or MASKED; what is masked was never there, and so is not lost."""
    verdict = "OK" if is_read else "MASKED" if reason == "masked" else "FAIL"
    for name in ("OK", "FAIL", "MASKED"):
        tally.judge(f"{what}: {name}", verdict == name)
    if reason:
        tally.findings[f"{what}: {reason}"] += 1
    if verdict == "FAIL":
        tally.fail(f"lost: {what}{f' {reason}' if reason == _MISPLACED else ''}")


def _judge_redundancy(tally: Tally, row: Row, shape: str) -> None:
    """Positions 9 to 17 of a credit code are the organisation code (GB 32100)."""
    code, inner = (cleaner("identifier").plain(row.get(name)).value for name in ("uscc", "org_code"))
    if not isinstance(code, str) or not isinstance(inner, str) or is_masked(code + inner):
        return
    inner = inner.replace("-", "")
    if len(inner) != _ORG_CODE:
        return
    holds = cleaner("uscc").plain(code).value is not None
    same = code[8:17] == inner
    tally.judge(f"{shape}: credit code holds the organisation code beside it", same)
    if holds:
        about = f"{shape} credit code passes its check, the organisation code beside it is another"
        tally.judge(f"{shape}: the same, where the check character holds", same, error=f"wrong: {about}")
    else:
        tally.judge(f"{shape}: refused credit code holds the organisation code beside it", same)
