"""Deliveries of a source one after the other: `python -m tests.support.consecutive --source S --rows N --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from schemas.contracts import sources
from tests.support.generate import PENALTIES, SOURCES, generate, generate_next, messages
from tests.support.shapes import SHAPES

# A sheet of Excel 97 ends at row 65,536, and a snapshot is one file.
_LARGEST: Final = {"cult_lz_penalties": 50_000}
_NEW_SHARE: Final = 50


@dataclass(frozen=True)
class Sent:
    """A delivery and how many records it holds; `records` is a file of them as JSON lines, maybe the same one."""

    path: Path
    records_path: Path
    count: int


def write_consecutive(source: str, rows: int, count: int, seed: int, out_dir: Path) -> list[Sent]:
    """Write `count` deliveries of `rows` records each, in constant memory but .xls.

    A snapshot is sent again each time: the bureau's with rows new, changed and gone, another's with a fiftieth more,
    for it has keys that cannot be read, and with one of those a gate lets nothing go. Others send new records.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    if source == PENALTIES:
        made = (generate(source, rows, seed, out_dir), generate_next(rows, seed, out_dir))
        months = [Sent(each.paths[0], each.paths[0], each.answers.sent) for each in made]
        return [months[number % 2] for number in range(count)]
    if sources()[source].mode == "snapshot":
        rows = min(rows, _LARGEST.get(source, rows))
        more = max(1, rows // _NEW_SHARE)
        ends = [rows + more * number for number in range(count)]
        return [
            _write(source, islice(messages(source, ends[-1], seed).lines(), end), out_dir, number)
            for number, end in enumerate(ends)
        ]
    lines = messages(source, rows * count, seed).lines()
    return [_write(source, islice(lines, rows), out_dir, number) for number in range(count)]


def _write(source: str, lines: Iterator[str], out_dir: Path, number: int) -> Sent:
    records = out_dir / f"{source}_{number}.jsonl"
    written = 0
    with records.open("w", encoding="utf-8", newline="") as file:
        for line in lines:
            file.write(line + "\n")
            written += 1
    if source not in SHAPES:
        return Sent(records, records, written)
    path = out_dir / f"{source}_{number}.{SHAPES[source].suffix}"
    with records.open(encoding="utf-8") as file:
        SHAPES[source].write(path, map(_record, file))
    return Sent(path, records, written)


def _record(line: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(line)
    return record


def main(arguments: list[str] | None = None) -> None:
    """Write deliveries and print where they are, or which sources there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--list", action="store_true", help="print the sources that can be made")
    asked.add_argument("--source", choices=SOURCES)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args(arguments)
    if given.list:
        told: list[Any] = list(SOURCES)
    else:
        sent = write_consecutive(given.source, given.rows, given.count, given.seed, given.out)
        told = [{"path": str(s.path), "records_path": str(s.records_path), "count": s.count} for s in sent]
    json.dump(told, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
