"""Resident identity numbers are found in any cell, and credit codes are not taken for them."""

from __future__ import annotations

import re

import pytest

from quality.identity_numbers import SUSPECT, holds_resident_id, is_uscc

# The published examples of GB 11643-1999 (DOMAIN 2.2).
EXAMPLE = "11010519491231002X"


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        "440524188001010014",
        EXAMPLE.lower(),
        f"张某，身份证号码{EXAMPLE}，住址不详",
        "110105 19491231 002X",
        "110105-1949-1231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert holds_resident_id(text)
    assert re.search(SUSPECT, text)


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",  # wrong check character
        "110105194913310020",  # month 13
        "1101051949123100",
        "110105********002X",
        "9" + EXAMPLE,  # a longer number
        "杭市监处罚〔2024〕123号",
        "",
    ],
)
def test_other_text_is_let_through(text: str) -> None:
    assert not holds_resident_id(text)


def test_credit_codes_are_told_by_their_check_character() -> None:
    # The published example of DOMAIN 2.1.
    assert is_uscc("91110000600037341L")
    assert not is_uscc("91110000600037341M")
    assert not is_uscc(EXAMPLE)
