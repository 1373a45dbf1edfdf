"""Pick-up: complete files of a folder on another machine are handed over, each once, in the order they came.

What was taken stands in the ledger, by name, size and time of change; nothing is written there unless the contract asks
for it.
"""

from __future__ import annotations

import json
import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from transforms.collect.access import read_access
from transforms.collect.finding import told
from transforms.collect.inbox import DONE, RECEIPT, REFUSED, filed_name
from transforms.collect.manifest import SUFFIX, manifest_path
from transforms.collect.receipt import Receipt
from transforms.collect.remote import Unreadable, complete
from transforms.collect.vault import CHANGED
from transforms.errors import CasebridgeError, DeliveryRefused, Retryable, SourceUnavailable
from transforms.ledger.deliveries import HandOver, find_taken, write_refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from sqlalchemy import Engine

    from schemas.contracts import SourceContract
    from transforms.collect.remote import Found, Remote, RemoteFile
    from transforms.connections import Connections

KINDS: Final = frozenset({"sftp", "s3"})
_SUFFIX_CHARS: Final = 16
# More than a manifest may hold; what is longer is cut, and refused as no JSON text.
_MANIFEST_BLOCKS: Final = 2


def open_remote(connections: Connections, contract: SourceContract) -> AbstractContextManager[Remote]:
    """Open the folder that a source is picked up from."""
    if contract.fetch.kind == "s3":
        from transforms.collect.s3 import open_s3

        return open_s3(connections, contract)
    from transforms.collect.sftp import open_sftp

    return open_sftp(connections, contract)


def pick_up(
    connections: Connections, engine: Engine, contract: SourceContract, hand: Callable[[Path, Found], Receipt]
) -> list[Receipt]:
    """Hand over every complete file that was not taken yet, through `hand`; a refused file does not stop the others.

    Nor does one that may not be read, or not be moved: what is wrong with it is raised when the others were taken.
    """
    receipts: list[Receipt] = []
    with open_remote(connections, contract) as remote:
        found = complete(remote.files())
        taken = _taken(engine, contract, found)
        picking = _PickUp(connections, engine, contract, remote)
        for one in found:
            if one.stamp not in taken:
                receipts += picking.take(one, hand)
            else:
                # It was taken, and the connection broke before it was out of the way.
                picking.file_away(one, taken[one.stamp])
        picking.tell()
    return receipts


def stamps_waiting(connections: Connections, engine: Engine, contract: SourceContract) -> frozenset[str]:
    """Return the stamps of the complete files that were not taken yet."""
    with open_remote(connections, contract) as remote:
        found = complete(remote.files())
    return frozenset(one.stamp for one in found) - _taken(engine, contract, found).keys()


def _taken(engine: Engine, contract: SourceContract, found: list[Found]) -> Mapping[str, str]:
    stamps = {stamp: one.stamp for one in found for stamp in (one.former_stamp, one.stamp)}
    with engine.begin() as connection:
        taken = find_taken(connection, contract, stamps.keys())
    return {stamps[stamp]: state for stamp, state in taken.items()}


class _PickUp:
    """One visit to the folder of a source."""

    def __init__(self, connections: Connections, engine: Engine, contract: SourceContract, remote: Remote) -> None:
        self._spool = connections.home / "spool"
        self._engine = engine
        self._contract = contract
        self._remote = remote
        self._deadline = read_access(connections, contract).deadline
        self._moves = contract.fetch.options.get("after") == "move"
        self._unreadable: dict[Found, Unreadable] = {}
        self._unmoved: CasebridgeError | None = None

    def take(self, one: Found, hand: Callable[[Path, Found], Receipt]) -> list[Receipt]:
        """Fetch one file and hand it over; one that changes meanwhile is refused, and looked at again next time.

        One that may not be read waits until a later one is taken: behind that it would be an old word that comes last.
        """
        self._spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{self._contract.source}-", dir=self._spool) as folder:
            try:
                path = fetch(self._remote, one, Path(folder), self._deadline)
            except Unreadable as error:
                self._unreadable[one] = error
                return []
            except DeliveryRefused as error:
                return [self._refuse(one, error)]
            receipt = hand(path, one)
        self.file_away(one, receipt.state, receipt)
        return [receipt] if receipt.state == "refused" else [receipt, *self._overtaken()]

    def file_away(self, one: Found, state: str, receipt: Receipt | None = None) -> None:
        """Move a file that was handed over where the contract says so; the next visit tries again what fails."""
        # A server that does not answer would be waited for at every file.
        if self._moves and not isinstance(self._unmoved, Retryable):
            try:
                self._move(one, state, receipt)
            except CasebridgeError as error:
                self._unmoved = error

    def tell(self) -> None:
        """Raise what is wrong with a file that may not be read, or could not be moved."""
        for error in (*self._unreadable.values(), self._unmoved):
            if error:
                raise error

    def _overtaken(self) -> list[Receipt]:
        """Refuse what could not be read before a later file was taken."""
        receipts = [self._refuse(one, error, one.stamp) for one, error in self._unreadable.items()]
        for one, receipt in zip(self._unreadable, receipts, strict=True):
            self.file_away(one, receipt.state, receipt)
        self._unreadable.clear()
        return receipts

    def _move(self, one: Found, state: str, receipt: Receipt | None) -> None:
        """Move to done/ or refused/, with manifest and receipt."""
        folder = REFUSED if state == "refused" else DONE
        place = f"{folder}/{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{filed_name(one.file.name)}"
        if receipt:
            written = json.dumps(receipt.to_dict(), ensure_ascii=False, indent=2) + "\n"
            self._remote.write(place + RECEIPT, written.encode())
        if one.manifest:
            self._remote.move(one.manifest.name, place + SUFFIX)
        self._remote.move(one.file.name, place)

    def _refuse(self, one: Found, error: DeliveryRefused, stamp: str | None = None) -> Receipt:
        name = told(one.file.name)
        facts = HandOver(self._contract, name, None, "", one.file.size, datetime.now(UTC), stamp=stamp)
        with self._engine.begin() as connection:
            refused = write_refused(connection, facts, error)
        return Receipt(refused, self._contract.source, "refused", name, error.what, error.remedy)


def fetch(remote: Remote, one: Found, folder: Path, deadline: float) -> Path:
    """Copy a file and its manifest into a private folder, block by block, and return where it lies.

    `deadline` is in seconds, for each block. Raises DeliveryRefused if the file changes meanwhile, SourceUnavailable if
    it comes too slowly.
    """
    # The name is the other machine's: of it only the ending is taken, by which a format is known.
    path = folder / f"delivered{PurePosixPath(one.file.name).suffix[:_SUFFIX_CHARS]}"
    size = _write(path, _paced(remote, one.file, deadline))
    if size != one.file.size:
        raise CHANGED
    if one.manifest:
        _write(manifest_path(path), islice(_paced(remote, one.manifest, deadline), _MANIFEST_BLOCKS))
    return path


def _write(path: Path, blocks: Iterable[bytes]) -> int:
    with path.open("wb") as file:
        return sum(file.write(block) for block in blocks)


def _paced(remote: Remote, file: RemoteFile, deadline: float) -> Iterator[bytes]:
    size, since = 0, time.monotonic()
    for block in remote.blocks(file):
        if time.monotonic() - since > deadline:
            what = f"a block did not come within {deadline:g} s"
            remedy = "nothing partial was sent; raise `deadline` of the connection if the line is slow"
            raise SourceUnavailable(what, told(file.name), remedy)
        size += len(block)
        # A file that grows as fast as it is read would never end.
        if size > file.size:
            raise CHANGED
        yield block
        since = time.monotonic()
