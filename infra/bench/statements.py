"""What PostgreSQL spent on each statement of a step, by its own count (pg_stat_statements)."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg.rows import dict_row

SHOWN: Final = 10
_TEXT: Final = 4_000
# The view holds the statements of all databases, so that it need not be in the one that is measured.
_READ: Final = """
select query, sum(calls)::bigint as calls, sum(total_exec_time) / 1000 as seconds, sum(rows)::bigint as rows,
    sum(wal_bytes) / 1048576 as wal_mb, sum(shared_blks_read) * 8 / 1024 as read_mb,
    sum(temp_blks_written) * 8 / 1024 as temp_mb
from pg_stat_statements s join pg_database d on d.oid = s.dbid
where s.toplevel and d.datname = %s
group by query
"""
_SUMS: Final = ("calls", "rows", "wal_mb", "read_mb", "temp_mb")


@dataclass
class Spent:
    """What one statement took: seconds of each time that its step ran, and sums of the rest."""

    seconds: list[float] = field(default_factory=list)
    sums: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_SUMS, 0))


@dataclass
class Statements:
    """The statements of a database by step; the count of the server is begun anew for each step."""

    dsn: str
    database: str
    spent: dict[str, dict[str, Spent]] = field(default_factory=dict)
    _connection: psycopg.Connection[dict[str, Any]] | None = None

    def __enter__(self) -> Self:
        """Connect as the superuser, and have the server's count shown."""
        self._connection = psycopg.connect(self.dsn, autocommit=True, row_factory=dict_row)
        self._connection.execute("create extension if not exists pg_stat_statements")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        if self._connection:
            self._connection.close()

    def begin(self) -> None:
        """Forget what was counted so far."""
        if self._connection:
            self._connection.execute("select pg_stat_statements_reset()")

    def take(self, step: str) -> None:
        """Add what was counted since `begin` to `step`."""
        if self._connection:
            for row in self._connection.execute(_READ, (self.database,)):
                self.add(step, row)

    def add(self, step: str, row: dict[str, Any]) -> None:
        """Add one statement as the server counted it."""
        spent = self.spent.setdefault(step, {}).setdefault(" ".join(row["query"].split())[:_TEXT], Spent())
        spent.seconds.append(round(float(row["seconds"]), 3))
        for name in _SUMS:
            spent.sums[name] += float(row[name])

    def rows(self, shown: int = SHOWN) -> dict[str, list[dict[str, Any]]]:
        """Return the costliest statements of each step."""
        return {step: [_row(*each) for each in _costliest(found)[:shown]] for step, found in self.spent.items()}


def _costliest(found: dict[str, Spent]) -> list[tuple[str, Spent]]:
    return sorted(found.items(), key=lambda each: -sum(each[1].seconds))


def _row(query: str, spent: Spent) -> dict[str, Any]:
    sums = {name: round(value) for name, value in spent.sums.items()}
    return {"seconds": round(sum(spent.seconds), 2), "each_s": spent.seconds, **sums, "statement": query}
