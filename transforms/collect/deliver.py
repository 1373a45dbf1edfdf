"""Where a delivery comes in: a file that is handed over, an inbox folder, an API, a database view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import contracts
from transforms.collect.hand_over import Offered, hand_over
from transforms.errors import ContractBroken, Terminal
from transforms.ledger.deliveries import collecting, ledger

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.contracts import SourceContract
    from transforms.collect.hand_over import Progress
    from transforms.collect.receipt import Receipt
    from transforms.connections import Connections

_OBJECT_FORMATS = frozenset({"json", "jsonl", "ndjson"})


def deliver_file(
    connections: Connections, source: str, path: Path, *, period: str | None = None, progress: Progress | None = None
) -> Receipt:
    """Hand a file over as the body would; a refusal is a receipt that says why and what to do.

    `progress` is told the step (copy in bytes; check and send in records) and how far it is.
    """
    contract = _collected(source)
    if not path.is_file():
        raise Terminal("there is no such file", path.name, "check the path")
    is_objects = path.suffix.lstrip(".").lower() in _OBJECT_FORMATS or contract.fetch.format in _OBJECT_FORMATS
    offered = Offered(path, path.name, period, is_objects)
    engine = ledger(connections)
    with collecting(engine, source):
        return hand_over(connections, engine, contract, offered, progress or _silent)


def _silent(step: str, done: int) -> None:
    """Tell nobody."""


def _collected(source: str) -> SourceContract:
    try:
        contract = contracts.source(source)
    except KeyError as error:
        raise ContractBroken(str(error.args[0]), "the source", "`casebridge sources` lists them") from error
    if contract.is_pushed:
        raise Terminal(f"the body of {source} writes to its topic itself", source, f"send to topic {contract.topic}")
    return contract
