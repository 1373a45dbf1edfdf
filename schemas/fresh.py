"""Contracts as they stand, for a process that outlives an edit of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from schemas.contracts import ROOT, SourceContract, sources
from schemas.document import ContractError


class Fresh:
    """Reads contracts again once a file of them changed; while an edit cannot be read, those before it stand."""

    def __init__(self, root: Path = ROOT / "sources") -> None:
        """Begin with nothing read."""
        self._root = root
        self._stamps: Mapping[Path, int] | None = None
        self._read: Mapping[str, SourceContract] | None = None

    def sources(self) -> Mapping[str, SourceContract]:
        """Return the newest contract of every source; raises ContractError where none was ever read."""
        stamps = {path: path.stat().st_mtime_ns for path in self._root.glob("*/*.odcs.yaml")}
        if self._read is None or stamps != self._stamps:
            sources.cache_clear()
            try:
                self._read = sources(self._root)
            except ContractError:
                if self._read is None:
                    raise
            self._stamps = stamps
        return self._read
