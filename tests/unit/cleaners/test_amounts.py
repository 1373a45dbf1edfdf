"""Amounts and whole numbers: DOMAIN 3.4 and defects D07, D14."""

from __future__ import annotations

from decimal import Decimal

import pytest

from transforms.normalise.cleaners.amount import clean_amount, clean_integer, clean_number, clean_quantity
from transforms.normalise.cleaners.numerals import read_numeral
from transforms.normalise.cleaners.said import clean_said_amount

AMOUNTS: list[tuple[str | None, str, str | None, str | None]] = [
    ("3500元", "元", "3500.00", None),
    ("0.2", "万元", "2000.00", None),
    ("0.35万元", "元", "3500.00", None),
    ("人民币3,500.00元", "万元", "3500.00", None),
    ("贰万叁仟元整", "元", "23000.00", None),
    ("壹拾万零伍佰元整", "元", "100500.00", None),
    ("一百二十三万元", "元", "1230000.00", None),
    ("1.2亿元", "元", "120000000.00", None),
    ("不详", "元", None, "placeholder"),
    ("3500", "元", "3500.00", None),
    ("３５００．５", "元", "3500.50", None),
    ("￥3,500.00", "元", "3500.00", None),
    ("82，225.00元", "元", "82225.00", None),
    (".15", "元", "0.15", None),
    ("0", "元", "0.00", None),
    ("零元", "元", "0.00", None),
    ("1 万元", "元", "10000.00", None),
    ("1.2万", "万元", "12000.00", None),
    ("一百二十三万", "万元", "1230000.00", None),
    ("3.472365", "万元", "34723.65", None),
    ("0.000015", "万元", "0.15", None),
    ("3元5角", "元", "3.50", None),
    ("5角", "元", "0.50", None),
    ("壹佰捌拾壹圆柒角", "元", "181.70", None),
    ("六十四万零一百四十三元一角七分", "元", "640143.17", None),
    ("肆佰叁拾萬圆整", "元", "4300000.00", None),
    ("一点二亿元", "元", "120000000.00", None),
    ("9999999999999999.99", "元", "9999999999999999.99", None),
    ("0.005", "元", "0.01", "rounded"),
    ("-0", "元", "0.00", None),
    ("-3500", "元", None, "negative"),
    ("(3,500.00)", "元", None, "negative"),
    ("负三百元", "元", None, "negative"),
    ("3.5E+3", "元", None, "scientific_notation"),
    ("1E+05", "元", None, "scientific_notation"),
    ("10000000000000000", "元", None, "overflow"),
    ("1000000000000", "万元", None, "overflow"),
    ("三千", "万元", None, "unit_ambiguous"),
    ("45564.44美元", "元", None, "foreign_currency"),
    ("$100", "元", None, "foreign_currency"),
    ("**元", "元", None, "masked"),
    ("3,50", "元", None, "unparseable"),
    ("3 500", "元", None, "unparseable"),
    ("1万-5万元", "元", None, "unparseable"),
    ("约3000元", "元", None, "unparseable"),
    ("一百二", "元", None, "unparseable"),
    ("十三万五", "元", None, "unparseable"),
    ("罚款", "元", None, "unparseable"),
    ("空", "元", None, "unparseable"),
    ("", "元", None, None),
    (None, "元", None, None),
]
INTEGERS: list[tuple[str | None, int | None, str | None]] = [
    ("12", 12, None),
    ("1,200", 1200, None),
    ("12.0", 12, None),
    ("１２", 12, None),
    ("十二", 12, None),
    ("-3", -3, None),
    ("负十二", -12, None),
    ("二〇〇二", None, "unparseable"),
    ("0", 0, None),
    ("12.5", None, "unparseable"),
    ("12件", None, "unparseable"),
    ("1.2E+5", None, "scientific_notation"),
    ("9223372036854775807", 2**63 - 1, None),
    ("9223372036854775808", None, "overflow"),
    ("-9223372036854775808", -(2**63), None),
    ("-9223372036854775809", None, "overflow"),
    ("9" * 40, None, "overflow"),
    ("*", None, "masked"),
    ("无", None, "placeholder"),
    (None, None, None),
]
NUMERALS: list[tuple[str, int | None]] = [
    ("零", 0),
    ("十", 10),
    ("一十一", 11),
    ("一百零一", 101),
    ("一百一十一", 111),
    ("一百十六", 116),
    ("一千零十", 1010),
    ("一千零一十一", 1011),
    ("一万零一百一十一", 10111),
    ("一千零一万零一", 10010001),
    ("一千零一亿一千零一万一千零一", 100110011001),
    ("一十亿零一", 1000000001),
    ("兩千六百", 2600),
    ("壹拾万零叁仟肆佰伍拾叁", 103453),
    ("一百二", None),
    ("十三万五", None),
    ("一一", None),
    ("零一", None),
    ("一万万", None),
    ("一亿亿", None),
    ("万", None),
    ("", None),
]


