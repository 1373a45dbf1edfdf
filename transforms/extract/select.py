"""The SQL of a pack, made from its contract alone: listed columns, the contract's scope, a fixed order."""

from __future__ import annotations

import re
from typing import Final

from schemas.packs import PackContract, PackTable

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
