"""Load made-up deliveries with dlt, alone in a process: `python -m infra.bench.peer_load --kind objects FILE…`."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, pairwise
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Literal

import orjson
import pyarrow as pa

CHUNK: Final = 20_000
Row = dict[str, Any]
Format = Literal["csv", "parquet"]


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the records of a delivery as they were sent; what is not JSON is left out."""
    if path.suffix == ".csv":
        with path.open(encoding="gb18030", newline="") as file:
            yield from csv.DictReader(file)
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError:
                continue


def chunks(paths: Sequence[Path]) -> Iterator[list[Row]]:
    """Yield the records in pages, as the performance guide of dlt advises."""
    rows = chain.from_iterable(map(read_rows, paths))
    while page := list(islice(rows, CHUNK)):
        yield page


def arrow_tables(paths: Sequence[Path]) -> Iterator[pa.Table]:
    """Yield the records as Arrow tables of text, objects inside them flattened."""
    names: list[str] = []
    for page in chunks(paths):
        flat = [_flat(row) for row in page]
        names = names or list(dict.fromkeys(name for row in flat for name in row))
        yield pa.table({name: pa.array([row.get(name) for row in flat], pa.string()) for name in names})


def _flat(row: Row, head: str = "") -> Row:
    found: Row = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{head}{name}__")
        else:
            found[head + name] = value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
    return found


def load(
    tables: Mapping[str, Sequence[Path]], kind: str, file_format: Format, folder: Path, credentials: str
) -> dict[str, float]:
    """Append the files of each table to it; returns the seconds of each of dlt's steps."""
    import dlt

    read = arrow_tables if kind == "arrow" else chunks
    resources = [
        dlt.resource(read(paths), name=name, write_disposition="append", max_table_nesting=0)
        for name, paths in tables.items()
    ]
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(folder),
        destination=dlt.destinations.postgres(credentials),
        dataset_name=f"{kind}_{folder.name}",
    )
    marks = [perf_counter()]
    pipeline.extract(resources, loader_file_format=file_format)
    marks.append(perf_counter())
    pipeline.normalize()
    marks.append(perf_counter())
    pipeline.load().raise_on_failed_jobs()
    marks.append(perf_counter())
    parts = (after - before for before, after in pairwise(marks))
    return dict(zip(("extract", "normalize", "load"), parts, strict=True))


def main() -> None:
    """Load the files and print the seconds of each step as JSON; the address of the database comes on stdin."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", help="table=file")
    parser.add_argument("--kind", choices=("objects", "arrow"), required=True)
    parser.add_argument("--format", choices=("csv", "parquet"), required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    tables: dict[str, list[Path]] = {}
    for name, _, path in (text.partition("=") for text in given.files):
        tables.setdefault(name, []).append(Path(path))
    seconds = load(tables, given.kind, given.format, given.folder, sys.stdin.readline().strip())
    sys.stdout.write(json.dumps(seconds) + "\n")


if __name__ == "__main__":
    main()
