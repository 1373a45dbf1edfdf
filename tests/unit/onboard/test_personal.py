"""Nothing that looks personal is shown as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.onboard.personal import has_personal_number, is_personal_column, looks_like_a_name, shape


@pytest.mark.parametrize(
    "value",
    [
        *(
            "11010519491231002X",
            "110105 19491231 002X",
            "证件：１１０１０５１９４９１２３１００２Ｘ",
            "110105491231002",
        ),
        *("330106********1234", "440524188001010014", "13800000000", "138 0000 0000"),
        *("0571-88880000", "someone@sample.example", "6222000000000000000"),
    ],
)
def test_numbers_and_addresses_of_persons_are_noticed(value: str) -> None:
    assert has_personal_number(value)


@pytest.mark.parametrize(
    "value", ["No.11010519491231002X", "13800000000.0", "110105194912310021.00", "1.电话13800000000"]
)
def test_a_point_hides_no_number_of_a_person(value: str) -> None:
    assert has_personal_number(value)


@pytest.mark.parametrize(
    "value", ["6.900000000000001", "0.13800000000000001", "-1.1102230246251565e-16", "６.900000000000001 万元"]
)
def test_a_fraction_that_a_program_writes_is_nobodys_number(value: str) -> None:
    assert not has_personal_number(value)


@pytest.mark.parametrize("value", ["2026-05-11", "20260511120000", "46447", "苏示市监处罚〔2026〕12号", "T2022-136490"])
def test_dates_and_case_numbers_are_not_personal(value: str) -> None:
    assert not has_personal_number(value)


def test_names_of_persons_are_told_from_terms_by_their_surname() -> None:
    assert all(map(looks_like_a_name, ("王示例", "张某某", "韦某兰", "田**", "欧阳·示例")))
    assert not any(map(looks_like_a_name, ("警告", "罚款", "万元", "万 元", "示例市执法机关", "法人及非法人组织")))


def test_a_column_is_personal_by_its_label_by_one_number_or_by_half_of_its_names() -> None:
    assert is_personal_column("联系电话", [])
    assert is_personal_column("其他", ["无", "电话13800000000"])
    assert is_personal_column("经办", ["王示例", "李示例", "甲"])
    assert not is_personal_column("网格", ["G1", "G2"])


@given(st.text(alphabet=st.characters(categories=["Nd", "Lu", "Ll"])))
def test_a_shape_holds_no_digit_but_nine_and_no_letter_but_a(value: str) -> None:
    kept = {c for c in shape(value) if c.isascii() and c.isalnum()}
    assert kept <= set("9Aa0123456789characters") if "…" in shape(value) else kept <= set("9Aa")


def test_a_shape_tells_what_a_value_is_made_of() -> None:
    assert shape("苏A１23某") == "汉A999汉"
    assert shape("汉" * 40) == "汉" * 24 + "… (40 characters)"
