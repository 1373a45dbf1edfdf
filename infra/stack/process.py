"""Start, recognise and stop the processes of a stack, whatever a crash left of their pid files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil

from infra.stack.account import Account
from infra.stack.layout import Layout

# Not CASEBRIDGE_*: it marks processes and is no setting. Children inherit it.
MARK: Final = "_CASEBRIDGE_MEMBER_OF"
PROGRAMS: Final = ("java", "postgres", "python", "airflow", "uvicorn")
POLL_SECONDS: Final = 0.05
# A Popen object that goes while its process runs warns of it; here that is meant.
_CHILDREN: Final[list[subprocess.Popen[bytes]]] = []


@dataclass(frozen=True, slots=True)
class Running:
    """Identify one process beyond doubt: pids are used again, a pid with its start time is not."""

    pid: int
    started: float

    def process(self) -> psutil.Process | None:
        """Find the process; None when it ended, is a zombie, or its pid is another's now."""
        try:
            process = psutil.Process(self.pid)
            alive = abs(process.create_time() - self.started) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return None
        return process if alive else None


def read_pid(layout: Layout, service: str) -> Running | None:
    """Read the pid file of a service; None where there is none, or a broken one."""
    try:
        noted = json.loads((layout.run / f"{service}.pid").read_text(encoding="ascii"))
        return Running(int(noted["pid"]), float(noted["started"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def launch(
    layout: Layout,
    service: str,
    command: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path,
    account: Account | None = None,
) -> Running:
    """Start a service in a session of its own, its output appended to its log, and write its pid file."""
    with layout.log(service).open("ab") as log:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**environment, MARK: str(layout.home)},
            start_new_session=True,
            **(account.popen() if account else {}),
        )
    _CHILDREN.append(child)
    running = Running(child.pid, psutil.Process(child.pid).create_time())
    (layout.run / f"{service}.pid").write_text(json.dumps(asdict(running)) + "\n", encoding="ascii")
    return running


def _belongs(process: psutil.Process, home: str, folders: Sequence[Path]) -> bool:
    """Judge by the mark, else by the working folder: setproctitle wipes the one, and a fork keeps the other."""
    try:
        if process.environ().get(MARK) == home:
            return True
    except (psutil.Error, OSError):
        pass
    try:
        return process.name().startswith(PROGRAMS) and any(
            Path(process.cwd()).is_relative_to(folder) for folder in folders
        )
    except (psutil.Error, OSError):
        return False


def find_members(layout: Layout, folders: Sequence[Path]) -> list[psutil.Process]:
    """Find every live process of this home, recorded or not, with its descendants."""
    spared = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        if process.pid not in spared and _belongs(process, str(layout.home), folders):
            found.update((member.pid, member) for member in tree(process))
    return [process for pid, process in found.items() if pid not in spared and is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    """Say whether a process still runs; a zombie does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def wait_gone(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until the processes have ended; return those that have not."""
    end = time.monotonic() + seconds
    while True:
        psutil.wait_procs(processes, timeout=0)
        left = [process for process in processes if is_alive(process)]
        if not left or time.monotonic() > end:
            return left
        time.sleep(POLL_SECONDS)


def signal_all(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    """Send a signal to each process that is still there."""
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def tree(root: psutil.Process) -> list[psutil.Process]:
    """List a process and its descendants."""
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def stop(layout: Layout, service: str, first: signal.Signals, seconds: float) -> None:
    """End a service and all its descendants: ask its head, then the whole, then leave no choice."""
    running = read_pid(layout, service)
    head = running.process() if running else None
    if head is not None:
        family = tree(head)
        signal_all([head], first)
        left = wait_gone(family, seconds)
        if left:
            signal_all(left, signal.SIGTERM)
            left = wait_gone(left, 2)
        signal_all(left, signal.SIGKILL)
        wait_gone(left, 10)
    (layout.run / f"{service}.pid").unlink(missing_ok=True)


def memory_mb(root: psutil.Process) -> int:
    """Add up the memory of a process and its descendants, shared pages counted once where the system tells."""
    total = 0
    for process in tree(root):
        try:
            told = process.memory_full_info()
            total += getattr(told, "pss", 0) or told.rss
        except (psutil.Error, OSError):
            continue
    return round(total / 2**20)
