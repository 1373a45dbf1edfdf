"""JSON lines: flat texts by label, numbers as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.collect.builders import contract, field, silent
from transforms.collect.objects import ObjectRows, flat
from transforms.collect.readers.decode import detect
from transforms.collect.readers.json_lines import read_json_lines
from transforms.collect.vault import Loose
from transforms.errors import DeliveryRefused

MADE = contract(field("id", required=True), field("goods.value"), field("codes"), ignored=("goods.unit",))


def objects(folder: Path, content: str) -> ObjectRows:
    path = folder / "delivered.jsonl"
    path.write_text(content, "utf-8")
    loose = Loose(path)
    return ObjectRows(MADE, read_json_lines(loose, detect(loose.blocks)))


def test_a_record_is_flat_text(tmp_path: Path) -> None:
    record = (
        '{"id": 12345678901234567890, "goods": {"value": 0.10, "unit": "PIECE"}, "codes": ["a", 1, null], "new": 1}'
    )
    found = objects(tmp_path, record + "\n")
    checked = found.check(silent)
    assert checked.rows == 1
    assert [(f.kind, f.labels) for f in checked.findings] == [("unknown_column", ("new",))]
    assert list(found.values()) == [["a\n1\n", "0.10", "12345678901234567890"]]


ARRAYS = contract(field("id", required=True), field("p[].name"), field("p[].org.code"), ignored=("p[].phone",))


def test_an_array_is_lists_side_by_side_and_unknown_labels_in_it_are_told(tmp_path: Path) -> None:
    path = tmp_path / "delivered.jsonl"
    first = '{"id": "1", "p": [{"name": "a", "phone": "1", "age": 3}, {"org": {"code": "c"}}, null]}'
    path.write_text(f'{first}\n{{"id": "2", "p": {{"name": "b"}}}}\n{{"id": "3", "p": []}}\n', "utf-8")
    loose = Loose(path)
    found = ObjectRows(ARRAYS, read_json_lines(loose, detect(loose.blocks)))
    assert [(f.kind, f.labels) for f in found.check(silent).findings] == [("unknown_column", ("p[].age",))]
    assert list(found.values()) == [["1", ["a", None, None], [None, "c", None]], ["2", ["b"], None], ["3", None, None]]


def test_values_of_every_kind_are_told_apart() -> None:
    record = {"a": None, "b": False, "c": {"d": [], "e": [{"f": "1"}]}}
    assert flat(record) == {"a": None, "b": "false", "c.d": "", "c.e": '[{"f": "1"}]'}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"id": 1}\n{"id": \n', "line 2 is no JSON object"),
        ("[1]\n", "line 1 is no JSON object"),
        ('{"id": ' + "[" * 100_000 + "\n", "line 1 is no JSON object"),
        ('{"codes": "x"}\n', "no record has id"),
        ('{"id": 1, "ｉｄ": 2}\n', "names id twice"),
        ("".join(f'{{"id": 1, "c{n}": 1}}\n' for n in range(1001)), "more than 1,000 columns"),
    ],
)
def test_what_is_no_record_refuses_the_delivery(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(DeliveryRefused, match=said):
        objects(tmp_path, content).check(silent)
