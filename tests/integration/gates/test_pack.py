"""Gate pack judges the written files, not what was meant to be in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from pyarrow import csv
from pyarrow import parquet as pq

from quality.pack import PackFile, judge_pack
from schemas.changes import delta_of
from schemas.packs import packs
from transforms.connections import Connections
from transforms.errors import GateRefused


def write_pack(folder: Path, **rows: list[dict[str, Any]]) -> list[PackFile]:
    (contract,) = packs()["cnipa"]
    files = []
    for table in contract.tables:
        given = rows.get(table.name, [])
        columns = {c.name: pa.array([row.get(c.name) for row in given], pa.string()) for c in table.written}
        pq.write_table(pa.table(columns), folder / f"{table.name}.parquet")
        csv.write_csv(pa.table(columns), folder / f"{table.name}.csv")
        files += [
            PackFile(folder / f"{table.name}.{f}", contract.pack, table.name, len(given)) for f in contract.formats
        ]
    return files


PARTY = {"case_id": "a", "party_id": "b", "role": "INFRINGER", "party_type": "PERSON", "name": "张某"}


def judge(warehouse: Connections, files: list[PackFile]) -> tuple[str, ...]:
    return judge_pack(warehouse, files, "cnipa-1", 1, "cnipa").failures


def test_a_clean_pack_passes_and_its_results_are_written(
    warehouse: Connections, ledger: psycopg.Connection[Any], tmp_path: Path
) -> None:
    assert judge(warehouse, write_pack(tmp_path, parties=[PARTY])) == ()
    found = ledger.execute("select distinct gate, pack_id, release_id, passed from ops.gate_result").fetchall()
    assert found == [("pack", "cnipa-1", 1, True)]


def test_a_person_shown_in_full_stops_the_pack(warehouse: Connections, tmp_path: Path) -> None:
    failures = judge(warehouse, write_pack(tmp_path, parties=[PARTY | {"name": "张三丰"}]))
    assert sorted(f.split()[0] for f in failures) == ["parties.csv.unmaskedNames", "parties.parquet.unmaskedNames"]
    assert not any("张三丰" in failure for failure in failures)


def test_formats_that_differ_and_files_that_lack_stop_the_pack(warehouse: Connections, tmp_path: Path) -> None:
    files = write_pack(tmp_path, parties=[PARTY, PARTY | {"party_id": "c"}])
    table = csv.read_csv(tmp_path / "parties.csv")
    csv.write_csv(table.slice(0, 1), tmp_path / "parties.csv")
    failures = judge(warehouse, [file for file in files if file.path.name != "cases.csv"])
    assert sorted(f.split()[0] for f in failures) == [
        "cases.missingFormats",
        "parties.csv.rowCount",
        "parties.formatsApart",
    ]


def write_delta(folder: Path, growth: int, *gone: dict[str, Any]) -> list[PackFile]:
    (contract,) = packs()["cnipa"]
    files = []
    for table in map(delta_of, contract.tables):
        rows = gone if table.name == "parties_delta" else ()
        columns = {c.name: pa.array([row.get(c.name) for row in rows], pa.string()) for c in table.written}
        pq.write_table(pa.table(columns), folder / f"{table.name}.parquet")
        csv.write_csv(pa.table(columns), folder / f"{table.name}.csv")
        grown = growth if rows else 0
        files += [
            PackFile(folder / f"{table.name}.{f}", contract.pack, table.name, len(rows), grown)
            for f in contract.formats
        ]
    return files


GONE = {"change": "removed", "cause": "withdrawal", "case_id": "c", "party_id": "d", "role": "INFRINGER"}


def test_a_delta_is_judged_with_its_pack(warehouse: Connections, tmp_path: Path) -> None:
    files = write_pack(tmp_path, parties=[PARTY])
    assert judge(warehouse, [*files, *write_delta(tmp_path, -1, GONE)]) == ()
    failures = judge(warehouse, [*files, *write_delta(tmp_path, 0, GONE | {"name": "张某"})[:-1]])
    assert sorted(f.split()[0] for f in failures) == [
        "parties_delta.missingFormats",
        "parties_delta.parquet.growth",
        "parties_delta.parquet.removedValues",
    ]


def test_files_of_no_contract_are_refused(warehouse: Connections, tmp_path: Path) -> None:
    with pytest.raises(GateRefused):
        judge_pack(warehouse, [], "cnipa-1", 1, "cnipa")
    with pytest.raises(GateRefused, match="no table secrets"):
        judge(warehouse, [PackFile(tmp_path / "secrets.csv", "ip_enforcement", "secrets", 0)])
