"""What authorities are under, by the vocabularies as they stand."""

from __future__ import annotations

import pytest

from tests.integration.versioned.records import Line, id_of

ABOVE = {
    # Market regulation, whose predecessor was under the predecessor of the one above, in the region of its day.
    ("杭州市西湖区市监局", "杭州市西湖区市场监督管理局"): "杭州市市场监督管理局",
    ("庐江县工商局", "庐江县工商行政管理局"): "合肥市工商行政管理局",
    ("庐江县工商局", "庐江县市场监督管理局"): "合肥市市场监督管理局",
    ("巢湖市居巢区市场监督管理局", "巢湖市居巢区市场监督管理局"): "巢湖市市场监督管理局",
    ("北京市崇文区市场监督管理局", "北京市崇文区市场监督管理局"): "北京市市场监督管理局",
    ("重庆市市场监督管理局", "重庆市市场监督管理局"): "国家市场监督管理总局",
    ("恩施土家族苗族自治州市场监督管理局", "恩施土家族苗族自治州市场监督管理局"): "湖北省市场监督管理局",
    ("西湖区市场监督管理局", "西湖区市场监督管理局"): None,
    ("新疆生产建设兵团市场监督管理局", "新疆生产建设兵团市场监督管理局"): None,
    ("石河子市市场监督管理局", "石河子市市场监督管理局"): None,
    ("国家市场监督管理总局", "国家市场监督管理总局"): None,
    # Patents, police, procurators, courts, culture.
    ("江苏省知识产权局", "江苏省知识产权局"): "国家知识产权局",
    ("国家知识产权局", "国家知识产权局"): None,
    ("杭州市公安局", "杭州市公安局"): "浙江省公安厅",
    ("上海市浦东新区公安局", "上海市浦东新区公安局"): "上海市公安局",
    ("浙江省人民检察院", "浙江省人民检察院"): "最高人民检察院",
    ("浙江省杭州市西湖区人民法院", "浙江省杭州市西湖区人民法院"): "浙江省杭州市中级人民法院",
    ("浙江省杭州市中级人民法院", "浙江省杭州市中级人民法院"): "浙江省高级人民法院",
    ("北京市东城区人民法院", "北京市东城区人民法院"): None,
    ("柳州市鹿寨县文化市场综合行政执法大队", "柳州市鹿寨县文化市场综合行政执法大队"): "柳州市文化市场综合行政执法支队",
    ("柳州市文化市场综合行政执法支队", "柳州市文化市场综合行政执法支队"): None,
}
CUSTOMS = {
    "洋山海关": ("22", "上海海关"),
    "上海海关": ("22", "海关总署"),
    "港珠澳大桥海关": ("57", "拱北海关"),
    "北京海关": ("01", "海关总署"),
    "海关总署": (None, None),
    "不知名海关": (None, None),
}


@pytest.fixture(scope="module")
def line(empty: Line) -> Line:
    """Make a warehouse whose cases print these authorities."""
    admission = empty.admit()
    for name in {printed for printed, _ in ABOVE} | CUSTOMS.keys():
        empty.record(admission, name)
        empty.say("case", case_id=id_of(name), proceeding="PENALTY", agency_name=name)
    empty.release()
    return empty


def test_an_authority_is_under_the_one_of_the_region_around(line: Line) -> None:
    rows = line.read("select agency_name, name_zh, parent_name_zh from marts.dim_agency")
    found = {(printed, name): parent for printed, name, parent in rows}
    assert {place: found[place] for place in ABOVE} == ABOVE


def test_a_customs_office_is_of_a_district_and_under_its_head(line: Line) -> None:
    rows = line.read("select agency_name, customs_district, parent_name_zh from marts.dim_agency")
    found = {printed: (district, parent) for printed, district, parent in rows}
    assert {name: found[name] for name in CUSTOMS} == CUSTOMS
