"""The table of sources that stands in README.md, made from the contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.contracts import sources

if TYPE_CHECKING:
    from schemas.contracts import SourceContract

_FETCHED: Final = {"api": "JSON API", "kafka": "pushes into Kafka", "postgresql": "database view"}


def write_table() -> str:
    """Render every source as a row of a Markdown table."""
    rows = ["| source | what it sends | kind of body | how | mode | asked |", "|---|---|---|---|---|---|"]
    rows += [_row(contract) for contract in sources().values()]
    return "\n".join(rows) + "\n"


def _row(contract: SourceContract) -> str:
    path = contract.path.relative_to(contract.path.parents[3]).as_posix()
    how = _FETCHED.get(contract.fetch.kind) or f"{contract.fetch.format.upper()} file"
    asked = "" if contract.is_pushed else contract.cadence
    cells = (f"[{contract.source}]({path})", contract.title, contract.body_kind, how, contract.mode, asked)
    return f"| {' | '.join(cells)} |"
