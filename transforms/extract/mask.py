"""Apply the masking rules of a pack contract to its rows, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import pairwise
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from schemas.packs import PackTable
from transforms.masking import (
    distinguish,
    mask_id_outside_column,
    mask_name_column,
    mask_unnamed_column,
)

_ID_BYTES: Final = 16
_COMPANIES: Final = ("LEGAL", "FOREIGN_LEGAL")
# 92: registered as 个体工商户 (GB 32100-2015, table 1), whatever party type the body gives.
_SOLE_CODE: Final = "92"


def mask_rows(batches: Iterable[pa.RecordBatch], table: PackTable, key: bytes) -> Iterator[pa.Table]:
    """Mask the rows of a table; the rows of one case must follow each other. `key` is the recipient's."""
    if any(column.masking == "name_outside" for column in table.columns):
        batches = whole_cases(batches)
    for batch in batches:
        yield _masked(batch, table, key)


def whole_cases(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut a stream anew so that no case spans two batches."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        cut = _last_case(batch)
        if waiting and (cut or batch.column("case_id")[0] != waiting[-1].column("case_id")[0]):
            yield pa.concat_batches([*waiting, batch.slice(0, cut)])
            waiting = []
        elif cut:
            yield batch.slice(0, cut)
        waiting.append(batch.slice(cut))
    if waiting:
        yield pa.concat_batches(waiting)


def _last_case(batch: pa.RecordBatch) -> int:
    cases = batch.column("case_id")
    place = int(batch.num_rows) - 1
    while place > 0 and cases[place - 1] == cases[place]:
        place -= 1
    return place


def _masked(batch: pa.RecordBatch, table: PackTable, key: bytes) -> pa.Table:
    ids = {c.name: keyed_ids(batch.column(c.name), key) for c in table.written if c.masking == "keyed_id"}
    written: dict[str, pa.Array] = {}
    for column in table.written:
        values = batch.column(column.name)
        if column.masking == "keyed_id":
            values = ids[column.name]
        elif column.masking == "name_outside":
            values = _names(batch, values, ids)
        elif column.masking == "code_outside":
            values = _codes(batch, values)
        written[column.name] = values
    return pa.table(written)


def keyed_ids(ids: pa.Array, key: bytes) -> pa.Array:
    """Replace ids by keyed hashes: ours are plain, so that trying names or codes would find the masked one."""
    encoded = ids.dictionary_encode()
    keyed = blake2b(digest_size=_ID_BYTES, key=key)
    return pa.array([_keyed(one, keyed) for one in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _keyed(one: str, keyed: blake2b) -> str:
    state = keyed.copy()
    state.update(one.encode())
    digits = state.hexdigest()
    # Hyphens, so that no run of digits is as long as an identity number.
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _names(batch: pa.RecordBatch, names: pa.Array, ids: Mapping[str, pa.Array]) -> pa.Array:
    types, cases = batch.column("party_type"), ids["case_id"].to_pylist()
    masked = mask_name_column(names, types)
    masked = pc.if_else(_is_unnamed(batch), mask_unnamed_column(masked, types), masked).to_pylist()
    parties = ids["party_id"].to_pylist()
    starts = [0, *(place for place, (one, two) in enumerate(pairwise(cases), 1) if one != two), len(cases)]
    for start, end in pairwise(starts):
        if end - start > 1:
            masked[start:end] = distinguish(masked[start:end], parties[start:end])
    return pa.array(masked, pa.string())


def _codes(batch: pa.RecordBatch, codes: pa.Array) -> pa.Array:
    company = pc.fill_null(pc.is_in(batch.column("party_type"), pa.array(_COMPANIES)), False)
    shown = pc.and_(pc.and_(company, pc.invert(_is_unnamed(batch))), pc.invert(pc.starts_with(codes, _SOLE_CODE)))
    return pc.if_else(pc.fill_null(shown, False), codes, mask_id_outside_column(codes))


def _is_unnamed(batch: pa.RecordBatch) -> pa.Array:
    return pc.and_(batch.column("is_open"), pc.not_equal(batch.column("role"), "RIGHT_HOLDER"))
