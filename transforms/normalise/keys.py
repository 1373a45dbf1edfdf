"""Record keys: what makes a record the same record when it comes again; null where nothing tells."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.cleaners.characters import compact, is_masked
from transforms.normalise.identity import as_text, hash_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.contracts import SourceContract
    from transforms.normalise.fields import Column
    from transforms.normalise.rules import Rules

    Documents = Sequence[Mapping[str, Any] | None]

_NAME = "name_raw"
# As much as the name of an authority may have in canonical: a page tells none.
_LONGEST_AUTHORITY = 300
_NUMBERS = ("uscc", "id_token")
# PostgreSQL has room in an index for 2,704 bytes.
LONGEST_KEY = 600


def record_keys(
    contract: SourceContract, columns: Mapping[str, Column], documents: Documents, rules: Rules
) -> pa.Array:
    """Return the key of each record; null, and a rule, where it is too long or a part of it is missing.

    The authority only adds to it. A name that is masked may be of several people (DOMAIN 0.8): the party's number,
    masked or not, is then part of it.
    """
    parts = _parts(contract, columns, documents)
    key = pc.binary_join_element_wise(*parts.values(), "|", null_handling="emit_null")
    long = pc.greater(pc.utf8_length(key), LONGEST_KEY)
    share = (LONGEST_KEY + 1 - len(parts)) // len(parts)
    for name, part in parts.items():
        where = pc.and_(long, pc.greater(pc.utf8_length(part), share))
        label = contract.field_named(name).label
        expected = f"{label} is short: the record key has at most {LONGEST_KEY} characters"
        rules.add(where, "key_too_long", name, expected, f"correct {label} and send the record again")
    key = pc.if_else(long, None, key)
    nothing = pc.and_(key.is_null(), pc.invert(rules.mask))
    expected = f"{', '.join(contract.key)} are readable"
    rules.add(nothing, "key_missing", "", expected, "correct the record key and send the record again")
    return key


def _parts(contract: SourceContract, columns: Mapping[str, Column], documents: Documents) -> dict[str, pa.Array]:
    parts = {}
    for name in contract.key:
        values = as_text(columns[name].values)
        if contract.field_named(name).classification == "PI_BASIC":
            values = _hashed(contract, columns, documents, name, values)
        if contract.field_named(name).cleaner == "agency_key":
            told = pc.less_equal(pc.utf8_length(values), _LONGEST_AUTHORITY).fill_null(False)
            values = pc.if_else(told, values, "")
        parts[name] = values
    return parts


def _hashed(
    contract: SourceContract, columns: Mapping[str, Column], documents: Documents, name: str, values: pa.Array
) -> pa.Array:
    hashed = hash_columns(len(values), [values])
    if name.endswith(_NAME):
        masked = pa.array([text is not None and is_masked(text) for text in values.to_pylist()], pa.bool_())
        numbers = _numbers(contract, columns, documents, name.removesuffix(_NAME)) if masked.true_count else []
        if numbers:
            told = reduce(pc.or_, [number.is_valid() for number in numbers])
            hashed = pc.if_else(pc.and_(masked, told), hash_columns(len(values), [values, *numbers]), hashed)
    return pc.if_else(values.is_valid(), pc.utf8_slice_codeunits(hashed, 0, 16), None)


def _numbers(
    contract: SourceContract, columns: Mapping[str, Column], documents: Documents, prefix: str
) -> list[pa.Array]:
    """Return the numbers of a party, each as it is known: the number, its token, or what tells its mask from others."""
    found = []
    for item in contract.fields:
        if item.name in {prefix + number for number in _NUMBERS} and not item.array:
            reasons = columns[item.name].reasons.to_pylist()
            raw = [
                (d or {}).get(item.label) if why == "masked" else None
                for d, why in zip(documents, reasons, strict=True)
            ]
            masked = pa.array([_mark(one) for one in raw], pa.string())
            found.append(pc.coalesce(as_text(columns[item.name].values), masked))
    return found


def _mark(raw: Any) -> str | None:
    """Return what tells a masked number from another: of a protected one the token that collect made of the mask."""
    if isinstance(raw, dict):
        return raw.get("masked") or raw.get("mask")
    return compact(raw) if isinstance(raw, str) else None
