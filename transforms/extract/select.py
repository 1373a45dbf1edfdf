"""The SQL of a pack, made from its contract alone: listed columns, the contract's scope, a fixed order."""

from __future__ import annotations

from schemas.packs import PackContract, PackTable


def select_rows(contract: PackContract, table: PackTable) -> str:
    """Write the query of one table; its parameter is `as_of`. The order is that of code points on every server."""
    columns = ", ".join(f'{column.expression} as "{column.name}"' for column in table.columns)
    order = ", ".join(f'{expression}::text collate "C"' for expression in table.order)
    return f"{_scoped(contract, f'select {columns}', table)} order by {order}"


def count_rows(contract: PackContract, table: PackTable) -> str:
    """Write the query that counts the rows of one table; its parameter is `as_of`."""
    return _scoped(contract, "select count(*)", table)


def _scoped(contract: PackContract, selected: str, table: PackTable) -> str:
    where = f" where {table.where}" if table.where else ""
    return f"with scope as ({contract.scope}) {selected} from {table.relation}{where}"
