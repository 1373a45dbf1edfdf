"""A sample of a file that no contract describes yet: its kind and encoding, its header row and its rows.

A file that says of itself that it is secret is no sample: nothing of it may be shown.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import Final

from infra.onboard.labels import known_forms, unit_in
from infra.onboard.personal import has_personal_number
from transforms.collect.arrays import MARK, Arrays, elements_of
from transforms.collect.classified import Levels, level_columns, refuse_marked, screened
from transforms.collect.finding import told
from transforms.collect.footer import count_footers
from transforms.collect.header import Found, header_among, joined, label_form, paired
from transforms.collect.limits import LIMITS
from transforms.collect.objects import DECODER, flat
from transforms.collect.readers.content import Cells, Fit, Options, Records
from transforms.collect.readers.read import read_content
from transforms.collect.rows import Value
from transforms.collect.table import Width, even_rows
from transforms.collect.vault import Loose
from transforms.errors import DeliveryRefused

_DATUM: Final = re.compile(r"[0-9][0-9.,:/\\-]*")
ROWS: Final = 5_000
"""Rows that are looked at; a file may be longer."""
_KNOWN: Final = 1_000
"""One label that is known counts more than any evenness of rows."""
_LEAST: Final = 0.25

Row = Sequence[Value]


@dataclass(frozen=True)
class Sample:
    """The first rows of a file; `header_row` counts from 1, and is 0 where records name their labels themselves."""

    encoding: str
    format: str
    options: Options
    header_row: int
    labels: tuple[str, ...]
    rows: tuple[Row, ...]
    nameless: tuple[int, ...] = ()
    """Columns without a label, counted from 1, in which something stands."""
    twice: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Labels that stand over several columns, with these: which of them is meant, the file does not tell."""

    def column(self, label: str) -> list[str]:
        """Return the values of a column, of an array those of all its elements, with an empty text where is none."""
        place = self.labels.index(label)
        values = (row[place] for row in self.rows)
        return [one or "" for value in values for one in (value if isinstance(value, list) else [value])]


def read_sample(path: Path, sheet: str = "", record_path: str = "") -> Sample:
    """Read the first rows of a file as collect would; raises DeliveryRefused for what no reader reads."""
    options = Options(sheet=sheet, record_path=record_path)
    try:
        content = read_content(Loose(path), options, Fit(_score))
        rows = _records(content, options) if isinstance(content, Records) else _table(content, options)
    except DeliveryRefused as error:
        raise by_option(error) from error
    if not rows.labels:
        raise DeliveryRefused("no record is found", "the file", "take a sample that has records")
    return rows


def by_option(error: DeliveryRefused) -> DeliveryRefused:
    """Return a refusal whose remedy is an option of the command, while there is no contract yet."""
    options = {
        "`recordPath`": "--record-path: the names on the way to the records, from the root, joined by dots",
        "`sheet`": "--sheet: its name, or its number from 1",
    }
    said = next((option for name, option in options.items() if name in error.remedy), None)
    return DeliveryRefused(error.what, error.where, f"say it with {said}") if said else error


