"""The defects of DOMAIN 3.3 that stand in one cell, each with its example.

The others are tested where their rule is, by tests that are named for them: D01, D02 and D28 are decoding, D13 is the
reading of tables, D20 to D22 are admission, D07 and D23 to D27 also checks.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from transforms.normalise.cleaners.registry import cleaner

TESTS = Path(__file__).parents[2]
_TEST = re.compile("^def (test_[a-z0-9_]+)", re.MULTILINE)
_NUMBER = re.compile("_d([0-9]{2})(?=_)")
DAY = date(2024, 7, 30)
Defect = tuple[str, str, str, object, str | None]
DEFECTS: list[Defect] = [
    ("D03", "date", "２０２４年７月３０日", DAY, None),
    ("D03", "patent_no", "ＺＬ２００９２０１８２４７３．２", "200920182473.2", None),
    ("D03", "amount", "３，５００．００", Decimal("3500.00"), None),
    ("D04", "date", "45503", DAY, None),
    ("D04", "date(base=1904)", "44041", DAY, None),
    ("D05", "date", "二〇二四年七月三十日", DAY, None),
    ("D05", "date", "二○二四年七月三十日", DAY, None),
    ("D05", "date", "二零二四年七月三十日", DAY, None),
    ("D05", "date", "二O二四年七月三十日", DAY, None),
    ("D06", "date", "2025622日", None, "unparseable"),
    ("D06", "date", "2022427日", None, "unparseable"),
    ("D06", "doc_no", "市监执罚〔202257", None, "damaged"),
    ("D07", "amount", "3,500.00", Decimal("3500.00"), None),
    ("D07", "amount(unit=万元)", "0.2", Decimal("2000.00"), None),
    ("D07", "amount(unit=万元)", "2000元", Decimal("2000.00"), None),
    ("D07", "amount", "贰万叁仟元整", Decimal("23000.00"), None),
    ("D08", "list(of=party_name)", "甲公司、乙公司；丙", ["甲公司", "乙公司", "丙"], None),
    ("D08", "list(of=party_name)", "甲公司（北京、上海）、乙公司", ["甲公司（北京、上海）", "乙公司"], None),
    *(
        ("D08", f"{form}(of=party_name)", raw, value, None)
        for form in ("list", "parts")
        for raw, value in (
            ("LEVI STRAUSS & CO., LTD.；NIKE, INC.", ["LEVI STRAUSS & CO., LTD.", "NIKE, INC."]),
            ("A / B", ["A / B"]),
            ("NIKE, INC.；张三 李四 ", ["NIKE, INC.", "张三", "李四"]),
        )
    ),
    ("D08", "list(of=party_name)", "甲公司、乙公司等3人", ["甲公司", "乙公司"], "more_parties"),
    ("D07", "amount", "0.2萬元", Decimal("2000.00"), None),
    ("D07", "amount", "貳萬叁仟圓整", Decimal("23000.00"), None),
    ("D08", "party_name", "甲公司、乙公司", "甲公司、乙公司", "several_parties"),
    ("D08", "list(of=party_name)", "等3人", None, "party_count"),
    ("D08", "parts(of=party_name)", "1、甲书店；2、乙书店", ["甲书店", "乙书店"], None),
    ("D08", "parts(of=party_name)", "（1）甲书店（2）乙书店", ["甲书店", "乙书店"], None),
    ("D08", "parts(of=party_name)", "一、甲书店\n二、乙书店", ["甲书店", "乙书店"], None),
    ("D08", "parts(of=party_name)", "①甲书店，②乙书店", ["甲书店", "乙书店"], None),
    ("D08", "parts(of=party_name)", "1、甲书店、乙书店；2、丙书店", ["甲书店", "乙书店", "丙书店"], None),
    ("D08", "parts(of=party_name)", "1. 甲书店", ["甲书店"], None),
    ("D08", "parts(of=party_name)", "甲书店；2、乙书店", ["甲书店", None, "乙书店"], "some_format"),
    ("D08", "parts(of=party_name)", "杭州甲乙公司 杭州丙丁公司；戊", ["杭州甲乙公司", "杭州丙丁公司", "戊"], None),
    ("D08", "parts(of=party_name)", "杭州甲有限公司&杭州乙有限公司", ["杭州甲有限公司", "杭州乙有限公司"], None),
    ("D08", "parts(of=party_name)", "张三 李四", ["张三", "李四"], None),
    ("D08", "parts(of=party_name)", "张三和李四；王五", ["张三", "李四", "王五"], None),
    ("D08", "parts(of=party_name)", "杭州甲有限公司 西湖分公司", ["杭州甲有限公司西湖分公司"], None),
    ("D08", "party_name", "1、甲书店", "甲书店", None),
    ("D08", "party_name", "1、甲书店；2、乙书店", "1、甲书店；2、乙书店", "several_parties"),
    ("D08", "party_name", "138", None, "format"),
    ("D08", "party_name", "360公司", "360公司", None),
    ("D08", "list(of=trademark_no)", "1、3333018；2、3333019", ["3333018", "3333019"], None),
    ("D08", "list(of=trademark_no)", "3,333,018", None, "format"),
    ("D08", "list(of=trademark_no)", "3333018,3333019", ["3333018", "3333019"], None),
    ("D08", "list(of=nice_class)", "1、2、35", [1, 2, 35], None),
    ("D08", "list(of=nice_class)", "1、25", [1, 25], None),
    ("D08", "list(of=code(vocabulary=sanction_type))", "1.罚款2.没收违法所得", ["FINE", "CONF_GAIN"], None),
    ("D08", "list(of=party_name)", "甲公司/乙公司", ["甲公司", "乙公司"], None),
    ("D08", "list(of=party_name)", "甲公司（杭州） ／ 乙公司", ["甲公司（杭州）", "乙公司"], None),
    ("D08", "list(of=party_name)", "某某A/S公司、/", ["某某A/S公司"], None),
    ("D08", "party_name", "张三/李四", "张三/李四", "several_parties"),
    ("D08", "party_name", "某某A/S公司", "某某A/S公司", None),
    ("D08", "list(of=code(vocabulary=sanction_type))", "罚款/没收违法所得", ["FINE", "CONF_GAIN"], None),
    ("D09", "parts(of=uscc)", "91110000600037341L/", None, "length"),
    ("D09", "parts(of=uscc)", "91110000600037341L/91110000600037341L", ["91110000600037341L"] * 2, None),
    ("D09", "parts(of=party_name)", "甲公司//乙公司", ["甲公司//乙公司"], None),
    ("D10", "list(of=customs_recordal_no)", "T2020-99731/T2016-45490", ["T2020-99731", "T2016-45490"], None),
    ("D10", "list(of=date)", "2024/07/30、2024/7/31", [DAY, date(2024, 7, 31)], None),
    ("D09", "parts(of=party_name)", "甲公司、乙公司；丙", ["甲公司", "乙公司", "丙"], None),
    ("D09", "parts(of=uscc)", "91110000600037341L、/", ["91110000600037341L", None], None),
    (
        "D10",
        "list(of=customs_recordal_no)",
        "T2020-99731、T2016-45490、T2023-151552",
        ["T2020-99731", "T2016-45490", "T2023-151552"],
        None,
    ),
    *(
        ("D11", "text", raw, None, "placeholder")
        for raw in ("无", "—", "―", "-", "/", "不详", "未载明", "暂无", "N/A", "NULL", "0", "空", "待补充", "×××")
    ),
    # What programs write for nothing.
    *(
        ("D11", cleaner, raw, None, "placeholder")
        for cleaner in ("text", "party_name", "identifier", "uscc", "date", "amount")
        for raw in (r"\N", r"\n", "None", "nan", "NaN", "NaT", "undefined", "(null)", "#N/A", "#VALUE!", "#DIV/0!")
    ),
    # In capitals they are marks, as that of a baby food.
    ("D11", "text", "NAN", "NAN", None),
    ("D11", "text", "null)", "null)", None),
    ("D11", "org_code", "00000000-0", None, "placeholder"),
    ("D11", "uscc", "00000000000000000X", None, "placeholder"),
    ("D11", "amount", "0", Decimal("0.00"), None),
    *(
        ("D12", logic, raw, None, "masked")
        for logic, raw in (
            ("uscc", "92341722MA***"),
            ("org_code", "6000****1"),
            ("resident_id", "430*************92"),
            ("resident_id", "34*****0"),
            ("resident_id", "342922199**"),
            ("patent_no", "ZL2009****2473.2"),
            ("trademark_no", "33**018"),
            ("customs_recordal_no", "T2023-15****"),
            ("customs_declaration_no", "3104202401****6789"),
            ("doc_no", "浏市监处罚〔2025〕4**号"),
            ("court_case_no", "(2024)浙01民终×××号"),
            ("court_case_no", "(××××)京××民终××号"),
            ("police_no", "杭西公(经)立字〔2024〕**号"),
            ("pros_no", "杭西检刑诉〔2024〕××号"),
            ("identifier", "34***"),
            ("region", "3301**"),
            ("hs_code", "4202****"),
            ("name_norm", "田**"),
            ("name_norm", "韦某兰"),
        )
    ),
    ("D12", "party_name", "韦某兰", "韦某兰", None),
    ("D14", "resident_id", "9.2341E+17", None, "scientific_notation"),
    ("D14", "identifier", "9.2341E+17", None, "scientific_notation"),
    ("D14", "resident_id", "110105194912310000", None, "check_digit_failed"),
    ("D15", "resident_id", "'11010519491231002X", "11010519491231002X", None),
    ("D15", "uscc", "\t91110000600037341L", "91110000600037341L", None),
    ("D16", "agency_successor", "杭州市工商局西湖分局", "杭州市市场监督管理局西湖分局", "renamed_agency"),
    ("D16", "agency_successor", "义乌市质监局", "义乌市市场监督管理局", "renamed_agency"),
    ("D16", "agency_successor", "浙江省食药监局", "浙江省市场监督管理局", "renamed_agency"),
    ("D17", "party_name", "德荣堂医药(深圳)有限公司", "德荣堂医药（深圳）有限公司", None),
    ("D17", "name_norm", "德榮堂醫藥(深圳)有限責任公司", "德荣堂医药（深圳）有限公司", None),
    ("D17", "doc_no", "粵市監處罰〔2026〕1號", "粤市监处罚〔2026〕1号", None),
    ("D17", "doc_no", "乾市监处罚〔2026〕1号", "乾市监处罚〔2026〕1号", None),
    ("D17", "court_case_no", "（2021）最高法知民終2270號", "(2021)最高法知民终2270号", None),
    ("D17", "ip_right_type", "《中華人民共和國商標法》第五十七條第三項", "TM", None),
    ("D17", "code(vocabulary=sanction_type)", "罰款", "FINE", None),
    ("D17", "trade_name", "海棠服装店（张某）", "海棠服装店", None),
    ("D17", "operator_name", "海棠服装店（张某）", "张某", None),
    *(
        ("D18", "doc_no", f"浏市监处罚{opened}2025{closed} 0439号", "浏市监处罚〔2025〕439号", None)
        for opened, closed in ("〔〕", "﹝﹞", "【】", "[]", "［］", "（）")
    ),
    ("D19", "text", "第一行_x000D_\n第二行&nbsp;<br>第三行", "第一行\n第二行\n第三行", None),
    ("D25", "party_name", "\ue123某商行", "\ue123某商行", "private_use_characters"),
    ("D25", "name_norm", "\ue123记商行", "\ue123记商行", "private_use_characters"),
    ("D27", "legal_basis", "《刑法》第二百一十三条“有下列行为之一的，依照第九条处罚”", ["CRL//213"], None),
]


@pytest.mark.parametrize(
    ("logic", "raw", "value", "reason"), [pytest.param(*row[1:], id=f"{row[0]}-{row[1]}-{row[2]}") for row in DEFECTS]
)
def test_a_defect_has_its_rule(logic: str, raw: str, value: object, reason: str | None) -> None:
    assert cleaner(logic).plain(raw) == (value, reason)


def test_every_defect_has_a_test() -> None:
    of_one_cell = {int(row[0][1:]) for row in DEFECTS}
    names = [name for path in TESTS.rglob("test_*.py") for name in _TEST.findall(path.read_text("utf-8"))]
    elsewhere = {int(number) for name in names for number in _NUMBER.findall(name)}
    assert of_one_cell | elsewhere == set(range(1, 29))
