"""Which records take back what their body said before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.contracts import SourceContract
    from transforms.normalise.fields import Column

REASON: Final = "unmapped"


def withdrawn(contract: SourceContract, columns: Mapping[str, Column], size: int) -> pa.Array:
    """Say which records are withdrawals; width and case of the word do not matter."""
    if contract.withdrawal is None:
        return pa.repeat(False, size)
    name, word = contract.withdrawal
    return _is_one_of(columns[name], [word])


def doubt_states(contract: SourceContract, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return the columns with the states told that the contract does not know: one of them may be a withdrawal."""
    if contract.withdrawal is None or not contract.standing:
        return dict(columns)
    name, word = contract.withdrawal
    column = columns[name]
    unknown = pc.and_(column.values.is_valid(), pc.invert(_is_one_of(column, [word, *contract.standing])))
    doubted = replace(
        column,
        values=pc.if_else(unknown, None, column.values),
        reasons=pc.if_else(unknown, REASON, column.reasons),
    )
    return {**columns, name: doubted}


def _is_one_of(column: Column, words: Iterable[str]) -> pa.Array:
    said = _folded(column.values.cast(pa.string()))
    return pc.is_in(said, _folded(pa.array(words, pa.string()))).fill_null(False)


def _folded(texts: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(texts, form="NFKC")))
