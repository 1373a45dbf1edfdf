"""Measure a written pack file, block by block: its rows, its columns, its key, and what must not be in it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, dataset

from quality.identity_numbers import SUSPECT, holds_resident_id, is_uscc
from schemas.changes import ADDED, CHANGES, REMOVED, change_causes
from schemas.packs import PackTable

BLOCK_ROWS = 65_536
_PERSONS = pa.array(["PERSON", "FOREIGN_PERSON"])


def measure_file(path: Path, table: PackTable) -> dict[str, float]:
    """Read a file once and return its measures; memory grows by eight bytes a row, for the hashes of the key."""
    allowed = {column.name for column in table.written}
    counts: Counter[str] = Counter()
    hashes: list[np.ndarray[tuple[int], np.dtype[np.uint64]]] = []
    source = _open(path)
    present = set(source.schema.names)
    required = [c.name for c in table.written if (c.required or c.name in table.key) and c.name in present]
    is_delta = {"change", "cause"} <= allowed & present
    for block in source.to_batches(batch_size=BLOCK_ROWS):
        counts["rowCount"] += block.num_rows
        counts["emptyRequired"] += sum(block.column(name).null_count for name in required)
        counts["idNumbers"] += sum(_count_ids(block, name) for name in block.schema.names)
        counts["unmaskedNames"] += _count_unmasked(block)
        if is_delta:
            counts.update(_measure_delta(block, table.key))
        if present.issuperset(table.key):
            hashes.append(_hash_keys(block, table.key))
    keys = np.concatenate(hashes) if hashes else np.empty(0, np.uint64)
    return {
        **{name: float(counts[name]) for name in ("rowCount", "emptyRequired", "idNumbers", "unmaskedNames")},
        "forbiddenColumns": float(len(present - allowed)),
        "missingColumns": float(len(allowed - present)),
        "duplicateKeys": float(counts["rowCount"] - np.unique(keys).size),
        **({name: float(counts[name]) for name in ("growth", "removedValues", "unknownWords")} if is_delta else {}),
    }


def _measure_delta(block: pa.RecordBatch, key: tuple[str, ...]) -> dict[str, int]:
    """Measure what only a delta has: by how much it lets its table grow, and what it says of rows that left."""
    changes, causes = block.column("change"), block.column("cause")
    removed = pc.fill_null(pc.equal(changes, REMOVED), False)
    values = block.filter(removed).drop_columns(["change", "cause", *(set(key) & set(block.schema.names))])
    known = pc.and_(pc.is_in(changes, pa.array(CHANGES)), pc.is_in(causes, pa.array(list(change_causes()))))
    return {
        "growth": _count_true(pc.equal(changes, ADDED)) - _count_true(removed),
        "removedValues": sum(len(cells) - cells.null_count for cells in values.columns),
        "unknownWords": block.num_rows - _count_true(known),
    }


def _count_true(cells: pa.Array) -> int:
    return pc.sum(cells).as_py() or 0


def _open(path: Path) -> dataset.Dataset:
    if path.suffix == ".parquet":
        return dataset.dataset(path, format="parquet")
    parse = csv.ParseOptions(newlines_in_values=True)
    header = csv.open_csv(path, parse_options=parse).schema.names
    convert = csv.ConvertOptions(
        column_types=dict.fromkeys(header, pa.string()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    return dataset.dataset(path, format=dataset.CsvFileFormat(parse_options=parse, convert_options=convert))


def _hash_keys(block: pa.RecordBatch, key: tuple[str, ...]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    rows = zip(*(block.column(name).to_pylist() for name in key), strict=True)
    return np.fromiter((_hash(row) for row in rows), np.uint64, block.num_rows)


def _hash(row: tuple[object, ...]) -> int:
    return int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=8).digest(), "big")


def _count_ids(block: pa.RecordBatch, name: str) -> int:
    cells = block.column(name)
    if pa.types.is_integer(cells.type):
        cells = cells.cast(pa.string())
    if not pa.types.is_string(cells.type):
        return 0
    suspects = cells.filter(pc.match_substring_regex(cells, SUSPECT))
    may_be_uscc = name.endswith("uscc")
    return sum(holds_resident_id(cell) and not (may_be_uscc and is_uscc(cell)) for cell in suspects.to_pylist())


def _count_unmasked(block: pa.RecordBatch) -> int:
    return sum(
        _count_unmasked_names(block.column(name), block.column(kind))
        for name, kind in _name_columns(block.schema.names)
    )


def _name_columns(names: list[str]) -> Iterator[tuple[str, str]]:
    """Give each column of party names with the column that says which parties are persons."""
    for kind in names:
        if kind.endswith("party_type"):
            form = re.compile(re.escape(kind.removesuffix("party_type")) + "(party_)?name(_[a-z]+)?")
            yield from ((name, kind) for name in names if form.fullmatch(name))


def _count_unmasked_names(names: pa.Array, kinds: pa.Array) -> int:
    """Count names of persons that show more than a surname; a foreign name is masked to its first letter (P06)."""
    person = pc.fill_null(pc.is_in(kinds, _PERSONS), False)
    shown = pc.and_(pc.invert(pc.match_substring(names, "某")), pc.greater(pc.utf8_length(names), 1))
    return pc.sum(pc.and_(person, pc.fill_null(shown, False))).as_py() or 0
