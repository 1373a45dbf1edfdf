"""Write dbt's description of what it reads from the contracts and vocabularies, so that nothing is typed twice."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from schemas.contracts import entities
from transforms.model.invoke import PROJECT

if TYPE_CHECKING:
    from schemas.contracts import EntityContract

STAGING = PROJECT / "models" / "staging"
SOURCES = STAGING / "_canonical.yml"
SPINE = Path(__file__).resolve().parents[2] / "infra" / "migrations" / "sql" / "spine.sql"
SEEDS = STAGING / "_vocabularies.yml"
VOCABULARIES = Path(__file__).resolve().parents[2] / "schemas" / "vocabularies"
HEADER = "# Written by `python -m transforms.model.sources` from the files under schemas/; edit those.\n"
_SEED_TYPES = {
    "valid_from": "date",
    "valid_to": "date",
    "day": "date",
    "months": "integer",
    "rank": "integer",
    "is_accused": "boolean",
    "is_order": "boolean",
    "is_working": "boolean",
    "keeps_items": "boolean",
    "names_province": "boolean",
}
_CLAIM = (
    ("record_id", "bigint", "Record that claims it: canonical.record."),
    ("source", "text", "Source of the record."),
    ("body_id", "text", "Body of the record."),
    ("admission_id", "bigint", "Admission under which the claim was let in."),
    ("source_time", "timestamptz", "Time that orders the versions of a record, as the source tells it."),
)


_STAGED = {
    "record_id": "Record that claims it.",
    "source": "Source of the record.",
    "body_id": "Body of the record.",
    "record_key": "Key of the record within its source.",
    "source_time": "Time that orders the versions of a record.",
    "source_rank": "Place of the source in the contract's order; the lowest claim survives.",
}


def write_sources() -> str:
    """Render the sources document: the spine and one table per entity, with the source rank that marts apply."""
    tables = [_spine(), *(_entity(contract) for contract in entities().values())]
    source = {
        "name": "canonical",
        "description": "What each record says of each entity: claims, append-only, as the canonical contracts promise.",
        "schema": "canonical",
        "tables": tables,
    }
    return _document({"version": 2, "sources": [source]})


def write_vocabularies() -> str:
    """Render the seeds document: the type of every column, for dbt guesses slowly and reads codes as numbers."""
    return _document({"version": 2, "seeds": [_seed(path) for path in sorted(VOCABULARIES.glob("*.csv"))]})


def write_staging() -> dict[Path, str]:
    """Render the document of each staging model that holds the current claims of an entity, by its place."""
    return {STAGING / f"stg_{entity}.yml": _document(_staged(contract)) for entity, contract in entities().items()}


def _staged(contract: EntityContract) -> dict[str, Any]:
    columns = {**_STAGED, **{a.name: a.description for a in contract.attributes}}
    model = {
        "name": f"stg_{contract.entity}",
        "description": f"{contract.grain.rstrip('.')}: current claims as of the admissions that releases have taken.",
        "columns": [{"name": name, "description": text} for name, text in columns.items()],
    }
    return {"version": 2, "models": [model]}


def _seed(path: Path) -> dict[str, Any]:
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    types = {name: _SEED_TYPES.get(name, "text") for name in names}
    return {"name": path.stem, "description": f"Vocabulary {path.stem}.", "config": {"column_types": types}}


def _document(content: dict[str, Any]) -> str:
    return HEADER + str(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=160))


def _entity(contract: EntityContract) -> dict[str, Any]:
    columns = [*_CLAIM, *((a.name, a.sql_type, a.description) for a in contract.attributes)]
    return {
        "name": contract.entity,
        "description": contract.grain,
        "config": {"meta": {"source_rank": list(contract.source_rank)}},
        "columns": [_column(*column) for column in columns],
    }


def _spine() -> dict[str, Any]:
    """Read the columns of canonical.record from the migration that makes it."""
    found = re.search(r"create table canonical\.record \((.*?)\n\)", SPINE.read_text("utf-8"), re.DOTALL)
    lines = found[1].strip().splitlines() if found else []
    named = [line.split() for line in lines if not line.strip().startswith("unique")]
    return {
        "name": "record",
        "description": "One row per version of a record: the spine that every claim points to.",
        "columns": [{"name": words[0], "data_type": words[1].rstrip(",")} for words in named],
    }


def _column(name: str, kind: str, description: str) -> dict[str, str]:
    return {"name": name, "data_type": kind, "description": description}


if __name__ == "__main__":
    SOURCES.write_text(write_sources(), "utf-8")
    SEEDS.write_text(write_vocabularies(), "utf-8")
    for place, text in write_staging().items():
        place.write_text(text, "utf-8")
