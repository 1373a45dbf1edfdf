"""Names and numbers are masked as DOMAIN P06 asks, and both forms of every mask agree."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.masking import (
    distinguish,
    mask_id_inside,
    mask_id_outside,
    mask_id_outside_column,
    mask_name,
    mask_name_column,
)

TYPES = ("LEGAL", "SOLE", "PERSON", "FOREIGN_LEGAL", "FOREIGN_PERSON", "UNKNOWN", None)
PERSONS = st.text("张王李欧阳司马三四伟丽强店行·（）() 某甲、Aa1*", max_size=8)
SHOPS = st.builds("{}{}（{}）".format, PERSONS, st.sampled_from(["小吃店", "商行", "有限公司", ""]), PERSONS)
NAMES = st.none() | PERSONS | SHOPS | st.text(max_size=12)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张某"),
        ("张三丰", "张某某"),
        ("张 三", "张某"),
        ("欧阳锋", "欧阳某"),
        ("欧阳修远", "欧阳某某"),
        ("欧阳", "欧某"),
        ("阿凡提·买买提", "阿某"),
        ("买买提艾力江", "买某"),
        ("张三（男）", "张某"),
        ("张三、李四光", "张某、李某某"),
        ("张某某", "张某某"),
        ("张某甲", "张某甲"),
        ("张*丰", "张某"),
        ("**", "某某"),
        ("13800001234", "某某"),
        ("John Smith", "J"),
        ("约翰·史密斯", "约某"),
        ("张", "张某"),
    ],
)
def test_a_person_keeps_the_surname_only(name: str, masked: str) -> None:
    assert mask_name(name, "PERSON") == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("某店（张三）", "某店（张某）"),
        ("张三小吃店（张三）", "张某小吃店（张某）"),
        ("西湖区小吃店(经营者：张三丰)", "西湖区小吃店(经营者：张某某)"),
        ("西湖区小吃店 经营者：张三", "西湖区小吃店 经营者：张某"),
        ("张三（西湖区小吃店）", "张某（西湖区小吃店）"),
        ("西湖区小吃店（个体工商户）", "西湖区小吃店（个体工商户）"),
        ("西湖区小吃店", "西湖区小吃店"),
        ("张三", "张某"),
        ("张志行", "张某某"),
    ],
)
def test_a_sole_trader_keeps_the_shop_and_loses_the_operator(name: str, masked: str) -> None:
    assert mask_name(name, "SOLE") == masked


@pytest.mark.parametrize("name", ["杭州某贸易有限公司", "某（上海）有限公司", "教育局", "Acme GmbH", "A 公司、B 公司"])
def test_a_legal_person_is_shown(name: str) -> None:
    assert mask_name(name, "LEGAL") == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("甲市贸易有限公司（法定代表人：张三 110105********002X）", "甲市贸易有限公司（法定代表人：张某）"),
        ("甲市贸易有限公司，负责人李四", "甲市贸易有限公司，负责人李某"),
        ("北京负责人培训有限公司", "北京负责人培训有限公司"),
    ],
)
def test_who_heads_a_company_is_masked_in_its_name(name: str, shown: str) -> None:
    assert mask_name(name, "LEGAL") == mask_name(shown, "LEGAL") == shown
    assert mask_name_column(pa.array([name]), pa.array(["LEGAL"])).to_pylist() == [shown]


@pytest.mark.parametrize("party_type", ["LEGAL", "UNKNOWN", None, "", "no such type"])
def test_what_may_be_a_person_is_masked_whatever_its_type_says(party_type: str | None) -> None:
    assert mask_name("张三丰", party_type) == "张某某"


def test_an_unknown_party_is_shown_where_its_name_is_an_organisation_and_loses_the_person_in_brackets() -> None:
    assert mask_name("杭州某贸易有限公司", "UNKNOWN") == "杭州某贸易有限公司"
    assert mask_name("杭州某贸易有限公司（张三）", None) == "杭州某贸易有限公司（张某）"
    assert mask_name("张三（杭州某公司员工）", "UNKNOWN") == "张某（杭州某公司员工）"


@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, st.sampled_from(TYPES))))
def test_the_column_form_agrees_with_the_plain_form(rows: list[tuple[str | None, str | None]]) -> None:
    names, types = [row[0] for row in rows], [row[1] for row in rows]
    column = mask_name_column(pa.array(names, pa.string()), pa.array(types, pa.string()))
    assert column.to_pylist() == [mask_name(name, kind) for name, kind in rows]


@given(PERSONS, st.sampled_from(["PERSON", "FOREIGN_PERSON"]))
def test_masking_a_masked_person_changes_nothing(name: str, party_type: str) -> None:
    once = mask_name(name, party_type)
    assert mask_name(once, party_type) == once


@given(st.text("张王李欧阳三四伟丽强", min_size=2, max_size=4), st.sampled_from(["小吃店", "商行经营部"]))
def test_no_given_name_survives_anywhere_in_a_shop(person: str, form: str) -> None:
    assert person not in str(mask_name(f"{person}{form}（{person}）", "SOLE"))


def test_two_of_one_surname_in_a_case_become_jia_and_yi() -> None:
    names = ["张某", "李某某", "张某某", "某店（王某）", None, "张某"]
    assert distinguish(names, ["b", "c", "a", "d", "e", "b"]) == [
        "张某乙",
        "李某某",
        "张某甲",
        "某店（王某）",
        None,
        "张某乙",
    ]


def test_twelve_of_one_surname_are_all_told_apart() -> None:
    shown = distinguish(["欧阳某"] * 12, [f"{place:02}" for place in range(12)])
    assert len(set(shown)) == 12
    assert shown[0] == "欧阳某甲"
    assert shown[11] == "欧阳某12"


@pytest.mark.parametrize(
    ("number", "inside", "outside"),
    [
        ("110105188001010002", "110105********0002", "110*************02"),
        ("110105800101000", "110105******000", "110**********00"),
        ("E12345678", "E*******8", "E*******8"),
        ("12345", "*****", "*****"),
        (None, None, None),
    ],
)
def test_numbers_are_masked_to_their_widths(number: str | None, inside: str | None, outside: str | None) -> None:
    assert mask_id_inside(number) == inside
    assert mask_id_outside(number) == outside


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=20)))
def test_the_column_form_of_numbers_agrees(numbers: list[str | None]) -> None:
    assert mask_id_outside_column(pa.array(numbers, pa.string())).to_pylist() == [mask_id_outside(n) for n in numbers]


@pytest.mark.parametrize("party_type", [None, "SOLE", "UNKNOWN"])
def test_persons_in_a_group_of_names_are_masked_one_by_one(party_type: str | None) -> None:
    name = "杭州某某贸易有限公司、张三；义乌小店（李四、王五）"
    masked = mask_name(name, party_type)
    assert masked is not None
    assert masked.startswith("杭州某某贸易有限公司、张某；")
    assert not {"张三", "李四", "王五"} & {masked[i : i + 2] for i in range(len(masked))}
    column = mask_name_column(pa.array([name]), pa.array([party_type], pa.string()))
    assert column.to_pylist() == [masked]


@pytest.mark.parametrize(
    "name", ["Merck KGaA", "Levi Strauss & Co.", "LEGO A/S", "Chanel S.A.", "Philips B.V.", "adidas GmbH"]
)
def test_a_company_of_another_country_is_shown_where_its_form_says_so(name: str) -> None:
    assert mask_name(name, None) == name


@pytest.mark.parametrize("party_type", [None, "UNKNOWN", "SOLE"])
@pytest.mark.parametrize(
    "name", ["MARIA DE SA", "Maria de Sa", "Maria SA", "Kim Se", "Kim SE", "Rui SA", "Li AG", "Kim Co", "AG Cook"]
)
def test_a_name_that_only_looks_like_a_legal_form_is_masked(name: str, party_type: str | None) -> None:
    assert mask_name(name, party_type) == name[0]
