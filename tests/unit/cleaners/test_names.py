"""Names for matching, operators of shops, authorities before and after 2018: defects D08, D12, D16, D17, D25."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise.cleaners.names import (
    clean_agency_name,
    clean_agency_successor,
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
AGENCIES: list[tuple[str, str, str, bool]] = [
    ("杭州市西湖区市监局", "杭州市西湖区市场监督管理局", "杭州市西湖区市场监督管理局", False),
    ("杭州市工商局西湖分局", "杭州市工商行政管理局西湖分局", "杭州市市场监督管理局西湖分局", True),
    ("义乌市质监局", "义乌市质量技术监督局", "义乌市市场监督管理局", True),
    ("浙江省食药监局", "浙江省食品药品监督管理局", "浙江省市场监督管理局", True),
    ("国家工商总局", "国家工商行政管理总局", "国家市场监督管理总局", True),
    ("杭州市公安局", "杭州市公安局", "杭州市公安局", False),
    ("国家市场监管总局", "国家市场监督管理总局", "国家市场监督管理总局", False),
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


@pytest.mark.parametrize(("raw", "then", "today", "is_renamed"), AGENCIES)
def test_d16_an_authority_leads_to_its_successor(raw: str, then: str, today: str, is_renamed: bool) -> None:
    assert clean_agency_name(raw) == (then, None)
    assert clean_agency_successor(raw) == (today, "renamed_agency" if is_renamed else None)
    assert clean_agency_successor(today) == (today, None)


def test_d16_every_predecessor_has_an_end_and_leads_to_no_predecessor() -> None:
    rows = read_vocabulary("agency_predecessor")
    assert not {row["successor"] for row in rows} & {row["predecessor"] for row in rows}
    assert all(row["valid_to"] and row["source"] for row in rows)


def test_d16_a_reform_is_written_down_when_it_has_happened_and_no_sooner() -> None:
    """What an authority is called today is then what the reforms made of it (dim_agency)."""
    assert max(row["valid_to"] for row in read_vocabulary("agency_predecessor")) <= datetime.now(UTC).date().isoformat()


def test_a_body_has_a_name_that_no_other_body_has() -> None:
    names = [row["name_zh"] for row in read_vocabulary("body")]
    assert sorted(set(names)) == sorted(names)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=20))
def test_only_characters_that_are_variants_alone_are_simplified(name: str) -> None:
    norm = clean_name_norm(f"{name}商行")
    again = clean_name_norm(str(norm.value)) if norm.value is not None else norm
    assert again.value == norm.value
