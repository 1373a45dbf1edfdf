"""Whether the bodies of a pack's rows have agreed that its recipient gets them (DOMAIN P15)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from psycopg import sql

from transforms.errors import Terminal
from transforms.extract.select import select_bodies
from transforms.normalise.cleaners.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import psycopg

    from schemas.packs import PackContract

AGREEMENTS = "source_agreement"
_TOLD = "select table_name from information_schema.columns where table_schema = 'marts' and column_name = 'body_id'"


def agreed(rows: Iterable[Mapping[str, str]], recipient: str, on: date) -> frozenset[str]:
    """Return the bodies of which an agreement that is in force on a day names the recipient."""
    return frozenset(
        row["body_id"]
        for row in rows
        if recipient in row["recipients"].split("|")
        and (not row["valid_from"] or date.fromisoformat(row["valid_from"]) <= on)
        and (not row["valid_to"] or on < date.fromisoformat(row["valid_to"]))
    )


def check_agreed(connection: psycopg.Connection[Any], contract: PackContract, as_of: date) -> None:
    """Refuse a pack that has a row of a body which has not agreed to it."""
    models = {str(name) for (name,) in connection.execute(_TOLD)}
    told = set[str]()
    for query in filter(None, (select_bodies(contract, table, models) for table in contract.tables)):
        told |= {str(body) for (body,) in connection.execute(sql.SQL(query), {"as_of": as_of})}
    missing = sorted(told - agreed(read_vocabulary(AGREEMENTS), contract.recipient, as_of))
    if missing:
        raise Terminal(
            f"{', '.join(missing)} has no agreement by which {contract.recipient} may be given its rows on {as_of}",
            f"schemas/vocabularies/{AGREEMENTS}.csv",
            "conclude one and add its row, or leave these bodies out of the scope of the pack",
        )
