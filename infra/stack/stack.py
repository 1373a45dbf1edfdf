"""One stack: bring its services up, tell their state, take them down whole."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psutil

from infra.settings import Settings, connections
from infra.stack.kafka import Kafka
from infra.stack.layout import Layout
from infra.stack.ports import answers, choose_port
from infra.stack.postgres import Postgres, home_folder
from infra.stack.process import POLL_SECONDS, find_members, read_pid, signal_all, wait_gone
from infra.stack.service import Service, ServiceState, read_state
from transforms.connections import Connections
from transforms.errors import CasebridgeError

LOCK_SECONDS: Final = 180.0
Tell = Callable[[str], None]


@contextmanager
def _lock(layout: Layout, seconds: float) -> Iterator[None]:
    """Let one command at a time change the stack; the lock ends with the process that holds it."""
    try:
        handle = os.open(layout.run / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        yield  # no inode is left for the lock: stopping must work even so
        return
    try:
        end = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise CasebridgeError(
                        "another command is changing this stack", str(layout.home), "wait until it has ended, or end it"
                    ) from None
                time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(handle)


def _services(chosen: Settings, ports: dict[str, dict[str, int]]) -> list[Service]:
    kafka = ports.get("kafka", {})
    return [
        Postgres(chosen, ports.get("postgres", {}).get("port", 0)),
        Kafka(chosen, kafka.get("port", 0), kafka.get("controller_port", 0)),
    ]


def _runs(layout: Layout, name: str) -> bool:
    running = read_pid(layout, name)
    return running is not None and running.process() is not None


def _choose_ports(chosen: Settings) -> dict[str, dict[str, int]]:
    """Keep the ports of what runs; choose the others."""
    noted = chosen.layout.read_services()
    wanted = {"postgres": chosen.pg_port, "kafka": chosen.kafka_port, "airflow": chosen.airflow_port}
    taken = {port for service in noted.values() for key, port in service.items() if key.endswith("port")}
    ports: dict[str, dict[str, int]] = {}
    for name, setting in wanted.items():
        last = noted.get(name, {})
        if last and _runs(chosen.layout, name):
            ports[name] = last
            continue
        taken -= {last.get("port", 0), last.get("controller_port", 0)}
        variable = "CASEBRIDGE_PG_PORT" if name == "postgres" else f"CASEBRIDGE_{name.upper()}_PORT"
        ports[name] = {**last, "port": choose_port(variable, setting, last.get("port"), taken)}
        if name == "kafka":
            ports[name]["controller_port"] = choose_port(variable, 0, last.get("controller_port"), taken)
    return ports


def _check_disk(chosen: Settings) -> None:
    free = shutil.disk_usage(chosen.home).free // 2**20
    if free < chosen.min_free_mb:
        raise CasebridgeError(
            f"the disk is full: {free} MB are free, and a stack needs {chosen.min_free_mb} MB",
            str(chosen.home),
            "free some space, move CASEBRIDGE_HOME to another disk, or lower CASEBRIDGE_MIN_FREE_MB",
        )


def _settle(thunks: list[Callable[[], None]]) -> None:
    """Run steps side by side; when one fails, let the others end, then tell the first failure."""
    with ThreadPoolExecutor(len(thunks)) as pool:
        futures = [pool.submit(thunk) for thunk in thunks]
    for future in futures:
        future.result()


def up(chosen: Settings, tell: Tell, airflow: bool = True) -> Connections:
    """Start what does not run, migrate the ledger, and tell where everything is; running it again changes nothing."""
    from infra.migrations import upgrade

    layout = chosen.layout
    layout.make()
    with _lock(layout, LOCK_SECONDS):
        _check_disk(chosen)
        ports = _choose_ports(chosen)
        services = _services(chosen, ports)
        layout.write_services({**ports, **{service.name: service.record() for service in services}})

        def start(service: Service) -> None:
            began = time.monotonic()
            service.start()
            tell(f"{service.name} answers on {service.address()} ({time.monotonic() - began:.1f} s)")

        _settle([lambda service=service: start(service) for service in services])  # type: ignore[misc]  # default binds
        where = connections(chosen)
        for folder in (where.vault, where.archive, where.inbox, where.outbox):
            folder.mkdir(parents=True, exist_ok=True)
        upgrade(where)
        tell("the ledger is at its newest migration")
        return where


def status(chosen: Settings) -> list[ServiceState]:
    """Tell the state of every service."""
    services = _services(chosen, chosen.layout.read_services())
    with ThreadPoolExecutor(len(services)) as pool:
        return list(pool.map(read_state, services))


def _listening(layout: Layout) -> list[int]:
    noted = layout.read_services()
    ports = [port for service in noted.values() for key, port in service.items() if key.endswith("port")]
    return [port for port in ports if answers(port)]


def _folders(layout: Layout, chosen: Settings) -> list[Path]:
    postgres = _services(chosen, {})[0]
    assert isinstance(postgres, Postgres)
    return [postgres.folder, layout.home / "kafka", layout.home / "airflow"]


def down(chosen: Settings, tell: Tell) -> None:
    """Stop everything of this home, recorded or not, and return only when no process and no port is left."""
    layout = chosen.layout
    if not layout.run.is_dir():
        tell("nothing runs")
        return
    with _lock(layout, LOCK_SECONDS):
        services = _services(chosen, layout.read_services())
        _settle([service.stop for service in services])
        left = find_members(layout)
        signal_all(left, signal.SIGTERM)
        left = wait_gone(left, 3)
        signal_all(left, signal.SIGKILL)
        left = wait_gone(left, 10)
        if left:
            pids = ", ".join(str(process.pid) for process in left)
            raise CasebridgeError(f"processes that will not end are left: {pids}", str(layout.home), f"kill -9 {pids}")
        tell("no process is left")
