"""Where everything is: the addresses and folders that one running stack hands to every step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from transforms.errors import CasebridgeError

ROLES: Final = ("owner", "loader", "modeller", "gate", "analyst", "investigator")


@dataclass(frozen=True, slots=True)
class Connections:
    """Name the services and folders of one stack; passwords stay in their files."""

    home: Path
    kafka: str
    pg_host: str
    pg_port: int
    database: str
    vault: Path
    archive: Path
    secrets: Path
    inbox: Path
    outbox: Path
    spark_master: str
    jars: Path
    java_home: Path

    def password(self, role: str) -> str:
        """Read the password of a database role from its file."""
        path = self.secrets / f"pg_{role}"
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise CasebridgeError(
                f"there is no password for the role '{role}'",
                str(path),
                f"use one of {', '.join(ROLES)}, or run `casebridge up`, which writes the files",
            ) from error
        except PermissionError as error:
            raise CasebridgeError(
                f"the password of the role '{role}' may not be read",
                str(path),
                "run the command as the user who started the stack",
            ) from error

    def dsn(self, role: str, database: str = "") -> str:
        """Build the address of a database as one role, password included."""
        password = quote(self.password(role), safe="")
        return f"postgresql://{role}:{password}@{self.pg_host}:{self.pg_port}/{database or self.database}"
