"""Gate pack: may the written files be signed? Judges the files themselves, not what was meant to be in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from quality.bounds import Measured, judge_measured
from quality.pack_files import measure_file
from quality.results import Subject, Verdict, decide, write_results
from schemas.changes import delta_of
from schemas.packs import PackContract, PackTable, packs
from transforms.connections import Connections
from transforms.errors import GateRefused

_REASONS = {
    "rowCount": "A file holds the rows that the release has for it, no more and no fewer.",
    "duplicateKeys": "The recipient loads by key: a key that stands twice overwrites a row.",
    "emptyRequired": "Keys and required columns are promised to be filled.",
    "forbiddenColumns": "A recipient gets the columns of its contract and no other (DOMAIN P03).",
    "missingColumns": "The recipient's loader expects every column of the contract.",
    "idNumbers": "No resident identity number leaves the warehouse (DOMAIN P04, P10).",
    "unmaskedNames": "Of a natural person only the surname is shown (DOMAIN P06).",
}


_OF_DELTA = {
    "growth": "What was added less what was removed is what the table grew by since the last pack.",
    "removedValues": "Of a removed row the recipient learns key and cause, and no value (DOMAIN P16).",
    "unknownWords": "Each row says whether it was added, changed or removed, and why, in words that are published.",
}


@dataclass(frozen=True, slots=True)
class PackFile:
    """One written file: the table of the pack contract that it holds, or its delta, and the rows that it must have.

    The `growth` of a delta is by how many rows its table grew since the last pack.
    """

    path: Path
    pack: str
    table: str
    rows: int
    growth: int | None = None


def judge_pack(
    connections: Connections, files: Sequence[PackFile], pack_id: str, release_id: int, recipient: str
) -> Verdict:
    """Judge the files of a pack against the contract of its recipient; write the results, return the verdict."""
    contract = _contract(files, recipient)
    measures = {file: measure_file(file.path, _table(contract, file)) for file in files}
    measured = [m for file in files for m in _of_file(file, measures[file])]
    measured += _of_pack(contract, measures)
    results = judge_measured(connections, measured)
    write_results(connections, Subject("pack", release_id=release_id, pack_id=pack_id), results)
    return decide(results)


def _contract(files: Sequence[PackFile], recipient: str) -> PackContract:
    named = {file.pack for file in files}
    found = [contract for contract in packs().get(recipient, ()) if contract.pack in named]
    if len(found) != 1 or len(named) != 1:
        raise GateRefused(
            f"the files are of packs {sorted(named)}, and one pack of {recipient} is judged at a time",
            "gate pack",
            f"name a contract under schemas/packs/{recipient}",
        )
    return found[0]


def _table(contract: PackContract, file: PackFile) -> PackTable:
    for table in contract.tables:
        if file.table in (table.name, delta_of(table).name):
            return table if table.name == file.table else delta_of(table)
    known = ", ".join(table.name for table in contract.tables)
    raise GateRefused(f"the contract has no table {file.table}", str(contract.path), f"its tables are {known}")


def _of_file(file: PackFile, measures: Mapping[str, float]) -> Iterator[Measured]:
    for name, reason in _REASONS.items():
        promised = float(file.rows) if name == "rowCount" else 0.0
        yield Measured(name, file.path.name, measures[name], promised, promised, "stop", reason)
    if file.growth is not None:
        for name, reason in _OF_DELTA.items():
            promised = float(file.growth) if name == "growth" else 0.0
            yield Measured(name, file.path.name, measures.get(name), promised, promised, "stop", reason)


def _of_pack(contract: PackContract, measures: Mapping[PackFile, Mapping[str, float]]) -> Iterator[Measured]:
    """Measure what no single file shows: that all files are there, and that the formats of a table agree."""
    deltas = {file.table for file in measures if file.growth is not None}
    changed = [delta_of(table) for table in contract.tables] if deltas else []
    for table in (*contract.tables, *changed):
        rows = {file.path.suffix[1:]: m["rowCount"] for file, m in measures.items() if file.table == table.name}
        missing = float(len(set(contract.formats) - set(rows)))
        reason = "Each table of the contract is written in each promised format."
        yield Measured("missingFormats", table.name, missing, 0, 0, "stop", reason)
        apart = max(rows.values()) - min(rows.values()) if rows else None
        reason = "The same table has the same rows in every format."
        yield Measured("formatsApart", table.name, apart, 0, 0, "stop", reason)
