"""Made-up records in the layout of a sample: of its values only terms of our own vocabularies are kept.

Numbers of persons and organisations are the published examples of the standards (DOMAIN 2.1 to 2.6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from infra.onboard.choices import STATE
from infra.onboard.profile import counted
from transforms.collect.arrays import MARK
from transforms.normalise.cleaners.registry import cleaner
from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from infra.onboard.choices import Choices
    from infra.onboard.design import Design
    from infra.onboard.labels import Reading
    from infra.onboard.sample import Sample

ROWS: Final = 10
FEWEST, MOST = 8, 15
"""What the golden test takes: enough to show both fates, few enough to be read line by line."""

_FIRST_DAY: Final = date(2026, 5, 11)
# Its midnight in China, in seconds since 1970.
_FIRST_MOMENT: Final = 1_778_428_800
_DAY_SECONDS: Final = 86_400
_SERIAL_BASE: Final = date(1899, 12, 30)
_STATUTE: Final = (
    "《中华人民共和国商标法》第五十七条第三项、第六十条第二款",
    "《中华人民共和国广告法》第五十五条第一款",
    "《中华人民共和国专利法》第六十八条",
)
_CAUSE: Final = ("侵害商标权纠纷", "侵害发明专利权纠纷", "买卖合同纠纷")
_ROTATED: Final[Mapping[str, tuple[str, ...]]] = {
    "uscc": ("91110000600037341L", "911101051234567883", "92310115123456788W"),
    "resident_id": ("11010519491231002X", "440524188001010014"),
    "party_name": ("示例甲有限公司", "示例乙商行", "示例丙（上海）有限公司"),
    "customs_recordal_no": ("T2022-136490", "T2023-151552"),
    "patent_no": ("ZL98101234.5", "CN200810000123X"),
    "trademark_no": ("3333018", "第3333018号"),
    "region_code": ("330106", "110105"),
    "hs_code": ("6404110000", "4202220000"),
    "nice_class": ("25", "第18类"),
    "industry_code": ("C1821", "1821"),
}
_BY_FIELD: Final[Mapping[str, tuple[str, ...]]] = {
    "agency_uscc": ("11110000123456788X",),
    "agency_name": ("示例市执法机关",),
    "country_code": ("CN", "DE"),
}
_NUMBERED: Final[Mapping[str, str]] = {
    "doc_no": "示市监处罚〔2026〕{}号",
    "court_case_no": "（2026）浙01知民初{}号",
    "customs_declaration_no": "22442026000000{:04d}",
    "identifier": "MADEUP{:04d}",
    "integer": "{}",
    "quantity": "{}",
}
# What a clerk does to a value, and what makes an optional value a finding.
_SPOILT: Final[Mapping[str, str]] = {
    "uscc": "91110000600037341M",
    "resident_id": "110105194912310021",
    "date": "2026622日",
    "timestamp": "2026622日",
    "amount": "约2万",
    "code": "说不清",
    "list": "说不清",
    "stage": "说不清",
    "court_case_no": "2026沪0115刑初123",
    "doc_no": "示市监执罚〔202257",
    "customs_recordal_no": "T22-1",
    "patent_no": "ZL98101234.6",
    "hs_code": "12",
    "integer": "约2",
    "quantity": "约2",
}
_MASKED: Final[Mapping[str, str]] = {"uscc": "92341722MA***", "resident_id": "330106********1234", "party_name": "示某"}

Row = dict[str, str | list[str]]
Maker = Callable[[int], str]


def made_up_rows(sample: Sample, made: Design, choices: Choices, count: int = ROWS) -> list[Row]:
    """Return `count` made-up records by label; the last three are masked, doubtful and unusable.

    Where a word withdraws, the first record says it.
    """
    by_label: dict[str, list[Reading]] = {}
    for label, reading in made.readings:
        by_label.setdefault(label, []).append(reading)
    kind = choices.kind or ""
    makers = {label: _maker(sample.column(label), found, kind, label) for label, found in by_label.items()}
    if choices.word:
        state = next(label for label, reading in made.readings if reading.field == STATE)
        makers[state] = _state_maker(choices.word, choices.stands)
    ignored = [one.column.label for one in made.placed if one.fate == "ignored"]
    labels = [label for label in sample.labels if label in makers or label in ignored]
    rows = [{label: _made(label, makers.get(label), number) for label in labels} for number in range(1, count + 1)]
    _spoil(rows, by_label, made)
    return rows


def _made(label: str, make: Maker | None, number: int) -> str | list[str]:
    """Make the value of a record; an array has two elements."""
    if make is None:
        return ["", ""] if MARK in label else ""
    return [make(number), make(number + 1)] if MARK in label else make(number)


def _put(row: Row, label: str, value: str) -> None:
    """Put a value into a record, in an array into its first element."""
    before = row[label]
    row[label] = [value, *before[1:]] if isinstance(before, list) else value


def _spoil(rows: list[Row], by_label: Mapping[str, Sequence[Reading]], made: Design) -> None:
    fields = {label: {reading.field for reading in readings} for label, readings in by_label.items()}
    keyed = [label for label, filled in fields.items() if filled & {*made.key}]
    # A record without its time is unusable too.
    needed = [*keyed, *(label for label, filled in fields.items() if made.source_time in filled)]
    for label, readings in by_label.items():
        kinds = [_kind(reading) for reading in readings]
        if label not in needed and (masked := next((_MASKED[kind] for kind in kinds if kind in _MASKED), None)):
            _put(rows[-3], label, masked)
        if label not in needed and (spoilt := next((_SPOILT[kind] for kind in kinds if kind in _SPOILT), None)):
            _put(rows[-2], label, spoilt)
    rows[-1][keyed[0]] = ""


def _kind(reading: Reading) -> str:
    return reading.cleaner.partition("(")[0]


def _maker(values: Sequence[str], readings: Sequence[Reading], body_kind: str, label: str) -> Maker:
    """Return what makes the cells of a column: of its most telling cleaner, free text last."""
    kinds: dict[str, Reading] = {}
    for reading in readings:
        kinds.setdefault(_kind(reading), reading)
    if kinds.keys() & {"ip_case_type", "ip_right_type"}:
        return _rotating(_CAUSE if body_kind == "COURT" else _STATUTE)
    if "stage" in kinds:
        return _rotating(_statuses(body_kind))
    telling = next((kind for kind in kinds if kind != "text"), "text")
    return _telling_maker(telling, kinds[telling], values, label)


def _telling_maker(kind: str, reading: Reading, values: Sequence[str], label: str) -> Maker:
    owned = next((name for name in _BY_FIELD if reading.field.endswith(name)), None)
    if owned:
        made = _rotating(_BY_FIELD[owned])
    elif kind in ("code", "list"):
        made = _rotating(_terms(reading.cleaner, values))
    elif kind in ("date", "timestamp"):
        made = _day_maker(values, reading.cleaner)
    elif kind == "amount":
        made = _rotating(("0.2", "3.5", "12") if "万元" in reading.cleaner else ("2000", "3500.50", "12000"))
    elif kind in _NUMBERED:
        made = _NUMBERED[kind].format
    elif kind in _ROTATED:
        made = _rotating(_ROTATED[kind])
    else:
        words = re.sub(r"[(（].*[)）]|[\W\d]", "", label)
        made = _rotating([f"示例{words}{letter}" for letter in "甲乙丙丁"])
    return made


def _state_maker(word: str, stands: Sequence[str]) -> Maker:
    return lambda number: word if number == 1 else _rotating(stands)(number)


def _rotating(terms: Sequence[str]) -> Maker:
    return lambda number: terms[(number - 1) % len(terms)]


def _terms(cleaner_name: str, values: Sequence[str]) -> tuple[str, ...]:
    """Return terms of a code list: those that the sample writes and the vocabulary knows, else its own."""
    plain = cleaner(cleaner_name).plain
    written = [value for value, _ in counted(values).most_common(4) if not plain(value).reason]
    found = re.search(r"vocabulary=(\w+)", cleaner_name)
    own = [row["term_zh"] for row in read_vocabulary(found[1])][:3] if found else ["示例"]
    return tuple(written or own)


def _statuses(body_kind: str) -> tuple[str, ...]:
    rows = list(read_vocabulary("status_stage"))
    own = [row["native_status"] for row in rows if row["scope"] == body_kind]
    return tuple((own or [row["native_status"] for row in rows if row["scope"] == "*"])[:4])


def _day_maker(values: Sequence[str], cleaner_name: str) -> Maker:
    if found := re.search(r"epoch=(m?s)", cleaner_name):
        per_second = 1000 if found[1] == "ms" else 1
        return lambda number: str((_FIRST_MOMENT + number * _DAY_SECONDS) * per_second)
    written = next(iter(counted(values)), "")
    write = next((write for pattern, write in _day_forms() if re.fullmatch(pattern, written.strip())), date.isoformat)
    if cleaner_name.startswith("timestamp"):
        return lambda number: f"{_FIRST_DAY + timedelta(days=number):%Y-%m-%d}T09:00:00+08:00"
    return lambda number: write(_FIRST_DAY + timedelta(days=number))


def _day_forms() -> Iterator[tuple[str, Callable[[date], str]]]:
    yield r"[0-9]{8}", lambda day: f"{day:%Y%m%d}"
    yield r"[0-9]{5}", lambda day: str((day - _SERIAL_BASE).days)
    yield r".*年.*", lambda day: f"{day.year}年{day.month}月{day.day}日"
    yield r".*/.*", lambda day: f"{day.year}/{day.month}/{day.day}"
