"""Free text and names: defects D08, D11, D15, D17, D19, D25."""

from __future__ import annotations

import pytest

from transforms.normalise.cleaners.text import clean_parted, clean_party_count, clean_party_name, clean_text

Vector = tuple[str | None, str | None, str | None]
TEXTS: list[Vector] = [
    ("当事人销售侵权商品。", "当事人销售侵权商品。", None),
    ("第一行_x000D_\n第二行", "第一行\n第二行", None),
    ("第一行<br/>第二行<BR>第三行", "第一行\n第二行\n第三行", None),
    ("<p>第一段</p><p style='a=b'>第二段</p>", "第一段\n第二段", None),
    ("罚款&nbsp;&nbsp;2000&nbsp;元", "罚款 2000 元", None),
    ("A&amp;nbsp;B", "A B", None),
    ("\u200b商\ufeff标\u00ad", "商标", None),
    ("a\x00b", "ab", None),
    ("'商标侵权", "商标侵权", None),
    ("\t商标\u3000侵权 ", "商标 侵权", None),
    ("x<y 且 y>z", "x<y 且 y>z", None),
    ("① ５㎏", "① ５㎏", None),
    ("\ue123某", "\ue123某", "private_use_characters"),
    *((raw, None, "placeholder") for raw in ("无", "—", "―", "-", "/", "不详", "未载明", "暂无", "N/A", "NULL")),
    *((raw, None, "placeholder") for raw in ("0", "空", "待补充", "×××", " 无 ", "——", "n/a", "***")),
    ("", None, None),
    ("&nbsp;", None, None),
    (None, None, None),
]
NAMES: list[Vector] = [
    ("德荣堂医药(深圳)有限公司", "德荣堂医药（深圳）有限公司", None),
    ("德荣堂医药（深圳）有限公司", "德荣堂医药（深圳）有限公司", None),
    ("APPLE（CHINA） LTD", "APPLE(CHINA) LTD", None),
    ("深圳市 某某 有限公司", "深圳市某某有限公司", None),
    ("ＡＢＣ贸易有限公司", "ABC贸易有限公司", None),
    ("阿依•古丽", "阿依·古丽", None),
    ("某有限公司<br>", "某有限公司", None),
    ("田**", "田**", None),
    ("韦某兰", "韦某兰", None),
    ("甲公司、乙公司等3人", "甲公司、乙公司", "more_parties"),
    ("甲公司、乙公司", "甲公司、乙公司", "several_parties"),
    ("某商行；某店", "某商行；某店", "several_parties"),
    ("杭州甲有限公司，杭州乙有限公司", "杭州甲有限公司，杭州乙有限公司", "several_parties"),
    ("杭州和平有限公司及宁波和美商行", "杭州和平有限公司及宁波和美商行", "several_parties"),
    ("杭州和平有限公司，西湖分公司", "杭州和平有限公司，西湖分公司", None),
    ("普及书店", "普及书店", None),
    ("张三 李四", "张三 李四", "several_parties"),
    ("张三　李小四\n王五", "张三 李小四 王五", "several_parties"),
    ("杭州青禾鞋业有限公司 杭州乙贸易有限公司", "杭州青禾鞋业有限公司、杭州乙贸易有限公司", "several_parties"),
    ("杭州青禾鞋业有限公司\t杭州乙贸易有限公司", "杭州青禾鞋业有限公司、杭州乙贸易有限公司", "several_parties"),
    ("杭州青禾鞋业有限公司　杭州乙贸易商行", "杭州青禾鞋业有限公司、杭州乙贸易商行", "several_parties"),
    ("杭州青禾有限公司 杭州乙有限公司 王五", "杭州青禾有限公司、杭州乙有限公司、王五", "several_parties"),
    *(
        (f"杭州甲有限公司{mark}杭州乙有限公司", f"杭州甲有限公司{mark}杭州乙有限公司", "several_parties")
        for mark in "&＆+＋|｜"
    ),
    ("杭州青禾鞋业有限公司杭州乙贸易有限责任公司", "杭州青禾鞋业有限公司杭州乙贸易有限责任公司", "several_parties"),
    ("杭州青禾股份有限公司西湖乙有限公司分公司", "杭州青禾股份有限公司西湖乙有限公司分公司", None),
    ("杭州青禾有限公司（原杭州乙有限公司）", "杭州青禾有限公司（原杭州乙有限公司）", None),
    ("杭州有限公司有限公司", "杭州有限公司有限公司", None),
    ("杭州青禾有限公司 西湖分公司", "杭州青禾有限公司西湖分公司", None),
    ("青禾电器商行 王五", "青禾电器商行王五", None),
    ("甲&乙有限公司", "甲&乙有限公司", None),
    ("张三，李四，王五", "张三，李四，王五", "several_parties"),
    ("张三和李四", "张三和李四", "several_parties"),
    ("张和平 李四", "张和平 李四", "several_parties"),
    ("张和平", "张和平", None),
    ("欧阳 建国", "欧阳建国", None),
    ("老王 烧烤", "老王烧烤", None),
    ("张 三", "张三", None),
    ("甲公司\n乙公司", "甲公司、乙公司", "several_parties"),
    ("杭州示例\n有限公司", "杭州示例有限公司", None),
    ("某店（张某、李某）", "某店（张某、李某）", None),
    ("某店，经营者：张某", "某店，经营者：张某", None),
    ("A CO., LTD", "A CO., LTD", None),
    ("等三家单位", "等三家单位", None),
    ("等3人", None, "party_count"),
    ("×××", None, "placeholder"),
    (None, None, None),
]


@pytest.mark.parametrize(("raw", "value", "reason"), TEXTS)
def test_text_is_what_a_reader_sees(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_text(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), NAMES)
def test_a_name_is_one_line_with_one_kind_of_bracket(raw: str | None, value: str | None, reason: str | None) -> None:
    assert clean_party_name(raw) == (value, reason)


@pytest.mark.parametrize(("times", "is_parted"), [(2, True), (400, False)])
def test_a_page_in_the_place_of_a_name_is_several_and_is_not_parted(times: int, *, is_parted: bool) -> None:
    page = "和".join(["杭州甲有限公司"] * times)
    assert clean_party_name(page) == (page, "several_parties")
    assert ("、" in str(clean_parted(clean_party_name, page).value)) == is_parted


@pytest.mark.parametrize(
    ("raw", "count", "reason"),
    [
        ("青禾公司等5人", 5, None),
        ("甲公司、乙公司 等 ３ 名", 3, None),
        ("张某某等十二户", 12, None),
        ("青禾公司等三家", 3, None),
        ("等3人", 3, None),
        ("青禾公司", None, None),
        ("青禾公司等", None, None),
        ("青禾公司等人", None, None),
        ("等级评定中心", None, None),
        ("青禾公司等百百人", None, "unparseable"),
        ("青禾公司等0人", None, "out_of_range"),
        ("青禾公司等999999999999999999999人", None, "out_of_range"),
        ("无", None, None),
        (None, None, None),
    ],
)
def test_how_many_parties_a_name_says_is_kept(raw: str | None, count: int | None, reason: str | None) -> None:
    assert clean_party_count(raw) == (count, reason)
