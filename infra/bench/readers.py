"""Measure the readers: files of two sizes of each shape, read as collect reads them, each in a process of its own."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psutil

from infra.bench.figures import rate
from infra.bench.memory import MB, peak_rss
from infra.bench.reader_files import WRITERS
from infra.bench.xls_files import TABLE
from infra.settings import ROOT
from schemas import contracts
from schemas.contracts import Fetch, SourceContract
from transforms.errors import CasebridgeError

SOURCE: Final = "amr_zj_penalties"
SHARE: Final = 10
"""The smaller file of a shape has this part of the text of the larger one."""
GROWS: Final = "GROWS"
# A peak differs by about 2 MB from one reading of a file to the next.
_NOISE: Final = 16 * MB
# Rows of the same make stand in other sheets too, and a file of which not all is read is refused.
_OPTIONS: Final = {"xls": {"sheet": TABLE}}


def chosen_shapes(names: str) -> list[str]:
    """Return the shapes of a list with commas, all of them where it is empty; raises CasebridgeError.

    The first word of a shape is enough: both kinds of xlsx are meant by xlsx.
    """
    wanted = [name.strip().lower() for name in names.split(",") if name.strip()]
    known = {shape: shape.split()[0].strip(",") for shape in WRITERS}
    if unknown := [name for name in wanted if name not in known.values()]:
        raise CasebridgeError(
            f"no reader has this name: {', '.join(unknown)}", "--shapes", ", ".join(dict.fromkeys(known.values()))
        )
    return [shape for shape, word in known.items() if word in wanted or not wanted]


def run_readers(size: int, say: Callable[[str], None], shapes: Sequence[str] = tuple(WRITERS)) -> list[dict[str, Any]]:
    """Return a row for each shape: rows a second over both readings, and the peak memory of the process, in MB.

    `size` is that of the text, in bytes; a workbook's file is smaller, and of one of Excel 97 one sheet is the table.
    A file with a tenth of it is read too, and `memory` tells whether the peak grew from the one to the other.
    """
    measured = []
    with tempfile.TemporaryDirectory(prefix="casebridge-bench-readers-") as folder:
        for shape in shapes:
            small, whole = (_written(shape, Path(folder) / "delivered", part, say) for part in (size // SHARE, size))
            peaks = small["peak_mb"], whole["peak_mb"]
            told = {"peak_mb_of_a_tenth": peaks[0], "memory": judge_memory(size, *peaks)}
            measured.append({"shape": shape, "text_mb": round(size / MB), **whole, **told})
    return measured


def judge_memory(size: int, small: float, whole: float) -> str:
    """Say whether the peak, in MB, grew from a tenth of the text to the whole of it, of `size` bytes."""
    if (whole - small) * MB > _NOISE:
        return GROWS
    return "constant" if size - size // SHARE > 2 * _NOISE else "too small to tell"


def growing(measured: Sequence[dict[str, Any]]) -> list[str]:
    """Return the shapes that should stream and whose peak grows with the file."""
    return [row["shape"] for row in measured if row["memory"] == GROWS]


def _written(shape: str, path: Path, size: int, say: Callable[[str], None]) -> dict[str, Any]:
    say(f"write {size / MB:,.0f} MB of {shape}")
    written = WRITERS[shape](path, _labels(shape), size)
    say(f"read {written:,} rows of {shape}")
    measured = _measured(shape, path, written)
    path.unlink()
    return measured


def _measured(shape: str, path: Path, written: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "infra.bench.readers", shape, str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if found["rows"] != written:
        raise RuntimeError(f"{shape}: {written:,} rows were written, {found['rows']:,} were read")
    return {"file_mb": round(path.stat().st_size / MB), **found, "rows_per_s": rate(written, found["seconds"])}


def _labels(shape: str) -> list[str]:
    labels = sorted(contracts.source(SOURCE).labels)
    # The labels of the contract hold brackets, which no name of an element may.
    return [f"c{number}" for number in range(len(labels))] if shape == "xml" else labels


def read_file(shape: str, path: Path) -> dict[str, Any]:
    """Read a file twice, as collect does, and return what that took in this process."""
    from transforms.collect.delivered import read_delivered
    from transforms.collect.vault import Loose

    contract = _contract(shape)
    before, begin = psutil.Process().memory_info().rss, perf_counter()
    rows, _ = read_delivered(contract, Loose(path))
    checked = rows.check(lambda _: None)
    count = sum(1 for _ in rows.values())
    if count != checked.rows:
        raise RuntimeError(f"{checked.rows:,} rows were checked, {count:,} were read")
    return {
        "rows": count,
        "seconds": round(perf_counter() - begin, 2),
        "mb_before": round(before / MB),
        "peak_mb": round(peak_rss() / MB),
    }


def _contract(shape: str) -> SourceContract:
    made = contracts.source(SOURCE)
    labels = dict(zip(sorted(made.labels), _labels(shape), strict=True))
    fields = tuple(dataclasses.replace(field, label=labels[field.label]) for field in made.fields)
    return dataclasses.replace(made, fields=fields, fetch=Fetch("local", "", "", _OPTIONS.get(shape, {})))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read_file(sys.argv[1], Path(sys.argv[2]))))