def _score(rows: Sequence[list[str]]) -> int:
    """Say how well first rows fit: by the labels that they know, then by the rows that are equally wide."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return _KNOWN * _known(_header(rows).labels) + max(widths.values(), default=0)


def _known(labels: Iterable[str]) -> int:
    return len(known_forms("") & {label_form(label) for label in labels})


def _header(first: Sequence[list[str]]) -> Found:
    """Return the header: the rows that name most known labels, else the first that is as wide as most and whole."""
    found = header_among(set(known_forms("")), first)
    # Values may be words of a label too, such as the name of a penalty.
    if _known(found.labels) > max(1, _LEAST * sum(map(bool, found.labels))):
        return _told_whole(_with_lower_row(found, first), first)
    (width, _), *_ = Counter(len(row) for row in first if len(row) > 1).most_common(1) or [(0, 0)]
    whole = (
        Found(end, tuple(row)) for end, row in enumerate(first, 1) if len(row) == width and all(map(str.strip, row))
    )
    return next(whole, found)


def _with_lower_row(found: Found, first: Sequence[list[str]]) -> Found:
    """Return a header whose gaps the row below fills with names, as the two rows that it is."""
    rows = first[found.end - 1 : found.end + 1]
    if tuple(rows[0]) != found.labels or len(rows) == 1 or any(map(_is_value, rows[1])):
        return found
    width = max(map(len, rows))
    upper, lower = ([bool(cell.strip()) for cell in (*row, *[""] * (width - len(row)))] for row in rows)
    # A label that spans several columns has names below, one that spans both rows has none.
    spans = [not (here and after) for here, after in pairwise((*upper, True))]
    if all(upper) or not (all(lower) or lower == spans):
        return found
    return Found(found.end + 1, joined(rows[0], rows[1], set(known_forms(""))))


def _told_whole(found: Found, first: Sequence[list[str]]) -> Found:
    """Return a header of two rows whose upper labels stay where the lower ones alone say too little."""
    lower = first[found.end - 1]
    if found.labels == tuple(lower):
        return found
    pairs = paired(first[found.end - 2], lower)
    return Found(found.end, tuple(_whole(label, *pair) for label, pair in zip(found.labels, pairs, strict=True)))


def _whole(label: str, upper: str, lower: str) -> str:
    if label != lower or not upper.strip() or label_form(upper) == label_form(lower):
        return label
    is_enough = label_form(lower) in known_forms("") and (unit_in(lower) or not unit_in(upper))
    return label if is_enough else f"{upper.strip()}/{lower.strip()}"


def _is_value(cell: str) -> bool:
    return has_personal_number(cell) or _DATUM.fullmatch(cell.strip()) is not None


def _records(content: Records, options: Options) -> Sample:
    _screen(content.rows())
    read = list(islice(content.rows(), ROWS))
    if len(read) == 1 and not options.record_path:
        _refuse_whole(read[0], content.shape)
    records = _opened(read)
    _screen(records)
    labels = tuple(dict.fromkeys(label for record in records for label in record))
    rows = tuple([record.get(label) for label in labels] for record in records)
    return Sample(content.encoding, content.shape, options, 0, labels, rows)


def _screen(records: Iterable[Mapping[str, Value]]) -> None:
    """Raise Classified where a record names a level, as a delivery of it would."""
    seen, levels = set[str](), Levels()
    for number, record in enumerate(records, start=1):
        levels.learn(record.keys() - seen)
        levels.refuse(record, number)
        seen.update(record)


def _opened(records: Sequence[Mapping[str, str | None]]) -> Sequence[Mapping[str, Value]]:
    """Return records whose arrays of objects are opened: labels under which nothing else stands."""
    found: dict[str, bool] = {}
    for record in records:
        for label, value in record.items():
            if value:
                found[label] = found.get(label, True) and elements_of(value, DECODER.decode, flat) is not None
    arrays = Arrays([label + MARK for label, is_array in found.items() if is_array], DECODER.decode, flat)
    return [arrays.opened(record, number) for number, record in enumerate(records, start=1)] if arrays else records


def _refuse_whole(record: Mapping[str, str | None], shape: str) -> None:
    """Refuse a document that is one record, and holds records of its own."""
    inside = [label for label, value in record.items() if (value or "").startswith("[{")]
    if inside:
        what = f"the file is one record, which holds records of its own at {', '.join(map(told, inside))}"
        # The way to an element of XML begins with the names of the root and of its child.
        way = f"ROOT.CHILD.{told(inside[0])}" if shape == "xml" else told(inside[0])
        remedy = f"if those are the records, say --record-path {way}; if not, take a sample of several records"
        raise DeliveryRefused(what, "the file", remedy)


def _table(content: Cells, options: Options) -> Sample:
    rows = content.rows()
    first = list(islice(rows, LIMITS.header_rows))
    found = _header(first)
    levels = level_columns(found.labels)
    refuse_marked(first[: max(1, found.end - 1)])
    below = screened(chain(first[found.end :], rows), levels)
    read = list(islice(below, ROWS))
    # A level further down is one of the whole file.
    deque(below, maxlen=0)
    if any(map(_is_value, filter(str.strip, found.labels))):
        what = "no header row is found: where it should be there are values"
        raise DeliveryRefused(what, f"row {found.end}", "put the names of the columns above their values")
    width = len(found.labels)
    places = _places(found.labels)
    named = [at[0] for at in places.values() if len(at) == 1]
    body = tuple(even_rows(read, Width(width, is_padded=content.is_padded)))
    kept = body[: len(body) - count_footers(body[-LIMITS.footer_rows :], width)]
    blank = (n for n, label in enumerate(found.labels) if not label.strip())
    return Sample(
        content.encoding,
        content.shape,
        options,
        found.end,
        labels=tuple(found.labels[n].strip() for n in named),
        rows=tuple([row[place] for place in named] for row in kept),
        nameless=tuple(n + 1 for n in blank if any(row[n].strip() for row in kept)),
        twice={label: tuple(n + 1 for n in at) for label, at in places.items() if len(at) > 1},
    )


def _places(labels: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Return where each label stands, in the order of the columns."""
    found: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        if label.strip():
            found.setdefault(label_form(label), []).append(place)
    return {labels[at[0]].strip(): at for at in found.values()}
