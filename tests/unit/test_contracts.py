"""Every contract is whole, and every field has a use."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from schemas.compatibility import days_in
from schemas.contracts import (
    CLASSIFICATIONS,
    SourceContract,
    entities,
    read_document,
    source,
    sources,
)
from transforms.normalise.claims import claimed_fields
from transforms.normalise.cleaners.organisation import clean_uscc
from transforms.normalise.cleaners.registry import cleaner

TESTS = Path(__file__).resolve().parents[1]
BODIES = TESTS.parent / "schemas" / "vocabularies" / "body.csv"
CADENCES = {"continuous", "5min", "hourly", "daily", "pushed"}
METRICS = {
    "rowCount", "quarantined", "findings", "duplicateValues", "absent", "unreadableKeys", "nullValues", "invalidValues",
}  # fmt: skip
# Fields that order, withdraw or check a record without becoming an attribute.
UNCLAIMED = {"customs_sh_detentions": {"detention_mode"}}

each_source = pytest.mark.parametrize("contract", sources().values(), ids=lambda contract: contract.source)


def bodies() -> dict[str, dict[str, str]]:
    with BODIES.open(encoding="utf-8", newline="") as file:
        return {row["body_id"]: row for row in csv.DictReader(file)}


@each_source
def test_every_field_is_classified_described_and_cleaned_by_a_known_cleaner(contract: SourceContract) -> None:
    for item in contract.fields:
        assert item.classification in CLASSIFICATIONS
        assert item.description.endswith("."), f"{contract.source}.{item.name}"
        cleaner(item.cleaner)


@each_source
def test_every_field_has_a_use(contract: SourceContract) -> None:
    used = {*contract.key, *contract.cursor, contract.source_time, *UNCLAIMED.get(contract.source, ())}
    used |= {contract.withdrawal[0]} if contract.withdrawal else set()
    used |= {*claimed_fields(contract), *(day for item in contract.fields for day in days_in(item.cleaner))}
    assert contract.field_names <= used, f"no claim takes {sorted(contract.field_names - used)}"


@each_source
def test_a_number_that_several_authorities_give_is_no_key_without_them(contract: SourceContract) -> None:
    constants = {name for claim in contract.claims for name in claim.constants}
    cleaners = {name: contract.field_named(name).cleaner for name in contract.key}
    numbered = any(name in ("case_no", "transfer_doc_no") and of == "doc_no" for name, of in cleaners.items())
    if contract.numbered_by == "authority" and numbered:
        assert "agency_name" in constants or "agency_key" in cleaners.values()


@each_source
def test_every_claim_fills_what_its_entity_requires(contract: SourceContract) -> None:
    for claim in contract.claims:
        entity = entities()[claim.entity]
        given = {*claim.constants, *contract.each_of(claim), entity.own_id, *(a.name for a in entity.references)}
        for attribute in entity.attributes:
            # A row that lacks its only substance is no claim, nor is a right of a kind that no register is for,
            # nor a number of which nobody says the kind.
            spared = entity.substance == (attribute.name,) or claim.entity in {"ip_right", "party_identifier"}
            if attribute.required and attribute.name not in given and not spared:
                item = contract.field_named(claim.prefix + attribute.name)
                assert item.required, f"{contract.source}.{item.name} may be empty, {claim.entity} needs it"


@each_source
def test_a_basis_in_words_is_claimed_as_provisions_and_read_on_the_day_of_the_act(contract: SourceContract) -> None:
    bases = {item.label: item.cleaner for item in contract.fields if item.cleaner.startswith("legal_basis")}
    claimed = [contract.each_of(claim) for claim in contract.claims if claim.entity == "decision_legal_basis"]
    assert bool(bases) == bool(claimed)
    assert bases or "legal_basis" not in contract.field_names
    days = "on=violation_on, by=decided_on" if "violation_on" in contract.field_names else "by=decided_on"
    assert set(bases.values()) <= {f"legal_basis({days})"}
    dated = [item for item in contract.fields if item.label in bases and item.cleaner.startswith("ip_")]
    assert all(days in item.cleaner for item in dated)


@pytest.mark.parametrize(("entity", "attribute"), [("case_party", "role"), ("case_event", "event_type")])
def test_a_prefix_means_the_same_in_every_contract(entity: str, attribute: str) -> None:
    """`casebridge source new` reads from it what the fields of a new source claim."""
    claims = [claim for contract in sources().values() for claim in contract.claims if claim.entity == entity]
    meanings = {(c.prefix, c.constants[attribute]) for c in claims if c.prefix and attribute in c.constants}
    assert len(meanings) == len({prefix for prefix, _ in meanings}) > 5


@each_source
def test_a_source_says_when_and_how_it_is_fetched(contract: SourceContract) -> None:
    assert contract.cadence in CADENCES
    assert (contract.cadence == "pushed") == contract.is_pushed == (contract.mode == "event")
    assert contract.version
    assert contract.title
    assert contract.fetch.kind in {"local", "sftp", "s3", "api", "postgresql", "kafka"}
    if contract.fetch.kind not in {"local", "kafka"}:
        assert contract.fetch.options["connection"] == contract.body_id
    if contract.fetch.kind == "postgresql" or "cursorParameter" in contract.fetch.options:
        assert contract.cursor
    assert "://" not in contract.fetch.location, "a contract names a connection, not a host"


@each_source
def test_a_snapshot_has_an_absence_brake_and_nothing_else_has(contract: SourceContract) -> None:
    assert (contract.mode == "snapshot") == (contract.absence_brake is not None)


@each_source
def test_bounds_name_known_measures_and_stop_bad_slices(contract: SourceContract) -> None:
    assert {bound.metric for bound in contract.bounds} <= METRICS
    stops = {bound.metric for bound in contract.bounds if bound.severity == "stop" and not bound.field}
    assert {"quarantined", "findings"} <= stops
    assert all(bound.reason.endswith(".") for bound in contract.bounds)


@each_source
def test_a_pushed_source_carries_no_sensitive_column(contract: SourceContract) -> None:
    if contract.is_pushed:
        assert "PI_SENSITIVE" not in {item.classification for item in contract.fields}


@each_source
def test_names_and_codes_of_parties_are_personal_information(contract: SourceContract) -> None:
    for item in contract.fields:
        if item.name.endswith(("_name_raw", "_uscc")) and "agency_" not in item.name:
            assert item.classification == "PI_BASIC"
        if item.name.endswith(("_id_token", "_declaration_token")):
            assert item.classification == "PI_SENSITIVE"


@each_source
def test_an_ignored_label_is_not_also_read(contract: SourceContract) -> None:
    assert not contract.ignored & set(contract.labels)


@each_source
def test_the_body_of_a_source_is_known(contract: SourceContract) -> None:
    assert bodies()[contract.body_id]["body_kind"] == contract.body_kind


def test_codes_of_bodies_hold() -> None:
    for row in bodies().values():
        value, reason = clean_uscc(row["uscc"])
        assert reason is None
        assert value == (row["uscc"] or None)


def test_every_source_has_a_golden_pair() -> None:
    for name in sources():
        files = {path.name for path in (TESTS / "golden" / name).iterdir()}
        assert "expected.jsonl" in files
        assert any(file.startswith("raw.") for file in files)


def test_an_unknown_source_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="did you mean court_hz_cases"):
        source("court_hz_case")


def test_every_document_follows_the_standard() -> None:
    for path in [c.path for c in sources().values()] + [e.path for e in entities().values()]:
        assert read_document(path).apiVersion == "v3.1.0"


def unread(written: object, read: object, where: str = "") -> list[str]:
    """Return the keys of a document that its model dropped."""
    if isinstance(written, list) and isinstance(read, list):
        return [key for i, pair in enumerate(zip(written, read, strict=True)) for key in unread(*pair, f"{where}[{i}]")]
    if not isinstance(written, dict) or not isinstance(read, dict):
        return []
    lost = [f"{where}.{key}" for key in written if key not in read]
    return lost + [
        more for key in written.keys() & read.keys() for more in unread(written[key], read[key], f"{where}.{key}")
    ]


def test_nothing_in_a_document_is_left_unread() -> None:
    for path in [c.path for c in sources().values()] + [e.path for e in entities().values()]:
        read = read_document(path).model_dump(by_alias=True, exclude_unset=True)
        assert not unread(yaml.safe_load(path.read_text("utf-8")), read), path.name


def test_a_code_of_an_entity_names_the_vocabulary_that_it_is_from() -> None:
    described = [a.description for entity in entities().values() for a in entity.attributes]
    named = {found[1] for text in described if (found := re.match(r"Code of vocabulary (\w+)", text))}
    assert len(named) > 30
    assert [name for name in sorted(named) if not (BODIES.parent / f"{name}.csv").exists()] == []
