"""Checks of a whole record, which every contract gets: what its fields say together, and rows that are no records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, reduce
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from schemas.contracts import entities
from transforms.normalise.cleaners.column import matches
from transforms.normalise.cleaners.said import FACTOR, compare_amount, said_pattern, says_law
from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from schemas.contracts import Claim, SourceContract
    from transforms.normalise.fields import Column

_ORDER = ("filed_on", "decided_on", "served_on", "published_on")
_TOLD = ("facts", "content", "title")


class Doubt(NamedTuple):
    """A field that is kept although something speaks against it; `where` says in which records."""

    field: str
    reason: str
    where: pa.Array


def doubts(contract: SourceContract, columns: Mapping[str, Column]) -> list[Doubt]:
    """Return what the fields of the records say against each other; a check whose fields are not sent is silent."""
    checks = (_impossible_order, _amounts, _left_over, _captured)
    found = [doubt for check in checks for doubt in check(contract, columns)]
    return [doubt for doubt in found if pc.any(doubt.where, min_count=0).as_py()]


def trial_rows(contract: SourceContract, columns: Mapping[str, Column]) -> list[Doubt]:
    """Return which records are rows that somebody made to try a system."""
    return [
        Doubt(name, "test_row", matches(columns[name].values, pattern))
        for claim in contract.claims
        for attribute, pattern in _test_patterns().items()
        if _is(columns, name := claim.prefix + attribute, pa.string())
    ]


def _is(columns: Mapping[str, Column], name: str, arrow_type: pa.DataType) -> bool:
    return name in columns and columns[name].values.type == arrow_type


@cache
def _test_patterns() -> Mapping[str, str]:
    patterns: dict[str, list[str]] = {}
    for row in read_vocabulary("test_row"):
        patterns.setdefault(row["attribute"], []).append(row["pattern"])
    return {attribute: "|".join(several) for attribute, several in patterns.items()}


def _impossible_order(contract: SourceContract, columns: Mapping[str, Column]) -> Iterator[Doubt]:
    for claim in _claims(contract, "decision"):
        names = dict.fromkeys(prefix + name for name in _ORDER for prefix in (_case_prefix(contract), claim.prefix))
        pairs = [*combinations(names, 2), (f"{claim.prefix}decided_on", f"{claim.prefix}valid_to")]
        for earlier, later in (pair for pair in pairs if all(_is(columns, name, pa.date32()) for name in pair)):
            wrong = pc.less(columns[later].values, columns[earlier].values).fill_null(False)
            yield Doubt(later, "impossible_order", wrong)


def _case_prefix(contract: SourceContract) -> str:
    return next((claim.prefix for claim in _claims(contract, "case")), "")


def _claims(contract: SourceContract, entity: str) -> Iterator[Claim]:
    return (claim for claim in contract.claims if claim.entity == entity)


def _amounts(contract: SourceContract, columns: Mapping[str, Column]) -> Iterator[Doubt]:
    """Compare each amount of a sanction with the operative part, where that names one."""
    told = [f"{claim.prefix}content" for claim in _claims(contract, "decision")]
    texts = [columns[name].values for name in told if _is(columns, name, pa.string())]
    if not texts:
        return
    for claim in contract.claims:
        for sanction, name in claim.amounts.items():
            compared = _compared(sanction, pc.coalesce(*texts), columns[name].values)
            yield from (Doubt(name, reason, pc.equal(compared, reason).fill_null(False)) for reason in FACTOR)


def _left_over(contract: SourceContract, columns: Mapping[str, Column]) -> Iterator[Doubt]:
    """Find amounts that no sanction takes: several share it, or all that are named are known and none is theirs."""
    for name, lists in _takers(contract, columns).items():
        is_sum = pc.greater(columns[name].values, 0).fill_null(False)
        is_named = reduce(pc.or_, (named.values.is_valid() for named, _ in lists))
        is_known = reduce(pc.and_, (named.reasons.is_null() for named, _ in lists), pc.and_(is_sum, is_named))
        takers = [reduce(pc.add, (_holds(named.values, k).cast(pa.int8()) for k in kinds)) for named, kinds in lists]
        yield Doubt(name, "no_such_sanction", pc.and_(is_known, pc.equal(reduce(pc.add, takers), 0)))
        yield Doubt(name, "joint_amount", pc.and_(is_sum, reduce(pc.or_, (pc.greater(n, 1) for n in takers))))


def _takers(contract: SourceContract, columns: Mapping[str, Column]) -> dict[str, list[tuple[Column, list[str]]]]:
    """Return for each amount the lists of kinds beside which it stands, each with the kinds that take it."""
    found: dict[str, list[tuple[Column, list[str]]]] = {}
    for claim in contract.claims:
        _, by = entities()[claim.entity].amounts or ("", "")
        each = contract.each_of(claim)
        for name in dict.fromkeys(claim.amounts.values()) if by in each else ():
            if not pa.types.is_list(columns[name].values.type):
                kinds = [kind for kind, taken in claim.amounts.items() if taken == name]
                found.setdefault(name, []).append((columns[each[by]], kinds))
    return found


def _holds(lists: pa.Array, wanted: str) -> pa.Array:
    places = pc.list_parent_indices(lists).filter(pc.equal(pc.list_flatten(lists), wanted))
    return pc.is_in(pa.array(range(len(lists)), pa.int64()), places.cast(pa.int64()))


def _compared(sanction: str, told: pa.Array, amounts: pa.Array) -> pa.Array:
    """Return the reason of each record; where the first amount that the text names is the amount, there is none."""
    pattern = said_pattern(sanction)
    if pattern is None or pa.types.is_list(amounts.type):
        return pa.nulls(len(told), pa.string())
    words = (pc.match_substring(told, character).fill_null(False) for character in sorted({*pattern.word}))
    named = reduce(pc.and_, words, amounts.is_valid())
    first = pc.struct_field(pc.extract_regex(told, pattern.plain), "yuan")
    agrees = pc.equal(_money(first), amounts).fill_null(False)
    hard = pc.indices_nonzero(pc.and_not(named, agrees))
    rows = zip(told.take(hard).to_pylist(), amounts.take(hard).to_pylist(), strict=True)
    reasons: list[str | None] = [None] * len(told)
    for place, (text, amount) in zip(hard.to_pylist(), rows, strict=True):
        reasons[place] = compare_amount(sanction, text, amount)
    return pa.array(reasons, pa.string())


def _money(text: pa.Array) -> pa.Array:
    return text.cast(pa.decimal128(20, 2))


def _captured(contract: SourceContract, columns: Mapping[str, Column]) -> Iterator[Doubt]:
    """Find pages and law texts that a scraper took for the words of a record."""
    phrases = "|".join(row["pattern"] for row in read_vocabulary("stop_phrase"))
    names = dict.fromkeys(claim.prefix + name for claim in contract.claims for name in _TOLD)
    for name in names:
        if not _is(columns, name, pa.string()):
            continue
        values = columns[name].values
        yield Doubt(name, "navigation_text", pc.match_substring_regex(values, phrases).fill_null(False))
        yield Doubt(name, "law_text", _law_texts(values))


def _law_texts(values: pa.Array) -> pa.Array:
    listing = pc.indices_nonzero(pc.match_substring(values, "有下列").fill_null(False))
    law = np.zeros(len(values), bool)
    law[listing.to_numpy()] = [says_law(text) for text in values.take(listing).to_pylist()]
    return pa.array(law)
