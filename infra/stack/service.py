"""What every service of the stack can do, and how its state is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from infra.stack.layout import Layout
from infra.stack.process import POLL_SECONDS, Running, memory_mb, read_pid
from transforms.errors import CasebridgeError

State = Literal["running", "starting", "stopped", "killed"]
LOG_TAIL_BYTES: Final = 20_000


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Tell of one service what `casebridge status` shows."""

    name: str
    state: State
    address: str
    pid: int | None
    memory_mb: int | None
    log: str
    reason: str = ""
    remedy: str = ""


class Service(Protocol):
    """Start, question and stop one service."""

    @property
    def name(self) -> str:
        """Name the service, its pid file and its log."""

    @property
    def layout(self) -> Layout:
        """Name the paths of the home."""

    def address(self) -> str:
        """Name the address, or an empty string before the first start."""

    def probe(self) -> str:
        """Ask the service itself; return why it cannot be used, or an empty string."""

    def start(self) -> None:
        """Start the service where it does not run, and return when it answers."""

    def stop(self) -> None:
        """Stop the service whatever its state, and return when it is gone."""


def read_state(service: Service) -> ServiceState:
    """Tell the state of a service from its process and its own answer."""
    running = read_pid(service.layout, service.name)
    process = running.process() if running else None
    log = str(service.layout.log(service.name))
    if process is None:
        state: State = "killed" if running else "stopped"
        reason = "its process is gone, but nobody stopped it" if running else "it is not started"
        return ServiceState(service.name, state, service.address(), None, None, log, reason, "run `casebridge up`")
    reason = service.probe()
    return ServiceState(
        service.name,
        "starting" if reason else "running",
        service.address(),
        process.pid,
        memory_mb(process),
        log,
        reason,
        f"wait a moment, else read {log}; `casebridge down` and `up` start it afresh" if reason else "",
    )


def read_tail(log: Path) -> str:
    """Read the end of a log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - LOG_TAIL_BYTES))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""


def explain_death(service: str, log: Path, start: int) -> CasebridgeError:
    """Turn the last words of a service that died into a sentence; `start` is where its log began this time."""
    try:
        said = log.read_bytes()[start:].decode("utf-8", "replace")
    except OSError:
        said = ""
    if "No space left on device" in said:
        return CasebridgeError(
            f"{service} stopped: the disk is full", str(log), "free some space, then `casebridge up`"
        )
    if "Address already in use" in said or "Address in use" in said:
        return CasebridgeError(
            f"{service} stopped: its port was taken meanwhile", str(log), "run `casebridge up` again"
        )
    if "Cannot allocate memory" in said or "insufficient memory" in said:
        return CasebridgeError(
            f"{service} stopped: there is too little memory", str(log), "free some memory, then `casebridge up`"
        )
    lines = [line for line in said.splitlines() if any(word in line for word in ("FATAL", "ERROR", "Error"))]
    last = (lines or said.splitlines() or ["it said nothing"])[-1].strip()
    return CasebridgeError(
        f"{service} stopped while starting: {last[:200]}", str(log), "read the log, then `casebridge up`"
    )


def wait_ready(service: str, log: Path, start: int, running: Running, probe: Callable[[], str], seconds: int) -> None:
    """Wait until a service answers; explain its death, or its silence after the time allowed."""
    end = time.monotonic() + seconds
    while reason := probe():
        if running.process() is None:
            raise explain_death(service, log, start)
        if time.monotonic() > end:
            raise CasebridgeError(
                f"{service} did not answer within {seconds} s: {reason}",
                str(log),
                "read the log; a slow machine may need a larger CASEBRIDGE_START_TIMEOUT",
            )
        time.sleep(POLL_SECONDS)


def log_size(log: Path) -> int:
    """Tell how long a log is now."""
    return log.stat().st_size if log.exists() else 0
