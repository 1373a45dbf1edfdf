"""Small contracts and files for the tests of collect."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from schemas.contracts import Fetch, Field, SourceContract
from transforms.collect.delivered import read_delivered
from transforms.collect.rows import Rows
from transforms.collect.vault import Loose
from transforms.connections import Connections

PUBLISHED_ID = "11010519491231002X"
"""An example that the standard itself prints (DOMAIN 2.2)."""


def field(label: str, *, cleaner: str = "text", required: bool = False, classification: str = "PUBLIC") -> Field:
    return Field(f"name_of_{label}", label, cleaner, required, None, classification, "")


def contract(
    *fields: Field, ignored: tuple[str, ...] = (), kind: str = "local", named_format: str = "", **options: str
) -> SourceContract:
    return SourceContract(
        source="made_up",
        body_id="body",
        body_kind="AMR",
        version="1.0.0",
        title="",
        mode="snapshot",
        cadence="5min",
        fetch=Fetch(kind, named_format, "made_up", options),
        fields=fields or (field("文号", required=True), field("金额（万元）")),
        claims=(),
        bounds=(),
        source_time=None,
        cursor=(),
        look_back=None,
        absence_brake=None,
        ignored=frozenset(ignored),
        withdrawal=None,
        path=Path("made_up.odcs.yaml"),
    )


def delivered(folder: Path, content: str | bytes, made: SourceContract | None = None) -> Rows:
    path = folder / "delivered"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows, _ = read_delivered(made or contract(), Loose(path))
    return rows


def silent(_: int) -> None:
    """Tell nobody."""


def connections(home: Path) -> Connections:
    """Make a stack of which only the folders are there."""
    for name in ("sources", "secrets", "vault", "inbox"):
        (home / name).mkdir(parents=True, exist_ok=True)
    return Connections(
        home=home,
        kafka="127.0.0.1:1",
        pg_host="127.0.0.1",
        pg_port=1,
        database="casebridge",
        vault=home / "vault",
        archive=home / "archive",
        secrets=home / "secrets",
        inbox=home / "inbox",
        outbox=home / "outbox",
        spark_master="",
        jars=home,
        java_home=home,
    )


def private(path: Path, content: str) -> str:
    """Write a file that only we may read, and return where it lies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    return str(path)


def elsewhere(kind: str, location: str, **options: str) -> SourceContract:
    """Make a source that is fetched from the system of its body, which is connected as `body`."""
    made = contract()
    return replace(made, fetch=Fetch(kind, "csv", location, {"connection": "body", **options}))
