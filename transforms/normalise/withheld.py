"""Free text about a trade secret, which is not loaded: of such a case only codes are kept (DOMAIN P13)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.lists import relisted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.contracts import SourceContract
    from transforms.normalise.fields import Column

REASON: Final = "trade_secret"
_RIGHT: Final = "TS"
# Attributes that hold what a body writes in words of its own.
_WORDS: Final = {
    "case": ("facts", "goods", "title"),
    "decision": ("content",),
    "goods_item": ("description", "brand"),
    "matter": ("title",),
}


def withhold(contract: SourceContract, columns: Mapping[str, Column]) -> Mapping[str, Column]:
    """Return the columns without the words of records about a trade secret; each is told with its reason."""
    rights = [columns[name] for name in _named(contract, {"case": ("ip_right_type",)}) if name in columns]
    secret = pa.repeat(False, len(next(iter(columns.values())).values))
    for right in rights:
        secret = pc.or_(secret, pc.equal(right.values, _RIGHT).fill_null(False))
        # Only the article on trade secrets means one right in one version of its law and none in another.
        secret = pc.or_(secret, pc.equal(right.reasons, "ambiguous").fill_null(False))
    if not secret.true_count:
        return columns
    names = [name for name in _named(contract, _WORDS) if name in columns]
    return {**columns} | {name: _without(columns[name], secret) for name in names}


def _named(contract: SourceContract, attributes: Mapping[str, tuple[str, ...]]) -> list[str]:
    return [
        contract.each_of(claim).get(name, claim.prefix + name)
        for claim in contract.claims
        for name in attributes.get(claim.entity, ())
    ]


def _without(column: Column, secret: pa.Array) -> Column:
    told = pc.and_(secret, column.values.is_valid())
    reasons = pc.if_else(told, REASON, column.reasons)
    if not pa.types.is_list(column.values.type):
        return replace(column, values=pc.if_else(secret, None, column.values), reasons=reasons)
    hidden = secret.take(pc.list_parent_indices(column.values))
    kept = relisted(column.values, pc.if_else(hidden, None, column.values.flatten()))
    if column.elements is None:
        return replace(column, values=kept, reasons=reasons)
    elements = relisted(column.values, pc.if_else(hidden, REASON, column.elements.flatten()))
    return replace(column, values=kept, reasons=reasons, elements=elements)
