"""Set `cn_trademark_judgments`: numbers, courts and dates of published judgments, against a draft made by patterns."""

from __future__ import annotations

import csv
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from infra.eval.measured import Measured, Tally
from transforms.normalise.cleaners.cleaned import EMPTY, Cleaned
from transforms.normalise.cleaners.registry import cleaner

DRAFT: Final = "judgments_extracted.csv"
TEXTS: Final = "raw_judgments.tar.gz"
CITED: Final = "cited_document_numbers.csv"
_CASE_NO: Final = re.compile(
    r"[（(〔\[]\s*(?:19|20)[0-9]{2}\s*[）)〕\]][^\s（(。，；号]{1,24}(?:[（(][^\s）)]{1,8}[）)][^\s（(。，；号]{1,16})?号"
)
_COURT: Final = re.compile(r"[\u4e00-\u9fff]{2,28}人民法院")
_DAY: Final = re.compile(
    r"[〇零○O0-9一二三四五六七八九]{4}\s*年\s*[0-9一二三四五六七八九十]{1,3}\s*月\s*[0-9一二三四五六七八九十]{1,3}\s*日"
)
_BEFORE_YEAR: Final = re.compile(r"^.*?(?=[^（(〔\[【]{0,4}[（(〔\[【]\s*(?:19|20)[0-9]{2})", re.DOTALL)
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")
_OURS: Final = "only we found it"
_NO_ANSWER: Final = (
    "a court and a date stand in the set once, as the draft took them from the text: without the texts there is nothing"
    " to be right against; a date is held against the year of its case number, a case number against the title"
)
_NATION: Final = "中华人民共和国"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Fact:
    """One thing that a judgment says: where it stands in the text, and how it is cleaned."""

    column: str
    name: str
    kind: str
    find: Callable[[str], str]
    clean: Callable[[str], str]


def evaluate(folder: Path) -> Measured:
    """Judge what the draft holds, the raw texts against it where they are there, and the cited documents."""
    tally = Tally()
    drafts = list(_rows(folder / DRAFT))
    for row in drafts:
        tally.take(_judge_draft(tally, row))
    notes = ["the draft was made by patterns: it is no gold, a disagreement says that one of the two is wrong"]
    notes += [_NO_ANSWER]
    if (folder / TEXTS).exists():
        _judge_texts(tally, {row["file"]: row for row in drafts}, folder / TEXTS)
    else:
        notes.append(f"{TEXTS} is not there: what patterns had cut out was read, which says little of the texts")
    if (folder / CITED).exists():
        _judge_cited(tally, folder / CITED)
    else:
        notes.append(f"{CITED} is not there")
    return tally.measured(notes=tuple(notes))


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _judge_draft(tally: Tally, row: Row) -> str:
    """Return what of the number or the date cannot be read, nothing where all can."""
    fault = ""
    for kind, what, raw in (("court_case_no", "case number", row["case_no"]), ("date", "date", row["judgment_date"])):
        tally.judge(f"{what} is in the draft", bool(raw))
        found = _read(tally, kind, what, raw) if raw else EMPTY
        if raw and found.value is None:
            fault = fault or f"{what} {found.reason}"
    tally.judge("court of the draft is a people's court in full", bool(_COURT.fullmatch(clean_court(row["court"]))))
    if row["case_no"] and (title := _CASE_NO.search(row["source_title"])):
        same = clean_number(title.group()) == clean_number(row["case_no"])
        tally.judge(
            "case number of the title is that of the text", same, error="wrong: case number of title and text differ"
        )
    year, day = _YEAR.search(row["case_no"]), cleaner("date").plain(row["judgment_date"]).value
    if year and isinstance(day, date):
        what = "judgment is not before the year of its number"
        tally.judge(what, day.year >= int(year.group()), error="wrong: judgment before the year of its number")
    for raw in filter(None, row["trademark_reg_nos"].split("|")):
        _read(tally, "trademark_no", "trademark number", raw)
    for raw in filter(None, row["award_mentions"].split(";")):
        amount = _read(tally, "amount", "amount", raw).value
        if amount is not None:
            about = "amount cut at its comma reads as 0 元"
            tally.judge("amount that is read is more than 0 元", amount != 0, error=f"wrong: {about}")
    return fault


