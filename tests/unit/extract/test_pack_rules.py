"""Pack contracts promise nothing unmasked that may not be given; the rules are applied case by case."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.changes import change_causes
from schemas.contracts import ContractError, entities
from schemas.packs import packs, read_pack
from transforms.extract.causes import _TOLD, RELATED, RULE_CHANGE
from transforms.extract.compare import EXPIRY
from transforms.extract.mask import keyed_ids, mask_rows, whole_cases
from transforms.publish.release import _CAUSES

(CNIPA,) = packs()["cnipa"]
PARTIES = next(table for table in CNIPA.tables if table.name == "parties")
KEY = b"k" * 32


def party(case: str, who: str, name: str | None, kind: str | None = "PERSON", **other: object) -> dict[str, object]:
    row = {"case_id": case, "party_id": who, "role": "INFRINGER", "party_type": kind, "name": name, "uscc": None}
    return {**row, "country_code": None, "is_open": False, **other}


def masked(*parties: dict[str, object]) -> list[dict[str, object]]:
    types = {c.name: pa.bool_() if c.logical_type == "boolean" else pa.string() for c in PARTIES.columns}
    batch = pa.RecordBatch.from_pylist(list(parties), pa.schema(list(types.items())))
    return [row for table in mask_rows([batch], PARTIES, KEY) for row in table.to_pylist()]


def test_two_persons_of_one_surname_are_told_apart_within_their_case_only() -> None:
    rows = masked(party("a", "1", "张某"), party("a", "2", "张某某"), party("a", "3", "李某"), party("b", "4", "张某"))
    assert {str(row["name"]) for row in rows[:2]} == {"张某甲", "张某乙"}
    assert [row["name"] for row in rows[2:]] == ["李某", "张某"]


def test_a_name_that_the_warehouse_failed_to_mask_is_masked_all_the_same() -> None:
    rows = masked(party("a", "1", "张三丰"), party("b", "2", "某店（李四）", "SOLE"), party("c", "3", "王五", None))
    assert [row["name"] for row in rows] == ["张某某", "某店（李某）", "王某"]


def test_a_sole_traders_code_is_masked_by_its_type_and_by_its_own_digits() -> None:
    code, company = "921101********0000", "91110105MA00000000"
    rows = masked(
        party("a", "1", "某店", "SOLE", uscc=company),
        party("b", "2", "某经营部", "LEGAL", uscc=code),
        party("c", "3", "某有限公司", "LEGAL", uscc=company),
        party("d", "4", "某有限公司", None, uscc=company),
    )
    hidden, other = "911*************00", "921*************00"
    assert [row["uscc"] for row in rows] == [hidden, other, company, hidden]


def test_the_companies_of_an_open_investigation_go_unnamed_but_for_the_right_holder() -> None:
    code = "91110105MA00000000"
    rows = masked(
        party("a", "1", "某贸易有限公司", "LEGAL", is_open=True, role="CONSIGNOR", uscc=code),
        party("a", "2", "Acme Inc", "FOREIGN_LEGAL", is_open=True, role="RIGHT_HOLDER"),
        party("a", "3", "张三小吃店（张某）", "SOLE", is_open=True),
        party("a", "4", "张三", "PERSON", is_open=True),
    )
    assert [row["name"] for row in rows] == ["某公司", "Acme Inc", "某店", "张某"]
    assert rows[0]["uscc"] == "911*************00"


def test_ids_are_keyed_and_hold_no_long_run_of_digits() -> None:
    ids = pa.array(["a", "b", "a"])
    here, there = keyed_ids(ids, KEY).to_pylist(), keyed_ids(ids, b"other").to_pylist()
    assert here[0] == here[2] != here[1]
    assert not set(here) & set(there)
    assert [len(part) for part in here[0].split("-")] == [8, 4, 4, 4, 12]


@settings(deadline=None)
@given(st.lists(st.integers(1, 4), max_size=12), st.integers(1, 5))
def test_no_case_spans_two_batches_and_no_row_is_lost(sizes: list[int], block: int) -> None:
    cases = [str(case) for case, size in enumerate(sizes) for _ in range(size)]
    whole = pa.record_batch({"case_id": pa.array(cases, pa.string()), "row": pa.array(range(len(cases)), pa.int64())})
    blocks = [whole.slice(start, block) for start in range(0, len(cases), block)]
    cut = [part.to_pydict() for part in whole_cases(blocks)]
    assert [row for part in cut for row in part["row"]] == list(range(len(cases)))
    owners = [case for part in cut for case in set(part["case_id"])]
    assert len(owners) == len(set(owners))


def test_the_contract_gives_canonical_attributes_in_their_types_and_no_text_about_persons() -> None:
    given_away = {column.expression.split(".")[1] for table in CNIPA.tables for column in table.written}
    assert not given_away & {
        "title",
        "facts",
        "content",
        "name_raw",
        "id_token",
        "id_mask",
        "native_status",
        "doc_no_raw",
    }
    attributes = {a.name for entity in entities().values() for a in entity.attributes}
    assert given_away - attributes == {"body_id", "has_disagreement", "public_until_on"}


def test_the_causes_of_releases_and_of_packs_are_words_of_one_vocabulary_in_two_languages() -> None:
    words = change_causes()
    told = {*re.findall(r"(?:then|else) '(\w+)'", _CAUSES), *re.findall(r"(?:then|else) '(\w+)'", _TOLD), "replay"}
    assert told | {EXPIRY, RULE_CHANGE, RELATED} == set(words)
    assert [cause.rank for cause in words.values()] == list(range(1, len(words) + 1))
    assert all(cause.term_zh and cause.term_en for cause in words.values())
    # One word of each rule by which a number stands aside, and later is another's.
    reused = words["reused_identifier"]
    assert all(word in reused.term_en for word in ("case", "party", "mark"))
    assert all(word in reused.term_zh for word in ("案件", "当事人", "商标"))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("transformLogic: name_outside", "transformLogic: plain", "needs a masking rule"),
        ("transformLogic: name_outside", "transformLogic: shown", "say one of"),
        ("classification: PI_BASIC, transformLogic: name_outside", "classification: PI_SENSITIVE", "may hold"),
        ("physicalName: p.name_display", 'physicalName: "p.*"', "one column"),
        ("physicalName: p.name_display", "physicalName: (select 1)", "one column"),
        ("format: csv", "format: xls", "formats among"),
        ("id: cnipa.ip_enforcement", "id: other", "call it"),
        ("property: licence", "property: license", "licence"),
        ("from changed.dim_party as p", "from marts.dim_party as p", r"touched lacks \['dim_party'\]"),
        ("name: case_id, physicalName: b.case_id", "name: owner_id, physicalName: b.case_id", "a delta goes by case"),
    ],
)
def test_a_contract_that_gives_too_much_is_refused(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    text = CNIPA.path.read_text("utf-8")
    assert before in text
    path = tmp_path / "cnipa" / "ip_enforcement.odcs.yaml"
    path.parent.mkdir()
    path.write_text(text.replace(before, after), "utf-8")
    with pytest.raises(ContractError, match=complaint):
        read_pack(path)
