"""One stack: bring its services up, tell their state, take them down whole."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import psutil

from infra.settings import Settings, connections
from infra.stack import airflow
from infra.stack.kafka import Kafka
from infra.stack.layout import Layout
from infra.stack.lock import hold_lock
from infra.stack.ports import answers, choose_port
from infra.stack.postgres import Postgres
from infra.stack.process import find_members, read_pid, signal_all, wait_gone
from infra.stack.service import Service, ServiceState, read_state
from transforms.connections import Connections
from transforms.errors import CasebridgeError

SETTINGS: Final = {"postgres": "pg_port", "kafka": "kafka_port", "airflow": "airflow_port"}
Tell = Callable[[str], None]
Noted = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Planned:
    """What `up` or `down` would do about a service."""

    name: str
    state: str
    would: str


class Stack:
    """The services of one home, on the ports that were recorded for them."""

    def __init__(self, chosen: Settings, noted: Noted) -> None:
        """Build the services without touching any."""
        ports = {name: noted.get(name, {}).get("port", 0) for name in SETTINGS}
        self.layout = chosen.layout
        self.postgres = Postgres(chosen, ports["postgres"], noted.get("postgres", {}).get("folder", ""))
        self.kafka = Kafka(chosen, ports["kafka"], noted.get("kafka", {}).get("controller_port", 0))
        self.airflow = [
            airflow.AirflowPart(chosen, part, ports["airflow"], ports["postgres"]) for part in airflow.PARTS
        ]

    @property
    def services(self) -> list[Service]:
        """List all services."""
        return [self.postgres, self.kafka, *self.airflow]


def _together(steps: Sequence[Callable[[], None]]) -> None:
    """Run steps side by side; when one fails, let the others end, then tell the first failure."""
    with ThreadPoolExecutor(len(steps)) as pool:
        futures = [pool.submit(step) for step in steps]
    for future in futures:
        future.result()


def _runs(layout: Layout, names: Sequence[str]) -> bool:
    found = [running.process() for name in names if (running := read_pid(layout, name))]
    return any(process is not None for process in found)


def _choose_ports(chosen: Settings) -> Noted:
    """Keep the ports of what runs; choose the others."""
    noted = chosen.layout.read_services()
    taken = {port for service in noted.values() for key, port in service.items() if key.endswith("port")}
    parts = {"airflow": [f"airflow-{part}" for part in airflow.PARTS]}
    ports: Noted = {}
    for name, setting in SETTINGS.items():
        last = ports[name] = dict(noted.get(name, {}))
        if last and _runs(chosen.layout, parts.get(name, [name])):
            continue
        variable, wanted = f"CASEBRIDGE_{setting.upper()}", getattr(chosen, setting)
        taken -= {last.get("port"), last.get("controller_port")}
        last["port"] = choose_port(variable, wanted, last.get("port"), taken)
        if name == "kafka":
            last["controller_port"] = choose_port(variable, 0, last.get("controller_port"), taken)
    return ports


def _check_disk(chosen: Settings) -> None:
    free = shutil.disk_usage(chosen.home).free // 2**20
    if free < chosen.min_free_mb:
        raise CasebridgeError(
            f"the disk is full: {free} MB are free, and a stack needs {chosen.min_free_mb} MB",
            str(chosen.home),
            "free some space, move CASEBRIDGE_HOME to another disk, or lower CASEBRIDGE_MIN_FREE_MB",
        )


def _migrate(chosen: Settings, tell: Tell) -> None:
    # SQLAlchemy and Alembic take half a second: `down` and `status` go without.
    from infra.migrations import upgrade

    upgrade(connections(chosen))
    tell("the ledger is at its newest migration")


def _keep_topics(where: Connections) -> None:
    """Keep the topics ready that bodies write to themselves."""
    from schemas.contracts import sources
    from transforms.collect.pushed import ensure_topics

    ensure_topics(where, [contract for contract in sources().values() if contract.is_pushed])


def up(chosen: Settings, tell: Tell, with_airflow: bool = True) -> Connections:
    """Start what does not run, migrate the ledger, and tell where everything is; running it again changes nothing."""
    chosen.layout.make()
    with hold_lock(chosen.layout):
        _check_disk(chosen)
        ports = _choose_ports(chosen)
        stack = Stack(chosen, ports)
        ports["postgres"]["folder"] = str(stack.postgres.folder)
        chosen.layout.write_services(ports)

        def start(service: Service) -> None:
            began = time.monotonic()
            service.start()
            address = f" on {service.address()}" if service.address() else ""
            tell(f"{service.name} answers{address} ({time.monotonic() - began:.1f} s)")

        def start_database() -> None:
            start(stack.postgres)
            steps = [partial(_migrate, chosen, tell)]
            if with_airflow:
                steps.append(partial(airflow.prepare, chosen, stack.postgres.port, ports["airflow"]["port"]))
            _together(steps)

        where = connections(chosen)
        for folder in (where.vault, where.archive, where.inbox, where.outbox):
            folder.mkdir(parents=True, exist_ok=True)
        _together([start_database, partial(start, stack.kafka)])
        _keep_topics(where)
        if with_airflow:
            _together([partial(start, part) for part in stack.airflow])
        return where


def status(chosen: Settings) -> list[ServiceState]:
    """Tell the state of every service."""
    services = Stack(chosen, chosen.layout.read_services()).services
    with ThreadPoolExecutor(len(services)) as pool:
        return list(pool.map(read_state, services))


def plan_up(chosen: Settings, with_airflow: bool = True) -> list[Planned]:
    """Tell what `up` would do, and change nothing."""
    found = [state for state in status(chosen) if with_airflow or not state.name.startswith("airflow-")]
    return [Planned(s.name, s.state, "keep" if s.state == "running" else "start") for s in found]


def plan_down(chosen: Settings) -> list[Planned]:
    """Tell what `down` would do, and change nothing."""
    return [Planned(s.name, s.state, "stop" if s.pid else "nothing") for s in status(chosen)]


def _read_services(layout: Layout) -> Noted:
    """Read the record; drop a broken one, because stopping must work then too."""
    try:
        return layout.read_services()
    except CasebridgeError:
        layout.services.unlink()
        return {}


def down(chosen: Settings, tell: Tell) -> None:
    """Stop everything of this home, recorded or not, and return only when no process is left."""
    layout = chosen.layout
    if not layout.run.is_dir():
        tell("nothing was started")
        return
    with hold_lock(layout):
        noted = _read_services(layout)
        stack = Stack(chosen, noted)

        def stop(service: Service) -> None:
            was_there = read_pid(layout, service.name) is not None
            service.stop()
            if was_there:
                tell(f"{service.name} is stopped")

        _together([partial(stop, part) for part in stack.airflow])
        _together([partial(stop, stack.kafka), partial(stop, stack.postgres)])
        folders = [stack.postgres.folder, layout.home / "kafka", layout.home / "airflow"]
        left = _end_members(layout, folders)
        if left:
            pids = " ".join(str(process.pid) for process in left)
            raise CasebridgeError("some processes will not end", f"pids {pids}", f"end them with `kill -9 {pids}`")
        ports = [port for service in noted.values() for key, port in service.items() if key.endswith("port")]
        foreign = [port for port in ports if answers(port)]
        tell("nothing is left running" + "".join(f"; port {port} is another stack's by now" for port in foreign))


def _end_members(layout: Layout, folders: Sequence[Path]) -> list[psutil.Process]:
    """End all processes of a home and return those that will not; one that is ended may have begun another just now."""
    for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 10), (signal.SIGKILL, 10)):
        left = find_members(layout, folders)
        signal_all(left, number)
        wait_gone(left, seconds)
    return find_members(layout, folders)


def remove(chosen: Settings, tell: Tell) -> None:
    """Stop everything, then remove the home and what lies beside it."""
    down(chosen, tell)
    folders: list[Path] = [Stack(chosen, _read_services(chosen.layout)).postgres.folder, chosen.home]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    tell(f"{chosen.home} is removed")
