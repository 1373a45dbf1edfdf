"""A stack that exists only while something is measured, in a home of its own beside any other."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.settings import settings
from infra.stack.stack import remove, up
from transforms.connections import Connections

_PORTS = ("CASEBRIDGE_PG_PORT", "CASEBRIDGE_KAFKA_PORT", "CASEBRIDGE_AIRFLOW_PORT")
_FOLDERS = ("CASEBRIDGE_VAULT", "CASEBRIDGE_ARCHIVE", "CASEBRIDGE_INBOX", "CASEBRIDGE_OUTBOX")


@contextmanager
def own_stack(say: Callable[[str], None], *, with_airflow: bool = False) -> Iterator[Connections]:
    """Bring a stack up in a new folder on free ports, point this program at it, and remove both in the end."""
    home = Path(tempfile.mkdtemp(prefix="casebridge-bench-"))
    # The user that PostgreSQL runs as under root must reach it.
    home.chmod(0o755)
    before = dict(os.environ)
    for name in (*_PORTS, *_FOLDERS):
        os.environ.pop(name, None)
    os.environ["CASEBRIDGE_HOME"] = str(home)
    settings.cache_clear()
    try:
        yield up(settings(), say, with_airflow)
    finally:
        try:
            remove(settings(), say)
        finally:
            os.environ.clear()
            os.environ.update(before)
            settings.cache_clear()
