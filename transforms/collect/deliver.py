"""Where a delivery comes in: a file that is handed over, an inbox here or elsewhere, an API, a database view."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from schemas import contracts
from schemas.versions import older
from transforms.collect.access import access_path
from transforms.collect.api import fetch_api
from transforms.collect.database import fetch_database
from transforms.collect.finding import told
from transforms.collect.hand_over import Offered, hand_over, look_at, refuse_gathered
from transforms.collect.inbox import complete_files, file_away, inbox_of, resume
from transforms.collect.pickup import KINDS, pick_up
from transforms.collect.spool import spooling
from transforms.errors import ContractBroken, DeliveryRefused, Terminal
from transforms.ledger.deliveries import collecting, ledger, read_watermark
from transforms.normalise.cleaners.named import require_cleaners

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Engine

    from schemas.contracts import SourceContract
    from transforms.collect.hand_over import Progress
    from transforms.collect.receipt import Receipt
    from transforms.collect.remote import Found
    from transforms.collect.spool import Spool
    from transforms.connections import Connections

    Fetcher = Callable[[Connections, SourceContract, dict[str, Any], Spool], dict[str, Any]]

_FETCHERS: Final[dict[str, Fetcher]] = {"api": fetch_api}
_INBOX: Final = "local"


def deliver_file(
    connections: Connections, source: str, path: Path, *, period: str | None = None, progress: Progress | None = None
) -> Receipt:
    """Hand a file over as the body would; a refusal is a receipt that says why and what to do.

    `progress` is told the step (copy in bytes; check and send in records) and how far it is.
    """
    contract = _collected(source)
    offered = Offered(_existing(path), path.name, period)
    engine = ledger(connections)
    with collecting(engine, source):
        return hand_over(connections, engine, contract, offered, progress or _silent)


def check_file(source: str, path: Path) -> dict[str, object]:
    """Tell what would become of a file: state `checked` or `refused`; no service is needed, nothing is kept or sent."""
    contract = _collected(source)
    return look_at(contract, Offered(_existing(path), path.name)).to_dict()


def collect_due(connections: Connections, source: str) -> list[Receipt]:
    """Collect what a source has ready: complete files, or what is new behind its API or view.

    Nothing new makes no delivery; one record that is refused refuses all that its system gives, with a receipt. Raises
    SourceUnavailable if the body's system or one of ours does not answer.
    """
    contract = _collected(source)
    engine = ledger(connections)
    with collecting(engine, source):
        if contract.fetch.kind == _INBOX:
            return _collect_inbox(connections, engine, contract)
        if contract.fetch.kind in KINDS:
            return _pick_up(connections, engine, contract)
        return _fetch(connections, engine, contract)


def due_sources(connections: Connections, cadence: str) -> list[str]:
    """Return the sources of a cadence that have something to collect.

    An inbox is due when a complete file lies in it; a source that is asked is due once it is connected.
    """
    collected = [c for c in contracts.sources().values() if not c.is_pushed and c.cadence == cadence]
    return [contract.source for contract in collected if _is_due(connections, contract)]


def _is_due(connections: Connections, contract: SourceContract) -> bool:
    if contract.fetch.kind == _INBOX:
        return bool(complete_files(inbox_of(connections, contract)))
    return access_path(connections, contract).exists()


def _collect_inbox(connections: Connections, engine: Engine, contract: SourceContract) -> list[Receipt]:
    receipts = []
    resume(inbox_of(connections, contract))
    for path in complete_files(inbox_of(connections, contract)):
        receipt = hand_over(connections, engine, contract, Offered(path, path.name), _silent)
        file_away(path, receipt)
        receipts.append(receipt)
    return receipts


def _pick_up(connections: Connections, engine: Engine, contract: SourceContract) -> list[Receipt]:
    def hand(path: Path, found: Found) -> Receipt:
        offered = Offered(path, found.file.name, stamp=found.stamp)
        return hand_over(connections, engine, contract, offered, _silent)

    return pick_up(connections, engine, contract, hand)


def _fetch(connections: Connections, engine: Engine, contract: SourceContract) -> list[Receipt]:
    fetch = _FETCHERS.get(contract.fetch.kind, fetch_database)
    with engine.begin() as connection:
        before = read_watermark(connection, contract.source)
    with spooling(connections, contract.source) as spool:
        gathered = Offered(spool.path, f"{contract.source}.jsonl")
        try:
            after = fetch(connections, contract, before, spool)
        except DeliveryRefused as error:
            return [refuse_gathered(connections, engine, contract, gathered, error)]
        spool.close()
        if not spool.count:
            return []
        return [hand_over(connections, engine, contract, replace(gathered, watermark=after), _silent)]


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise Terminal("there is no such file", told(path.name), "check the path")
    return path


def _silent(step: str, done: int) -> None:
    """Tell nobody."""


def _collected(source: str) -> SourceContract:
    try:
        contract = contracts.source(source)
    except KeyError as error:
        raise ContractBroken(str(error.args[0]), "the source", "`casebridge sources` lists them") from error
    for one in (contract, *older(contract)):
        require_cleaners(one)
    if contract.is_pushed:
        raise Terminal(f"the body of {source} writes to its topic itself", source, f"send to topic {contract.topic}")
    return contract
