"""Bodies on loopback, for tests and demo: `python -m tests.support.bodies files|customs|court|platform|police …`."""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

from schemas.contracts import sources
from tests.support.court_database import ADMINISTRATIVE, CRIMINAL, VIEW, CourtDatabase
from tests.support.customs_api import CustomsApi, Fault
from tests.support.generate import SOURCES, generate, messages
from tests.support.platform import POLICE, POLICE_TOPIC, Platform

__all__ = ["CourtDatabase", "CustomsApi", "Fault", "Platform"]

_COURT_VIEWS = {
    "court_hz_cases": VIEW,
    "court_hz_criminal_cases": CRIMINAL,
    "court_hz_administrative_cases": ADMINISTRATIVE,
}


def read_secret(path: Path) -> str:
    """Return the secret in a file of mode 600; a missing file is made with a new secret."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(32), "ascii")
    return path.read_text("ascii").strip()


def drop_files(given: argparse.Namespace) -> None:
    """Write a file of each source into its inbox, as bodies do: renamed when it is whole; print the sources."""
    local = [c for c in sources().values() if c.fetch.kind == "local" and c.source in SOURCES]
    for contract in local:
        inbox = given.inbox / contract.fetch.location
        inbox.mkdir(parents=True, exist_ok=True)
        (made,) = generate(contract.source, given.rows, given.seed, given.made).paths
        part = inbox / f"{made.name}.part"
        part.write_bytes(made.read_bytes())
        part.rename(inbox / made.name)
    sys.stdout.write(json.dumps([contract.source for contract in local]) + "\n")


def serve_customs(given: argparse.Namespace) -> None:
    """Serve the customs API until SIGTERM or SIGINT; the address is printed once it answers."""
    lines = messages("customs_sh_detentions", given.rows, given.seed).lines()
    penalties = messages("customs_sh_penalties", given.rows, given.seed).lines()
    api = CustomsApi(lines, read_secret(given.token_file), given.port, penalties)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: Thread(target=api.close).start())
    sys.stdout.write(f"{api.address}\n")
    sys.stdout.flush()
    api.serve()


def fill_court(given: argparse.Namespace) -> None:
    """Create the court's database and insert the rows that it does not have yet."""
    court = CourtDatabase(read_secret(given.dsn_file))
    court.create(read_secret(given.password_file))
    inserted = sum(
        court.insert(messages(source, given.rows, given.seed).lines(), view=view)
        for source, view in _COURT_VIEWS.items()
    )
    sys.stdout.write(f"{inserted}\n")


def push_notices(given: argparse.Namespace) -> None:
    """Push the platform's messages once."""
    _push(given, "platform_notices", Platform(given.bootstrap))


def push_case_events(given: argparse.Namespace) -> None:
    """Push the messages of the public-security department once."""
    _push(given, "psb_zj_case_events", Platform(given.bootstrap, POLICE_TOPIC, POLICE))


def _push(given: argparse.Namespace, source: str, platform: Platform) -> None:
    with ExitStack() as open_files:
        lines: Iterable[str] = messages(source, given.rows, given.seed).lines()
        if given.file:
            lines = (line.rstrip("\n") for line in open_files.enter_context(given.file.open(encoding="utf-8")))
        sys.stdout.write(f"{open_files.enter_context(platform).push(lines)}\n")


def main(arguments: list[str] | None = None) -> None:
    """Run one body."""
    parser = argparse.ArgumentParser(description=__doc__)
    bodies = parser.add_subparsers(required=True)
    files = bodies.add_parser("files", help="drop the files of all bodies into their inboxes")
    files.add_argument("--inbox", type=Path, required=True, help="folder of the inboxes")
    files.add_argument("--made", type=Path, required=True, help="folder in which they are made")
    files.set_defaults(run=drop_files)
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
    platform.set_defaults(run=push_notices)
    police = bodies.add_parser("police", help="push the events of investigations")
    police.set_defaults(run=push_case_events)
    for body in (platform, police):
        body.add_argument("--bootstrap", required=True)
        body.add_argument("--file", type=Path, help="push the lines of this file instead")
    for body in (files, customs, court, platform, police):
        body.add_argument("--rows", type=int, default=1000)
        body.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    given.run(given)


if __name__ == "__main__":
    main()
