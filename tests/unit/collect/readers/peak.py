"""Read every file of a folder in a process of its own, and tell how much memory the greediest took."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

from infra.bench.memory import peak_rss
from tests.unit.collect.builders import contract, silent
from transforms.collect.delivered import read_delivered
from transforms.collect.vault import Loose
from transforms.errors import DeliveryRefused


def grown(folder: Path) -> dict[str, int]:
    """Return by name what each file added to the peak of the process."""
    found, before = {}, peak_rss()
    for path in sorted(folder.iterdir()):
        with suppress(DeliveryRefused):
            rows, _ = read_delivered(contract(), Loose(path))
            rows.check(silent)
        found[path.name], before = peak_rss() - before, peak_rss()
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(grown(Path(sys.argv[1]))))
