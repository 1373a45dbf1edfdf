"""Set `csv_corpora`: files made to be hard to read, with their cells where the corpus gives them."""

from __future__ import annotations

import csv
import io
import json
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from infra.eval.measured import Measured, Tally
from transforms.collect.readers.content import Cells, Fit, Options
from transforms.collect.readers.read import read_content
from transforms.errors import DeliveryRefused

# Folders of a corpus that hold what a file should read as, or how to read it.
_EXPECTED: Final = frozenset({"json", "clean"})
_BESIDE: Final = _EXPECTED | {"parameters"}
_BLOCK: Final = 65_536

Table = list[list[str]]


@dataclass(frozen=True)
class Held:
    """The bytes of a member of an archive."""

    content: bytes

    def blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks."""
        for start in range(0, len(self.content), _BLOCK):
            yield self.content[start : start + _BLOCK]

    def open(self) -> io.BufferedReader:
        """Open the bytes as a file that can be read from any place."""
        return io.BufferedReader(io.BytesIO(self.content))


def evaluate(folder: Path) -> Measured:
    """Read every file of every corpus as collect would, without a contract."""
    tally = Tally()
    for path in sorted(folder.glob("*.tar.gz")):
        members = dict(_members(path))
        for name in sorted(name for name in members if not _BESIDE & set(PurePosixPath(name).parts)):
            corpus = path.name.removesuffix(".tar.gz")
            verdict = judge(members[name], expected_of(members, name))
            tally.take("" if verdict in {"read", "equal"} else verdict)
            _count(tally, corpus, PurePosixPath(name).name, verdict)
    return tally.measured()


def _count(tally: Tally, corpus: str, name: str, verdict: str) -> None:
    is_refused = verdict.startswith("refused")
    tally.judge(f"{corpus}: read", not is_refused, error=f"lost: {corpus} {verdict}")
    if verdict in {"equal", "unequal"}:
        tally.judge(f"{corpus}: equal, of those read", verdict == "equal", error=f"wrong: {corpus} cells unequal")
    if is_refused or verdict == "unequal":
        tally.disagree("code", f"{corpus}: {verdict}", name, "", "")


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file:
                yield member.name, file.read()


def expected_of(members: Mapping[str, bytes], name: str) -> Table | None:
    """Return the cells that a file should read as, from the folder `json` or `clean` beside its own."""
    place = PurePosixPath(name)
    as_json = str(place.parent.parent / "json" / f"{place.stem}.json")
    as_clean = str(place.parent.parent / "clean" / place.name)
    if as_json in members:
        return _of_json(members[as_json])
    if as_clean in members:
        return list(csv.reader(io.StringIO(members[as_clean].decode("utf-8-sig"), newline="")))
    return None


def _of_json(content: bytes) -> Table:
    value = json.loads(content)
    records: list[dict[str, str]] = value if isinstance(value, list) else [value]
    labels = list(records[0]) if records else []
    return [labels, *([str(record.get(label, "")) for label in labels] for record in records)]


def judge(content: bytes, expected: Table | None) -> str:
    """Return read, equal, unequal, or refused with what was said."""
    try:
        found = read_content(Held(content), Options(), Fit(_evenness))
        if not isinstance(found, Cells):
            return "refused: no table"
        rows = [row for row in found.rows() if row]
    except DeliveryRefused as error:
        return f"refused: {_kind(error.what)}"
    if expected is None:
        return "read"
    return "equal" if rows == [row for row in expected if row] else "unequal"


def _kind(what: str) -> str:
    """Leave out the numbers, so that like refusals are counted together."""
    return "".join("n" if character.isdigit() else character for character in what)


def _evenness(rows: Sequence[list[str]]) -> int:
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return max(widths.values(), default=0)
