"""Records of two versions of a contract lie side by side in the archive, and each is read by its own."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from schemas.contracts import SourceContract, source
from transforms.ledger.batches import DeliveryTime
from transforms.normalise import reading
from transforms.normalise.reading import by_contract, promised_elsewhere

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TIMES = {"old": DeliveryTime(1, NOW, "1.0.0"), "new": DeliveryTime(2, NOW, "2.0.0"), "unsaid": DeliveryTime(3, NOW)}


def rows(name: str, *records: tuple[str, str]) -> pa.Table:
    return pa.table(
        {
            "source": pa.repeat(name, len(records)),
            "delivery_id": [delivery for delivery, _ in records],
            "row_number": pa.array(range(len(records)), pa.int64()),
            "value": [value for _, value in records],
        }
    )


def two_versions(monkeypatch: pytest.MonkeyPatch, name: str) -> tuple[SourceContract, SourceContract]:
    older = replace(source(name), version="1.0.0")
    fields = tuple(replace(f, label=f"new {f.label}") for f in older.fields)
    newest = replace(older, version="2.0.0", fields=fields)
    monkeypatch.setattr(reading, "versions", lambda _: (newest, older))
    return newest, older


def read(table: pa.Table, only: SourceContract | None = None) -> dict[str, list[int]]:
    return {c.version: part["row_number"].to_pylist() for c, part in by_contract(table, TIMES, only)}


def test_a_delivery_is_read_by_the_version_under_which_it_was_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    two_versions(monkeypatch, "amr_zj_penalties")
    found = read(rows("amr_zj_penalties", ("old", "{}"), ("new", "{}"), ("old", "{}"), ("unsaid", "{}")))
    assert found == {"1.0.0": [0, 2], "2.0.0": [1, 3]}


def test_a_pushed_record_is_read_by_the_version_that_its_labels_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    newest, older = two_versions(monkeypatch, "psb_zj_case_events")
    values = [json.dumps(dict.fromkeys(contract.labels, "x")) for contract in (older, newest)]
    found = read(rows("psb_zj_case_events", *(("old", value) for value in [*values, "no json", "[1]"])))
    assert found == {"1.0.0": [0], "2.0.0": [1, 2, 3]}


def test_one_version_reads_all_where_it_is_asked_for_or_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    table = rows("cnipa_patents", ("old", "{}"), ("new", "{}"))
    assert read(table) == {source("cnipa_patents").version: [0, 1]}
    newest, _ = two_versions(monkeypatch, "cnipa_patents")
    assert read(table, newest) == {"2.0.0": [0, 1]}


def test_a_field_that_only_the_newest_version_has_is_missing_nowhere_in_an_older_one() -> None:
    contract = source("amr_zj_penalties")
    assert promised_elsewhere(contract) == {}
    older = replace(contract, fields=contract.fields[1:])
    name = contract.fields[0].name
    assert promised_elsewhere(older) == {(name, "nullValues"): 0, (name, "invalidValues"): 0}
