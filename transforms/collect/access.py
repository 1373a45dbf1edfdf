"""How a body's system is reached: `sources/<connection>.json` in the home, mode 600, written by whoever connects it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from transforms.errors import Terminal

if TYPE_CHECKING:
    from schemas.contracts import SourceContract
    from transforms.connections import Connections

_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class Access:
    """Address and secret of one body's system; seconds for one request, and for all tries of it."""

    url: str = ""
    dsn: str = ""
    token_file: str = ""
    timeout: float = 10.0
    deadline: float = 60.0
    proxy: str = ""


def access_path(connections: Connections, contract: SourceContract) -> Path:
    """Return where the settings of a source's connection lie."""
    return connections.home / "sources" / f"{contract.fetch.options.get('connection', contract.source)}.json"


def read_access(connections: Connections, contract: SourceContract) -> Access:
    """Read the settings of a source's connection; raises Terminal with the remedy."""
    path = access_path(connections, contract)
    known = [field.name for field in fields(Access)]
    try:
        said = json.loads(_private_text(path))
    except json.JSONDecodeError as error:
        raise Terminal("the settings of the connection are no JSON text", str(path), "write them again") from error
    if not isinstance(said, dict) or set(said) - set(known):
        remedy = f"write a JSON object of {', '.join(known)}"
        raise Terminal("the settings of the connection say something else", str(path), remedy)
    return Access(**said)


def read_secret(connections: Connections, contract: SourceContract, option: str, place: str = "") -> str:
    """Read a secret of a source: from the file `place`, else from the file in the secrets that the contract names."""
    path = Path(place) if place else connections.secrets / contract.fetch.options[option]
    return _private_text(path).strip()


def _private_text(path: Path) -> str:
    try:
        if path.stat().st_mode & _OTHERS:
            raise Terminal("other users may read a secret", str(path), f"chmod 600 {path}")
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise Terminal("the source is not connected yet", str(path), "write its settings there, mode 600") from error