def _read(tally: Tally, name: str, what: str, raw: str) -> Cleaned:
    """Count whether a value is read."""
    found = cleaner(name).plain(raw)
    tally.judge(f"{what} is read", found.value is not None, error=f"lost: {what} {found.reason}")
    if found.reason:
        tally.findings[f"{what}: {found.reason}"] += 1
    if found.value is None:
        tally.disagree(what, f"{what} {found.reason}", raw, "", found.reason)
    return found


def clean_number(raw: str) -> str:
    """Return a case number as our cleaner writes it, or nothing."""
    return str(cleaner("court_case_no").plain(raw).value or "")


def clean_court(raw: str) -> str:
    """Return the name of a court without the nation before it."""
    return str(cleaner("party_name").plain(raw).value or "").removeprefix(_NATION)


def find_number(text: str) -> str:
    """Return the first case number of a text that our cleaner reads."""
    return next(filter(None, (clean_number(found) for found in _CASE_NO.findall(text))), "")


def find_court(text: str) -> str:
    """Return the first court that a text names."""
    found = _COURT.search(text)
    return found.group() if found else ""


def find_day(text: str) -> str:
    """Return the last day that a text names and our cleaner reads: a judgment ends in its date."""
    days = (cleaner("date").plain(found).value for found in reversed(_DAY.findall(text)))
    return next((str(day) for day in days if day), "")


FACTS: Final = (
    Fact("case_no", "case number", "case number", find_number, clean_number),
    Fact("court", "court", "court", find_court, clean_court),
    Fact("judgment_date", "date", "date", find_day, str),
)


def _judge_texts(tally: Tally, drafts: Mapping[str, Row], path: Path) -> None:
    with tarfile.open(path) as archive:
        for member in archive:
            row = drafts.get(member.name.rpartition("/")[2])
            file = archive.extractfile(member) if row else None
            if row and file:
                text = file.read().decode("utf-8-sig")
                for fact in FACTS:
                    _judge_fact(tally, fact, text, row[fact.column])


def _judge_fact(tally: Tally, fact: Fact, text: str, raw: str) -> None:
    ours, theirs = fact.clean(fact.find(text)), fact.clean(raw)
    about = compare(ours, theirs)
    agrees = about == "agree"
    tally.judge(f"{fact.name} found in the text agrees with the draft", agrees)
    if agrees:
        return
    if about != _OURS:
        tally.fail(f"wrong: {fact.name}, {about}")
    tally.disagree(fact.kind, f"{fact.name}: {about}", "", theirs, ours)


def compare(ours: str, theirs: str) -> str:
    """Say how what we found and what the draft says compare."""
    if ours == theirs:
        return "agree"
    if not theirs:
        return _OURS
    if not ours:
        return "only the draft has it"
    return "one is part of the other" if ours in theirs or theirs in ours else "they differ"


def _judge_cited(tally: Tally, path: Path) -> None:
    """Judge document numbers as they were cut out of running text, words before them included."""
    for row in _rows(path):
        raw = row["document_number"]
        read = {name: cleaner(name).plain(raw) for name in ("doc_no", "court_case_no")}
        is_read = any(value is not None for value, _ in read.values())
        cut = next(filter(None, (clean_number(found) for found in _CASE_NO.findall(raw))), "")
        reason = "is a case number with words before it" if cut else read["doc_no"].reason
        tally.judge("cited document number is read", is_read, error=f"lost: cited document number {reason}")
        if not is_read:
            shown = _BEFORE_YEAR.sub("…", raw, count=1)
            tally.disagree("document number", f"cited document number {reason}", shown, row["tag"], reason)
