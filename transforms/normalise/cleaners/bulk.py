"""Bulk forms: what well-formed values look like, told in Arrow and numpy."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.cleaners import organisation as org
from transforms.normalise.cleaners.amount import UNITS
from transforms.normalise.cleaners.column import ascii_matrix, matches
from transforms.normalise.cleaners.dates import FIRST_YEAR, LAST_YEAR

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
MONEY = pa.decimal128(18, 2)

_CREDIT = np.full(256, 1000, np.int32)
_CREDIT[[ord(character) for character in org.ALPHABET]] = range(31)
_CREDIT_WEIGHTS = np.array([*org.WEIGHTS, 1], np.int32)
_ORG = np.zeros(256, np.int32)
_ORG[[ord(character) for character in org.ORG_ALPHABET]] = range(36)
_ORG_WEIGHTS = np.array(org.ORG_WEIGHTS, np.int32)
_ORG_CHECKS = np.frombuffer(org.ORG_CHECKS.encode(), np.uint8)
_PAIRS = np.zeros(1 << 16, bool)
_PAIRS[[ord(pair[0]) << 8 | ord(pair[1]) for pair in org.AUTHORITY_TYPES]] = True

DAYS = r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
DIGIT_DAYS = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"


def bulk_uscc(raw: pa.Array, **_params: Any) -> tuple[pa.Array, pa.Array]:
    """Keep credit codes that pass all checks as they stand."""
    fits = pc.equal(pc.binary_length(raw), 18).fill_null(False)
    codes = raw.filter(fits)
    good = np.zeros(len(raw), bool)
    if len(codes):
        good[fits.to_numpy(zero_copy_only=False)] = _credit_holds(ascii_matrix(codes, 18))
    easy = pa.array(good)
    return easy, raw.filter(easy)


def _credit_holds(codes: Bytes) -> np.ndarray[Any, np.dtype[np.bool_]]:
    index = _CREDIT[codes]
    total = index @ _CREDIT_WEIGHTS
    pairs = _PAIRS[codes[:, 0].astype(np.int32) << 8 | codes[:, 1]]
    organisation = _ORG_CHECKS[(_ORG[codes[:, 8:16]] @ _ORG_WEIGHTS) % 11] == codes[:, 16]
    holds: np.ndarray[Any, np.dtype[np.bool_]] = (
        (index < 31).all(1) & (total % 31 == 0) & (index[:, 2:8] < 10).all(1) & pairs & organisation
    )
    return holds


def bulk_date(raw: pa.Array, **_params: Any) -> tuple[pa.Array, pa.Array]:
    """Read `YYYY-MM-DD` and `YYYYMMDD`, all rows of the column in the form of its first value."""
    first = next((value.as_py() for value in raw[:8] if value.is_valid), "")
    dashed = len(first) == 10
    shaped = matches(raw, DAYS if dashed else DIGIT_DAYS)
    digits = ascii_matrix(raw.filter(shaped), 10 if dashed else 8).astype(np.int64) - ord("0")
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month = digits[:, 5:7] if dashed else digits[:, 4:6]
    day = digits[:, -2:] @ np.array([10, 1])
    months = ((year - 1970) * 12 + month @ np.array([10, 1]) - 1).astype("M8[M]")
    days = months.astype("M8[D]") + (day - 1)
    good = (days.astype("M8[M]") == months) & (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    chosen = shaped.to_numpy(zero_copy_only=False).copy()
    chosen[chosen] = good
    return pa.array(chosen), pa.array(days[good], pa.date32())


def bulk_amount(raw: pa.Array, unit: str = "元") -> tuple[pa.Array, pa.Array]:
    """Read plain decimals that are whole 分 in the unit of the column."""
    scale = UNITS[unit]
    places = 2 + scale.adjusted()
    easy = matches(raw, rf"[0-9]{{1,{16 - scale.adjusted()}}}(?:\.[0-9]{{1,{places}}})?")
    numbers = raw.filter(easy).cast(pa.decimal128(20, places))
    if scale != 1:
        numbers = pc.multiply(numbers, pa.scalar(Decimal(scale), pa.decimal128(9, 0)))
    return easy, numbers.cast(MONEY)