@pytest.mark.parametrize(("raw", "unit", "value", "reason"), AMOUNTS)
def test_an_amount_is_given_in_yuan(raw: str | None, unit: str, value: str | None, reason: str | None) -> None:
    amount, why = clean_amount(raw, unit=unit)
    assert (None if amount is None else str(amount), why) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), INTEGERS)
def test_an_integer_is_whole_and_fits_64_bits(raw: str | None, value: int | None, reason: str | None) -> None:
    assert clean_integer(raw) == (value, reason)


def test_a_cell_of_a_million_digits_is_an_overflow() -> None:
    digits = "9" * 1_000_000
    assert [clean_integer(digits), clean_integer(f"-{digits}")] == [(None, "overflow")] * 2
    assert [clean_amount(f"{digits}{unit}").reason for unit in ("", "亿元")] == ["overflow"] * 2


@pytest.mark.parametrize(("raw", "number"), NUMERALS)
def test_a_chinese_numeral_is_read_only_where_it_has_one_reading(raw: str, number: int | None) -> None:
    assert read_numeral(raw) == number


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("85.3%", "85.30", None),
        ("８５．３％", "85.30", None),
        ("1,203", "1203.00", None),
        ("-0.5", "-0.50", None),
        ("95.238", "95.24", "rounded"),
        ("1.2E+05", None, "scientific_notation"),
        ("12**", None, "masked"),
        ("/", None, "placeholder"),
        ("优秀", None, "unparseable"),
        ("8.1天", None, "unparseable"),
        ("99999999999999999", None, "overflow"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_number_has_two_places_and_no_unit(raw: str | None, value: str | None, reason: str | None) -> None:
    outcome = clean_number(raw)
    assert (None if outcome.value is None else str(outcome.value), outcome.reason) == (value, reason)


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("罚款3500元", "3500.00", None),
        ("警告；没收违法所得400元，并处罚款人民币叁仟伍佰元整", "3500.00", None),
        ("处2万元的罚款", "20000.00", None),
        ("罚款3500元，逾期每日加处罚款105元", None, "ambiguous"),
        ("罚款3500元（大写：罚款叁仟伍佰元）", "3500.00", None),
        ("没收违法所得400元", None, None),
        ("处五万元以下罚款", None, None),
        ("《某法》第六十条：“罚款3500元”", None, None),
        ("罚款", None, None),
        ("罚款人民币（大写）叁仟元整（￥3000.00）", "3000.00", None),
        ("罚款（人民币）：3000元", "3000.00", None),
        ("罚款为3000元", "3000.00", None),
        ("处以人民币叁仟元整的罚款", "3000.00", None),
        ("处以3000元（大写：叁仟元整）罚款", "3000.00", None),
        ("处违法经营额1.5倍罚款，计8000元", "8000.00", None),
        ("处违法经营额一倍的罚款，计人民币8000元", "8000.00", None),
        ("罚款50000元（大写：伍万元整）", "50000.00", None),
        ("罚款50000元（大写：伍仟元整）", None, "ambiguous"),
        ("处以3000元（大写：叁万元整）罚款", None, "ambiguous"),
        ("罚款50000元（其中已缴30000元）", "50000.00", None),
        ("(1)罚款2000元\n(2)没收侵权商品", "2000.00", None),
        ("处5000元(1)的罚款", "5000.00", None),
        ("罚款3000元（3000）", "3000.00", None),
        ("罚款，8000元", None, "unparseable"),
        ("罚没款共计8000元", None, "unparseable"),
        ("罚款、没收违法所得，合计8000元", None, None),
        ("罚款，5000元以下", None, None),
        ("罚款3万5千元", None, "unparseable"),
        ("罚款十三万五元", None, "unparseable"),
        ("罚款3000美元", None, "unparseable"),
        ("罚款叁仟", None, "unparseable"),
        ("罚款3000", None, "unparseable"),
        ("罚款金额为人民币约3000元", None, "unparseable"),
        ("处三万五元的罚款", None, "unparseable"),
        ("不予罚款5000元", None, None),
        ("免予罚款5000元", None, None),
        ("免予处以5000元罚款", None, None),
        ("撤销罚款5000元，改处罚款3000元", "3000.00", None),
        ("罚款5000元以上", None, None),
        ("罚款5000元以上1万元以下", None, None),
        ("罚款10000元至20000元", None, None),
        ("罚款1万元—2万元", None, None),
        ("罚款1万元～人民币贰万元", None, None),
        ("罚款10000元-20000", None, None),
        ("罚款20000元至中国农业银行缴纳", "20000.00", None),
        ("罚款人民币50000元到指定银行缴纳", "50000.00", None),
        ("罚款5000元-没收侵权商品", "5000.00", None),
        ("罚款5000元到15日内缴纳", "5000.00", None),
        ("罚款5000元到千岛湖支行缴纳", "5000.00", None),
        ("罚款5000元至二万", None, None),
        ("罚款5000元至2026-05-04", "5000.00", None),
        ("缴纳罚款.", None, None),
        ("罚款2次", None, None),
        ("罚款3.5", None, "unparseable"),
        ("罚款0元", None, None),
        ("依据《某法》第六十条第二款给予罚款的行政处罚", None, None),
        ("逾期不缴纳的，每日按罚款3%加处罚款", None, None),
        ("没收违法所得400元并处罚款", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_an_amount_is_taken_from_words_that_name_one(raw: str | None, value: str | None, reason: str | None) -> None:
    outcome = clean_said_amount(raw, "FINE")
    assert (None if outcome.value is None else f"{outcome.value:.2f}", outcome.reason) == (value, reason)


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("1200", "1200.00", None),
        ("1,200.5", "1200.50", None),
        ("三百", "300.00", None),
        ("0.125", "0.13", "rounded"),
        ("约100", None, "unparseable"),
        ("1200.5千克", None, "unparseable"),
        ("12%", None, "unparseable"),
        ("无", None, "placeholder"),
        ("99999999999999999999", None, "overflow"),
    ],
)
def test_a_quantity_is_whole_or_in_parts(raw: str, value: str | None, reason: str | None) -> None:
    assert clean_quantity(raw) == (None if value is None else Decimal(value), reason)


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        ("没收违法所得3000元", "3000.00", None),
        ("没收违法所得，计人民币3000元", "3000.00", None),
        ("没收全部违法所得3000元，罚款8000元", "3000.00", None),
        ("没收当事人违法所得3000元", "3000.00", None),
        ("违法所得3000元予以没收", "3000.00", None),
        ("违法所得3000元依法予以没收，并处罚款8000元", "3000.00", None),
        ("违法所得3000元不予没收", None, None),
        ("违法所得3000元，没收侵权商品", None, None),
        ("没收违法所得，处罚款8000元", None, None),
        ("没收侵权商品，违法所得3000元", None, None),
        ("当事人违法所得3000元 没收侵权商品 罚款5000元", None, None),
        ("违法所得3000元\n没收侵权商品", None, None),
        ("违法所得3000元没收侵权商品100件", None, None),
        ("违法所得3000元予以没收上缴国库", "3000.00", None),
        ("没收当事人的违法所得3000元", "3000.00", None),
        ("没收销售侵权商品的违法所得3000元", None, "unparseable"),
        ("违法所得3000元，依法予以没收", None, "unparseable"),
    ],
)
def test_gains_are_confiscated_in_whatever_order_the_words_stand(
    raw: str, value: str | None, reason: str | None
) -> None:
    outcome = clean_said_amount(raw, "CONF_GAIN")
    assert (None if outcome.value is None else f"{outcome.value:.2f}", outcome.reason) == (value, reason)
