"""What tests do to a stack that may be broken at will, and what they ask of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from infra.settings import Settings
from infra.stack.ports import answers
from infra.stack.process import find_members, read_pid
from infra.stack.stack import Stack, status


def keep(_: str) -> None:
    """Say nothing."""


def run(chosen: Settings, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the casebridge command against a home."""
    environment = {**os.environ, "CASEBRIDGE_HOME": str(chosen.home), **variables}
    command: list[str | Path] = [Path(sys.executable).with_name("casebridge"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


def kill(chosen: Settings, service: str) -> None:
    """Kill the head of a service without a word."""
    running = read_pid(chosen.layout, service)
    assert running is not None
    process = running.process()
    assert process is not None
    process.kill()
    wait_until(lambda: running.process() is None)


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def states(chosen: Settings) -> dict[str, str]:
    """Tell the state of the two services that these tests start."""
    return {state.name: state.state for state in status(chosen) if state.name in ("postgres", "kafka")}


def left_over(chosen: Settings) -> list[str]:
    """List what of a home still runs or listens."""
    noted = chosen.layout.read_services()
    ports = [port for service in noted.values() for key, port in service.items() if key.endswith("port")]
    folders = [Stack(chosen, noted).postgres.folder, chosen.home]
    members = [" ".join(process.cmdline()) for process in find_members(chosen.layout, folders)]
    return members + [f"port {port}" for port in ports if answers(port)]
