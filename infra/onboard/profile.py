"""What stands in the columns of a sample: how much is filled, what our cleaners make of it, and harmless examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infra.onboard.personal import harmless, has_personal_number, is_personal_column, shape
from transforms.normalise.cleaners.characters import is_text_placeholder
from transforms.normalise.cleaners.dates import LOCAL_ZONE
from transforms.normalise.cleaners.registry import cleaner

if TYPE_CHECKING:
    from infra.onboard.sample import Sample

# From what says most to what says least: the first that takes nearly every value names the type of a column.
KINDS: Final = (
    *("uscc", "resident_id", "court_case_no", "doc_no", "customs_recordal_no", "customs_declaration_no", "org_code"),
    *("code(vocabulary=party_type)", "list(of=code(vocabulary=sanction_type))", "code(vocabulary=ip_right_type)"),
    "code(vocabulary=unit_std)",
    *("code(vocabulary=outcome)", "code(vocabulary=event_type)", "region_code", "date", "timestamp", "patent_no"),
    *("integer", "amount"),
)
"""Cleaners that a value has to satisfy; text and names satisfy everything."""
NEARLY: Final = 0.8
_EXAMPLES: Final = 3
_CHECKED: Final = frozenset(KINDS) - {"resident_id", "integer", "amount"}
_LINE: Final = 40
# Moments of 2001 to 2033.
_COUNTS: Final = {"s": re.compile(r"\s*1[0-9]{9}\s*"), "ms": re.compile(r"\s*1[0-9]{12}\s*")}


@dataclass(frozen=True)
class Column:
    """One column of a sample; `accepted` is the share of its filled cells that a cleaner takes."""

    label: str
    kind: str
    filled: float
    distinct: int
    accepted: Mapping[str, float]
    examples: tuple[str, ...]
    is_personal: bool
    epoch: str = ""
    """In what a column counts from 1970 whose values all look as if it did: s or ms."""


def profile(sample: Sample) -> tuple[Column, ...]:
    """Profile every column of a sample."""
    return tuple(_column(label, sample.column(label)) for label in sample.labels)


def accepted_share(cleaner_name: str, values: Mapping[str, int]) -> float:
    """Return the share of the counted values that a cleaner takes."""
    plain = cleaner(cleaner_name).plain
    taken = sum(count for value, count in values.items() if plain(value).value is not None)
    return taken / (sum(values.values()) or 1)


def counted(values: Sequence[str]) -> Counter[str]:
    """Count the cells that hold something."""
    return Counter(value for value in values if value.strip() and not is_text_placeholder(value.strip()))


def _column(label: str, values: Sequence[str]) -> Column:
    filled = counted(values)
    shares = {name: accepted_share(name, filled) for name in KINDS} if filled else {}
    epoch = next((unit for unit, form in _COUNTS.items() if filled and all(map(form.fullmatch, filled))), "")
    kind = next((name for name in KINDS if _fits(name, label, shares, filled)), "text" if filled else "empty")
    if epoch and (named := next((name for name in ("date", "timestamp") if _is_named(name, label)), "")):
        kind = with_epoch(named, epoch)
    is_personal = kind == "resident_id" or _is_personal(label, kind, filled)
    return Column(
        label=label,
        kind=kind,
        filled=round(filled.total() / (len(values) or 1), 3),
        distinct=len(filled),
        accepted={name: round(share, 3) for name, share in shares.items() if share > 0},
        examples=tuple(_shown(kind, value, is_personal) for value in _spread(filled)),
        is_personal=is_personal,
        epoch=epoch,
    )


def with_epoch(cleaner_name: str, epoch: str) -> str:
    """Return the cleaner of a date or a moment as it reads a column that counts from 1970; the zone is stated."""
    name, _, params = cleaner_name.rstrip(")").partition("(")
    if not epoch or name not in ("date", "timestamp") or "epoch=" in params:
        return cleaner_name
    told = ["zone=" + LOCAL_ZONE] if "zone=" not in params else []
    return f"{name}({', '.join([*([params] if params else []), 'epoch=' + epoch, *told])})"


def _is_personal(label: str, kind: str, filled: Mapping[str, int]) -> bool:
    """Judge a column that a cleaner recognises by what that cleaner refuses: a credit code may be all digits too."""
    if kind not in _CHECKED:
        return is_personal_column(label, filled)
    plain = cleaner(kind).plain
    return any(has_personal_number(value) for value in filled if plain(value).value is None)


def _fits(name: str, label: str, shares: Mapping[str, float], filled: Mapping[str, int]) -> bool:
    if shares.get(name, 0) < NEARLY:
        return False
    # A bare number is a serial date, a code or an amount: only the label can say which.
    if name in ("date", "timestamp", "region_code", "patent_no") and all(v.strip().isdigit() for v in filled):
        return _is_named(name, label)
    return True


def _is_named(name: str, label: str) -> bool:
    return any(sign in label.casefold() for sign in _SIGNS[name])


_SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("日期", "时间", "date", "_on", "期", "rq"),
    "timestamp": ("时间", "time", "_at", "时间戳"),
    "region_code": ("区划", "地区", "地方", "region"),
    "patent_no": ("专利", "patent"),
}


def _spread(filled: Counter[str]) -> list[str]:
    """Return the commonest values, each with another shape where there are several."""
    by_shape: dict[str, str] = {}
    for value, _ in filled.most_common(200):
        by_shape.setdefault(shape(value), value)
    return list(by_shape.values())[:_EXAMPLES]


def _shown(kind: str, value: str, is_personal: bool) -> str:
    """Return a value as it may be shown: whole only where nobody can be meant by it."""
    if is_personal or kind in ("resident_id", "uscc") or has_personal_number(value):
        return shape(value)
    if kind == "text":
        return harmless(value)
    return value if len(value) <= _LINE else shape(value)
