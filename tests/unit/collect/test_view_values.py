"""What a document in a database view says is read, and kept as it stands where nothing can be made of it."""

from __future__ import annotations

import pytest

from transforms.collect.view_values import json_of, value_text


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ('["a", 1.50, null]', "a\n1.50\n"),
        ('{"b": {"c": 1}}', '{"b": {"c": "1"}}'),
        ('"\\ud842\\udfb7"', "𠮷"),
        ("null", None),
        ("false", "false"),
    ],
)
def test_a_document_is_read(said: str, text: str | None) -> None:
    assert value_text(json_of(said)) == value_text(json_of(said.encode())) == text


@pytest.mark.parametrize(
    "said",
    [
        '{"a": 1, "a": 2}',
        '"\\ud800"',
        '["\\uD800"]',
        '{"\\udfb7": 1}',
        f"{'[' * 100_000}{']' * 100_000}",
        # As deep as PostgreSQL takes them.
        f"{'[' * 3_000}{']' * 3_000}",
        '{"a":' * 3_000 + "1" + "}" * 3_000,
    ],
)
def test_of_a_document_that_is_no_value_the_text_stays(said: str) -> None:
    assert value_text(json_of(said.encode())) == said
