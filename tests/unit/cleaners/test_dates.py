"""Dates and moments: DOMAIN 3.4 and defects D03 to D06."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from transforms.normalise.cleaners.dates import (
    clean_date,
    clean_date_precision,
    clean_day_or_period,
    clean_period,
    clean_timestamp,
)

DAY = date(2024, 7, 30)
DATES: list[tuple[str | None, date | None, str | None]] = [
    ("2024-07-30", DAY, None),
    ("2024/7/30", DAY, None),
    ("2024.07.30", DAY, None),
    ("20240730", DAY, None),
    ("２０２４年７月３０日", DAY, None),
    ("二〇二四年七月三十日", DAY, None),
    ("45503", DAY, None),
    ("45503.75", DAY, None),
    ("2024-07-30 10:22:01", DAY, None),
    ("2024/7/30 0:00", DAY, None),
    ("20240730102201", DAY, None),
    ("2024年07月30号", DAY, None),
    ("'2024-07-30", DAY, None),
    ("\t2024-07-30 ", DAY, None),
    ("2024-07-29T16:00:00Z", DAY, None),
    ("二○二四年十二月三十一日", date(2024, 12, 31), None),
    ("二零二四年十月二十日", date(2024, 10, 20), None),
    ("二O二四年十月廿三日", date(2024, 10, 23), None),
    ("二〇二四年〇七月〇三日", date(2024, 7, 3), None),
    ("2024-02-29", date(2024, 2, 29), None),
    ("2099-12-31", None, "placeholder"),
    ("20991231", None, "placeholder"),
    ("2099年12月31日", None, "placeholder"),
    ("73050", None, "placeholder"),
    ("2099-12-30", date(2099, 12, 30), None),
    ("45503.999999", DAY, None),
    ("2024-02-30", None, "impossible_date"),
    ("2023-02-29", None, "impossible_date"),
    ("20241301", None, "impossible_date"),
    ("二〇二四年七月三十亿日", None, "impossible_date"),
    ("2025622日", None, "unparseable"),
    ("2022427日", None, "unparseable"),
    ("〔202257", None, "unparseable"),
    ("2024-07", None, "unparseable"),
    ("2024-**-**", None, "masked"),
    ("2024年××月××日", None, "masked"),
    ("24-07-30", None, "unparseable"),
    ("30/07/2024", None, "unparseable"),
    ("2024-7/30", None, "unparseable"),
    ("2024年7月30", None, "unparseable"),
    ("二千零二十四年七月三十日", None, "unparseable"),
    ("2024-07-30 25:00", None, "unparseable"),
    ("12345", None, "unparseable"),
    ("90000", None, "unparseable"),
    ("4.55E+04", None, "scientific_notation"),
    ("1899-12-31", None, "out_of_range"),
    ("9999-12-31", None, "placeholder"),
    ("9999-12-30", None, "out_of_range"),
    ("80000", None, "out_of_range"),
    ("无", None, "placeholder"),
    ("—", None, "placeholder"),
    ("", None, None),
    (" ", None, None),
    (None, None, None),
]
MOMENTS: list[tuple[str | None, datetime | None, str | None]] = [
    ("2024-07-30T10:22:01+08:00", datetime(2024, 7, 30, 2, 22, 1, tzinfo=UTC), None),
    ("2011-01-27T17:36:15-07:00", datetime(2011, 1, 28, 0, 36, 15, tzinfo=UTC), None),
    ("2024-07-30T02:22:01Z", datetime(2024, 7, 30, 2, 22, 1, tzinfo=UTC), None),
    ("2024-07-30 10:22:01", datetime(2024, 7, 30, 2, 22, 1, tzinfo=UTC), None),
    ("2024-07-30 10:22", datetime(2024, 7, 30, 2, 22, tzinfo=UTC), None),
    ("2024-07-30 10:22:01.123456789", datetime(2024, 7, 30, 2, 22, 1, 123456, tzinfo=UTC), None),
    ("20240730102201", datetime(2024, 7, 30, 2, 22, 1, tzinfo=UTC), None),
    ("45503.999999", datetime(2024, 7, 30, 15, 59, 59, tzinfo=UTC), None),
    ("2099-12-31 00:00:00", None, "placeholder"),
    ("45503.5", datetime(2024, 7, 30, 4, tzinfo=UTC), None),
    ("2024-07-30", datetime(2024, 7, 29, 16, tzinfo=UTC), "date_only"),
    ("1988-07-01 12:00:00", datetime(1988, 7, 1, 3, tzinfo=UTC), None),
    ("2024-02-30T00:00:00Z", None, "impossible_date"),
    ("2024-07-30T24:00:00Z", None, "unparseable"),
    ("2024-07-30T10:00:00+99:00", None, "unparseable"),
    ("昨天", None, "unparseable"),
    ("/", None, "placeholder"),
    (None, None, None),
]


@pytest.mark.parametrize(("raw", "value", "reason"), DATES)
def test_a_date_is_read_or_refused_never_guessed(raw: str | None, value: date | None, reason: str | None) -> None:
    assert clean_date(raw) == (value, reason)


@pytest.mark.parametrize(("raw", "value", "reason"), MOMENTS)
def test_a_moment_is_given_in_utc(raw: str | None, value: datetime | None, reason: str | None) -> None:
    assert clean_timestamp(raw) == (value, reason)


@pytest.mark.parametrize(
    ("raw", "epoch", "zone", "value"),
    [
        ("1767225600000", "ms", "Asia/Shanghai", date(2026, 1, 1)),
        ("1767196800000", "ms", "Asia/Shanghai", date(2026, 1, 1)),
        ("1767196800000", "ms", "UTC", date(2025, 12, 31)),
        ("1767225600", "s", "Asia/Shanghai", date(2026, 1, 1)),
        ("1767225600.25", "s", "Asia/Shanghai", date(2026, 1, 1)),
        ("１７６７２２５６００", "s", "Asia/Shanghai", date(2026, 1, 1)),
        ("-631152000", "s", "UTC", date(1950, 1, 1)),
        ("631123200000", "ms", "Asia/Shanghai", date(1990, 1, 1)),
        ("2026-01-01", "ms", "Asia/Shanghai", date(2026, 1, 1)),
        ("20260101", "ms", "Asia/Shanghai", date(2026, 1, 1)),
        ("46023", "ms", "Asia/Shanghai", date(2026, 1, 1)),
    ],
)
def test_a_count_from_1970_is_the_day_that_it_was_in_the_zone(raw: str, epoch: str, zone: str, value: date) -> None:
    assert clean_date(raw, epoch=epoch, zone=zone) == (value, None)
    assert clean_timestamp(raw, epoch=epoch, zone=zone).value is not None


@pytest.mark.parametrize(
    ("raw", "epoch", "reason"),
    [
        ("1767225600000", "", "unparseable"),
        ("1767225600", "", "unparseable"),
        ("1767225600000", "s", "unparseable"),
        ("1767225600", "ms", "unparseable"),
        ("0", "ms", "unparseable"),
        ("4102444800001", "ms", None),
        ("9999999999999", "ms", "out_of_range"),
        ("1.76723E+12", "ms", "scientific_notation"),
    ],
)
def test_a_number_that_is_no_count_of_the_column_is_refused(raw: str, epoch: str, reason: str | None) -> None:
    assert clean_date(raw, epoch=epoch).reason == reason
    assert clean_timestamp(raw, epoch=epoch).reason == reason


def test_a_count_is_a_moment_of_its_own_whatever_the_zone() -> None:
    moment = datetime(2026, 1, 1, 1, 2, 3, 456000, tzinfo=UTC)
    for zone in ("UTC", "Asia/Shanghai"):
        assert clean_timestamp("1767229323456", epoch="ms", zone=zone) == (moment, None)


def test_the_spreadsheet_date_system_is_a_parameter() -> None:
    assert clean_date("44041", base="1904").value == DAY


def test_a_moment_without_offset_is_local_to_the_zone_of_the_column() -> None:
    assert clean_timestamp("2024-07-30 10:00:00", zone="UTC").value == datetime(2024, 7, 30, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "value", "reason"),
    [
        *((raw, "2026", None) for raw in ("2026", "2026年", "2026年度", "２０２６")),
        *((raw, "2026H1", None) for raw in ("2026年上半年", "2026上半年")),
        ("2026年下半年", "2026H2", None),
        *((raw, "2026Q3", None) for raw in ("2026Q3", "2026-q3", "2026年第三季度", "2026年3季度", "2026年三季度")),
        *((raw, None, "unparseable") for raw in ("2026Q5", "2026年5季度", "26年", "去年", "2025-2026", "2026年3月")),
        ("/", None, "placeholder"),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_period_is_a_year_a_half_or_a_quarter(raw: str | None, value: str | None, reason: str | None) -> None:
    assert (clean_period(raw).value, clean_period(raw).reason) == (value, reason)


@pytest.mark.parametrize(
    ("raw", "day", "precision", "reason"),
    [
        ("2026-03-09", date(2026, 3, 9), None, None),
        ("46090", date(2026, 3, 9), None, None),
        ("2026年3月", date(2026, 3, 1), "MONTH", None),
        ("２０２６年０３月份", date(2026, 3, 1), "MONTH", None),
        ("二〇二六年十二月", date(2026, 12, 1), "MONTH", None),
        ("2026-03", date(2026, 3, 1), "MONTH", None),
        ("2026/11", date(2026, 11, 1), "MONTH", None),
        ("2026年", date(2026, 1, 1), "YEAR", None),
        ("二○二六年", date(2026, 1, 1), "YEAR", None),
        ("2099年12月", None, None, "placeholder"),
        ("9999年", None, None, "placeholder"),
        ("1026年", None, None, "out_of_range"),
        ("2026-13", None, None, "impossible_date"),
        ("2026年0月", None, None, "impossible_date"),
        ("2026-02-30", None, None, "impossible_date"),
        ("2026.10", None, None, "unparseable"),
        ("202603", None, None, "unparseable"),
        ("2026", None, None, "unparseable"),
        ("2026年3月上旬", None, None, "unparseable"),
        ("2026年3月至5月", None, None, "unparseable"),
        ("3月", None, None, "unparseable"),
        ("2026-**-**", None, None, "masked"),
        ("无", None, None, "placeholder"),
        (None, None, None, None),
    ],
)
def test_a_month_or_a_year_in_place_of_a_day_begins_on_its_first_and_says_so(
    raw: str | None, day: date | None, precision: str | None, reason: str | None
) -> None:
    assert clean_day_or_period(raw) == (day, reason)
    assert clean_date_precision(raw) == (precision, None)
    assert precision is None or clean_date(raw).value is None
