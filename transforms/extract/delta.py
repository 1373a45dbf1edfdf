"""Write what changed since the last pack, beside each file of a pack; reading and time follow the change.

The models' own row versions name the cases that may have changed. Of these the files are read as the last pack had
them and as they are, masked alike, and compared by key. A decision may have moved from one case to another: so what is
in one side only waits on disk until all cases were read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow as pa
from pyarrow import ipc

from schemas.changes import CHANGED, REMOVED, delta_of
from schemas.packs import PackContract, PackTable
from transforms.connections import Connections
from transforms.extract.causes import Witness
from transforms.extract.compare import Change, Key, Row, Rows, compare
from transforms.extract.mask import keyed_ids, mask_rows
from transforms.extract.package import Counts, PackName, Since
from transforms.extract.read import open_release, read_table
from transforms.extract.select import select_touched
from transforms.extract.sign import read_id_key
from transforms.extract.write import arrow_schema, write_table

# May read row versions and records, which readers may not.
WITNESS: Final = "gate"
CASES_AT_ONCE: Final = 5_000
_RAW: Final = "raw "


@dataclass(frozen=True)
class _Side:
    """One state of the files: a release, read as of a date."""

    connection: psycopg.Connection[Any]
    contract: PackContract
    as_of: date
    key: bytes

    def read(self, table: PackTable, cases: Sequence[str]) -> Rows:
        raw = [replace(c, name=_RAW + c.name, masking="plain") for c in table.written if _is_id(table, c.name)]
        wider = replace(table, columns=(*table.columns, *raw))
        names = [c.name for c in table.written]
        found: dict[Key, Row] = {}
        for part in mask_rows(read_table(self.connection, self.contract, wider, self.as_of, cases), wider, self.key):
            for row in part.to_pylist():
                ids = {c.name.removeprefix(_RAW): str(row[c.name]) for c in raw if row[c.name] is not None}
                found[tuple(row[name] for name in table.key)] = Row(tuple(row[name] for name in names), ids)
        return found


def _is_id(table: PackTable, name: str) -> bool:
    return name in table.key or any(c.name == name and c.masking == "keyed_id" for c in table.written)


@dataclass
class _Delta:
    """The delta of one table, as it is found case by case."""

    table: PackTable
    came: ipc.RecordBatchFileWriter
    gone: dict[Key, str] = field(default_factory=dict)

    def take(self, found: Iterable[Change], witness: Witness) -> None:
        """Keep the changes of some cases, each with its cause: of removed rows key and cause alone."""
        case = [c.name for c in self.table.written].index("case_id")
        changes = sorted(found, key=lambda change: (change.row.cells[case], change.key))
        untold = [change for change in changes if change.cause is None]
        told = iter(witness.tell(self.table, [change.row.ids for change in untold]) if untold else ())
        causes = [change.cause or next(told) for change in changes]
        rows = []
        for change, cause in zip(changes, causes, strict=True):
            if change.change == REMOVED:
                self.gone[change.key] = cause
            else:
                rows.append((change.change, cause, *change.row.cells))
        if rows:
            self.came.write(_rows(self.table, rows))

    def rows(self, came: ipc.RecordBatchFileReader) -> Iterator[pa.Table]:
        """Yield the rows of the files: what came or changed, then what is gone."""
        table, gone = self.table, dict(self.gone)
        places = [table.key.index(c.name) if c.name in table.key else None for c in table.written]
        where = [2 + [c.name for c in table.written].index(name) for name in table.key]
        for number in range(came.num_record_batches):
            rows = [tuple(row.values()) for row in came.get_batch(number).to_pylist()]
            moved = [gone.pop(tuple(row[place] for place in where), None) for row in rows]
            yield _rows(table, [(CHANGED, *row[1:]) if was else row for row, was in zip(rows, moved, strict=True)])
        keys = sorted(gone)
        removed = [(REMOVED, gone[key], *(None if p is None else key[p] for p in places)) for key in keys]
        yield _rows(table, removed)


def write_delta(connections: Connections, contract: PackContract, since: Since, name: PackName, folder: Path) -> Counts:
    """Write `<table>_delta.<format>` files into the folder; returns their rows by table, change and cause."""
    key = read_id_key(connections.secrets, contract.recipient)
    with ExitStack() as stack:
        witness, _ = stack.enter_context(open_release(connections, name.release, WITNESS))
        then, _ = stack.enter_context(open_release(connections, since.name.release))
        now, _ = stack.enter_context(open_release(connections, name.release))
        sides = (
            _Side(then, contract, since.name.as_of, key),
            _Side(now, contract, since.name.as_of, key),
            _Side(now, contract, name.as_of, key),
        )
        cases = _touched(witness, contract, since.name, name, key)
        told_by = Witness(witness, since.name.release, name.release)
        return {table.name: _write(table, contract, sides, cases, told_by, folder) for table in contract.tables}


def _touched(
    connection: psycopg.Connection[Any], contract: PackContract, since: PackName, name: PackName, key: bytes
) -> list[str]:
    """Return the cases in the order of the recipient's ids, which tells nothing of ours."""
    query = select_touched(contract, since.release, name.release).encode()
    found = connection.execute(query, {"before": since.as_of, "as_of": name.as_of}).fetchall()
    cases = [case for (case,) in found]
    keyed = keyed_ids(pa.array(cases, pa.string()), key).to_pylist()
    return [case for _, case in sorted(zip(keyed, cases, strict=True))]


def _write(
    table: PackTable,
    contract: PackContract,
    sides: tuple[_Side, _Side, _Side],
    cases: Sequence[str],
    witness: Witness,
    folder: Path,
) -> dict[str, dict[str, int]]:
    waiting = folder / f".{table.name}.arrow"
    before, undated, after = sides
    with ipc.new_file(waiting, arrow_schema(delta_of(table))) as came:
        delta = _Delta(table, came)
        for start in range(0, len(cases), CASES_AT_ONCE):
            some = cases[start : start + CASES_AT_ONCE]
            new = after.read(table, some)
            same_date = new if undated.as_of == after.as_of else undated.read(table, some)
            delta.take(compare(before.read(table, some), same_date, new), witness)
    counted: Counter[tuple[str, str]] = Counter()
    with ipc.open_file(waiting) as found:
        write_table(_counting(delta.rows(found), counted), delta_of(table), contract.formats, folder)
    waiting.unlink()
    counts: dict[str, dict[str, int]] = {}
    for (change, cause), rows in sorted(counted.items()):
        counts.setdefault(change, {})[cause] = rows
    return counts


def _counting(rows: Iterator[pa.Table], counted: Counter[tuple[str, str]]) -> Iterator[pa.Table]:
    for part in rows:
        counted.update(zip(part["change"].to_pylist(), part["cause"].to_pylist(), strict=True))
        yield part


def _rows(table: PackTable, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    schema = arrow_schema(delta_of(table))
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(schema.types)]
    return pa.table(columns, schema=schema)
