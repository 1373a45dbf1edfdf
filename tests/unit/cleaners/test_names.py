"""Names for matching, operators of shops: defects D08, D12, D17, D25."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise.cleaners.names import (
    clean_name_norm,
    clean_operator_name,
    clean_trade_name,
)
from transforms.normalise.cleaners.text import clean_party_name
from transforms.normalise.cleaners.vocabulary import read_vocabulary

Vector = tuple[str | None, str | None, str | None]
NORMS: list[Vector] = [
    ("德荣堂医药(深圳)有限公司", "德荣堂医药（深圳）有限公司", None),
    ("德荣堂医药（深圳）有限责任公司", "德荣堂医药（深圳）有限公司", None),
    ("臺灣積體電路製造股份有限公司", "台湾积体电路制造股份有限公司", None),
    ("義烏海棠服裝店", "义乌海棠服装店", None),
    ("ＡＢＣ 贸易有限公司", "ABC贸易有限公司", None),
    ("Apple (China) Ltd", "APPLE（CHINA）LTD", None),
    ("杭州青禾鞋业有限公", "杭州青禾鞋业有限公司", None),
    ("杭州青禾鞋业有限公可", "杭州青禾鞋业有限公司", None),
    ("杭州青禾鞋业有眼公司", "杭州青禾鞋业有限公司", None),
    ("䶮\ue123商行", "䶮\ue123商行", "private_use_characters"),
    ("韦某兰", None, "masked"),
    ("田**", None, "masked"),
    ("甲公司等3人", "甲公司", "more_parties"),
    ("等3人", None, "party_count"),
    ("无", None, "placeholder"),
    (None, None, None),
]
SHOPS: list[tuple[str, str, str | None]] = [
    ("义乌市海棠服装店（张某）", "义乌市海棠服装店", "张某"),
    ("义乌市海棠服装店(张晓明)", "义乌市海棠服装店", "张晓明"),
    ("某店（阿依·古丽）", "某店", "阿依·古丽"),
    ("海棠便利超市（经营者：张晓明）", "海棠便利超市", "张晓明"),
    ("海棠便利超市，经营者：张晓明", "海棠便利超市", "张晓明"),
    ("海棠便利店（城西店）", "海棠便利店（城西店）", None),
    ("青禾商行（个人独资）", "青禾商行（个人独资）", None),
    ("德荣堂医药（深圳）有限公司", "德荣堂医药（深圳）有限公司", None),
    ("张晓明", "张晓明", None),
]


@pytest.mark.parametrize(("raw", "value", "reason"), NORMS)
def test_d17_d25_a_name_has_one_form_for_matching(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_name_norm(raw) == (value, reason)


def test_the_name_that_is_shown_stays_as_it_is_written() -> None:
    assert clean_party_name("臺灣積體電路製造股份有限公司").value == "臺灣積體電路製造股份有限公司"


@pytest.mark.parametrize(("raw", "trade", "operator"), SHOPS)
def test_d17_a_shop_has_a_trade_name_and_an_operator(raw: str, trade: str, operator: str | None) -> None:
    assert clean_trade_name(raw).value == trade
    assert clean_operator_name(raw).value == operator


def test_a_body_has_a_name_that_no_other_body_has() -> None:
    names = [row["name_zh"] for row in read_vocabulary("body")]
    assert sorted(set(names)) == sorted(names)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20))
def test_only_characters_that_are_variants_alone_are_simplified(name: str) -> None:
    norm = clean_name_norm(f"{name}商行")
    again = clean_name_norm(str(norm.value)) if norm.value is not None else norm
    assert again.value == norm.value
