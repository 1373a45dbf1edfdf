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
    """Address and secrets of one body's system; seconds for one request, and for all tries of it.

    `host_key` is the line of an SFTP server's public key, as `ssh-keyscan` prints it, without the host.
    """

    url: str = ""
    dsn: str = ""
    token_file: str = ""
    login_file: str = ""
    password_file: str = ""
    key_file: str = ""
    keys_file: str = ""
    host_key: str = ""
    region: str = "us-east-1"
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


def address_of(contract: SourceContract, access: Access, location: str = "") -> str:
    """Return a location of the contract, else that of its server, with the connection's name made an address."""
    name = f"${{{contract.fetch.options['connection']}}}"
    return (location or contract.fetch.location).replace(name, access.url.rstrip("/"))


def read_secret(connections: Connections, contract: SourceContract, option: str, place: str = "") -> str:
    """Read a secret of a source: from the file `place`, else from the file in the secrets that the contract names."""
    return _private_text(secret_path(connections, contract, option, place)).strip()


def secret_path(connections: Connections, contract: SourceContract, option: str, place: str = "") -> Path:
    """Return where a secret of a source lies; raises Terminal where neither connection nor contract says so."""
    if place:
        return Path(place)
    if option not in contract.fetch.options:
        remedy = f"name its file in the contract as `{option}`, or in the settings of the connection"
        raise Terminal(f"there is no {option}", contract.source, remedy)
    return connections.secrets / contract.fetch.options[option]


def _private_text(path: Path) -> str:
    try:
        if path.stat().st_mode & _OTHERS:
            raise Terminal("other users may read a secret", str(path), f"chmod 600 {path}")
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise Terminal("the source is not connected yet", str(path), "write its settings there, mode 600") from error
