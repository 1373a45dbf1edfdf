"""The same deliveries loaded by dlt into a database of its own on the same server, each way in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psycopg
from psycopg import sql

from infra.bench.feed import Load, Say
from infra.bench.figures import rate
from infra.settings import ROOT
from transforms.connections import Connections
from transforms.errors import CasebridgeError

DATABASE: Final = "dlt_peer"


@dataclass(frozen=True)
class Way:
    """One way to load with dlt: what it is given, in which files it loads, with how many workers."""

    kind: str
    file_format: str
    workers: int

    @property
    def told(self) -> str:
        """Describe the way in words."""
        given = "Arrow tables" if self.kind == "arrow" else "JSON objects"
        how = "ADBC from Parquet" if self.file_format == "parquet" else "COPY from CSV"
        return f"{given}, {how}, {self.workers} worker{'s' if self.workers > 1 else ''}"


# Objects are what lies in Kafka; Arrow with Parquet is what the manual of dlt calls fast loading into PostgreSQL.
WAYS: Final = tuple(
    Way(kind, file_format, workers)
    for kind, file_format in (("objects", "csv"), ("arrow", "csv"), ("arrow", "parquet"))
    for workers in (1, 2)
)


def run_peer(
    stack: Connections, loads: Sequence[Load], folder: Path, say: Say, ways: Sequence[Way] = WAYS
) -> list[dict[str, Any]]:
    """Load everything by each way; returns one row a way."""
    with psycopg.connect(stack.dsn("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(DATABASE)))
    files = list(_tables(loads))
    return [_run(stack, way, files, folder / f"dlt_{number}", say) for number, way in enumerate(ways)]


def _tables(loads: Sequence[Load]) -> Iterator[str]:
    for load in loads:
        yield from (f"{source}={sent.records_path}" for source, sent in load.files.items())


def _run(stack: Connections, way: Way, files: Sequence[str], folder: Path, say: Say) -> dict[str, Any]:
    say(f"dlt: {way.told}")
    command = [sys.executable, "-m", "infra.bench.peer_load", *files]
    command += ["--kind", way.kind, "--format", way.file_format, "--folder", str(folder)]
    begin = perf_counter()
    done = subprocess.run(
        command,
        input=stack.dsn("postgres", DATABASE) + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=_environment(way),
        check=False,
    )
    whole = perf_counter() - begin
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        raise CasebridgeError(f"dlt failed: {last}", way.told, "run the bench with --without-dlt")
    seconds = json.loads(done.stdout.splitlines()[-1])
    records = _loaded(stack, f"{way.kind}_{folder.name}")
    return {
        "way": way.told,
        "records": records,
        "records_per_s": rate(records, sum(seconds.values())),
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "process_seconds": round(whole, 2),
    }


def _environment(way: Way) -> dict[str, str]:
    settings = {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "NORMALIZE__WORKERS": str(way.workers),
        "LOAD__WORKERS": str(way.workers),
        "EXTRACT__WORKERS": str(way.workers),
        # One file of a large table would be one job: several let two workers work.
        "DATA_WRITER__FILE_MAX_ITEMS": "100000",
        "DATA_WRITER__DISABLE_COMPRESSION": "true",
        # Its own naming drops what is not ASCII, and the bureau's column names with it.
        "SCHEMA__NAMING": "direct",
    }
    return {**os.environ, **settings}


def _loaded(stack: Connections, dataset: str) -> int:
    """Count what arrived, so that a way that loses records shows."""
    with psycopg.connect(stack.dsn("postgres", DATABASE)) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = %s and tablename not like '\\_dlt%%'",
            (dataset,),
        ).fetchall()
        total = 0
        for (table,) in tables:
            counted = connection.execute(
                sql.SQL("select count(*) from {}").format(sql.Identifier(dataset, table))
            ).fetchone()
            total += counted[0] if counted else 0
    return total
