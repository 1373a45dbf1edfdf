"""Airflow: api-server, scheduler, dag-processor and triggerer, each a process of its own, metadata in PostgreSQL."""

from __future__ import annotations

import base64
import importlib.metadata
import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from infra.settings import ROOT, Settings
from infra.setup.java import find_java
from infra.stack.layout import Layout, write_private
from infra.stack.ports import HOST
from infra.stack.process import launch, read_pid, stop
from infra.stack.service import explain_death, log_size, wait_ready

PARTS: Final = ("api-server", "scheduler", "dag-processor", "triggerer")
# Both would bind a log server to all interfaces; task logs show through the REST API on one machine.
QUIET: Final = {"scheduler": ["--skip-serve-logs"], "triggerer": ["--skip-serve-logs"]}
HEALTH_NAMES: Final = {"scheduler": "scheduler", "dag-processor": "dag_processor", "triggerer": "triggerer"}
LOGINS: Final = {"admin": "admin", "analyst": "viewer"}
# Third-party modules only: preloaded code is as old as the scheduler's start.
PRELOAD: Final = (
    "airflow",
    "airflow.executors.local_executor",
    "airflow.sdk.execution_time.task_runner",
    "psycopg",
    "kafka",
    "sqlalchemy",
    "open_data_contract_standard.model",
    "pyspark.sql",
    "great_expectations",
    "dbt.cli.main",
)
# A proxy of the machine must not see requests to loopback.
DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
NO_TELEMETRY: Final = {
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "False",
    "SCARF_NO_ANALYTICS": "true",
}


def read_logins(layout: Layout) -> dict[str, str]:
    """Read the passwords of Airflow's users, and make them up first where there are none."""
    path = layout.secrets / "airflow_passwords.json"
    if not path.is_file():
        write_private(path, json.dumps({name: secrets.token_urlsafe(12) for name in LOGINS}) + "\n")
    logins: dict[str, str] = json.loads(path.read_text(encoding="ascii"))
    return logins


def _options(chosen: Settings, pg_port: int, port: int) -> dict[str, dict[str, Any]]:
    layout, address = chosen.layout, f"http://{HOST}:{port}"
    metadata = f"postgresql+psycopg2://airflow:{layout.secret('pg_airflow')}@{HOST}:{pg_port}/airflow"
    fernet = layout.secret("airflow_fernet", base64.urlsafe_b64encode(os.urandom(32)).decode())
    return {
        "core": {
            "dags_folder": ROOT / "dags",
            "plugins_folder": ROOT / "dags/plugins",
            "executor": "LocalExecutor",
            "parallelism": chosen.airflow_parallelism,
            "load_examples": False,
            "dags_are_paused_at_creation": False,
            "default_timezone": "Asia/Shanghai",
            "execution_api_server_url": f"{address}/execution/",
            "fernet_key": fernet,
            "simple_auth_manager_users": ",".join(f"{name}:{role}" for name, role in LOGINS.items()),
            "simple_auth_manager_passwords_file": layout.secrets / "airflow_passwords.json",
            "mp_forkserver_preload": ",".join(PRELOAD),
        },
        "database": {"sql_alchemy_conn": metadata},
        "api": {
            "host": HOST,
            "port": port,
            "base_url": address,
            "workers": 1,
            "secret_key": layout.secret("airflow_secret_key"),
        },
        "api_auth": {"jwt_secret": layout.secret("airflow_jwt_secret", secrets.token_urlsafe(48))},
        # Reading the DAG files takes two seconds of a processor each time; an edit is seen within a minute.
        "dag_processor": {"refresh_interval": 60, "min_file_process_interval": 60},
        "scheduler": {"mp_start_method": "forkserver"},
        # A triggerer that was killed gives up its triggers after 12 s instead of 30.
        "triggerer": {
            "job_heartbeat_sec": 2,
            "triggerer_health_check_threshold": 12,
            "shared_stream_cohort_grace_period": 5,
        },
        "logging": {"base_log_folder": layout.logs / "airflow"},
    }


