"""The raw half of a golden pair: made-up records written as the body would write them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from transforms.collect.arrays import MARK

if TYPE_CHECKING:
    from infra.onboard.sample import Sample

Row = Mapping[str, str | list[str]]


def raw_half(sample: Sample, rows: Sequence[Row], *, is_pushed: bool) -> tuple[str, str]:
    """Return the name of the raw file and its text: a table as CSV, records as JSON or XML, messages as JSON lines."""
    path = sample.options.path
    if sample.header_row and not is_pushed:
        return "raw.csv", _as_csv(rows)
    rows = [_nested(row) for row in rows]
    if is_pushed:
        return "raw.jsonl", _as_lines(rows)
    if sample.format == "xml":
        return "raw.xml", _as_xml(rows, path or ("records", "record"))
    objects = [_within(row) for row in rows]
    return ("raw.json", _as_document(objects, path)) if path else ("raw.jsonl", _as_lines(objects))


def _nested(row: Row) -> dict[str, Any]:
    """Return a record whose arrays hold their elements as objects."""
    nested: dict[str, Any] = {}
    for label, value in row.items():
        array, mark, way = label.rpartition(MARK)
        if not mark:
            nested[label] = value
            continue
        elements = nested.setdefault(array, [{} for _ in value])
        for element, one in zip(elements, value, strict=True):
            element[way] = one
    return nested


def _within(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record whose dotted labels are objects in objects; one that is a value and an object stays as it is."""
    found: dict[str, Any] = {}
    for label, value in record.items():
        *way, last = label.split(".")
        place: Any = found
        for name in way:
            place = place.setdefault(name, {}) if isinstance(place, dict) else None
        inner = [_within(one) for one in value] if isinstance(value, list) else value
        if isinstance(place, dict) and last not in place:
            place[last] = inner
        else:
            found[label] = inner
    return found


def _as_csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _as_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _as_document(rows: Sequence[Mapping[str, Any]], path: Sequence[str]) -> str:
    document: Any = list(rows)
    for name in reversed(path):
        document = {name: document}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _as_xml(rows: Sequence[Mapping[str, Any]], path: Sequence[str]) -> str:
    root = ET.Element(path[0])
    above = root
    for name in path[1:-1]:
        above = ET.SubElement(above, name)
    for row in rows:
        record = ET.SubElement(above, path[-1])
        for label, value in row.items():
            if isinstance(value, list):
                _put_elements(record, label.split("."), value)
            else:
                _put(record, label.split("."), value)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _put_elements(element: ET.Element, way: Sequence[str], elements: Sequence[Mapping[str, str]]) -> None:
    """Write an array at the end of a dotted way: an element that repeats."""
    for name in way[:-1]:
        found = element.find(name)
        element = ET.SubElement(element, name) if found is None else found
    for one in elements:
        made = ET.SubElement(element, way[-1])
        for label, value in one.items():
            _put(made, label.split("."), value)


def _put(element: ET.Element, way: Sequence[str], value: str) -> None:
    """Write a value at the end of a dotted way: an element, its text beside others, or an attribute."""
    for name in way[:-1]:
        found = element.find(name)
        element = ET.SubElement(element, name) if found is None else found
    if way[-1].startswith("@"):
        element.set(way[-1][1:], value)
    elif way[-1] == "#text":
        element.text = value
    else:
        found = element.find(way[-1])
        (ET.SubElement(element, way[-1]) if found is None else found).text = value
