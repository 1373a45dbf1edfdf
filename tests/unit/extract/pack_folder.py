"""A small signed pack in a folder, made of rows in memory by the functions that make real ones."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from schemas.changes import delta_of
from schemas.packs import PackColumn, PackContract, PackTable
from transforms.extract.package import DESCRIPTOR, SIGNATURE, Content, PackName, Since, describe_pack
from transforms.extract.read import parse_rows
from transforms.extract.sign import PUBLIC_KEY, key_id, read_key_pair, sign
from transforms.extract.write import arrow_schema, write_table

NAME = PackName("office", "things", 7, date(2026, 1, 31))


def column(name: str, logical_type: str = "string", masking: str = "plain", key: int | None = None) -> PackColumn:
    """Describe a column."""
    return PackColumn(name, f"t.{name}", logical_type, key is not None, key, "PUBLIC", masking, f"The {name}.", None)


THINGS = PackTable(
    name="things",
    grain="One row per thing.",
    relation="marts.thing as t",
    where=None,
    order=("t.thing_no",),
    columns=(
        column("thing_no", "integer", key=1),
        column("label"),
        column("amount_cny", "number"),
        column("seen_on", "date"),
        column("is_open", "boolean"),
    ),
)
CONTRACT = PackContract(
    recipient="office",
    pack="things",
    version="1.0.0",
    title="Things",
    purpose="Tests.",
    usage="Tests only.",
    limitations="None.",
    legal_basis=("Law on Things, art. 1",),
    licence="Tests only",
    scope="select 1",
    touched="select case_id from changed.thing",
    formats=("parquet", "csv"),
    tables=(THINGS,),
    path=Path("things.odcs.yaml"),
)
COPIED = b'1,=1+1,12.50,2026-01-02,t\n2,"two ""2""\nlines",,,f\n3,"",-3.00,1899-12-31,\n'


Made = tuple[Path, Path]


@dataclass(frozen=True)
class Delta:
    """The pack that a delta begins at, and its rows: change, cause, then the columns of the thing."""

    since: Since
    rows: Sequence[tuple[object, ...]]


def read_rows(copied: bytes = COPIED) -> list[pa.RecordBatch]:
    """Parse what PostgreSQL would send."""
    return list(parse_rows(io.BufferedReader(io.BytesIO(copied)), THINGS))


def make_pack(home: Path, copied: bytes = COPIED, name: PackName = NAME, delta: Delta | None = None) -> Made:
    """Write and sign a pack, with a delta if one is given; returns its folder and the file of the public key."""
    folder = home / f"pack {name.release}" if delta else home / "pack"
    folder.mkdir(parents=True)
    (home / "secrets").mkdir(exist_ok=True)
    rows = write_table(
        [pa.Table.from_batches([batch]) for batch in read_rows(copied)], THINGS, CONTRACT.formats, folder
    )
    content = Content({"things": rows}, None, {})
    if delta:
        content = Content({"things": rows}, delta.since, {"things": _write(delta.rows, folder)})
    pair = read_key_pair(home / "secrets", home)
    descriptor = describe_pack(CONTRACT, name, folder, content, key_id(pair.public_key))
    (folder / DESCRIPTOR).write_bytes(descriptor)
    (folder / SIGNATURE).write_bytes(sign(pair, descriptor, name.pack_id))
    return folder, home / PUBLIC_KEY


def _write(rows: Sequence[tuple[object, ...]], folder: Path) -> dict[str, dict[str, int]]:
    schema = arrow_schema(delta_of(THINGS))
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(schema.types)]
    write_table([pa.table(columns, schema=schema)], delta_of(THINGS), CONTRACT.formats, folder)
    return {"changed": {"correction": len(rows)}}
