"""Every attribute of the canonical entities is filled by some golden pair, or it is said why none fills it."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from schemas.contracts import entities, sources

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
# Why nobody fills an attribute; one that is filled after all is taken out here.
UNFILLED = {
    "assistance_request.case_id": "A request names facts abroad; which case of ours it touches is found by people.",
    "assistance_request.matter_id": "As its case; and it never leaves the country (DOMAIN 5).",
    "case.is_cross_province": "No body states it; the model computes it from the seats of party and authority.",
    "case_party.is_foreign": "No body states it; the model computes it from what the party is.",
    "case_party.share_group": "No body says in a column who is liable together; a judgment says it in words.",
    "decision_legal_basis.basis_role": "The model joins it from what the provision says (vocabulary provision_role).",
    "matter.link_confidence": "Matters that a body names are certain; the attribute is for links that are computed.",
    "matter.ref_scope": "Each body that numbers disputes numbers its own; a wider number is not known to be sent.",
    "transfer.to_case_id": "The receiver's record makes its own case; a reference finds it by its number.",
}

OBJECTS = {a.name for entity in entities().values() for a in entity.attributes if a.is_object}


def filled() -> set[str]:
    """Return each attribute that a record of a golden pair fills."""
    found = defaultdict[str, set[str]](set)
    for path in GOLDEN.glob("*/expected.jsonl"):
        for line in path.read_text("utf-8").splitlines()[1:]:
            for entity, rows in json.loads(line)["claims"].items():
                found[entity] |= {name for row in rows for name in row}
    return {f"{entity}.{name}" for entity, names in found.items() for name in names}


def test_what_nothing_fills_has_a_reason() -> None:
    known = {f"{name}.{attribute.name}" for name, entity in entities().items() for attribute in entity.attributes}
    assert known - filled() == set(UNFILLED)


@pytest.mark.parametrize(("attribute", "reason"), UNFILLED.items())
def test_a_reason_is_a_sentence(attribute: str, reason: str) -> None:
    assert reason.endswith("."), attribute


@pytest.mark.parametrize("source", [s for s, c in sources().items() if any(map(c.members_of, c.claims))])
def test_every_member_of_an_object_is_told_by_the_golden_pair_of_its_source(source: str) -> None:
    contract, told = sources()[source], set[str]()
    named = {member for claim in contract.claims for member in contract.members_of(claim)}
    for line in (GOLDEN / source / "expected.jsonl").read_text("utf-8").splitlines()[1:]:
        rows = [row for rows in json.loads(line)["claims"].values() for row in rows]
        objects = [(name, json.loads(row[name])) for row in rows for name in OBJECTS & row.keys()]
        told |= {f"{name}.{member}" for name, members in objects for member in members}
    assert named == told
