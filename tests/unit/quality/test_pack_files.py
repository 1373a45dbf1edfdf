"""A written pack file is measured from its own bytes, in both formats alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import csv
from pyarrow import parquet as pq

from quality.pack_files import measure_file
from schemas.changes import delta_of
from schemas.packs import PackTable, packs

PARTY: dict[str, Any] = {
    "case_id": "c1",
    "party_id": "p1",
    "role": "INFRINGER",
    "party_type": "PERSON",
    "name": "张某",
    "uscc": None,
    "country_code": None,
}
CLEAN = {
    "rowCount": 1,
    "emptyRequired": 0,
    "idNumbers": 0,
    "unmaskedNames": 0,
    "forbiddenColumns": 0,
    "missingColumns": 0,
    "duplicateKeys": 0,
}


def parties() -> PackTable:
    (contract,) = packs()["cnipa"]
    return next(table for table in contract.tables if table.name == "parties")


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    names = dict.fromkeys(name for row in rows for name in row)
    table = pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        with path.open("wb") as file:
            file.write(b"\xef\xbb\xbf")
            csv.write_csv(table, file)
    return path


@pytest.fixture(params=["parquet", "csv"])
def path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return tmp_path / f"parties.{request.param}"


def test_a_clean_file_measures_clean(path: Path) -> None:
    assert measure_file(write(path, [PARTY]), parties()) == CLEAN


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ({"name": "张三丰"}, "unmaskedNames"),
        ({"party_type": "FOREIGN_PERSON", "name": "John Smith"}, "unmaskedNames"),
        ({"name": "某\n11010519491231002X"}, "idNumbers"),
        ({"uscc": "11010519491231002X"}, "idNumbers"),
        ({"role": None}, "emptyRequired"),
        ({"id_mask": "110***********02X"}, "forbiddenColumns"),
    ],
)
def test_what_must_not_be_in_a_file_is_counted(path: Path, change: dict[str, Any], measure: str) -> None:
    assert measure_file(write(path, [PARTY | change]), parties()) == CLEAN | {measure: 1}


@pytest.mark.parametrize(
    "change",
    [
        {"party_type": "FOREIGN_PERSON", "name": "J"},
        {"party_type": "LEGAL", "name": "杭州甲乙丙有限公司", "uscc": "91110000600037341L"},
        {"party_type": None, "name": None},
    ],
)
def test_what_may_be_in_a_file_is_not_counted(path: Path, change: dict[str, Any]) -> None:
    assert measure_file(write(path, [PARTY | change]), parties()) == CLEAN


def test_a_key_that_stands_twice_is_counted(path: Path) -> None:
    rows = [PARTY, PARTY | {"party_id": "p2"}, PARTY | {"name": "李某"}]
    assert measure_file(write(path, rows), parties()) == CLEAN | {"rowCount": 3, "duplicateKeys": 1}


def test_a_missing_column_is_counted_and_its_key_cannot_be_unique(path: Path) -> None:
    row = {name: value for name, value in PARTY.items() if name != "role"}
    assert measure_file(write(path, [row]), parties()) == CLEAN | {"missingColumns": 1, "duplicateKeys": 1}


CAME = {"change": "added", "cause": "arrival", **PARTY}
GONE = {
    **dict.fromkeys(PARTY),
    "change": "removed",
    "cause": "withdrawal",
    "case_id": "c2",
    "party_id": "p",
    "role": "R",
}
CLEAN_DELTA = CLEAN | {"growth": 0, "removedValues": 0, "unknownWords": 0}


def test_a_clean_delta_measures_clean_and_tells_by_how_much_its_table_grew(path: Path) -> None:
    rows = [CAME, GONE, CAME | {"change": "changed", "party_id": "p2"}]
    assert measure_file(write(path, rows), delta_of(parties())) == CLEAN_DELTA | {"rowCount": 3}
    assert measure_file(write(path, [GONE]), delta_of(parties())) == CLEAN_DELTA | {"growth": -1}


@pytest.mark.parametrize(
    ("change", "measure"),
    [
        ({"name": "张某", "party_type": "PERSON"}, {"removedValues": 2}),
        ({"name": "张三丰", "party_type": "PERSON"}, {"removedValues": 2, "unmaskedNames": 1}),
        ({"cause": "WITHDRAWAL"}, {"unknownWords": 1}),
        ({"change": "deleted"}, {"unknownWords": 1, "growth": 1}),
        ({"role": None}, {"emptyRequired": 1}),
        ({"cause": None}, {"emptyRequired": 1, "unknownWords": 1}),
        ({"id_mask": "110"}, {"forbiddenColumns": 1, "removedValues": 1}),
    ],
)
def test_what_a_delta_must_not_say_is_counted(path: Path, change: dict[str, Any], measure: dict[str, int]) -> None:
    found = measure_file(write(path, [CAME, GONE | change]), delta_of(parties()))
    assert found == CLEAN_DELTA | {"rowCount": 2} | measure
