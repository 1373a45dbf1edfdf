"""Ports on loopback: the one that was asked for, else the one of last time, else a free one."""

from __future__ import annotations

import random
import socket
from typing import Final

import psutil

from transforms.errors import CasebridgeError

HOST: Final = "127.0.0.1"
# Below the range from which Linux and macOS take the ports of outgoing connections.
RANGE: Final = range(20000, 32000)


def is_free(port: int) -> bool:
    """Say whether nobody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int, seconds: float = 0.3) -> bool:
    """Say whether somebody accepts connections on a port of loopback."""
    try:
        with socket.create_connection((HOST, port), timeout=seconds):
            return True
    except OSError:
        return False


def _holder(port: int) -> str:
    try:
        for found in psutil.net_connections("tcp"):
            if found.status == psutil.CONN_LISTEN and found.laddr and found.laddr.port == port and found.pid:
                return f"{psutil.Process(found.pid).name()}, pid {found.pid}"
    except psutil.Error:
        pass
    return "another process"


def choose_port(setting: str, wanted: int, last: int | None, taken: set[int]) -> int:
    """Choose a free port and add it to those taken; one that was asked for is taken or refused."""
    if wanted:
        if not is_free(wanted):
            raise CasebridgeError(
                f"port {wanted} is in use by {_holder(wanted)}",
                f"{setting}={wanted}",
                f"stop that process, or set {setting} to another port, or to 0 for any free one",
            )
        taken.add(wanted)
        return wanted
    for port in [*([last] if last else []), *random.sample(RANGE, 200)]:
        if port not in taken and is_free(port):
            taken.add(port)
            return port
    raise CasebridgeError("no free port was found", f"{HOST}, {RANGE.start}-{RANGE.stop}", f"set {setting}")
