"""A body's rows are passed on where an agreement in force names the recipient, and nowhere else (DOMAIN P15)."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from schemas.contracts import sources
from schemas.packs import packs
from transforms.extract.agreed import AGREEMENTS, agreed
from transforms.extract.select import select_bodies
from transforms.normalise.cleaners.vocabulary import read_vocabulary

DAY = date(2026, 11, 29)


def row(body: str, recipients: str, since: str = "", until: str = "") -> dict[str, str]:
    return {"body_id": body, "recipients": recipients, "valid_from": since, "valid_to": until}


@pytest.mark.parametrize(
    ("given", "is_agreed"),
    [
        (row("a", "cnipa"), True),
        (row("a", "spp|cnipa", "2026-11-29", "2026-11-30"), True),
        (row("a", "cnipa", "2026-11-30"), False),
        (row("a", "cnipa", "", "2026-11-29"), False),
        (row("a", "cnipa_hq"), False),
        (row("a", ""), False),
    ],
)
def test_an_agreement_names_its_recipients_and_its_days(given: dict[str, str], is_agreed: bool) -> None:
    assert agreed([given], "cnipa", DAY) == ({"a"} if is_agreed else set())


def test_every_body_delivers_under_one_agreement_at_a_time() -> None:
    rows = read_vocabulary(AGREEMENTS)
    assert {contract.body_id for contract in sources().values()} <= {row["body_id"] for row in rows}
    assert len({row["agreement_id"] for row in rows}) == len(rows)
    spans = sorted((row["body_id"], row["valid_from"], row["valid_to"] or "9999") for row in rows)
    assert all(a[0] != b[0] or a[2] <= b[1] for a, b in itertools.pairwise(spans))


def test_nobody_is_given_what_police_procurators_and_foreign_customs_send() -> None:
    kept = {c.body_id for c in sources().values() if c.body_kind in {"PSB", "PRO", "FOREIGN"}}
    assert kept
    assert [r["body_id"] for r in read_vocabulary(AGREEMENTS) if r["recipients"] and r["body_id"] in kept] == []


def test_every_table_of_a_pack_is_asked_for_the_bodies_of_its_rows() -> None:
    models = {"fct_case", "fct_decision", "fct_sanction", "bridge_case_party"}
    asked = [select_bodies(c, t, models) for several in packs().values() for c in several for t in c.tables]
    assert asked
    assert all(query and "body_id" in query for query in asked)
