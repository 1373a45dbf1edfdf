"""No value of a file is lost, doubled or put into another row on its way through a reader."""

from __future__ import annotations

import io

import openpyxl
import pytest
import xlwt

from infra.bench.memory import peak_rss
from tests.unit.collect.readers.contents import records_of, rows_of
from tests.unit.collect.readers.files import raw_ods, raw_xlsx, saved, sheet_xml
from transforms.errors import DeliveryRefused

CELL = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
COVERED = "<table:covered-table-cell/>"


def ods_row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def test_a_merged_cell_of_an_open_document_ends_within_repeated_rows() -> None:
    merged = ods_row(CELL.format(' table:number-rows-spanned="4"', "甲"), CELL.format("", "1"))
    content = merged + ods_row(COVERED, CELL.format("", "2"), times=3) + ods_row("<table:table-cell/>")
    content += ods_row("<table:table-cell/>", CELL.format("", "3"))
    assert rows_of(raw_ods(content)) == [["甲", "1"], ["甲", "2"], ["甲", "2"], ["甲", "2"], ["", "3"]]


def test_a_merged_cell_of_an_open_document_reaches_no_further_than_it_says_into_empty_rows() -> None:
    content = ods_row(CELL.format(' table:number-rows-spanned="3"', "甲")) + ods_row(COVERED, times=1_000_000)
    assert rows_of(raw_ods(content)) == [["甲"]] * 3


def test_a_cell_may_be_merged_over_thousands_of_rows() -> None:
    merged = ods_row(CELL.format(' table:number-rows-spanned="3000"', "甲"), CELL.format("", "0"))
    content = merged + "".join(ods_row(COVERED, CELL.format("", str(n))) for n in range(1, 3_000))
    assert rows_of(raw_ods(content)) == [["甲", str(n)] for n in range(3_000)]


@pytest.mark.parametrize("count", ["x", "-1", "²", "1048577", "999999999"])
def test_blanks_of_an_open_document_are_counted_before_they_are_made(count: str) -> None:
    blanks = f'<text:s text:c="{count}"/>' * 100
    with pytest.raises(DeliveryRefused):
        rows_of(raw_ods(ods_row(f"<table:table-cell><text:p>a{blanks}</text:p></table:table-cell>")))


def test_one_long_text_in_every_cell_of_a_row_takes_no_memory() -> None:
    cells = '<c t="s"><v>0</v></c>' * 900
    strings = f"<sst><si><t>{'长' * 1_000_000}</t></si></sst>"
    content = raw_xlsx(sheet_xml(f"<row>{cells}</row>"), ("xl/sharedStrings.xml", strings.encode()), strings=True)
    before = peak_rss()
    with pytest.raises(DeliveryRefused, match="a row holds"):
        rows_of(content)
    assert peak_rss() - before < 128 * 2**20


def test_a_cell_in_the_last_corner_of_an_old_workbook_makes_no_others() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "甲")
    sheet.write(65_535, 255, "乙")
    sheet.write_merge(1, 3, 0, 0, "丙")
    file = io.BytesIO()
    book.save(file)
    before = peak_rss()
    assert rows_of(file.getvalue()) == [["甲"], ["丙"], ["丙"], ["丙"], [""] * 255 + ["乙"]]
    assert peak_rss() - before < 64 * 2**20


@pytest.mark.parametrize("stored", ["inf", "nan", "1e999"])
def test_what_is_no_number_of_a_workbook_stays_as_it_is_stored(stored: str) -> None:
    assert rows_of(raw_xlsx(sheet_xml(f"<row><c><v>{stored}</v></c></row>"))) == [[stored]]


@pytest.mark.parametrize(
    "content",
    [
        '{"文号": "1", "文号": "2"}\n',
        '[{"文号": "1", "文号": "2"}]',
        '{"a": {"b": "1", "b": "2"}}\n',
        '{"a.b": "1", "a": {"b": "2"}}\n',
        '[{"a": {"b": "1"}, "a.b": "2"}]',
    ],
)
def test_a_record_that_names_a_label_twice_is_refused(content: str) -> None:
    with pytest.raises(DeliveryRefused, match="twice"):
        records_of(content.encode())


@pytest.mark.parametrize("content", ['[{"文号": "\\ud800"}]', '{"文号": "\\ud800"}\n', '{"a": ["\\uDC00"]}\n'])
def test_half_of_a_character_is_refused(content: str) -> None:
    with pytest.raises(DeliveryRefused):
        records_of(content.encode())


def test_a_whole_character_that_is_escaped_in_halves_is_read() -> None:
    assert records_of(b'{"a": "\\ud83d\\ude00"}\n') == [{"a": "😀"}]


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("<事实>某日<br/>查获</事实>", {"事实": "某日\n查获"}),
        ("<事实>某<b>甲</b>日</事实>", {"事实": "某甲日"}),
        ("<事实>某日<br/></事实>", {"事实": "某日\n"}),
        ("<事实>某日<br/>查获</事实><事实>二</事实>", {"事实": "某日\n查获\n二"}),
        ("前<a>1</a>后", {"a": "1", "#text": "前后"}),
    ],
)
def test_marks_within_a_text_lose_nothing_of_it(element: str, expected: dict[str, str]) -> None:
    assert records_of(f"<l><r>{element}</r></l>".encode()) == [expected]


def test_a_merged_cell_of_a_workbook_ends_where_it_says() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["甲", 1], [None, 2], [None, 3]):
        book.active.append(row)
    book.active.merge_cells("A1:A2")
    assert rows_of(saved(book)) == [["甲", "1"], ["甲", "2"], ["", "3"]]


@pytest.mark.parametrize("before", [0, 65_500, 65_510, 65_520, 65_525, 131_060])
def test_halves_of_characters_are_told_from_pairs_wherever_a_block_ends(before: int) -> None:
    text = "x" * before + "\\ud83d\\ude00" * 20 + "\\\\ud800"
    assert records_of(f'[{{"a": "{text}"}}]'.encode()) == [{"a": "x" * before + "😀" * 20 + "\\ud800"}]
    with pytest.raises(DeliveryRefused, match="half of a character"):
        records_of(f'[{{"a": "{text}\\ud800"}}]'.encode())


@pytest.mark.parametrize("content", ['[{"p": [{"n": "甲", "x": 1.50}]}]', '{"p": [{"n": "甲", "x": 1.50}]}\n'])
def test_fractions_within_lists_of_objects_are_told_as_written(content: str) -> None:
    assert records_of(content.encode()) == [{"p": '[{"n": "甲", "x": "1.50"}]'}]
