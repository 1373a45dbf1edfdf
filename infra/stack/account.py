"""The unprivileged user that PostgreSQL runs as when root starts the stack: it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from transforms.errors import CasebridgeError

NAMES: Final = ("postgres", "casebridge")


@dataclass(frozen=True, slots=True)
class Account:
    """Name a user of this machine."""

    name: str
    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        """Give the arguments that make subprocess run a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Say whether this user can reach a folder through all its parents."""
        return subprocess.call(["test", "-x", folder], cwd="/", **self.popen()) == 0

    def give(self, folder: Path) -> None:
        """Create a folder that is this user's alone."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chown(folder, self.uid, self.gid)


def find_account() -> Account | None:
    """Find the user for PostgreSQL, creating one if need be; None when we are not root and need no other."""
    if os.geteuid() != 0:
        return None
    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return _create_account(NAMES[-1])


def _create_account(name: str) -> Account:
    remedy = f"create a user '{name}', or run the command as an ordinary user"
    program = shutil.which("useradd")
    if program is None:
        raise CasebridgeError("PostgreSQL refuses to run as root, and there is no `useradd`", "PATH", remedy)
    made = subprocess.run(
        [program, "--system", "--user-group", "--shell", "/bin/sh", name], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise CasebridgeError(
            "PostgreSQL refuses to run as root, and no user could be made", made.stderr.strip(), remedy
        )
    entry = pwd.getpwnam(name)
    return Account(name, entry.pw_uid, entry.pw_gid)
