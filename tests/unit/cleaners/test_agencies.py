"""Authorities in short and in full, before and after 2018: defect D16."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.normalise.cleaners import agencies
from transforms.normalise.cleaners.agencies import (
    clean_agency_key,
    clean_agency_name,
    clean_agency_successor,
    clean_authority,
)
from transforms.normalise.cleaners.cleaned import Cleaned
from transforms.normalise.cleaners.regions import region_names_since
from transforms.normalise.cleaners.vocabulary import read_vocabulary

AGENCIES: list[tuple[str, str, str, bool]] = [
    ("杭州市西湖区市监局", "杭州市西湖区市场监督管理局", "杭州市西湖区市场监督管理局", False),
    ("杭州市工商局西湖分局", "杭州市工商行政管理局西湖分局", "杭州市市场监督管理局西湖分局", True),
    ("杭州工商局西湖分局", "杭州工商行政管理局西湖分局", "杭州市市场监督管理局西湖分局", True),
    ("义乌市质监局", "义乌市质量技术监督局", "义乌市市场监督管理局", True),
    ("浙江省食药监局", "浙江省食品药品监督管理局", "浙江省市场监督管理局", True),
    ("国家工商总局", "国家工商行政管理总局", "国家市场监督管理总局", True),
    ("杭州市公安局", "杭州市公安局", "杭州市公安局", False),
    ("国家市场监管总局", "国家市场监督管理总局", "国家市场监督管理总局", False),
    ("宁波市知产局", "宁波市知识产权局", "宁波市知识产权局", False),
]
# 市 stands once where the name of a city ends with it and the short form begins with it.
SHARED: list[tuple[str, str]] = [
    ("杭州市监局", "杭州市市场监督管理局"),
    ("杭州市市监局", "杭州市市场监督管理局"),
    ("杭州市场监管局", "杭州市市场监督管理局"),
    ("杭州市监局西湖分局", "杭州市市场监督管理局西湖分局"),
    ("北京市监局", "北京市市场监督管理局"),
    ("浙江省市监局", "浙江省市场监督管理局"),
    ("浙江省义乌市监局", "浙江省义乌市市场监督管理局"),
    ("浙江省金华市义乌市场监管局", "浙江省金华市义乌市市场监督管理局"),
    ("湘西土家族苗族自治州市监局", "湘西土家族苗族自治州市场监督管理局"),
    ("津市市监局", "津市市市场监督管理局"),
    ("天津市监局", "天津市市场监督管理局"),
    ("宁国市监局", "宁国市市场监督管理局"),
    ("市监局", "市场监督管理局"),
]
# A district, a province or a city and its county: the name does not tell which.
UNDETERMINED = ["福田市监局", "浙江市监局", "吉林市监局", "朝阳市监局", "南昌市监局", "湘西州市监局", "莱芜市监局"]
UNDETERMINED += ["高新市监局", "西湖市场监管局", "浙江省福田市监局", "甲杭州市监局"]
# What was called so changed with the years, or differs from place to place.
UNDETERMINED += ["浙江省药监局", "杭州市文旅局", "杭州市质检局"]
SHORT_FORMS = [row["short_name"] for row in read_vocabulary("agency_short_name")]
FULL_NAMES = [row["name"] for row in read_vocabulary("agency_short_name")]
REGIONS = region_names_since("2014-01-01")
PLACES = st.one_of(st.sampled_from(sorted(REGIONS)), st.text("杭州市义乌区省福田津", max_size=5))


@pytest.mark.parametrize(("raw", "then", "today", "is_renamed"), AGENCIES)
def test_d16_an_authority_leads_to_its_successor(raw: str, then: str, today: str, is_renamed: bool) -> None:
    assert clean_agency_name(raw) == (then, None)
    assert clean_agency_successor(raw) == (today, "renamed_agency" if is_renamed else None)
    assert clean_agency_successor(today) == (today, None)


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("浙江省杭州市工商局", "杭州市市场监督管理局"),
        ("杭州市市场监管局", "杭州市市场监督管理局"),
        ("上海市浦东新区市场监督管理局", "浦东新区市场监督管理局"),
        ("上海市市场监督管理局", "上海市市场监督管理局"),
        ("浙江省文化市场综合行政执法总队", "浙江省文化市场综合行政执法总队"),
        ("中华人民共和国上海海关", "上海海关"),
        ("青島市 市南區市场监督管理局（知识产权局）", "青岛市市南区市场监督管理局（知识产权局）"),
        ("青岛市市南区市场监督管理局(知识产权局)", "青岛市市南区市场监督管理局（知识产权局）"),
    ],
)
def test_an_authority_is_compared_by_one_form_of_its_name(raw: str, key: str) -> None:
    assert clean_agency_key(raw) == (key, None)
    assert clean_agency_key(key) == (key, None)


@pytest.mark.parametrize(
    ("raw", "authority"),
    [
        ("山东省青岛市市南区工商局", "市南区市场监督管理局"),
        ("青島市 市南區市场监督管理局（知识产权局）", "市南区市场监督管理局（知识产权局）"),
        ("市南区市场监管局", "市南区市场监督管理局"),
        # It passed from one prefecture to the next, and is one all the time.
        ("资阳市简阳市公安局", "简阳市公安局"),
        ("成都市简阳市公安局", "简阳市公安局"),
        # Nanchang has a 西湖区 too, Xuzhou a 鼓楼区.
        ("浙江省杭州市西湖区市场监管局", "杭州市西湖区市场监督管理局"),
        ("南京市鼓楼区市场监管局", "南京市鼓楼区市场监督管理局"),
        # A prefecture of the name of a county, or of one that begins so (万县).
        ("朝阳地区朝阳市公安局", "朝阳地区朝阳市公安局"),
        ("万县地区万县市公安局", "万县地区万县市公安局"),
        # Two cities of one name, one after the other, with years between them.
        ("白城地区扶余市公安局", "白城地区扶余市公安局"),
        ("青岛市市场监督管理局", "青岛市市场监督管理局"),
    ],
)
def test_a_county_of_whose_name_there_is_no_other_needs_no_prefecture(raw: str, authority: str) -> None:
    assert clean_authority(raw) == (authority, None)
    assert clean_authority(authority) == (authority, None)


def test_two_regions_of_one_day_never_have_one_authority() -> None:
    prefectures = {row["region_code"]: row["name_zh"] for row in read_vocabulary("region")}
    found = defaultdict(set)
    for row in read_vocabulary("region"):
        above = prefectures.get(row["prefecture_code"], "") if row["prefecture_code"] != row["region_code"] else ""
        name = row["province_zh"] + above + row["name_zh"] if row["level"] != "PROVINCE" else row["name_zh"]
        found[clean_authority(f"{name}公安局").value].add(
            (row["valid_from"], row["valid_to"] or "9", row["region_code"])
        )
    pairs = [pair for regions in found.values() for pair in combinations(sorted(regions), 2)]
    assert len(pairs) > 1000
    assert [(one, two) for one, two in pairs if two[0] < one[1]] == []


@pytest.mark.parametrize("clean", [clean_agency_key, clean_authority])
def test_a_masked_authority_is_no_authority_that_is_known(clean: Callable[[str], Cleaned]) -> None:
    assert clean("某市监局") == (None, "masked")


@pytest.mark.parametrize(("raw", "name"), SHARED)
def test_a_city_and_the_short_form_behind_it_may_share_a_character(raw: str, name: str) -> None:
    assert clean_agency_name(raw) == (name, None)


@pytest.mark.parametrize("raw", UNDETERMINED)
def test_a_short_form_behind_a_place_that_could_be_another_is_kept(raw: str) -> None:
    assert clean_agency_name(raw) == (raw, None)
    assert clean_agency_successor(raw) == (raw, None)


def test_of_a_long_cell_no_more_is_compared_than_names_of_places_have(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Provinces(dict[str, tuple[str, ...]]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.append(len(name))
            return super().get(name, default)

    class Cities(frozenset[str]):
        def __contains__(self, name: object) -> bool:
            asked.append(len(str(name)))
            return super().__contains__(name)

    monkeypatch.setattr(agencies, "places_of_provinces", lambda: Provinces({"浙江省": ("杭州市",)}))
    monkeypatch.setattr(agencies, "_cities", lambda _: Cities(("杭州", "马鞍山")))
    assert clean_agency_key("甲" * 1_000 + "市监局") == ("甲" * 1_000 + "市监局", None)
    assert max(asked) == len("浙江省")


@given(PLACES, st.sampled_from(FULL_NAMES), st.sampled_from(["", "西湖分局", "综合执法队"]))
def test_a_full_name_stays_as_it_is(place: str, full: str, unit: str) -> None:
    assert clean_agency_name(place + full + unit) == (place + full + unit, None)


@given(PLACES, st.lists(st.sampled_from(SHORT_FORMS), max_size=2), st.sampled_from(["", "西湖分局", "市"]))
def test_writing_out_twice_is_writing_out_once(place: str, short_forms: list[str], unit: str) -> None:
    once = clean_agency_name("".join((place, *short_forms, unit))).value
    assert clean_agency_name(str(once or "")).value == once


def test_d16_every_predecessor_has_an_end_and_leads_to_no_predecessor() -> None:
    rows = read_vocabulary("agency_predecessor")
    assert not {row["successor"] for row in rows} & {row["predecessor"] for row in rows}
    assert all(row["valid_to"] and row["source"] for row in rows)


def test_d16_a_reform_is_written_down_when_it_has_happened_and_no_sooner() -> None:
    """What an authority is called today is then what the reforms made of it (dim_agency)."""
    assert max(row["valid_to"] for row in read_vocabulary("agency_predecessor")) <= datetime.now(UTC).date().isoformat()
