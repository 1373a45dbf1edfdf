"""A view in a body's own database: read by (time of change, id), read-only, in one snapshot, as one delivery."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson
import psycopg
from psycopg.conninfo import make_conninfo
from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnClause,
    Date,
    MetaData,
    NullPool,
    Table,
    cast,
    column,
    create_engine,
    func,
    literal,
    or_,
    select,
    table,
    tuple_,
)
from sqlalchemy.exc import DataError, DBAPIError, NoSuchTableError, OperationalError, ProgrammingError

from transforms.collect.access import read_access, read_secret
from transforms.collect.reached import Reached
from transforms.collect.view_values import connect, moment_of, value_text
from transforms.errors import ContractBroken, SourceUnavailable, Terminal

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Select

    from schemas.contracts import SourceContract
    from transforms.collect.spool import Spool
    from transforms.connections import Connections

_DURATION: Final = TypeAdapter(timedelta)
_DIGEST: Final = 16
# Rows that wait in memory: one of them may be as wide as a cell may be.
_ROWS_HELD: Final = 200


def fetch_database(
    connections: Connections, contract: SourceContract, watermark: dict[str, Any], spool: Spool
) -> dict[str, Any]:
    """Gather every row beyond the watermark in `spool` and return the new watermark."""
    engine = _engine(connections, contract)
    view = contract.fetch.options["view"]
    try:
        with engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection:
            return _Reading(contract, watermark).read(connection, spool)
    except OperationalError as error:
        remedy = "nothing was sent; it is tried again when the source is due"
        raise SourceUnavailable("the body's database does not answer", contract.source, remedy) from error
    except (NoSuchTableError, ProgrammingError) as error:
        raise Terminal(
            f"the view {view} cannot be read", contract.source, "ask the body for the right to it"
        ) from error
    except DataError as error:
        remedy = "ask the body to look for the value that its database refuses"
        raise Terminal(f"a row of the view {view} cannot be read", contract.source, remedy) from error


def newest_change(connections: Connections, contract: SourceContract) -> datetime | None:
    """Ask the view for its newest time of change that has come, and for nothing else; None where it is empty."""
    schema, _, name = contract.fetch.options["view"].rpartition(".")
    changed: ColumnClause[datetime] = column(contract.field_named(contract.cursor[0]).label)
    try:
        with _engine(connections, contract).connect() as connection:
            found = connection.scalar(
                select(func.max(changed)).select_from(table(name, schema=schema)).where(changed <= func.now())
            )
    except DBAPIError as error:
        remedy = "see whether the sweep can collect it"
        raise SourceUnavailable("the body's view cannot be asked", contract.source, remedy) from error
    return moment_of(found)


def _engine(connections: Connections, contract: SourceContract) -> Engine:
    if contract.fetch.kind != "postgresql":
        remedy = "say `postgresql` in `servers`, or write a reader for it"
        raise ContractBroken(f"there is no reader for {contract.fetch.kind}", contract.source, remedy)
    access = read_access(connections, contract)
    wanted = make_conninfo(access.dsn, connect_timeout=max(1, int(access.timeout)))
    if "password" not in psycopg.conninfo.conninfo_to_dict(wanted):
        wanted = make_conninfo(wanted, password=read_secret(connections, contract, "passwordSecret"))
    return create_engine("postgresql+psycopg://", creator=partial(connect, wanted), poolclass=NullPool)


class _Reading:
    """One reading of the view, from the watermark on."""

    def __init__(self, contract: SourceContract, watermark: dict[str, Any]) -> None:
        self._contract = contract
        self._changed, self._id = (contract.field_named(name).label for name in contract.cursor)
        self._look_back = _DURATION.validate_python(contract.look_back) if contract.look_back else None
        self._watermark = watermark

    def read(self, connection: Connection, spool: Spool) -> dict[str, Any]:
        """Write the new rows and return the watermark after them."""
        schema, _, name = self._contract.fetch.options["view"].rpartition(".")
        view = Table(name, MetaData(), schema=schema or None, autoload_with=connection)
        held = min(int(self._contract.fetch.options.get("pageSize", _ROWS_HELD)), _ROWS_HELD)
        pages = connection.execution_options(stream_results=True, max_row_buffer=held)
        missing = [label for label in (self._changed, self._id) if label not in view.c]
        if missing:
            what = f"the view has no column {', '.join(missing)}"
            raise ContractBroken(what, self._contract.source, "agree with the body on the cursor columns")
        told = view.c[self._changed].type
        # More may change on the day that was read last.
        look_back = self._look_back or timedelta() if isinstance(told, Date) else self._look_back
        reached = Reached(self._watermark, look_back)
        # In the column's own type: a time without a zone is one of the body's clock.
        now = moment_of(connection.scalars(select(cast(func.now(), told))).one())
        if now is None:
            what = f"the column {self._changed} of the view is of no time"
            raise ContractBroken(what, self._contract.source, "agree with the body on the cursor columns")
        for row in pages.execute(self._query(view, reached)).mappings():
            record = {str(label): value_text(value) for label, value in row.items()}
            digest = hashlib.sha256(orjson.dumps(record)).hexdigest()[:_DIGEST]
            if reached.take(row[self._id], moment_of(row[self._changed]), digest, now):
                spool.add(record)
        return reached.watermark()

    def _query(self, view: Table, reached: Reached) -> Select[Any]:
        read = set(self._contract.labels)
        # A column that nobody asked for is named, so that it is a finding, but its values stay where they are.
        columns = [c if c.name in read else literal(None).label(c.name) for c in view.c]
        changed, own = view.c[self._changed], view.c[self._id]
        query = select(*columns).order_by(changed, own)
        since = reached.since
        if since is None:
            return query
        if reached.is_exact:
            is_new = tuple_(changed, own) > tuple_(literal(since), literal(reached.last))
        else:
            is_new = changed >= since
        return query.where(or_(is_new, changed.is_(None)))
