"""Bodies on loopback, for tests and for the demo: `python -m tests.support.bodies customs|court|platform …`."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from tests.support.court_database import CourtDatabase
from tests.support.customs_api import CustomsApi, Fault
from tests.support.generate import messages
from tests.support.platform import Platform

__all__ = ["CourtDatabase", "CustomsApi", "Fault", "Platform"]


def read_secret(path: Path) -> str:
    """Return the secret in a file of mode 600; a missing file is made with a new secret."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(32), "ascii")
    return path.read_text("ascii").strip()


def serve_customs(given: argparse.Namespace) -> None:
    """Serve the customs API until SIGTERM or SIGINT; the address is printed once it answers."""
    lines = messages("customs_sh_detentions", given.rows, given.seed).lines()
    api = CustomsApi(lines, read_secret(given.token_file), given.port)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=api.close).start())
    sys.stdout.write(f"{api.address}\n")
    sys.stdout.flush()
    api.serve()


def fill_court(given: argparse.Namespace) -> None:
    """Create the court's database and insert the rows that it does not have yet."""
    court = CourtDatabase(read_secret(given.dsn_file))
    court.create(read_secret(given.password_file))
    inserted = court.insert(messages("court_hz_cases", given.rows, given.seed).lines())
    sys.stdout.write(f"{inserted}\n")


def push_notices(given: argparse.Namespace) -> None:
    """Push the platform's messages once."""
    with ExitStack() as open_files:
        lines: Iterable[str] = messages("platform_notices", given.rows, given.seed).lines()
        if given.file:
            lines = (line.rstrip("\n") for line in open_files.enter_context(given.file.open(encoding="utf-8")))
        platform = open_files.enter_context(Platform(given.bootstrap))
        sys.stdout.write(f"{platform.push(lines)}\n")


def main(arguments: list[str] | None = None) -> None:
    """Run one body."""
    parser = argparse.ArgumentParser(description=__doc__)
    bodies = parser.add_subparsers(required=True)
    customs = bodies.add_parser("customs", help="serve the API of Shanghai Customs")
    customs.add_argument("--port", type=int, default=0)
    customs.add_argument("--token-file", type=Path, required=True)
    customs.set_defaults(run=serve_customs)
    court = bodies.add_parser("court", help="create and fill the court's database")
    court.add_argument(
        "--dsn-file", type=Path, required=True, help="file with the DSN of a login that may create databases"
    )
    court.add_argument("--password-file", type=Path, required=True, help="password of the reader's login")
    court.set_defaults(run=fill_court)
    platform = bodies.add_parser("platform", help="push the platform's notices")
    platform.add_argument("--bootstrap", required=True)
    platform.add_argument("--file", type=Path, help="push the lines of this file instead")
    platform.set_defaults(run=push_notices)
    for body in (customs, court, platform):
        body.add_argument("--rows", type=int, default=1000)
        body.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    given.run(given)


if __name__ == "__main__":
    main()
