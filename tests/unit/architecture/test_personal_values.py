"""Every column that can hold a body's words is known, with what it may hold."""

from __future__ import annotations

from typing import Final

import yaml
from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB

from schemas.contracts import CLASSIFICATIONS, entities, sources
from tests.unit.architecture.tree import ROOT
from transforms.ledger.tables import metadata
from transforms.model.sources import SOURCES

# Names and codes of ours, and the places of things.
OURS: Final = {
    *("body_id", "cause", "causes", "code_digest", "contract_version", "contracts_digest", "delivery_id", "digest"),
    *(
        "encoding",
        "expectation",
        "field",
        "gate",
        "kafka_topic_id",
        "kind",
        "lane",
        "mode",
        "model",
        "pack",
        "pack_id",
        "path",
    ),
    *("recipient", "redelivery_of", "rule", "severity", "sha256", "source", "state", "topic", "vocabularies_digest"),
    *("bound", "changes", "deliveries", "duplicate_kinds", "rows", "rules", "since"),
}
# Hashes of what a record says, and of what a file is called.
HASHED: Final = {"image", "raw_hash", "stamp"}
# Sentences: written by us, and by the person who decided.
SENTENCES: Final = {"decided_by", "decided_reason", "error", "held_reason", "reason", "remedy"}
# What a body chose: may name a party (PI_BASIC), never hold an identity number.
FROM_A_BODY: Final = {"cursor", "file_name", "findings", "period", "record_key"}


def test_every_column_of_the_ledger_that_holds_text_is_known() -> None:
    known = OURS | HASHED | SENTENCES | FROM_A_BODY
    columns = [column for table in metadata.tables.values() for column in table.columns]
    texts = {column.name for column in columns if isinstance(column.type, Text | JSONB | ARRAY)}
    assert texts - known == set(), "say what this column of ops may hold"
    assert known - texts - HASHED == set(), "no column of ops has this name any more"


def test_every_column_of_the_spine_that_holds_text_is_known() -> None:
    document = yaml.safe_load(SOURCES.read_text("utf-8"))
    tables = {table["name"]: table for table in document["sources"][0]["tables"]}
    texts = {column["name"] for column in tables["record"]["columns"] if column["data_type"] == "text"}
    assert texts <= OURS | HASHED | FROM_A_BODY


def test_every_canonical_column_is_classified_and_none_is_sensitive() -> None:
    columns = [(name, a) for name, entity in entities().items() for a in entity.attributes]
    assert columns
    assert [f"{name}.{a.name}" for name, a in columns if a.classification not in CLASSIFICATIONS] == []
    # A token is made of a sensitive value, and is none.
    assert [f"{name}.{a.name}" for name, a in columns if a.classification == "PI_SENSITIVE"] == []
    assert [f"{name}.{a.name}" for name, a in columns if not a.description] == []


def test_a_sensitive_field_reaches_canonical_only_as_its_token() -> None:
    attributes = {a.name for entity in entities().values() for a in entity.attributes}
    sensitive = [
        (contract.source, f.name)
        for contract in sources().values()
        for f in contract.fields
        if f.classification == "PI_SENSITIVE"
    ]
    assert sensitive
    tokens = ("id_token", "declaration_token")
    taken = {(s, name) for s, name in sensitive for a in attributes if name.endswith(a) and a not in tokens}
    assert taken == set()


def test_every_contract_lies_where_its_body_does() -> None:
    for name, contract in sources().items():
        assert contract.path.relative_to(ROOT).as_posix() == f"schemas/sources/{contract.body_id}/{name}.odcs.yaml"
