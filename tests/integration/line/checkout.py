"""A checkout of its own, in which a person adds a source and types commands against a running stack."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]
_MADE: Final = (".git", ".venv", ".casebridge", "__pycache__", ".*_cache", ".hypothesis", "target", "logs")
_BLOCK: Final = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Checkout:
    """A copy of this checkout, with the programs of its virtual environment."""

    folder: Path
    home: Path

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one line of a shell there, as a script would: without a terminal."""
        return subprocess.run(
            ["/bin/sh", "-ec", command],
            cwd=self.folder,
            env={**os.environ, "CASEBRIDGE_HOME": str(self.home), "PYTHONPATH": str(self.folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def files(self) -> dict[str, bytes]:
        """Return the files that are written by hand, by their place."""
        return contents(self.folder)


def copy_checkout(folder: Path, home: Path) -> Checkout:
    """Copy this checkout; its programs run the copy's code under this interpreter."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_MADE))
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name, arguments in (("python", ""), ("casebridge", "-m infra.cli.main ")):
        path = programs / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n', "utf-8")
        path.chmod(0o755)
    return Checkout(folder, home)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a checkout but what tools have made."""
    ignored = shutil.ignore_patterns(*_MADE)
    found: dict[str, bytes] = {}
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - ignored(here, folders))
        for name in sorted(set(names) - ignored(here, names)):
            path = Path(here) / name
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def commands_of(page: Path) -> list[str]:
    """Return the commands of a page, one a line of its shell blocks."""
    return [line for block in _BLOCK.findall(page.read_text("utf-8")) for line in block.splitlines() if line.strip()]
