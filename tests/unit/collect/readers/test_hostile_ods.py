"""Hostile OpenDocument spreadsheets are refused, with a remedy; what is empty and repeated costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.collect.readers.contents import rows_of
from tests.unit.collect.readers.files import raw_ods
from transforms.errors import DeliveryRefused


def row(*cells: str, times: int | str = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def cell(text: str = "", times: int | str = 1, said: str = "") -> str:
    held = text and f"<text:p>{text}</text:p>"
    return f'<table:table-cell table:number-columns-repeated="{times}" {said}>{held}</table:table-cell>'


def tables(*rows: str) -> str:
    """Return rows of tables that take turns, so that each is begun anew."""
    return "".join(f'</table:table><table:table table:name="{n % 2}">{one}' for n, one in enumerate(rows))


HEAD = row(cell("文号"))
SPACES = f"<table:table-row a='{' ' * 10_000}'/>"
BLANKS = '<text:s text:c="{}"/>'
MERGED = row(cell("1", said='table:number-rows-spanned="1000000"')) + row(times=999_999)

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "ods bomb": (lambda: raw_ods(HEAD + SPACES * 8_000), "unpacks to more than"),
    "ods bomb of two tables": (lambda: raw_ods(tables(HEAD, HEAD + SPACES * 8_000)), "unpacks to more than"),
    "ods bomb beside the table": (
        lambda: raw_ods(HEAD, ("META-INF/manifest.xml", f"<m>{SPACES * 8_000}</m>".replace("table:", "").encode())),
        "bytes of markup",
    ),
    "filled rows, a thousand times each": (
        lambda: raw_ods(HEAD + row(cell("1"), times=1_000) * 100_000),
        "unpacks to more than",
    ),
    "wide rows, a thousand times each": (
        lambda: raw_ods(HEAD + row(cell("1", 1_000), times=1_000) * 100_000),
        "unpacks to more than",
    ),
    "filled row a million times": (lambda: raw_ods(HEAD + row(cell("1"), times=1_000_000)), "repeated more than"),
    "filled cell a million times": (lambda: raw_ods(HEAD + row(cell("1", 1_000_000))), "repeated more than"),
    "cell behind a million empty ones": (lambda: raw_ods(HEAD + row(cell(times=1_000_000), cell("1"))), "columns"),
    "merged cells of tables that do not end": (lambda: raw_ods(HEAD + tables(*[MERGED] * 1_000)), "unpacks to more"),
    "blanks without end": (lambda: raw_ods(HEAD + row(cell(BLANKS.format(999_999_999)))), "a cell holds 999,999,999"),
    "blanks of many parts": (lambda: raw_ods(HEAD + row(cell(BLANKS.format(9_999) * 999))), "a cell holds 9,989,001"),
    "long cell that is repeated": (lambda: raw_ods(HEAD + row(cell("x" * 999_999, 9))), "a row holds 8,999,991"),
} | {
    f"repeated {times[:5]} times": (lambda times=times: raw_ods(HEAD + row(cell("1"), times=times)), "is no number")
    for times in ("0", "-1", "1e6", "²", "9" * 5_000)
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_spreadsheet_is_refused_with_a_remedy(name: str) -> None:
    content, said = REFUSED[name]
    with pytest.raises(DeliveryRefused, match=said) as refusal:
        rows_of(content())
    assert refusal.value.remedy


def test_empty_rows_and_cells_cost_nothing_however_often_they_are_repeated() -> None:
    empty = row(cell(times=999_999_999), cell(times=999_999_999), times=999_999_999)
    assert rows_of(raw_ods(HEAD + empty * 10_000 + row(cell("1")) + empty)) == [["文号"], ["1"]]


def test_filled_rows_and_cells_that_are_repeated_are_each_made() -> None:
    content = HEAD + row(cell("1", 1_000), times=1_000)
    assert rows_of(raw_ods(content)) == [["文号"], *[["1"] * 1_000] * 1_000]
