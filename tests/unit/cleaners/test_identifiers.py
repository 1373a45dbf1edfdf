"""Codes of organisations and persons, plain identifiers: DOMAIN 2.1, 2.2, defects D11, D12, D14, D15."""

from __future__ import annotations

import pytest

from transforms.normalise.cleaners.identifier import clean_digest, clean_identifier, clean_person_no, clean_resident_id
from transforms.normalise.cleaners.organisation import clean_org_code, clean_uscc

Vector = tuple[str | None, str | None, str | None]
CREDIT_CODES: list[Vector] = [
    ("91110000600037341L", "91110000600037341L", None),
    ("911101051234567883", "911101051234567883", None),
    ("92310115123456788W", "92310115123456788W", None),
    ("11110000123456788X", "11110000123456788X", None),
    ("Y11100001234567880", "Y11100001234567880", None),
    ("N2330110123456788F", "N2330110123456788F", None),
    (" 91110000 600037341l ", "91110000600037341L", None),
    ("９１１１００００６０００３７３４１Ｌ", "91110000600037341L", None),
    ("'91110000600037341L", "91110000600037341L", None),
    ("\u200b91110000600037341L_x000D_", "91110000600037341L", None),
    ("91110000600037341M", None, "check_digit_failed"),
    ("91110000600037342L", None, "check_digit_failed"),
    ("9111000060003734IL", None, "charset"),
    ("91A10000600037341L", None, "charset"),
    ("94110000600037341L", None, "authority_type"),
    ("92341722MA***", None, "masked"),
    ("91110000XXXXXXXX1L", None, "masked"),
    ("00000000000000000X", None, "placeholder"),
    ("000000000000000000", None, "placeholder"),
    ("0", None, "placeholder"),
    ("/", None, "placeholder"),
    ("无", None, "placeholder"),
    ("9.2341E+17", None, "scientific_notation"),
    ("91110000600037341", None, "length"),
    ("", None, None),
    (None, None, None),
]
# Organisation check 0 instead of 8 at position 17; the last character is right for it.
ORG_CHECK_FAILS = "91110105123456780A"
ORG_CODES: list[Vector] = [
    ("60003734-1", "600037341", None),
    ("600037341", "600037341", None),
    ("600037342", None, "check_digit_failed"),
    ("6000373", None, "format"),
    ("6000****1", None, "masked"),
    ("000000000", None, "placeholder"),
    (None, None, None),
]
RESIDENT_IDS: list[Vector] = [
    ("11010519491231002X", "11010519491231002X", None),
    ("440524188001010014", "440524188001010014", None),
    ("11010519491231002x", "11010519491231002X", None),
    ("110105491231002", "11010519491231002X", None),
    ("110105194912310021", None, "check_digit_failed"),
    ("110105194913310020", None, "birth_date"),
    ("430*************92", None, "masked"),
    ("34*****0", None, "masked"),
    ("452226198012****22", None, "masked"),
    ("1.10105E+17", None, "scientific_notation"),
    ("A1010519491231002X", None, "charset"),
    ("1101051949123100", None, "length"),
    ("不详", None, "placeholder"),
    (None, None, None),
]
IDENTIFIERS: list[Vector] = [
    ("ｇｓ－001 a", "GS-001A", None),
    ("A12", "A12", None),
    ("1E5", "1E5", None),
    ("1E+5", None, "scientific_notation"),
    ("×××", None, "placeholder"),
    ("空", None, "placeholder"),
    ("34***", None, "masked"),
    ("\ufeff", None, None),
    (None, None, None),
]


@pytest.mark.parametrize(("raw", "value", "reason"), CREDIT_CODES)
def test_a_credit_code_passes_its_check(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_uscc(raw) == (value, reason)


def test_a_failed_organisation_check_keeps_the_credit_code() -> None:
    assert clean_uscc(ORG_CHECK_FAILS) == (ORG_CHECK_FAILS, "org_check_failed")


@pytest.mark.parametrize(("raw", "value", "reason"), ORG_CODES)
def test_an_organisation_code_has_nine_characters(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_org_code(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), RESIDENT_IDS)
def test_an_identity_number_has_its_long_form(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_resident_id(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), IDENTIFIERS)
def test_an_identifier_is_half_width_and_upper_case(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_identifier(raw) == (value, reason)


def test_a_digest_compares_identifiers_without_keeping_them() -> None:
    digest = clean_digest("L000000001").value
    assert digest == "888f1466cc6be21b407f166851f0c3f941ed0885aa93bd3f9feb80e0541460d0"
    assert clean_digest(" ｌ０００００００01 ").value == digest
    assert clean_digest("L000000002").value != digest
    assert [clean_digest(raw).reason for raw in ("/", "L0000****1", "", None)] == ["placeholder", "masked", None, None]


@pytest.mark.parametrize(
    ("raw", "id_type", "value", "reason"),
    [
        ("11010519491231002x", "RID", "11010519491231002X", None),
        ("11010519491231002x", None, "11010519491231002X", None),
        ("110105194912310021", "RID", None, "check_digit_failed"),
        ("E12345678", "RID", None, "length"),
        ("11010519491231002x", "PASSPORT", "11010519491231002X", None),
        ("110105194912310021", "PASSPORT", "110105194912310021", "no_check_digit"),
        ("e 1234 5678", "PASSPORT", "E12345678", "no_check_digit"),
        ("E12345678", None, "E12345678", "no_check_digit"),
        ("H1234567800", "HKMO_PERMIT", "H1234567800", "no_check_digit"),
        ("R0001234（5）", "HKMO_PERMIT", "R0001234(5)", "no_check_digit"),
        ("12345678", "TW_PERMIT", "12345678", "no_check_digit"),
        ("FRA110072010101", "PR_CARD", "FRA110072010101", "no_check_digit"),
        ("E1234****", "PASSPORT", None, "masked"),
        ("护照遗失", "PASSPORT", None, "charset"),
        ("PASSPORT", "PASSPORT", None, "charset"),
        ("1.23457E+17", "PASSPORT", None, "scientific_notation"),
        ("无", "PASSPORT", None, "placeholder"),
        ("", "PASSPORT", None, None),
        (None, None, None, None),
    ],
)
def test_the_kind_of_a_document_says_whether_its_number_is_checked(
    raw: str | None, id_type: str | None, value: str | None, reason: str | None
) -> None:
    assert clean_person_no(raw, id_type) == (value, reason)
