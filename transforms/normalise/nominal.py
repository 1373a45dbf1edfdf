"""Texts that may name nobody: what an entity keeps only while nothing in it looks like a name, a number or a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contracts import entities
from transforms.normalise.checks import Doubt
from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from schemas.contracts import SourceContract
    from transforms.normalise.fields import Column

# People set blanks and hyphens between the digits of a number.
_SET_APART: Final = "([0-9])[ \u00a0-]([0-9X])"
_TIMES: Final = 2


def nominal_rows(contract: SourceContract, columns: Mapping[str, Column]) -> Iterator[Doubt]:
    """Yield which records tell of somebody in a text that may name nobody, by the first rule that says so."""
    for name in guarded_fields(contract):
        texts = _folded(columns[name].values)
        told = pa.repeat(False, len(texts))
        for rule, pattern in _patterns().items():
            found = pc.match_substring_regex(texts, pattern).fill_null(False)
            yield Doubt(name, rule, pc.and_not(found, told))
            told = pc.or_(told, found)


def guarded_fields(contract: SourceContract) -> tuple[str, ...]:
    """Return the fields that fill an attribute which may name nobody."""
    names = {claim.prefix + name for claim in contract.claims for name in entities()[claim.entity].non_nominal}
    return tuple(item.name for item in contract.fields if item.name in names)


def _folded(values: pa.Array) -> pa.Array:
    """Return each text in half-width, followed by itself with its numbers in one piece."""
    texts = pc.binary_join(values, "\n") if pa.types.is_list(values.type) else values
    text = pc.utf8_normalize(texts, "NFKC")
    dense = text
    for _ in range(_TIMES):
        dense = pc.replace_substring_regex(dense, f"(?i){_SET_APART}", r"\1\2")
    return pc.binary_join_element_wise(text, dense, "\n")


@cache
def _patterns() -> Mapping[str, str]:
    """Return one pattern a rule; what stands within a longer word or number is none."""
    patterns: dict[str, list[str]] = {}
    for row in read_vocabulary("nominal_content"):
        patterns.setdefault(row["rule"], []).append(row["pattern"])
    edge = "[^0-9A-Za-z]"
    return {rule: f"(?i)(?:^|{edge})(?:{'|'.join(several)})(?:$|{edge})" for rule, several in patterns.items()}
