"""A person decides that a re-used number belongs to the later case now: its item is read again and let in (0013)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, LiteralString

from psycopg.rows import dict_row

from transforms.admit.reused import RULES
from transforms.errors import Terminal

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

LISTED: Final = "`casebridge quarantine` lists the open ones"

# `decided` is what a person decided before, in the slice of the replay that let the item in.
_ITEM = """
select q.quarantine_id as item, q.source, q.delivery_id, q.row_number, q.record_key, q.slice_id,
    q.closed_in is not null as is_closed, q.reread_in is not null as is_reread, d.decided_by, d.decided_reason,
    d.decided_at, d.admission_id, array(
        select distinct u.rule from ops.quarantine_rule u
        where (u.source, u.delivery_id, u.row_number) = (q.source, q.delivery_id, q.row_number) order by 1) as rules
from ops.quarantine q
left join ops.admission a on a.admission_id = q.reread_in and a.kind = 'reused_identifier'
left join ops.slice d on d.admission_id = a.admission_id
where q.quarantine_id = %(item)s
"""
_BECAME = "select after from decided where (delivery_id, row_number) = (%s, %s) and act = 'let_in'"
_WHY_NOT = "select distinct rule from staged.quarantine_rule where fence = %s order by 1"
_BESIDE: Final = """
select c.record_key, c.delivery_id as delivery, c.row_number, 'withdrawn' as becomes
from ended e join canonical.record c using (record_id)
"""
_ENDED: Final = f"""
select c.record_key, c.delivery_id as delivery, c.row_number, 'superseded' as becomes
from decided d join canonical.record c on c.record_id = d.row_id
where d.act = 'supersede' and d.before = 'current'
union all {_BESIDE}
"""  # noqa: S608  # text of this file, no input
_IN_ORDER: Final = " order by record_key, delivery, row_number"


@dataclass(frozen=True)
class Item:
    """An item of quarantine, and what a person decided about it before, if anybody did."""

    item: int
    source: str
    delivery_id: str
    row_number: int
    record_key: str | None
    slice_id: int
    is_closed: bool
    is_reread: bool
    rules: list[str]
    decided_by: str | None
    decided_reason: str | None
    decided_at: datetime | None
    admission_id: int | None

    @property
    def is_admitted(self) -> bool:
        """Say whether a person admitted it before."""
        return self.admission_id is not None


def find_item(connection: psycopg.Connection[Any], number: int) -> Item:
    """Return an open item of a re-used number, or one that was admitted before; raises Terminal for any other."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_ITEM, {"item": number}).fetchone()
    if row is None:
        raise Terminal(f"there is no item {number}", "ops.quarantine", LISTED)
    item = Item(**row)
    if item.is_admitted:
        return item
    if not set(RULES).issuperset(item.rules):
        raise Terminal(
            f"item {number} is quarantined for {', '.join(item.rules)}: only a number that was re-used is decided on",
            f"source {item.source}",
            "correct the record and send it again; where the contract is wrong, mend it and `casebridge replay`",
        )
    if item.is_closed:
        why = (
            "a replay reads it otherwise" if item.is_reread else "a later record of its key came, or it is sent no more"
        )
        raise Terminal(f"item {number} is closed: {why}", f"source {item.source}", LISTED)
    return item


def check(connection: psycopg.Connection[Any], item: Item, fence: int) -> None:
    """Raise Terminal where the item's record, read by the code of today, would not be the current one of its key."""
    place = (item.delivery_id, item.row_number)
    row = connection.execute(_BECAME, place).fetchone()
    if row and row[0] == "current":
        return
    rules = ", ".join(rule for (rule,) in connection.execute(_WHY_NOT, (fence,)))
    what = f"would be {row[0]}" if row else f"cannot be used as it is read today ({rules or 'it repeats another'})"
    remedy = "`casebridge replay` reads the source again; else correct the record and send it again"
    raise Terminal(f"the record of item {item.item} {what}", f"source {item.source}", remedy)


def ended(connection: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Return the records that the item's record ends: of its key, and of the case before it; after `let_in`."""
    return _rows(connection, _ENDED)


def ended_beside(connection: psycopg.Connection[Any]) -> list[dict[str, Any]]:
    """Return the records of other keys that end, for what was let in has their number."""
    return _rows(connection, _BESIDE)


def _rows(connection: psycopg.Connection[Any], query: LiteralString) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query + _IN_ORDER).fetchall()
