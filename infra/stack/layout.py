"""The files and folders beneath the home of a stack."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from transforms.errors import CasebridgeError


@dataclass(frozen=True, slots=True)
class Layout:
    """Name every path of a home; the only place that does."""

    home: Path

    @property
    def run(self) -> Path:
        """Folder of pid files, configuration and the recorded ports."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """Folder of one log file per service."""
        return self.home / "logs"

    @property
    def secrets(self) -> Path:
        """Folder (mode 700) of passwords and keys (mode 600)."""
        return self.home / "secrets"

    @property
    def services(self) -> Path:
        """File of the recorded ports."""
        return self.run / "services.json"

    def log(self, service: str) -> Path:
        """Name the log file of a service."""
        return self.logs / f"{service}.log"

    def make(self) -> None:
        """Create the folders; the home stays passable, because PostgreSQL runs as another user when root starts it."""
        try:
            for folder in (self.home, self.run, self.logs):
                folder.mkdir(parents=True, exist_ok=True)
            self.secrets.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CasebridgeError(
                f"the home cannot be written: {error.strerror}",
                str(error.filename),
                "set CASEBRIDGE_HOME to a folder of yours",
            ) from error

    def read_services(self) -> dict[str, dict[str, Any]]:
        """Read what was recorded about the services at bring-up; empty before the first one."""
        try:
            return cast("dict[str, dict[str, Any]]", json.loads(self.services.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise CasebridgeError(
                "the record of the services is broken",
                str(self.services),
                "run `casebridge down`, then `casebridge up`",
            ) from error

    def write_services(self, services: dict[str, dict[str, Any]]) -> None:
        """Record the services, whole or not at all."""
        aside = self.services.with_suffix(".part")
        aside.write_text(json.dumps(services, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        aside.replace(self.services)

    def secret(self, name: str, value: str = "") -> str:
        """Read a secret, and make it up first where there is none."""
        path = self.secrets / name
        if path.is_file() and path.stat().st_size:
            return path.read_text(encoding="ascii").strip()
        made = value or secrets.token_urlsafe(24)
        write_private(path, made + "\n")
        return made


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    aside = path.with_name(path.name + ".part")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)
