"""What a body's system hands over record by record is gathered in a private file first: nothing partial is sent."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from transforms.collect.limits import LIMITS
from transforms.errors import DeliveryRefused, Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from transforms.connections import Connections


class Spool:
    """A file of JSON lines, one flat object of texts a record."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Write to an open descriptor of a file that only we may read."""
        self.path = path
        self.count = 0
        self._size = 0
        self._file = os.fdopen(descriptor, "wb")

    def add(self, record: Mapping[str, str | None]) -> None:
        """Add one record; raises Terminal beyond what one reading may bring, and for what no encoding can write."""
        self.count += 1
        self._size += self._file.write(self._line(record))
        if self._size > LIMITS.inflated_bytes:
            what = f"the body's system gives more than {LIMITS.inflated_bytes:,} bytes at once"
            raise Terminal(what, self.path.name, "ask the body to give less at once")

    def _line(self, record: Mapping[str, str | None]) -> bytes:
        try:
            return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        except orjson.JSONEncodeError as error:
            # JSON can escape half of a surrogate pair.
            what = f"record {self.count:,} holds half of a character"
            raise DeliveryRefused(what, f"record {self.count:,}", "send whole characters, without escapes") from error

    def close(self) -> None:
        """Finish writing."""
        self._file.close()


@contextmanager
def spooling(connections: Connections, source: str) -> Iterator[Spool]:
    """Open a spool that is gone afterwards, whatever happens."""
    folder = connections.home / "spool"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f"{source}-", suffix=".jsonl", dir=folder)
    spool = Spool(Path(name), descriptor)
    try:
        yield spool
    finally:
        spool.close()
        spool.path.unlink(missing_ok=True)
