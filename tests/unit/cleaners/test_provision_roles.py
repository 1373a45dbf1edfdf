"""The role that a provision has by what it says: data of vocabulary provision_role, which a mart joins."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from transforms.normalise.cleaners.vocabulary import codes_of, read_vocabulary

Place = tuple[str, str, str]
ROWS = read_vocabulary("provision_role")
# Each says what is forbidden and what it costs, or what it costs and who is liable to whom.
MIXED = [("COL", "2020", "53"), ("COL", "2020", "52"), ("CNR", "", "18"), ("CSR", "", "24"), ("TML", "2019", "68")]
MIXED += [("TML", "2026", "54"), ("PTL", "2020", "65"), ("PVR", "2014", "39"), ("CRL", "", "213")]


def roles() -> Mapping[Place, str]:
    """Return the role of each provision."""
    return {(row["law_code"], row["version"], row["article"]): row["basis_role"] for row in ROWS}


def test_a_provision_has_one_role_and_says_where_it_was_read() -> None:
    assert len(roles()) == len(ROWS) > 0
    assert {row["basis_role"] for row in ROWS} <= set(codes_of("legal_basis_role").values())
    assert [row for row in ROWS if not re.search(r"DOMAIN [0-9]|\[V:S[0-9]", row["source"])] == []


def test_every_provision_is_an_article_of_a_known_version() -> None:
    versions = {(row["law_code"], row["version"]) for row in read_vocabulary("law")}
    assert {(law, version) for law, version, _ in roles()} <= versions
    assert [article for _, _, article in roles() if not re.fullmatch(r"[1-9][0-9]*(-[0-9]+)?", article)] == []


def test_an_article_keeps_its_role_when_the_law_numbers_it_anew() -> None:
    successions = {
        (row["law_code"], row["version"], row["article"]): (
            row["law_code"],
            row["successor_version"],
            row["successor_article"],
        )
        for row in read_vocabulary("law_article")
    }
    known = [pair for pair in successions.items() if pair[0] in roles() or pair[1] in roles()]
    assert len(known) >= 4
    assert [pair for pair in known if roles().get(pair[0]) != roles().get(pair[1])] == []


@pytest.mark.parametrize("place", MIXED)
def test_an_article_that_forbids_and_punishes_in_one_has_no_role(place: Place) -> None:
    assert place not in roles()


@pytest.mark.parametrize(
    ("place", "role"),
    [
        (("TML", "2019", "57"), "VIOLATED"),
        (("TML", "2026", "74"), "PENALTY"),
        (("PTL", "2020", "68"), "PENALTY"),
        (("AUCL", "2025", "10"), "VIOLATED"),
        (("CPR", "", "25"), "PENALTY"),
        (("APL", "2021", "57"), "PROCEDURE"),
    ],
)
def test_what_a_provision_says_is_its_role(place: Place, role: str) -> None:
    assert roles()[place] == role
