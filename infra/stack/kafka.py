"""Kafka: one broker in KRaft mode, which is its own controller, from the jars that set-up fetched."""

from __future__ import annotations

import base64
import os
import resource
import signal
import socket
import struct
import subprocess
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from infra.settings import Settings
from infra.setup.java import find_java
from infra.stack.layout import Layout
from infra.stack.ports import HOST
from infra.stack.process import launch, read_pid, stop
from infra.stack.service import log_size, wait_ready
from transforms.errors import CasebridgeError

# A broker holds three files for each partition; with 1024 it shut itself down near 500 topics.
FILES: Final = 65_536
LOGGING: Final = """rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d] %p %m (%c)%n
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = WARN
"""


def ask_versions(port: int, seconds: float = 2.0) -> str:
    """Send Kafka's ApiVersions request (key 18, version 0); return why there was no good answer, or an empty string."""
    name = b"casebridge"
    request = struct.pack(">hhih", 18, 0, 1, len(name)) + name
    try:
        with socket.create_connection((HOST, port), timeout=seconds) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            answer = connection.recv(10, socket.MSG_WAITALL)
    except OSError as error:
        return f"no connection to port {port}: {error}"
    if len(answer) < 10:
        return f"port {port} closed the connection"
    _, echoed, code = struct.unpack(">iih", answer)
    return "" if (echoed, code) == (1, 0) else f"port {port} does not speak Kafka's protocol"


@dataclass
class Kafka:
    """The broker of a stack."""

    settings: Settings
    port: int
    controller_port: int
    name: str = "kafka"

    @property
    def layout(self) -> Layout:
        """Name the paths of the home."""
        return self.settings.layout

    @property
    def folder(self) -> Path:
        """Name the folder of the log segments."""
        return self.layout.home / "kafka"

    @cached_property
    def jars(self) -> Path:
        """Find the folder of Kafka's jars."""
        folder = self.settings.jars / "kafka"
        if not any(folder.glob("kafka_*.jar")):
            raise CasebridgeError("the jars of Kafka are missing", str(folder), "run `make setup`")
        return folder

    def version(self) -> str:
        """Read the version from the name of the broker's jar."""
        return next(self.jars.glob("kafka_2*.jar")).stem.rpartition("-")[2]

    def address(self) -> str:
        """Name the address."""
        return f"{HOST}:{self.port}" if self.port else ""

    def _properties(self) -> str:
        broker, controller = f"PLAINTEXT://{HOST}:{self.port}", f"CONTROLLER://{HOST}:{self.controller_port}"
        lines = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.bootstrap.servers": f"{HOST}:{self.controller_port}",
            "listeners": f"{broker},{controller}",
            "advertised.listeners": f"{broker},{controller}",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": self.folder,
            "num.partitions": 1,
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            "auto.create.topics.enable": "false",
            "log.retention.ms": self.settings.kafka_retention_days * 86_400_000,
            # The time of a record is that of its receipt, not what its sender says: retention goes by it too.
            "log.message.timestamp.type": "LogAppendTime",
            "log.index.size.max.bytes": 1_048_576,
            "message.max.bytes": 10_485_760,
        }
        return "".join(f"{name}={value}\n" for name, value in lines.items())

    def _java(self, *arguments: str | Path) -> list[str | Path]:
        java = find_java(self.settings.java_home) / "bin/java"
        # No hsperfdata file in /tmp: nothing of a stack lies outside its home.
        return [java, "-XX:-UsePerfData", *arguments]

    def _environment(self) -> dict[str, str]:
        return {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}

    def _format(self, properties: Path) -> None:
        if (self.folder / "meta.properties").is_file():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        identity = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A", 1)
        tool: list[str | Path] = [
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            "--ignore-formatted",
            "-t",
            identity,
            "-c",
            properties,
        ]
        with self.layout.log(self.name).open("ab") as log:
            done = subprocess.run(
                self._java("-XX:TieredStopAtLevel=1", "-cp", f"{self.jars}/*", *tool),
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                check=False,
            )
        if done.returncode:
            raise CasebridgeError(
                "Kafka's folder could not be prepared",
                str(self.layout.log(self.name)),
                "read the log, then `casebridge up`",
            )

    def start(self) -> None:
        """Start the broker where it does not run, and return when it answers."""
        running = read_pid(self.layout, self.name)
        log = self.layout.log(self.name)
        if running is None or running.process() is None:
            properties, logging = self.layout.run / "kafka.properties", self.layout.run / "log4j2.properties"
            properties.write_text(self._properties(), encoding="utf-8")
            logging.write_text(LOGGING, encoding="utf-8")
            start = log_size(log)
            self._format(properties)
            _raise_file_limit()
            heap = f"-Xmx{self.settings.kafka_heap_mb}m"
            options: list[str | Path] = [
                "-Xms256m",
                heap,
                f"-Dlog4j2.configurationFile=file:{logging}",
                "-cp",
                f"{self.jars}/*",
            ]
            command = self._java(*options, "kafka.Kafka", properties)
            running = launch(self.layout, self.name, command, self._environment(), self.folder)
        else:
            start = log_size(log)
        wait_ready("Kafka", log, start, running, self.probe, self.settings.start_timeout)

    def probe(self) -> str:
        """Ask the broker which requests it knows."""
        return ask_versions(self.port)

    def stop(self) -> None:
        """Stop the broker: cleanly within ten seconds, else at once."""
        stop(self.layout, self.name, signal.SIGTERM, 10)


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= FILES:
        return
    ceiling = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (ceiling, hard))
