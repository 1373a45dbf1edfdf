"""Pack files: what PostgreSQL sends arrives unchanged, safe in spreadsheets, and byte for byte the same each time."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from tests.unit.extract.pack_folder import CONTRACT, COPIED, THINGS, make_pack, read_rows
from transforms.extract import write
from transforms.extract.select import select_rows


def test_nulls_empty_texts_line_breaks_and_types_survive(tmp_path: Path) -> None:
    folder, _ = make_pack(tmp_path)
    rows = pq.read_table(folder / "things.parquet").to_pylist()
    assert [list(row.values()) for row in rows] == [
        [1, "=1+1", Decimal("12.50"), date(2026, 1, 2), True],
        [2, 'two "2"\nlines', None, None, False],
        [3, "", Decimal("-3.00"), date(1899, 12, 31), None],
    ]


def test_the_csv_has_a_bom_lf_lines_quoted_texts_and_bare_nulls(tmp_path: Path) -> None:
    folder, _ = make_pack(tmp_path)
    assert (folder / "things.csv").read_bytes() == (
        b'\xef\xbb\xbf"thing_no","label","amount_cny","seen_on","is_open"\n'
        b'1,"\'=1+1",12.50,2026-01-02,true\n'
        b'2,"two ""2""\nlines",,,false\n'
        b'3,"",-3.00,1899-12-31,\n'
    )


@pytest.mark.parametrize("start", [*"=+-@'＝＋－＠", "\t", "\r", "\n"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe_that_can_be_taken_away(start: str) -> None:
    rows = pa.table({"text": [f"{start}cmd", f"a{start}", "", None], "amount": [-1, 2, 3, 4]})
    safe = write.safe_cells(rows)
    assert safe["text"].to_pylist() == [f"'{start}cmd", f"a{start}", "", None]
    assert safe["amount"].to_pylist() == [-1, 2, 3, 4]


def test_an_empty_table_has_a_header_and_no_rows(tmp_path: Path) -> None:
    folder, _ = make_pack(tmp_path, b"")
    assert pq.read_table(folder / "things.parquet").num_rows == 0
    with (folder / "things.csv").open(encoding="utf-8-sig") as file:
        assert list(csv.reader(file)) == [["thing_no", "label", "amount_cny", "seen_on", "is_open"]]


@pytest.mark.parametrize("sizes", [[1] * 25, [25], [7, 11, 7], [10, 10, 5], [0, 25, 0]])
def test_the_blocks_in_which_rows_come_leave_no_trace(
    tmp_path: Path, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "GROUP_ROWS", 10)
    copied = b"".join(b"%d,label %d,,,t\n" % (n, n % 3) for n in range(25))
    whole = pa.Table.from_batches(read_rows(copied))
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    parts, start = [], 0
    for size in sizes:
        parts.append(whole.slice(start, size))
        start += size
    for folder, rows in (("whole", [whole]), ("parts", parts)):
        assert write.write_table(rows, THINGS, CONTRACT.formats, tmp_path / folder) == 25
    assert pq.ParquetFile(tmp_path / "parts/things.parquet").metadata.num_row_groups == 3
    for name in ("things.parquet", "things.csv"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_a_pack_made_twice_with_one_key_is_the_same_to_the_byte(tmp_path: Path) -> None:
    first, _ = make_pack(tmp_path / "one")
    (tmp_path / "two/secrets").mkdir(parents=True)
    key = (tmp_path / "one/secrets/pack_signing.key").read_bytes()
    (tmp_path / "two/secrets/pack_signing.key").write_bytes(key)
    second, _ = make_pack(tmp_path / "two")
    files = {path.name: path.read_bytes() for path in first.iterdir()}
    assert len(files) == 4
    assert {path.name: path.read_bytes() for path in second.iterdir()} == files


def test_the_query_lists_columns_and_orders_by_code_point() -> None:
    assert select_rows(CONTRACT, THINGS) == (
        'with scope as (select 1) select t.thing_no as "thing_no", t.label as "label", t.amount_cny as "amount_cny", '
        't.seen_on as "seen_on", t.is_open as "is_open" from marts.thing as t order by t.thing_no::text collate "C"'
    )


def test_a_row_that_is_not_what_the_contract_says_stops_the_build() -> None:
    with pytest.raises(pa.ArrowInvalid):
        read_rows(COPIED + b"x,not a number,,,t\n")


def test_a_stream_of_nothing_is_no_rows() -> None:
    assert read_rows(b"") == []
    assert io.BytesIO(COPIED).read(1) == b"1"
