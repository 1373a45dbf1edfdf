"""Bulk forms: what well-formed values look like, told in Arrow and numpy."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.normalise.cleaners import organisation as org
from transforms.normalise.cleaners.amount import UNITS
from transforms.normalise.cleaners.characters import SUSPECT
from transforms.normalise.cleaners.column import ascii_matrix, matches
from transforms.normalise.cleaners.dates import EPOCHS, LOCAL_ZONE
from transforms.normalise.cleaners.documents import PROVINCES

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

_OPEN, _CLOSE = r"[（(〔﹝【\[［]", r"[）)〕﹞】\]］]"
# Han characters that compatibility normalisation leaves alone, but for 號: a number with it is traditional throughout.
_HAN = r"[\x{4e00}-\x{865e}\x{8660}-\x{9fff}]"
_PRIVATE_USE = r"[\x{e000}-\x{f8ff}\x{f0000}-\x{10ffff}]"
_SUSPECT = re.sub(r"\\u([0-9a-f]{4})", r"\\x{\1}", SUSPECT)
# Placeholders of five characters and more begin like this.
_NOTHING = r"\A[#(]|\A(?i:undefined)\z"
_NAME = r"[\p{Han}A-Z]*\p{Han}{2,}(?:公司|店|厂|部|中心|合作社|商行|超市|局|院)"
IDENTIFIER = r"[A-WYZ]{0,6}[0-9]*[1-9][0-9]*(?:-[0-9]+)*"
DOC_NO = (rf"({_HAN}{{2,20}}){_OPEN}(20[0-9]{{2}}){_CLOSE}0{{0,5}}([1-9][0-9]{{0,9}})号", r"\1〔\2〕\3号")
_COURT = rf"(?:最高法|[{PROVINCES}](?:[0-9]{{4}}|[0-9]{{2}})?)知?(?:民初|民终|民申|刑初|刑终|行初|行终|行审|执)"
COURT_CASE_NO = (rf"{_OPEN}(20[0-9]{{2}}){_CLOSE}({_COURT})0{{0,2}}([1-9][0-9]{{0,5}})号", r"(\1)\2\3号")
# Days that exist in every year; 29 February is left to the plain form.
_MONTH_DAY = r"(0[1-9]|1[0-2]){0}(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2]){0}(29|30)|(0[13578]|1[02]){0}(31)"
# The last day of 2099 is none.
_DASHED = rf"(?:19[0-9]|20[0-8])[0-9]-(?:{_MONTH_DAY.format('-')})"
_COMPACT = rf"(?:19[0-9]|20[0-8])[0-9](?:{_MONTH_DAY.format('')})"
_MOMENT = rf"20[0-8][0-9]-(?:{_MONTH_DAY.format('-')})"
_CHINA = "+08:00"
_CLOCK = r"[T ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
_COUNT = {"s": "[1-3][0-9]{9}", "ms": "[1-3][0-9]{12}"}
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-2]):[0-5][0-9])"


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


def bulk_party_name(raw: pa.Array, **_params: Any) -> tuple[pa.Array, pa.Array]:
    """Keep names of companies and shops in which nothing may join two of them, and that are not two."""
    may_be_two = pc.match_substring_regex(raw, "[及和与]|有限(?:责任)?公司.+有限(?:责任)?公司").fill_null(False)
    easy = pc.and_not(matches(raw, _NAME), may_be_two)
    return easy, raw.filter(easy)


def bulk_text(raw: pa.Array, **_params: Any) -> tuple[pa.Array, pa.Array]:
    """Keep texts of five characters and more, with a letter among them, that hold nothing to strip or to flag."""
    easy = pc.and_(
        pc.match_substring_regex(raw, r"(?s)\A.{5}").fill_null(False),
        pc.match_substring_regex(raw, r"\p{L}").fill_null(False),
    )
    suspect = pc.match_substring_regex(raw, rf"{_SUSPECT}|{_PRIVATE_USE}|{_NOTHING}").fill_null(False)
    easy = pc.and_not(easy, suspect)
    return easy, raw.filter(easy)


def bulk_date(raw: pa.Array, epoch: str = "", zone: str = LOCAL_ZONE, **_params: Any) -> tuple[pa.Array, pa.Array]:
    """Read `YYYY-MM-DD`, or `YYYYMMDD` or a moment of this century in China where the column begins with that.

    Of a column that is told to count in `epoch`, its counts.
    """
    easy, moments = _bulk_epoch(raw, epoch)
    if easy.true_count:
        return easy, pc.local_timestamp(moments.cast(pa.timestamp("us", zone))).cast(pa.date32(), safe=False)
    first = next((value.as_py() for value in raw[:8] if value.is_valid), "")
    if len(first) == 8:
        easy = matches(raw, _COMPACT)
        days = pc.replace_substring_regex(raw.filter(easy), r"(....)(..)(..)", r"\1-\2-\3")
    elif first.endswith(_CHINA) and zone == LOCAL_ZONE:
        easy = matches(raw, _MOMENT + _CLOCK + re.escape(_CHINA))
        days = pc.utf8_slice_codeunits(raw.filter(easy), 0, 10)
    else:
        easy = matches(raw, _DASHED)
        days = raw.filter(easy)
    return easy, days.cast(pa.date32())


def bulk_date_precision(raw: pa.Array, **params: Any) -> tuple[pa.Array, pa.Array]:
    """Say nothing of whole days."""
    easy, days = bulk_date(raw, **params)
    return easy, pa.nulls(len(days), pa.string())


def _bulk_epoch(raw: pa.Array, epoch: str) -> tuple[pa.Array, pa.Array]:
    """Read the counts of the years 2001 to 2096."""
    moment = pa.timestamp("us", "UTC")
    if not epoch:
        return pa.repeat(False, len(raw)), pa.nulls(0, moment)
    easy = matches(raw, _COUNT[epoch])
    return easy, pc.multiply(raw.filter(easy).cast(pa.int64()), EPOCHS[epoch][1]).cast(moment)


def bulk_timestamp(raw: pa.Array, zone: str = LOCAL_ZONE, epoch: str = "", **_params: Any) -> tuple[pa.Array, pa.Array]:
    """Read ISO 8601 moments of this century with seconds and offset, or without one if the zone is China's.

    Of a column that is told to count in `epoch`, its counts.
    """
    easy, moments = _bulk_epoch(raw, epoch)
    if easy.true_count:
        return easy, moments
    moment = pa.timestamp("us", "UTC")
    easy = matches(raw, _MOMENT + _CLOCK + _OFFSET)
    if easy.true_count or zone != LOCAL_ZONE:
        return easy, raw.filter(easy).cast(moment)
    easy = matches(raw, _MOMENT + _CLOCK)
    local = raw.filter(easy).cast(pa.timestamp("us"))
    # China has kept UTC+8 without summer time since 1992.
    return easy, pc.subtract(local, pa.scalar(timedelta(hours=8), pa.duration("us"))).cast(moment)


def bulk_amount(raw: pa.Array, unit: str = "元") -> tuple[pa.Array, pa.Array]:
    """Read plain decimals that are whole 分 in the unit of the column."""
    scale = UNITS[unit]
    places = 2 + scale.adjusted()
    easy = matches(raw, rf"[0-9]{{1,{16 - scale.adjusted()}}}(?:\.[0-9]{{1,{places}}})?")
    numbers = raw.filter(easy).cast(pa.decimal128(20, places))
    if scale != 1:
        numbers = pc.multiply(numbers, pa.scalar(Decimal(scale), pa.decimal128(9, 0)))
    return easy, numbers.cast(MONEY)
