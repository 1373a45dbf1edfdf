"""Ids and images: the first 128 bits of SHA-256 over the parts, joined so that no two lists of parts collide."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.lists import relisted

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEXADECIMAL = np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), np.uint8).reshape(256, 2)
SEPARATOR = "\x1f"
ABSENT = "\x00"
_NO_ELEMENT = "\x1d"


def hash_parts(*parts: str | None) -> str:
    """Return the id of these parts as 32 hexadecimal digits, which PostgreSQL reads as a uuid."""
    joined = SEPARATOR.join(ABSENT if part is None else part for part in parts)
    return sha256(joined.encode()).hexdigest()[:32]


def hash_columns(rows: int, parts: Sequence[pa.Array | str]) -> pa.Array:
    """Return `hash_parts` of each row; a part that is one string stands for every row."""
    return hash_joined(join_columns(rows, parts))


def join_columns(rows: int, parts: Sequence[pa.Array | str]) -> pa.Array:
    """Return the parts of each row as `hash_parts` joins them."""
    columns = [pa.repeat(part, rows) if isinstance(part, str) else as_text(part) for part in parts]
    return pc.binary_join_element_wise(*columns, SEPARATOR, null_handling="replace", null_replacement=ABSENT)


def hash_joined(joined: pa.Array) -> pa.Array:
    """Return the ids of joined parts."""
    digests = b"".join([sha256(value).digest() for value in joined.cast(pa.binary()).to_pylist()])
    return _hexadecimal(np.frombuffer(digests, np.uint8).reshape(len(joined), 32)[:, :16])


def _hexadecimal(head: np.ndarray[Any, np.dtype[np.uint8]]) -> pa.Array:
    ends = np.arange(0, 32 * len(head) + 1, 32, dtype=np.int32)
    digits = np.ascontiguousarray(_HEXADECIMAL[head])
    return pa.StringArray.from_buffers(len(head), pa.py_buffer(ends), pa.py_buffer(digits))


def as_text(column: pa.Array) -> pa.Array:
    """Return any column of cleaned values as text; the elements of a list are joined."""
    if pa.types.is_list(column.type):
        texts = column.cast(pa.list_(pa.string()))
        if (elements := texts.flatten()).null_count:
            # Joined, one element that is null makes the whole text null.
            texts = relisted(texts, pc.fill_null(elements, _NO_ELEMENT))
        return pc.binary_join(texts, "\x1e")
    return column if pa.types.is_string(column.type) else column.cast(pa.string())
