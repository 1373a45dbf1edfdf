"""Rows on their way to `staged`."""

from __future__ import annotations

import pyarrow as pa

from transforms.normalise.staging import as_csv


def test_a_part_without_rows_writes_nothing() -> None:
    rows = pa.table({"name": ["甲\n乙", None], "count": [1, 2]})
    none = rows.schema.empty_table()
    for parts in ([rows], [none, rows], [rows, none], [none, none, rows, none]):
        assert as_csv(pa.concat_tables(parts)).tobytes() == '"甲\n乙",1\n,2\n'.encode()
    assert as_csv(none).tobytes() == b""
