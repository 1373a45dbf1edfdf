"""Build a pack aside, have it judged, sign it, and rename it into place: a reader sees all of it or nothing."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg

from schemas.changes import delta_of
from schemas.packs import PackContract
from transforms.connections import Connections
from transforms.errors import Terminal
from transforms.extract.agreed import check_agreed
from transforms.extract.delta import write_delta
from transforms.extract.mask import mask_rows
from transforms.extract.package import DESCRIPTOR, SIGNATURE, Content, Counts, PackName, Since, describe_pack, hash_file
from transforms.extract.read import count_table, open_release, read_table
from transforms.extract.register import Registered, read_digest, register
from transforms.extract.sign import PUBLIC_KEY, id_key_path, key_id, read_id_key, read_key_pair, sign
from transforms.extract.since import find_since, rules_of
from transforms.extract.verify import verify
from transforms.extract.write import write_table

_ASIDE: Final = ".building-"


@dataclass(frozen=True)
class Written:
    """One file that was written, and the rows that it must have.

    Those of a table are the rows that the release has for it, counted apart. A delta has those that it was told to
    have, and its `growth` is by how many rows its table grew since the last pack.
    """

    path: Path
    table: str
    rows: int
    growth: int | None = None


Judge = Callable[[Sequence[Written], PackName], None]
"""Judges the files of a pack before it is signed, and raises where it may not be."""


@dataclass(frozen=True)
class Built:
    """A pack that lies in the outbox; `state` is built, or known where it lay there already, or planned.

    `changes` are the rows of its deltas since the pack `since`, by table, change and cause.
    """

    name: PackName
    state: str
    path: Path
    digest: str | None
    key_id: str | None
    rows: dict[str, int]
    since: str | None
    changes: Counts


class PackDiffers(Terminal):
    """Say that a pack of this name was signed with another content."""


def build_pack(
    connections: Connections, contract: PackContract, release: int | None, as_of: date, judge: Judge
) -> Built:
    """Build and sign the pack of a release and date; one that lies there already and is identical is left alone."""
    parent = connections.outbox / contract.recipient / contract.pack
    parent.mkdir(parents=True, exist_ok=True)
    with _alone(parent), open_release(connections, release) as (connection, number):
        check_agreed(connection, contract, as_of)
        name = PackName(contract.recipient, contract.pack, number, as_of)
        aside = parent / f"{_ASIDE}{name.folder}"
        for left in parent.glob(f"{_ASIDE}*"):
            shutil.rmtree(left)
        aside.mkdir()
        try:
            key = read_id_key(connections.secrets, contract.recipient)
            rules = rules_of(contract, key)
            rows = {
                table.name: write_table(
                    mask_rows(read_table(connection, contract, table, as_of), table, key),
                    table,
                    contract.formats,
                    aside,
                )
                for table in contract.tables
            }
            since = find_since(connections, name, rules)
            changes = write_delta(connections, contract, since, name, aside) if since else {}
            content = Content(rows, since, changes)
            promised = _count(connection, contract, as_of)
            made = _Made(contract, name, aside, rules, content)
            return _settle(connections, made, lambda: judge(list(_written(made, promised)), name))
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def plan_pack(connections: Connections, contract: PackContract, release: int | None, as_of: date) -> Built:
    """Tell what a build would make, and write nothing."""
    with open_release(connections, release) as (connection, number):
        check_agreed(connection, contract, as_of)
        rows = _count(connection, contract, as_of)
    name = PackName(contract.recipient, contract.pack, number, as_of)
    path = connections.outbox / name.pack_id
    since, changes = _plan_delta(connections, contract, name)
    told = since.name.pack_id if since else None
    return Built(name, "known" if path.exists() else "planned", path, None, None, rows, told, changes)


def _plan_delta(connections: Connections, contract: PackContract, name: PackName) -> tuple[Since | None, Counts]:
    """Tell what the deltas would hold; a recipient whose ids have no key yet has had no pack."""
    if not id_key_path(connections.secrets, contract.recipient).exists():
        return None, {}
    rules = rules_of(contract, read_id_key(connections.secrets, contract.recipient))
    since = find_since(connections, name, rules)
    if since is None:
        return None, {}
    with TemporaryDirectory(prefix="casebridge-plan-") as folder:
        return since, write_delta(connections, contract, since, name, Path(folder))


@dataclass(frozen=True)
class _Made:
    """A pack that was written aside."""

    contract: PackContract
    name: PackName
    aside: Path
    rules: str
    content: Content


def _count(connection: psycopg.Connection[Any], contract: PackContract, as_of: date) -> dict[str, int]:
    return {table.name: count_table(connection, contract, table, as_of) for table in contract.tables}


def _written(made: _Made, promised: Mapping[str, int]) -> Iterator[Written]:
    since, changes = made.content.since, made.content.changes
    for table in made.contract.tables:
        for suffix in made.contract.formats:
            yield Written(made.aside / f"{table.name}.{suffix}", table.name, promised[table.name])
            if since:
                delta = delta_of(table).name
                rows = sum(sum(causes.values()) for causes in changes[table.name].values())
                growth = promised[table.name] - since.rows[table.name]
                yield Written(made.aside / f"{delta}.{suffix}", delta, rows, growth)


def _settle(connections: Connections, made: _Made, judge: Callable[[], None]) -> Built:
    name, content = made.name, made.content
    pair = read_key_pair(connections.secrets, connections.outbox)
    descriptor = describe_pack(made.contract, name, made.aside, content, key_id(pair.public_key))
    (made.aside / DESCRIPTOR).write_bytes(descriptor)
    digest = hash_file(made.aside / DESCRIPTOR)
    final = made.aside.parent / name.folder
    state = "known"
    if final.exists():
        _compare(final, descriptor, connections.outbox / PUBLIC_KEY)
    else:
        _check_ledger(connections, name, digest)
        judge()
        (made.aside / SIGNATURE).write_bytes(sign(pair, descriptor, name.pack_id))
        _put_in_place(made.aside, final)
        state = "built"
    register(connections, Registered(name, final, digest, made.rules, content))
    since = content.since.name.pack_id if content.since else None
    return Built(name, state, final, digest, key_id(pair.public_key), dict(content.rows), since, content.changes)


def _compare(final: Path, descriptor: bytes, public_key: Path) -> None:
    """Prove the pack that lies there, and refuse another content under its name."""
    verify(final, public_key)
    signed = (final / DESCRIPTOR).read_bytes()
    if signed == descriptor:
        return
    before = {resource["path"]: resource["hash"] for resource in json.loads(signed)["resources"]}
    now = {resource["path"]: resource["hash"] for resource in json.loads(descriptor)["resources"]}
    differing = sorted(path for path in before | now if before.get(path) != now.get(path)) or [DESCRIPTOR]
    raise PackDiffers(
        f"a pack of this name was signed with another content; {', '.join(differing)} would differ",
        str(final),
        "keep the signed pack; build one of another release or date",
    )


def _check_ledger(connections: Connections, name: PackName, digest: str) -> None:
    known = read_digest(connections, name.pack_id)
    if known not in (None, digest):
        raise PackDiffers(
            "a pack of this name was signed with another content, and is no longer in the outbox",
            f"ops.pack {name.pack_id}",
            "restore it from the backup of the outbox; build one of another release or date",
        )


def _put_in_place(aside: Path, final: Path) -> None:
    for path in aside.iterdir():
        path.chmod(0o644)
        _flush(path)
    aside.chmod(0o755)
    _flush(aside)
    aside.rename(final)
    _flush(final.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second build of the recipient's packs waiting."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
