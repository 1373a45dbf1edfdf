"""Measure the time from inbox to `marts` by Airflow: `python -m infra.bench.latency FILE --files 20`."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.rows import dict_row

from infra.settings import connections
from schemas.contracts import source as contract_of
from transforms.collect.inbox import inbox_of
from transforms.errors import CasebridgeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from transforms.connections import Connections

SOURCE: Final = "amr_zj_penalties"
POLL_SECONDS: Final = 0.2

_TIMES: Final = """
select d.opened_at, d.closed_at, b.planned_at, a.admitted_at, r.started_at, r.published_at
from ops.delivery d
join ops.slice s on s.source = d.source and s.deliveries @> array[d.delivery_id]
join ops.batch b using (batch_id)
join ops.admission a using (admission_id)
join ops.release r on r.release_id = a.release_id
where d.source = %s and d.sha256 = %s and r.state = 'published'
"""


@dataclass(frozen=True)
class Latency:
    """Seconds from the rename in the inbox to the published release, and of each part of that way."""

    total: float
    noticed: float
    collected: float
    planned: float
    admitted: float
    began: float
    published: float


def variants(original: Path, mark: bytes) -> Iterator[bytes]:
    """Yield the file again and again with another number behind the mark, so that one record changes."""
    content = original.read_bytes()
    if mark not in content:
        raise CasebridgeError("the file has nothing to change", str(original), "name another text with --mark")
    for number in itertools.count(1):
        yield content.replace(mark, mark + str(number).encode("ascii"), 1)


def drop(connections: Connections, source: str, content: bytes) -> datetime:
    """Write a file into the inbox as a body would, and return when it was complete."""
    folder = inbox_of(connections, contract_of(source))
    folder.mkdir(parents=True, exist_ok=True)
    name = f"latency-{hashlib.sha256(content).hexdigest()[:12]}.csv"
    part = folder / f"{name}.part"
    part.write_bytes(content)
    part.rename(folder / name)
    return datetime.now(UTC)


def follow(
    ledger: psycopg.Connection[dict[str, Any]], source: str, content: bytes, since: datetime, timeout: float
) -> Latency:
    """Wait until the records of a file are in `marts`; raises CasebridgeError when that takes too long."""
    end, digest = time.monotonic() + timeout, hashlib.sha256(content).hexdigest()
    while time.monotonic() < end:
        row = ledger.execute(_TIMES, (source, digest)).fetchone()
        if row:
            steps = [since, *row.values()]
            parts = [(after - before).total_seconds() for before, after in itertools.pairwise(steps)]
            return Latency((steps[-1] - since).total_seconds(), *parts)
        time.sleep(POLL_SECONDS)
    raise CasebridgeError(f"not in marts after {timeout:.0f} s", source, "see `casebridge deliveries` and `status`")


def measure(connections: Connections, original: Path, mark: bytes, files: int, timeout: float = 300) -> list[Latency]:
    """Drop changed copies of a file one after the other, each when the one before is in `marts`."""
    found = []
    with psycopg.connect(connections.dsn("loader"), autocommit=True, row_factory=dict_row) as ledger:
        for content in itertools.islice(variants(original, mark), files):
            found.append(follow(ledger, SOURCE, content, drop(connections, SOURCE, content), timeout))
            sys.stderr.write(f"{len(found)}/{files}: {found[-1].total:.1f} s\n")
    return found


def summarise(found: list[Latency]) -> dict[str, Any]:
    """Return p50 and p95 of the whole way, and the median of each of its parts, in seconds."""
    totals = sorted(each.total for each in found)
    p95 = totals[min(len(totals) - 1, round(0.95 * len(totals)) - 1)] if totals else None
    parts = {name: statistics.median(asdict(each)[name] for each in found) for name in asdict(found[0])}
    return {"files": len(found), "p50": statistics.median(totals), "p95": p95, "median": parts, "all": totals}


def main() -> None:
    """Measure against the running stack and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help=f"a delivery of {SOURCE}")
    parser.add_argument("--mark", default="当事人", help="a text whose first place in the file gets a number behind it")
    parser.add_argument("--encoding", default="gb18030")
    parser.add_argument("--files", type=int, default=20)
    given = parser.parse_args()
    found = measure(connections(), given.file, given.mark.encode(given.encoding), given.files)
    sys.stdout.write(json.dumps(summarise(found), indent=2) + "\n")


if __name__ == "__main__":
    main()
