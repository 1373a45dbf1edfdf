"""Small made-up folders, laid out as the real sets are."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.eval.measured import Measured


def write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows under the labels of the first one, with the byte order mark that exports have."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_lines(path: Path, cases: Sequence[object]) -> None:
    """Write one JSON value a line."""
    path.write_text("".join(f"{json.dumps(case, ensure_ascii=False)}\n" for case in cases), "utf-8")


def write_archive(path: Path, members: Mapping[str, bytes]) -> None:
    """Write a gzipped tar of these members."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def shares(measured: Measured) -> dict[str, tuple[int, int]]:
    """Return count and denominator of each share."""
    return {share.what: (share.count, share.of) for share in measured.shares}
