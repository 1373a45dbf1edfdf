"""What the readers give for bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from transforms.collect.readers.content import Cells, Fit, Options, Records
from transforms.collect.readers.read import read_content
from transforms.collect.vault import Loose

PLAIN = Options()


def filled_cells(rows: Sequence[Sequence[str]]) -> int:
    return max((sum(map(bool, row)) for row in rows), default=0)


FIT = Fit(filled_cells)


def rows_of(content: bytes, options: Options = PLAIN) -> list[list[str]]:
    """Return the rows of a table, without any contract."""
    with TemporaryDirectory() as folder:
        found = read_content(_loose(folder, content), options, FIT)
        assert isinstance(found, Cells)
        return list(found.rows())


def records_of(content: bytes, path: str = "") -> list[dict[str, str | None]]:
    """Return the records of a document."""
    with TemporaryDirectory() as folder:
        found = read_content(_loose(folder, content), Options(record_path=path), FIT)
        assert isinstance(found, Records)
        return list(found.rows())


def shape_of(content: bytes, options: Options = PLAIN) -> str:
    """Return what the bytes are taken for."""
    with TemporaryDirectory() as folder:
        return read_content(_loose(folder, content), options, FIT).shape


def _loose(folder: str, content: bytes) -> Loose:
    path = Path(folder) / "delivered"
    path.write_bytes(content)
    return Loose(path)


def read_whole(content: bytes) -> list[list[str | None]]:
    """Return all values of a table or a document, whatever it is."""
    with TemporaryDirectory() as folder:
        found = read_content(_loose(folder, content), PLAIN, FIT)
        return [list(row.values() if isinstance(row, dict) else row) for row in found.rows()]
