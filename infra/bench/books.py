"""After a run: is every record that was handed over accounted for, by the ledger and by the rows themselves?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.connections import Connections
from transforms.ledger.books import account


def read_books(stack: Connections, handed_over: Mapping[str, int]) -> dict[str, Any]:
    """Return the accounting identity of each source, recounted, and what was handed over beside it."""
    return compare_books(account(stack, recount=True)["sources"], handed_over)


def compare_books(sources: list[dict[str, Any]], handed_over: Mapping[str, int]) -> dict[str, Any]:
    """Say of each source whether its books balance, nothing waits, and what was handed over is what was sent."""
    found = {row["source"]: row for row in sources}
    rows = []
    for source in sorted({*found, *handed_over}):
        row = found.get(source, {"source": source, "sent": 0, "balanced": False, "in_flight": 0})
        given = handed_over.get(source, 0)
        is_whole = row["balanced"] and row["sent"] == given and not row["in_flight"]
        rows.append({**row, "handed_over": given, "balanced": is_whole})
    return {"balanced": bool(rows) and all(row["balanced"] for row in rows), "sources": rows}
