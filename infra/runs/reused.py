"""A person admits the item of a re-used number: read again, let in as an admission of its own, or only told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
import structlog

from infra.runs.replay import reading_again, stage
from schemas.contracts import source
from transforms.land.left import require_contract
from transforms.replay.admit import decide, let_in
from transforms.replay.plan import Asked
from transforms.replay.reused import Item, ended, find_item

if TYPE_CHECKING:
    from transforms.connections import Connections

log = structlog.get_logger()


@dataclass(frozen=True)
class ItemAdmitted:
    """What became of an item, and of the records that it ends; `admission_id` is null where nothing was written.

    `is_repeated` says that a person admitted it before: by and why are theirs, and nothing changes.
    """

    item: int
    source: str
    record_key: str | None
    rules: list[str]
    ended: list[dict[str, Any]]
    admission_id: int | None
    decided_by: str | None
    decided_reason: str | None
    is_repeated: bool


def check_item(connections: Connections, number: int) -> Item:
    """Return the item; raises Terminal where it is none that a person admits."""
    with psycopg.connect(connections.dsn("loader")) as connection:
        item = find_item(connection, number)
    require_contract(item.source)
    return item


def admit_item(connections: Connections, number: int, reason: str, who: str, *, dry_run: bool) -> ItemAdmitted:
    """Let the record of an open item in, in place of what has its number; with `dry_run` it is taken back."""
    item = check_item(connections, number)
    if item.is_admitted:
        return _told(item, [], item.admission_id, item.decided_by, item.decided_reason)
    asked = Asked(source(item.source), None, None, None, who, item, reason)
    with reading_again(connections, asked, dry_run=dry_run) as (connection, planned):
        stage(connections, planned)
        decide(connection, planned)
        admission = let_in(connection, planned).admission_id
        gone = ended(connection)
    log.info("decided", step="quarantine", source=item.source, item=number, admission=admission, dry_run=dry_run)
    return _told(item, gone, None if dry_run else admission, who, reason)


def _told(
    item: Item, gone: list[dict[str, Any]], admission: int | None, who: str | None, reason: str | None
) -> ItemAdmitted:
    return ItemAdmitted(
        item.item, item.source, item.record_key, item.rules, gone, admission, who, reason, item.is_admitted
    )
