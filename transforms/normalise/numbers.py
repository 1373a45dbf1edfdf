"""What a claimed number tells of itself: what its check said, and how it is shown where its body masked it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from schemas.contracts import entities
from transforms.masking import mask_id_inside
from transforms.normalise.cleaners.characters import compact
from transforms.normalise.cleaners.registry import cleaner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.contracts import Field, SourceContract

# These know no form of a number that could fail.
_FREE = frozenset({"identifier", "digest", "text"})
_UNCHECKED = pa.array(["no_check_digit", "legacy_format"])
_NOT_TRIED = pa.array(["placeholder", "unprotected"])
_CODE = re.compile(r"[0-9A-Z*×✱•●■□◆○-]+")
_LETTER_OF_CODE = re.compile("[A-WYZ]")
_HIDDEN = "********"
# DOMAIN P06: of an identity number 6 characters are shown in front, and 4 behind.
_ENDS = re.compile(r"(?P<head>[0-9]{0,6}).*?(?P<tail>[0-9]{0,4}|[0-9]{0,3}X)")
_ID_LENGTHS = (15, 18)


def checked_fields(contract: SourceContract) -> Iterator[tuple[Field, str, frozenset[str]]]:
    """Yield each field that fills a claimed number, with the prefix of its claim and the attributes that follow."""
    for claim in contract.claims:
        entity = entities()[claim.entity]
        for item in contract.fields:
            if item.name in {claim.prefix + number for number in entity.checked}:
                follow = {"check_status", "is_masked", "masked_value"} & {a.name for a in entity.attributes}
                yield item, claim.prefix, frozenset(name for name in follow if name not in claim.constants)


def told_of_numbers(contract: SourceContract) -> tuple[str, ...]:
    """Return the columns that follow from the check of claimed numbers and say something of a record."""
    return tuple(
        prefix + name for _, prefix, follow in checked_fields(contract) for name in sorted(follow - {"is_masked"})
    )


def check_status(item: Field, values: pa.Array, reasons: pa.Array) -> pa.Array:
    """Return a code of vocabulary check_status for each number; null where none is given."""
    held = values.is_valid()
    passed = "NOT_CHECKED" if cleaner(item.cleaner).name in _FREE else "PASSED"
    if reasons.null_count == len(reasons):
        return pc.if_else(held, passed, pa.scalar(None, pa.string()))
    masked = pc.fill_null(pc.equal(reasons, "masked"), False)
    unchecked = pc.and_(held, pc.is_in(reasons, _UNCHECKED))
    failed = pc.and_(reasons.is_valid(), pc.invert(pc.is_in(reasons, _NOT_TRIED)))
    cases = pc.make_struct(masked, unchecked, held, failed)
    return pc.case_when(cases, "MASKED", "NOT_CHECKED", passed, "FAILED")


def masked_value(raw: pa.Array, status: pa.Array) -> pa.Array:
    """Return the numbers that their body masked, as they may be shown; null for all others."""
    masked = pc.fill_null(pc.equal(status, "MASKED"), False)
    nothing = pa.nulls(len(raw), pa.string())
    if not masked.true_count:
        return nothing
    shown = [show_masked(text) for text in raw.filter(masked).to_pylist()]
    return pc.replace_with_mask(nothing, masked, pa.array(shown, pa.string()))


def show_masked(text: str) -> str:
    """Return a masked number; one that may be of a natural person is masked further, as DOMAIN P06 says.

    Codes of organisations hold a letter. What is no number, as a name with one behind it, is not shown.
    """
    code = compact(text)
    if not _CODE.fullmatch(code):
        return _HIDDEN
    if _LETTER_OF_CODE.search(code):
        return code
    if len(code) in _ID_LENGTHS:
        return str(mask_id_inside(code))
    ends = _ENDS.fullmatch(code)
    head, tail = (ends["head"], ends["tail"]) if ends else ("", "")
    return head + "*" * (len(code) - len(head) - len(tail)) + tail