def make_environment(chosen: Settings, pg_port: int, port: int) -> dict[str, str]:
    """Build the environment of Airflow's processes; it alone carries their secrets."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTHONDONTWRITE"))
    }
    options = {
        f"AIRFLOW__{section.upper()}__{name.upper()}": str(value)
        for section, pairs in _options(chosen, pg_port, port).items()
        for name, value in pairs.items()
    }
    programs = Path(sys.executable).parent
    return {
        **inherited,
        **options,
        **NO_TELEMETRY,
        "AIRFLOW_HOME": str(chosen.home / "airflow"),
        "CASEBRIDGE_HOME": str(chosen.home),
        "JAVA_HOME": str(find_java(chosen.java_home)),
        "LANG": "C.UTF-8",
        "NO_PROXY": HOST,
        # Threads of a numeric library do not survive a fork.
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{programs}{os.pathsep}{inherited.get('PATH', os.defpath)}",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": HOST,
    }


def prepare(chosen: Settings, pg_port: int, port: int) -> None:
    """Make the folders and passwords, and bring Airflow's database to the installed version where it is not."""
    layout = chosen.layout
    (chosen.home / "airflow").mkdir(mode=0o700, exist_ok=True)
    read_logins(layout)
    version = importlib.metadata.version("apache-airflow")
    environment = make_environment(chosen, pg_port, port)
    with psycopg.connect(environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2", "", 1)) as connection:
        found = connection.execute("select to_regclass('casebridge_version') is not null").fetchone()
        if found == (True,) and connection.execute("select version from casebridge_version").fetchone() == (version,):
            return
        log = layout.log("airflow-migrate")
        start = log_size(log)
        with log.open("ab") as output:
            command = [sys.executable, "-m", "airflow", "db", "migrate"]
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment, check=False)
        if done.returncode:
            raise explain_death("Airflow's migration", log, start)
        connection.execute("create table if not exists casebridge_version (version text)")
        connection.execute("delete from casebridge_version")
        connection.execute("insert into casebridge_version values (%s)", (version,))


@dataclass
class AirflowPart:
    """One of Airflow's four processes."""

    settings: Settings
    part: str
    port: int
    pg_port: int

    @property
    def name(self) -> str:
        """Name the service."""
        return f"airflow-{self.part}"

    @property
    def layout(self) -> Layout:
        """Name the paths of the home."""
        return self.settings.layout

    def address(self) -> str:
        """Name the address; only the API server has one."""
        return f"http://{HOST}:{self.port}" if self.port and self.part == "api-server" else ""

    def start(self) -> None:
        """Start the process where it does not run, and return when Airflow calls it healthy."""
        running = read_pid(self.layout, self.name)
        log = self.layout.log(self.name)
        start = log_size(log)
        if running is None or running.process() is None:
            environment = make_environment(self.settings, self.pg_port, self.port)
            command = [sys.executable, "-m", "airflow", self.part, *QUIET.get(self.part, [])]
            running = launch(self.layout, self.name, command, environment, self.settings.home / "airflow")
        wait_ready(self.name, log, start, running, self.probe, self.settings.start_timeout)

    def probe(self) -> str:
        """Ask the API server for the health of this part."""
        try:
            with DIRECT.open(f"http://{HOST}:{self.port}/api/v2/monitor/health", timeout=2) as answer:
                health = json.load(answer)
        except (OSError, ValueError) as error:
            return f"the API server does not answer: {error}"
        state = health.get(HEALTH_NAMES.get(self.part, "metadatabase"), {}).get("status")
        return "" if state == "healthy" else f"Airflow says that it is {state or 'missing'}"

    def stop(self) -> None:
        """Stop the process and its children: the API server and the triggerer outlive a TERM by seconds."""
        stop(self.layout, self.name, signal.SIGTERM, 6)
