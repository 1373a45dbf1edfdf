"""Small contracts and files for the tests of collect."""

from __future__ import annotations

from pathlib import Path

from schemas.contracts import Fetch, Field, SourceContract
from transforms.collect.decode import detect
from transforms.collect.table import TableRows
from transforms.collect.vault import Loose

PUBLISHED_ID = "11010519491231002X"
"""An example that the standard itself prints (DOMAIN 2.2)."""


def field(label: str, *, cleaner: str = "text", required: bool = False, classification: str = "PUBLIC") -> Field:
    return Field(f"name_of_{label}", label, cleaner, required, None, classification, "")


def contract(
    *fields: Field, ignored: tuple[str, ...] = (), delimiter: str = ",", kind: str = "local"
) -> SourceContract:
    return SourceContract(
        source="made_up",
        body_id="body",
        body_kind="AMR",
        version="1.0.0",
        title="",
        mode="snapshot",
        cadence="5min",
        fetch=Fetch(kind, "csv", "made_up", {"delimiter": delimiter}),
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


def table(folder: Path, content: str | bytes, made: SourceContract | None = None) -> TableRows:
    path = folder / "delivered.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    loose = Loose(path)
    return TableRows(made or contract(), loose, detect(loose.blocks))


def silent(_: int) -> None:
    """Tell nobody."""
