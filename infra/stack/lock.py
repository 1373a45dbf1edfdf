"""One command at a time changes a stack."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from infra.stack.layout import Layout
from infra.stack.process import POLL_SECONDS
from transforms.errors import CasebridgeError

SECONDS: Final = 240.0


@contextmanager
def hold_lock(layout: Layout) -> Iterator[None]:
    """Wait for the lock of a stack and hold it; it ends with the process that holds it, however that ends."""
    try:
        handle = os.open(layout.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        yield  # no inode is left for the lock: stopping must work even so
        return
    try:
        _wait(handle, layout)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, layout: Layout) -> None:
    end = time.monotonic() + SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise CasebridgeError(
                    "another command is changing this stack", str(layout.home), "wait until it has ended, or end it"
                ) from None
            time.sleep(POLL_SECONDS)
        else:
            return
