"""Attributes that are objects: columns of members to one JSON text a row."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import orjson
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping


def as_objects(members: Mapping[str, pa.Array]) -> pa.Array:
    """Return the known members of each row as JSON, in the order of their names; null where none is known."""
    names = sorted(members)
    rows = zip(*(members[name].to_pylist() for name in names), strict=True)
    return pa.array([_object(names, row) for row in rows], pa.string())


def _object(names: list[str], values: tuple[object, ...]) -> str | None:
    known = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    return orjson.dumps(known, _as_json).decode() if known else None


def _as_json(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} is no value of a cleaner")
