"""Numbers of rights, of customs, and codes of goods and industries: DOMAIN 2.3 to 2.5, 2.9 to 2.11."""

from __future__ import annotations

import pytest

from transforms.normalise.cleaners.classes import (
    clean_hs_code,
    clean_industry_code,
    clean_nice_class,
)
from transforms.normalise.cleaners.rights import (
    clean_customs_declaration_no,
    clean_customs_recordal_no,
    clean_patent_no,
    clean_right_no,
    clean_trademark_no,
)

Vector = tuple[str | None, str | None, str | None]
PATENTS: list[Vector] = [
    ("ZL200920182473.2", "200920182473.2", None),
    ("ZL 2009 2 0182473.2", "200920182473.2", None),
    ("200920182473.2", "200920182473.2", None),
    ("2009201824732", "200920182473.2", None),
    ("专利号：ＺＬ200920182473.2", "200920182473.2", None),
    ("CN200810000123X", "200810000123.X", None),
    ("ZL98101234.5", "98101234.5", None),
    ("200920182473", "200920182473", "no_check_digit"),
    ("ZL98101234", "ZL98101234", "no_check_digit"),
    ("ZL200920182473.3", None, "check_digit_failed"),
    ("ZL200240123456.7", None, "format"),
    ("98101234", None, "format"),
    ("3333018", None, "format"),
    ("CN101234567B", None, "publication_no"),
    ("ZL2009****2473.2", None, "masked"),
    ("无", None, "placeholder"),
    (None, None, None),
]
TRADEMARKS: list[Vector] = [
    ("第3333018号", "3333018", None),
    ("3333018", "3333018", None),
    ("03333018", "3333018", None),
    ("G1234567", "G1234567", None),
    ("1234567a", "1234567A", None),
    ("123456789", None, "format"),
    ("ZL200920182473.2", None, "format"),
    ("0", None, "placeholder"),
    (None, None, None),
]
RECORDALS: list[Vector] = [
    *((number, number, None) for number in ("T2016-45490", "T2016-47305", "T2020-99731", "T2021-116614")),
    *((number, number, None) for number in ("T2022-136490", "T2023-151552", "P2020-1234", "C2020-123")),
    ("ｔ２０２３－１５１５５２", "T2023-151552", None),
    ("T2023—151552", "T2023-151552", None),
    ("T2023151552", None, "format"),
    ("A2023-151552", None, "format"),
    (None, None, None),
]
# With the register in which the right stands.
RIGHTS: list[tuple[str | None, str | None, str | None, str | None]] = [
    ("ZL 2009 2 0182473.2", "PATENT", "200920182473.2", None),
    ("第3333018号", "TRADEMARK", "3333018", None),
    ("t2023-151552", "RECORDAL", "T2023-151552", None),
    ("国作登字-2024-F-10000001", "COPYRIGHT", "国作登字-2024-F-10000001", None),
    ("cn101234567b", "PATENT_PUB", "CN101234567B", None),
    ("CN101234567B", None, "CN101234567B", None),
    ("CN101234567B", "PATENT", None, "publication_no"),
    ("ZL200920182473.2", "PATENT_PUB", None, "format"),
    ("CN1012*4567B", "PATENT_PUB", None, "masked"),
    ("3333018", "PATENT", None, "format"),
    ("ZL200920182473.2", "TRADEMARK", None, "format"),
    ("ZL200920182473.2", None, "200920182473.2", None),
    ("ZL200920182473.3", None, None, "check_digit_failed"),
    ("第3333018号", None, "3333018", None),
    ("T2023-151552", None, "T2023-151552", None),
    ("国作登字-2024-F-10000001", None, "国作登字-2024-F-10000001", None),
    ("33***18", "TRADEMARK", None, "masked"),
    ("/", "COPYRIGHT", None, "placeholder"),
    (None, "PATENT", None, None),
]
DECLARATIONS: list[Vector] = [
    ("310420240123456789", "310420240123456789", None),
    ("22442021E099436580", "22442021E099436580", None),
    ("31042024", None, "format"),
    ("3.1042E+17", None, "scientific_notation"),
    (None, None, None),
]
GOODS: list[Vector] = [
    ("6404.1", None, "format"),
    ("6402.9", None, "format"),
    ("901.11", None, "format"),
    ("0901.11", "090111", None),
    ("42022200", "42022200", None),
    ("4202.22.00", "42022200", None),
    ("420222", "420222", None),
    ("4202220000", "4202220000", None),
    ("4202220000999", "4202220000999", None),
    ("90111", "090111", "leading_zero_restored"),
    ("901110000", "0901110000", "leading_zero_restored"),
    ("901", None, "format"),
    ("770100", None, "format"),
    ("990100", None, "format"),
    ("001234", None, "format"),
    ("42022", "042022", "leading_zero_restored"),
    (None, None, None),
]
INDUSTRIES: list[Vector] = [
    ("C1821", "1821", None),
    ("1821", "1821", None),
    ("Z1821", None, "format"),
    ("C", None, "format"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), PATENTS)
def test_a_patent_number_is_its_digits(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_patent_no(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), TRADEMARKS)
def test_a_trademark_number_is_bare(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_trademark_no(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), RECORDALS)
def test_a_recordal_number_has_letter_year_and_serial(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_customs_recordal_no(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "register", "value", "reason"), RIGHTS)
def test_the_number_of_a_right_is_written_as_in_its_register(
    raw: str | None, register: str | None, value: str | None, reason: str | None
) -> None:
    assert clean_right_no(raw, register) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), DECLARATIONS)
def test_a_declaration_number_has_18_characters(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_customs_declaration_no(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), GOODS)
def test_a_goods_code_has_a_real_chapter(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_hs_code(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), INDUSTRIES)
def test_an_industry_code_is_its_digits(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_industry_code(raw) == (value, reason)


@pytest.mark.parametrize(
    ("raw", "value", "reason"), [("第25类", 25, None), ("5", 5, None), ("05", 5, None), ("46", None, "format")]
)
def test_a_nice_class_is_1_to_45(raw: str, value: int | None, reason: str | None) -> None:
    assert clean_nice_class(raw) == (value, reason)
