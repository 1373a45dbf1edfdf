"""The processes of a stack and of this program, by what they are."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import psutil

Groups = dict[str, list[psutil.Process]]


def find_groups(services: Mapping[str, int]) -> Groups:
    """Return the living processes of each kind; `services` are the pids of what was started by others."""
    groups: Groups = {}
    for name, pid in services.items():
        with suppress(psutil.Error):
            service = psutil.Process(pid)
            groups[name] = [service, *service.children(recursive=True)]
    # A stack that this program brought up is among its children.
    served = {process for processes in groups.values() for process in processes}
    this = psutil.Process()
    groups["driver (python)"] = [this]
    for child in this.children(recursive=True):
        if child not in served:
            groups.setdefault(_kind(child), []).append(child)
    return groups


def _kind(process: psutil.Process) -> str:
    try:
        words = " ".join(process.cmdline())
    except psutil.Error:
        return "other"
    if "java" in words.partition(" ")[0]:
        return "Spark (JVM)"
    if "pyspark" in words:
        return "Spark workers (python)"
    return "dlt" if "peer_load" in words else "other"
