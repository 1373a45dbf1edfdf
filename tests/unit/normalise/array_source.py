"""A source that sends its parties and goods as arrays of objects, described in data alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from schemas.contracts import SourceContract, read_source
from tests.support.normalised import normalise_file
from transforms.normalise.record import Staged

FIELDS: tuple[tuple[str, str, str, str], ...] = (
    ("case_no", "caseNo", "court_case_no", "PUBLIC"),
    ("agency_name", "court", "text", "PUBLIC"),
    ("party_name_raw", "parties[].name", "party_name", "PI_BASIC"),
    ("party_party_type", "parties[].type", "code(vocabulary=party_type)", "PUBLIC"),
    ("party_role", "parties[].role", "code(vocabulary=party_role)", "PUBLIC"),
    ("party_uscc", "parties[].org.code", "uscc", "PI_BASIC"),
    ("code_norm_value", "parties[].org.code", "uscc", "PI_BASIC"),
    ("party_id_token", "parties[].idNo", "resident_id", "PI_SENSITIVE"),
    ("line_description", "goods[].name", "text", "PUBLIC"),
    ("line_quantity", "goods[].qty", "number", "PUBLIC"),
)
CLAIMS: tuple[dict[str, Any], ...] = (
    {"entity": "case", "constants": {"proceeding": "TRIAL"}},
    {"entity": "party", "prefix": "party_", "each": "parties"},
    {"entity": "case_party", "prefix": "party_", "each": "parties"},
    {
        "entity": "party_identifier",
        "prefix": "code_",
        "each": "parties",
        "constants": {"id_type": "USCC"},
        "of": {"party_id": "party_"},
    },
    {"entity": "goods_item", "prefix": "line_", "each": "goods"},
)


def document(
    fields: Sequence[tuple[str, str, str, str]] = FIELDS, claims: Sequence[Mapping[str, Any]] = CLAIMS
) -> dict[str, Any]:
    """Return the contract; the first field is the key."""
    described: list[dict[str, Any]] = [
        {
            "name": name,
            "physicalName": label,
            "transformLogic": cleaner,
            "classification": tag,
            "description": "Made up.",
        }
        for name, label, cleaner, tag in fields
    ]
    described[0] |= {"required": True, "primaryKey": True, "primaryKeyPosition": 1}
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "made_up_cases",
        "name": "Made up",
        "version": "1.0.0",
        "status": "active",
        "servers": [{"server": "inbox", "type": "local", "path": "made_up_cases"}],
        "slaProperties": [{"property": "frequency", "value": "daily"}],
        "customProperties": [
            {"property": "bodyKind", "value": "COURT"},
            {"property": "deliveryMode", "value": "incremental"},
            {"property": "claims", "value": [*claims]},
        ],
        "schema": [{"name": "made_up_cases", "properties": described}],
    }


def contract(folder: Path, described: Mapping[str, Any] | None = None) -> SourceContract:
    """Return the contract as every command reads it."""
    path = folder / "court_hz" / "made_up_cases.odcs.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(described or document(), allow_unicode=True), "utf-8")
    return read_source(path)


def normalised(folder: Path, *records: Mapping[str, Any]) -> Staged:
    """Deliver records as JSON lines, and normalise them."""
    path = folder / "delivered.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")
    return normalise_file(contract(folder), path)
