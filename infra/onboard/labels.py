"""Labels that bodies use, and the canonical fields that they stand for: the vocabulary `label`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Final

from schemas.compatibility import days_in
from transforms.collect.arrays import MARK
from transforms.collect.header import label_form
from transforms.normalise.cleaners.column import BESIDE
from transforms.normalise.cleaners.vocabulary import read_vocabulary

# The names of the double-publicity layouts mean the same wherever they stand in a document (DOMAIN 3.1).
_OFFICIAL: Final = re.compile(r"(?<=\.)(?:cf_[a-z0-9_]+|pen[a-z_]+|illegacttype|dfbm|sjc)$")
_BRACKET: Final = re.compile(r"^(?P<head>[^()]*)\((?P<inner>[^()]*)\)$")
# What may stand in a bracket and leave the label what it is: how a form is filled in, how a day is written, a unit
# of ours.
_DAY: Final = r"年[-/.]?月[-/.]?日|y{4}[-/.年]?m{2}[-/.月]?d{2}日?"
# A day without a word before it may be the one of which the column tells.
_ONE_DAY: Final = r"[0-9]{4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?"
_NOTE: Final = (
    r"非?必填|选填|可?不填|[如若]有|全称|[0-9]+位|[单多]选|示例"
    rf"|(?:格式)?[为例如:]*(?:{_DAY})|(?:格式|例|如)[为例如:]*{_ONE_DAY}"
)
_IN_MONEY: Final = r"(?:单位:?)?(?:人民币)?"
_FORMAL: Final = rf"{_IN_MONEY}[千万亿]?元|{_NOTE}"
_SAYS_NOTHING: Final = re.compile(rf"(?:{_FORMAL})(?:[,、;](?:{_FORMAL}))*")
_UNIT: Final = re.compile(
    rf"(?:[(_:额值款]|^)(?:(?:{_NOTE})[,、;])*{_IN_MONEY}(?P<unit>亿元|万元|千元|元|wan_?yuan|yuan)"
    rf"(?:[,、;](?:{_NOTE}))*\)?$"
)
# The labels of a header of two rows; a price (元/件) is one of one.
_PARTS: Final = re.compile(r"/(?![^()]*\))")
_WRITTEN_UNITS: Final = {"wanyuan": "万元", "wan_yuan": "万元", "yuan": "元"}
# DOMAIN 3.1: heads that say only that a code of the party follows; the words in the bracket say which.
_CODE_HEADS: Final = frozenset({"代码", "行政相对人代码", "相对人代码", "当事人代码", "被处罚人代码"})
_BESIDE: Final = re.compile(rf"(?:{'|'.join(BESIDE)})=([^,()]+)")
_OF_SOMEBODY: Final = ("party_name", "uscc", "resident_id", "person_no", "org_code", "code(vocabulary=party_type)")
_OWNER: Final = 2
_ALIKE: Final = 3
_CUTOFF: Final = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """One field that a label fills; without a name the label is known and not wanted."""

    field: str
    cleaner: str
    classification: str
    description: str


def readings_of(label: str, body_kind: str) -> tuple[Reading, ...]:
    """Return the fields that a label stands for at a body of this kind; none if the label is not known."""
    known = _known(body_kind)
    upper, _, lower = label.rpartition("/")
    # The upper of two rows of a header often tells the unit alone.
    forms = (*_forms(label), *_forms(label.rpartition(MARK)[2]))
    if found := _OFFICIAL.search(label_form(label)):
        forms += (found[0],)
    if unit := unit_in(upper):
        forms += (*_forms(f"{lower}({unit})"),)
    return next((known[form] for form in forms if form in known), ())


def first_filled(field: str, body_kind: str) -> Iterator[tuple[str, tuple[Reading, ...]]]:
    """Yield each label that fills this field first, with all that it fills."""
    for label in dict.fromkeys(row["label"] for row in read_vocabulary("label") if row["field"] == field):
        readings = readings_of(label, body_kind)
        if readings and readings[0].field == field:
            yield label, readings


def asked_by(cleaner_name: str) -> tuple[str, ...]:
    """Return the other fields that a cleaner asks: those that tell its days, and the one that stands beside it."""
    return (*days_in(cleaner_name), *beside_of(cleaner_name))


def beside_of(cleaner_name: str) -> tuple[str, ...]:
    """Return the fields that tell a cleaner of which kind its number is."""
    return tuple(_BESIDE.findall(cleaner_name))


def unit_in(label: str) -> str | None:
    """Return the unit of an amount that a label names, if it does."""
    parts = _PARTS.split(label_form(label))
    found = next(filter(None, map(_UNIT.search, reversed(parts))), None)
    return _WRITTEN_UNITS.get(found["unit"], found["unit"]) if found else None


def candidates(label: str, kind: str, body_kind: str) -> tuple[Reading, ...]:
    """Return the fields that a column may fill: of labels like its own, then those that its type of value fits."""
    known, form = _known(body_kind), label_form(label.rpartition(MARK)[2])
    alike = get_close_matches(form, known, n=_ALIKE, cutoff=_CUTOFF)
    before_bracket = [_head(parts)] if (parts := _BRACKET.match(form)) else []
    # Whose a name or a number is, only the word before it says, and no value.
    by_label = (
        reading
        for near in (*before_bracket, *alike)
        for reading in known.get(near, ())
        if near[:_OWNER] == form[:_OWNER] or base_of(reading.cleaner) not in _OF_SOMEBODY
    )
    # Text says nothing of what it is.
    typed = known.values() if kind not in ("text", *_OF_SOMEBODY) else ()
    by_value = (reading for found in typed for reading in found if base_of(reading.cleaner) == base_of(kind))
    found = (_with_own_unit(reading, label) for reading in (*by_label, *by_value) if reading.field)
    return tuple(found)


def _with_own_unit(reading: Reading, label: str) -> Reading:
    """Return a reading of amounts in the unit of this label, not of the one that is like it."""
    if base_of(reading.cleaner) != "amount":
        return reading
    unit = unit_in(label)
    return replace(reading, cleaner=f"amount(unit={unit})" if unit else "amount")


def base_of(cleaner_name: str) -> str:
    """Return a cleaner without its parameters, but for the vocabulary that makes it what it is."""
    return cleaner_name if "vocabulary=" in cleaner_name else cleaner_name.partition("(")[0]


def known_forms(body_kind: str) -> frozenset[str]:
    """Return the forms of all labels that are known, to find a header by."""
    return frozenset(_known(body_kind))


def _forms(label: str) -> Iterator[str]:
    form = label_form(label)
    yield form
    parts = _BRACKET.match(form)
    if parts is None:
        return
    head = _head(parts)
    yield head + parts["inner"]
    # 处罚机关代码（统一社会信用代码）: the bracket says of which kind the code is.
    yield head.removesuffix("代码") + parts["inner"]
    if head in _CODE_HEADS:
        yield parts["inner"]
    elif _SAYS_NOTHING.fullmatch(parts["inner"]):
        yield head


def _head(parts: re.Match[str]) -> str:
    return parts["head"].rstrip("_-0123456789")


@cache
def _known(body_kind: str) -> Mapping[str, tuple[Reading, ...]]:
    found: dict[str, tuple[Reading, ...]] = {}
    for row in read_vocabulary("label"):
        if body_kind and row["body_kind"] and body_kind not in row["body_kind"].split("|"):
            continue
        cleaner = row["transform_logic"].replace("{body_kind}", body_kind)
        reading = Reading(row["field"], cleaner, row["classification"], row["description"])
        for form in dict.fromkeys(map(label_form, (row["label"], *row["aliases"].split("|")))):
            if form:
                found[form] = (*found.get(form, ()), reading)
    return found
