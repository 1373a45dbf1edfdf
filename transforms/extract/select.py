"""The SQL of a pack, made from its contract alone: listed columns, the contract's scope, a fixed order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from schemas.packs import PackContract, PackTable

if TYPE_CHECKING:
    from collections.abc import Collection

_READ: Final = re.compile(r"\bmarts\.(\w+) as (\w+)")
_CHANGED: Final = re.compile(r"\bchanged\.(\w+)")
# Row versions that came or went after release `since`, up to `release`. The numbers stand in the text, so that the
# partitions of rows that were retired long before are left alone.
_VERSIONS: Final = """changed_{model} as (
    select * from marts_v.{model} where released_in > {since} and released_in <= {release} and retired_in > {release}
    union all
    select * from marts_v.{model} where retired_in > {since} and retired_in <= {release}
)"""


def select_rows(contract: PackContract, table: PackTable, *, some_cases: bool = False) -> str:
    """Write the query of one table; its parameter is `as_of`. The order is that of code points on every server.

    With `some_cases` it has the rows of these cases only, named by the parameter `cases`.
    """
    columns = ", ".join(f'{column.expression} as "{column.name}"' for column in table.columns)
    order = ", ".join(f'{expression}::text collate "C"' for expression in table.order)
    scope = f"select s.* from ({contract.scope}) as s where s.case_id = any(%(cases)s::uuid[])"  # noqa: S608  # contract
    return f"{_scoped(scope if some_cases else contract.scope, f'select {columns}', table)} order by {order}"


def count_rows(contract: PackContract, table: PackTable) -> str:
    """Write the query that counts the rows of one table; its parameter is `as_of`."""
    return _scoped(contract.scope, "select count(*)", table)


def select_bodies(contract: PackContract, table: PackTable, models: Collection[str]) -> str | None:
    """Write the query that names the bodies whose rows a table has; None where it reads none of these models.

    The models are those that have the body of each row; the query's parameter is `as_of`.
    """
    told = [f"{alias}.body_id" for model, alias in _READ.findall(table.relation) if model in models]
    if not told:
        return None
    bodies = _scoped(contract.scope, f"select unnest(array[{', '.join(told)}]) as body_id", table)
    return f"select distinct body_id from ({bodies}) as b where body_id is not null"  # noqa: S608  # contract


def select_touched(contract: PackContract, since: int, release: int) -> str:
    """Write the query that names the cases of which a row may differ since release `since`.

    Its parameters are the dates of both packs: `before` and `as_of`.
    """
    models = sorted(set(_CHANGED.findall(contract.touched)))
    versions = ", ".join(_VERSIONS.format(model=model, since=since, release=release) for model in models)
    touched = _CHANGED.sub(r"changed_\1", contract.touched)
    return f"with {versions} select distinct case_id::text from ({touched}) as t where case_id is not null"  # noqa: S608  # contract


def _scoped(scope: str, selected: str, table: PackTable) -> str:
    where = f" where {table.where}" if table.where else ""
    return f"with scope as ({scope}) {selected} from {table.relation}{where}"
