"""Several parties that stand as one name: a number beside them is of one of them, and nobody knows of which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contracts import entities
from transforms.normalise.cleaners.cleaned import SEVERAL
from transforms.normalise.fields import Column
from transforms.normalise.lists import relisted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.contracts import Claim, SourceContract


def disown_numbers(contract: SourceContract, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns without the numbers of one (`ofOne` of an entity) beside the name of several."""
    left = dict(columns)
    for claim in contract.claims:
        name, numbers = entities()[claim.entity].of_one or ("", ())
        named = _name(contract, claim, name, columns)
        if named is None:
            continue
        for number in (claim.prefix + number for number in numbers):
            if number in columns:
                left[number] = _disowned(left[number], named)
    return left


def _name(contract: SourceContract, claim: Claim, name: str, columns: Mapping[str, Column]) -> Column | None:
    """Return the names beside which numbers are of one; names that are taken apart have numbers that are too."""
    reference, _, name = name.rpartition(".")
    if reference:
        attribute = next(a for a in entities()[claim.entity].references if a.name == reference)
        claim = contract.claim_of(claim, attribute) or claim
    is_apart = not isinstance(claim.each, str) and name in claim.each
    return None if is_apart else columns.get(claim.prefix + name)


def _disowned(number: Column, named: Column) -> Column:
    if number.elements is None or named.elements is None:
        return Column(*_without(number.values, number.reasons, named.reasons))
    values, elements = _without(number.values.flatten(), number.elements.flatten(), named.elements.flatten())
    return replace(number, values=relisted(number.values, values), elements=relisted(number.elements, elements))


def _without(values: pa.Array, reasons: pa.Array, named: pa.Array) -> tuple[pa.Array, pa.Array]:
    where = pc.and_(pc.is_in(named, pa.array(sorted(SEVERAL))), values.is_valid())
    return pc.if_else(where, None, values), pc.if_else(where, named, reasons)
