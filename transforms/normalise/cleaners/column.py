"""Column forms: each distinct value is cleaned once by the plain form, clean ones are recognised in bulk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.cleaners.cleaned import Cleaned

Plain = Callable[..., Cleaned]

DAYS: Final[tuple[str, ...]] = ("on", "by")
"""Days that a cleaner may ask for: the one on which something was done, and one by which it was."""

BESIDE: Final[tuple[str, ...]] = ("register", "id_type")
"""Codes that a cleaner may ask for: the register of a right, the kind of a person's document."""

Column = Callable[..., tuple[pa.Array, pa.Array]]
"""Cleans a string array: values in the cleaner's type, and reasons, row for row."""

Bulk = Callable[..., tuple[pa.Array, pa.Array]]
"""Tells which rows need no plain form and have no reason (boolean, no nulls), and the values of these rows only."""


def column_form(plain: Plain, arrow_type: pa.DataType, bulk: Bulk | None = None) -> Column:
    """Return the column form of a plain cleaner; `bulk` takes the rows that it can, the plain form the others."""

    def clean_column(raw: pa.Array, **params: Any) -> tuple[pa.Array, pa.Array]:
        raw = as_strings(raw)
        if bulk is None:
            return clean_distinct(raw, plain, arrow_type, **params)
        easy, easy_values = bulk(raw, **params)
        if easy.true_count == len(raw):
            return easy_values, pa.nulls(len(raw), pa.string())
        hard_values, hard_reasons = clean_distinct(raw.filter(pc.invert(easy)), plain, arrow_type, **params)
        if not easy.true_count:
            return hard_values, hard_reasons
        place = _places(easy)
        reasons = pa.concat_arrays([pa.nulls(easy.true_count, pa.string()), hard_reasons])
        return pa.concat_arrays([easy_values, hard_values]).take(place), reasons.take(place)

    return clean_column


def as_strings(raw: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return one plain string array."""
    if isinstance(raw, pa.ChunkedArray):
        raw = raw.combine_chunks()
    return raw if raw.type == pa.string() else raw.cast(pa.string())


def clean_distinct(raw: pa.Array, plain: Plain, arrow_type: pa.DataType, **params: Any) -> tuple[pa.Array, pa.Array]:
    """Clean each distinct value once, a missing one too, and spread the outcomes."""
    encoded = raw.dictionary_encode(null_encoding="encode")
    outcomes = [plain(value, **params) for value in encoded.dictionary.to_pylist()]
    values = pa.array([outcome.value for outcome in outcomes], arrow_type)
    reasons = pa.array([outcome.reason for outcome in outcomes], pa.string())
    return values.take(encoded.indices), reasons.take(encoded.indices)


def dated_form(plain: Plain, arrow_type: pa.DataType, changes: Callable[[], Sequence[date]]) -> Column:
    """Return the column form of a cleaner that asks for days (`DAYS`).

    `changes` are the days, in order, on which an answer may change; between two of them it does not.
    """

    def clean_column(raw: pa.Array, **params: Any) -> tuple[pa.Array, pa.Array]:
        raw = as_strings(raw)
        days = {name: params.pop(name) for name in DAYS if name in params}
        days = {name: column for name, column in days.items() if column.null_count < len(column)}
        if not days:
            return clean_distinct(raw, plain, arrow_type, **params)
        known = changes()
        since = [None, date.min, *known]
        encoded = raw.dictionary_encode(null_encoding="encode")
        texts, places = encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)
        for column in days.values():
            places = places * len(since) + _eras(column, known)
        distinct, spread = np.unique(places, return_inverse=True)
        asked = [_unfolded(place, tuple(days), since) for place in distinct.tolist()]
        outcomes = [plain(texts[row], **told, **params) for row, told in asked]
        values = pa.array([outcome.value for outcome in outcomes], arrow_type)
        reasons = pa.array([outcome.reason for outcome in outcomes], pa.string())
        return values.take(pa.array(spread)), reasons.take(pa.array(spread))

    return clean_column


def _unfolded(place: int, names: Sequence[str], since: Sequence[date | None]) -> tuple[int, dict[str, date | None]]:
    """Return the row and the days that a folded place stands for."""
    told = {}
    for name in reversed(names):
        place, era = divmod(place, len(since))
        told[name] = since[era]
    return place, told


def _eras(column: pa.Array, changes: Sequence[date]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return between which of the days a day lies: 0 where it is not known, 1 before the first."""
    days = column.to_numpy(zero_copy_only=False)
    eras: np.ndarray[Any, np.dtype[np.int64]]
    eras = np.searchsorted(np.array(changes, "datetime64[D]"), days, side="right").astype(np.int64) + 1
    eras[column.is_null().to_numpy(zero_copy_only=False)] = 0
    return eras


def paired_form(plain: Plain, arrow_type: pa.DataType, beside: str) -> Column:
    """Return the column form of a cleaner that is also given the value of another column under the name `beside`."""

    def clean_column(raw: pa.Array, **params: Any) -> tuple[pa.Array, pa.Array]:
        others = params.pop(beside, None)
        if others is None:
            return clean_distinct(as_strings(raw), plain, arrow_type, **params)
        pairs = list(zip(as_strings(raw).to_pylist(), others.to_pylist(), strict=True))
        cleaned = {pair: plain(pair[0], **{beside: pair[1]}, **params) for pair in set(pairs)}
        values = pa.array([cleaned[pair].value for pair in pairs], arrow_type)
        return values, pa.array([cleaned[pair].reason for pair in pairs], pa.string())

    return clean_column


def rewriting(pattern: str, rewrite: str = r"\0") -> Bulk:
    """Return a bulk form for the rows that the RE2 pattern matches whole; `rewrite` makes the value of its groups."""

    def rewrite_matching(raw: pa.Array, **_params: Any) -> tuple[pa.Array, pa.Array]:
        easy = matches(raw, pattern)
        chosen = raw.filter(easy)
        if rewrite == r"\0":
            return easy, chosen
        return easy, pc.replace_substring_regex(chosen, rf"\A(?:{pattern})\z", rewrite)

    return rewrite_matching


def matches(raw: pa.Array, pattern: str) -> pa.Array:
    """Say which rows the RE2 pattern matches whole; null rows do not match."""
    return pc.match_substring_regex(raw, rf"\A(?:{pattern})\z").fill_null(False)


def ascii_matrix(raw: pa.Array, width: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the bytes of strings that are all `width` bytes long, one row each; none may be null."""
    if not len(raw):
        return np.empty((0, width), np.uint8)
    offsets = np.frombuffer(raw.buffers()[1], np.int32)[raw.offset : raw.offset + len(raw) + 1]
    content = memoryview(raw.buffers()[2])[offsets[0] : offsets[-1]]
    return np.frombuffer(content, np.uint8).reshape(len(raw), width)


def _places(easy: pa.Array) -> pa.Array:
    chosen = easy.to_numpy(zero_copy_only=False)
    place = np.empty(len(chosen), np.int64)
    count = int(chosen.sum())
    place[chosen] = np.arange(count)
    place[~chosen] = np.arange(count, len(chosen))
    return pa.array(place)
