"""Lists that stand side by side in one record, such as names and their codes: one row per element."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.contracts import SourceContract

UNEQUAL = "unequal_lists"
JOINT = "、"


class _Column(Protocol):
    @property
    def values(self) -> pa.Array: ...
    @property
    def reasons(self) -> pa.Array: ...


C = TypeVar("C", bound="_Column")


def agree(lists: Sequence[pa.Array]) -> pa.Array:
    """Say of each record whether its lists are equally long; a list that is missing agrees with any."""
    lengths = [pc.list_value_length(one) for one in lists]
    first = pc.coalesce(*lengths)
    agreed = pa.repeat(True, len(first))
    for length in lengths:
        agreed = pc.and_(agreed, pc.fill_null(pc.equal(length, first), True))
    return agreed


def side_by_side(lists: Mapping[str, pa.Array]) -> tuple[pa.Array, pa.Array, dict[str, pa.Array]]:
    """Return for each element its record, its place from 1, and its value in each list.

    Lists that do not agree stay one group: the first list is told whole in one text, of the others nothing is taken.
    """
    columns = list(lists.values())
    agreed = agree(columns)
    length = pc.fill_null(pc.coalesce(*map(pc.list_value_length, columns)), 0)
    lengths = pc.if_else(agreed, length, 1).to_numpy(zero_copy_only=False).astype(np.int64)
    parents = np.repeat(np.arange(len(lengths)), lengths)
    places = np.arange(len(parents)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    records = pa.array(parents, pa.int64())
    whole = agreed.take(records)
    values = {name: _elements(one, records, places, whole) for name, one in lists.items()}
    if not pc.all(whole, min_count=0).as_py():
        name, one = next(iter(lists.items()))
        values[name] = pc.if_else(whole, values[name], _told(one).take(records))
    return records, pa.array(places + 1, pa.int64()), values


def _elements(one: pa.Array, records: pa.Array, places: np.ndarray[Any, Any], whole: pa.Array) -> pa.Array:
    lengths = pc.fill_null(pc.list_value_length(one), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    starts = pa.array(np.cumsum(lengths) - lengths, pa.int64()).take(records)
    wanted = pc.add(starts, pa.array(places, pa.int64()))
    present = pc.and_(whole, one.is_valid().take(records))
    return pc.list_flatten(one).take(pc.if_else(present, wanted, None))


def relisted(lists: pa.Array, elements: pa.Array) -> pa.Array:
    """Return lists as long as these, and missing where these are, of other elements."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), elements, mask=lists.is_null())


def level(lists: Sequence[pa.Array]) -> list[pa.Array]:
    """Return the lists of one array, each as long as the longest of its record: what is missing is null."""
    lengths = [pc.list_value_length(one) for one in lists]
    longest = pc.max_element_wise(*lengths)
    return [one if own.equals(longest) else _stretched(one, longest) for one, own in zip(lists, lengths, strict=True)]


def _stretched(one: pa.Array, lengths: pa.Array) -> pa.Array:
    sizes = pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False).astype(np.int64)
    own = pc.fill_null(pc.list_value_length(one), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    places = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    wanted = np.repeat(np.cumsum(own) - own, sizes) + places
    at = pa.array(wanted, pa.int64(), mask=places >= np.repeat(own, sizes))
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), one.flatten().take(at), mask=lengths.is_null())


def count_among(*columns: pa.Array) -> pa.Array:
    """Return for each row the how many-th it is of the rows that are equal to it in these columns, from 1."""
    size, codes = len(columns[0]), _codes(*columns)
    order = np.argsort(codes, kind="stable")
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes[order])) + 1])[:size]
    counts = np.empty(size, np.int64)
    counts[order] = np.arange(size) - np.repeat(starts, np.diff([*starts, size]))
    return pa.array(counts + 1, pa.int64())


def _codes(*columns: pa.Array) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return one number for each row, equal where the columns are, from 0."""
    size = len(columns[0])
    codes = np.zeros(size, np.int64)
    for column in columns:
        indices = column.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False)
        _, codes = np.unique(codes * (size + 1) + indices, return_inverse=True)
    return codes


def place_among(groups: pa.Array, values: pa.Array) -> pa.Array:
    """Return for each row the how many-th different value of its group it has, from 1; a missing one has no place."""
    codes = _codes(groups, values)
    _, first = np.unique(codes, return_index=True)
    is_first = np.zeros(len(values), bool)
    is_first[first] = True
    is_first &= values.is_valid().to_numpy(zero_copy_only=False)
    places = np.zeros(len(values), np.int64)
    places[is_first] = count_among(groups.filter(pa.array(is_first))).to_numpy()
    return pc.if_else(values.is_valid(), pa.array(places[first][codes]), None)


def count_distinct(groups: pa.Array, values: pa.Array) -> pa.Array:
    """Return for each row how many different values its group has; what is missing is no value."""
    pairs = pa.table({"group": groups, "value": values}).group_by("group").aggregate([("value", "count_distinct")])
    return pairs["value_count_distinct"].combine_chunks().take(pc.index_in(groups, pairs["group"].combine_chunks()))


def _told(one: pa.Array) -> pa.Array:
    """Return a list of texts as one text; nothing of what is no text."""
    is_text = pa.types.is_string(one.type.value_type)
    return pc.binary_join(one, JOINT) if is_text else pa.nulls(len(one), one.type.value_type)


def doubt_unequal(contract: SourceContract, columns: Mapping[str, C]) -> dict[str, C]:
    """Return the columns, with a reason on the first of the lists that a claim sets side by side and that differ."""
    doubted = dict(columns)
    for claim in contract.claims:
        # The lists of one array agree.
        if not isinstance(claim.each, str) and len(claim.each) > 1:
            first = next(iter(claim.each.values()))
            agreed = agree([columns[name].values for name in claim.each.values()])
            column: Any = doubted[first]
            doubted[first] = replace(column, reasons=pc.if_else(agreed, column.reasons, UNEQUAL))
    return doubted


def typed(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Return a column as the type of its attribute; a list that is not taken apart becomes one text."""
    if pa.types.is_list(column.type):
        column = pc.binary_join(column.cast(pa.list_(pa.string())), JOINT)
    if pa.types.is_integer(column.type) and pa.types.is_decimal(wanted):
        # Arrow casts no integer to fewer digits than 64 bits may have.
        column = column.cast(pa.decimal128(38, wanted.scale))
    if pa.types.is_decimal(column.type) and pa.types.is_integer(wanted):
        # A weight in parts is no number of pieces.
        column = pc.if_else(pc.equal(column, pc.floor(column)), column, None)
    return column.cast(wanted)
