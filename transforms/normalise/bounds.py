"""What no such thing can have: a sentence of a million years, fewer goods than none, a name of a page, no country."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contracts import entities
from transforms.normalise.cleaners.vocabulary import clean_code
from transforms.normalise.lists import relisted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.contracts import SourceContract
    from transforms.normalise.fields import Column

REASON: Final = "out_of_range"
TOO_LONG: Final = "length"
_WIDE: Final = pa.decimal128(38, 2)


def empty_the_impossible(contract: SourceContract, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns without the values that their attribute cannot have; each is told with its reason."""
    left = dict(columns)
    for claim in contract.claims:
        each = contract.each_of(claim)
        for attribute in entities()[claim.entity].attributes:
            name = each.get(attribute.name, claim.prefix + attribute.name)
            if attribute.bounds and name in columns:
                left[name] = _within(left[name], *attribute.bounds)
            if (vocabulary := entities()[claim.entity].codes.get(attribute.name)) and name in columns:
                left[name] = _coded(left[name], vocabulary)
    return left


def _coded(column: Column, vocabulary: str) -> Column:
    """Return the codes of terms, as a field of cleaner `code` has them already."""
    if column.elements is not None or not pa.types.is_string(column.values.type):
        return column
    texts = column.values.dictionary_encode()
    outcomes = [clean_code(text, vocabulary) for text in texts.dictionary.to_pylist()]
    values = pa.array([outcome.value for outcome in outcomes], pa.string()).take(texts.indices)
    reasons = pa.array([outcome.reason for outcome in outcomes], pa.string()).take(texts.indices)
    return replace(column, values=values, reasons=pc.coalesce(reasons, column.reasons))


def _within(column: Column, least: Decimal | None, most: Decimal | None) -> Column:
    listed = pa.types.is_list(column.values.type)
    values = column.values.flatten() if listed else column.values
    beyond, reason = _beyond(values, least, most), TOO_LONG if pa.types.is_string(values.type) else REASON
    if not beyond.true_count:
        return column
    kept = pc.if_else(beyond, None, values)
    if not listed:
        return replace(column, values=kept, reasons=pc.if_else(beyond, reason, column.reasons))
    parents = pc.list_parent_indices(column.values).filter(beyond).unique()
    hit = pc.is_in(pa.array(range(len(column.values)), pa.int64()), parents.cast(pa.int64()))
    reasons = pc.if_else(hit, reason, column.reasons)
    if column.elements is None:
        return replace(column, values=relisted(column.values, kept), reasons=reasons)
    elements = relisted(column.values, pc.if_else(beyond, reason, column.elements.flatten()))
    return replace(column, values=relisted(column.values, kept), reasons=reasons, elements=elements)


def _beyond(values: pa.Array, least: Decimal | None, most: Decimal | None) -> pa.Array:
    """Say which numbers are below the least or above the most, of texts which are longer."""
    beyond = pa.repeat(False, len(values))
    if pa.types.is_string(values.type):
        # PostgreSQL has no room in an index for a page.
        return pc.greater(pc.utf8_length(values), int(most)).fill_null(False) if most is not None else beyond
    if not (pa.types.is_integer(values.type) or pa.types.is_decimal(values.type)):
        return beyond
    # Arrow compares no integer of 64 bits with a decimal of fewer digits.
    wide = values.cast(_WIDE)
    if least is not None:
        beyond = pc.or_(beyond, pc.less(wide, pa.scalar(least, _WIDE)).fill_null(False))
    if most is not None:
        beyond = pc.or_(beyond, pc.greater(wide, pa.scalar(most, _WIDE)).fill_null(False))
    return beyond
