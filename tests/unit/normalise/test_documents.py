"""Texts that no source may push are quarantined one by one, and the others beside them are read."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hostile import CONTRACT, HOSTILE, nested, notice
from tests.support.normalised import normalise_values
from transforms.normalise.documents import read_documents
from transforms.too_large import LARGEST

SOUND_TEXTS = {
    "sound": notice(),
    "what looks like a label": notice(title='"noticeId": "other", "noticeId" : "other"'),
    "what looks like NUL": notice(title="\\u0000"),
    "brackets": notice(title="[" * 500),
    "99 deep": nested(99),
    "object in an object": notice(detail={"noticeId": "other"}),
    "large": notice(listingUrl="x" * (LARGEST - 2_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_quarantined_and_those_beside_it_are_read(name: str) -> None:
    text, rule = HOSTILE[name]
    staged = normalise_values(CONTRACT, [notice(), text, notice(sequence=2)])
    assert staged.records["is_quarantined"].to_pylist() == [False, True, False]
    (found,) = staged.rules.to_pylist()
    assert (found["rule"], bool(found["expectation"]), bool(found["remedy"])) == (rule, True, True)


def test_nothing_at_all_is_quarantined() -> None:
    assert read_documents([None], is_pushed=True).unread == ["not_json"]


@pytest.mark.parametrize("name", SOUND_TEXTS)
def test_a_text_that_is_only_odd_is_read(name: str) -> None:
    staged = normalise_values(CONTRACT, [SOUND_TEXTS[name]])
    assert staged.records["is_quarantined"].to_pylist() == [False], staged.rules.to_pylist()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('a":\\ {}[]n\n', max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a":b', max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text('a":b', max_size=3), _VALUES, max_size=4), st.data())
def test_a_label_that_stands_twice_is_found_and_no_other(value: dict[str, object], data: st.DataObject) -> None:
    space = data.draw(st.sampled_from(["", " ", "\n\t"]))
    text = json.dumps(value, separators=(f"{space},", f"{space}:{space}"), ensure_ascii=data.draw(st.booleans()))
    read = read_documents([text], is_pushed=True)
    assert (read.objects, read.unread) == ([value], [None])
    if value:
        again = json.dumps(data.draw(st.sampled_from(sorted(value))), ensure_ascii=data.draw(st.booleans()))
        twice = f"{text[:-1]},{again}{space}:1}}"
        assert read_documents([twice], is_pushed=True).unread == ["named_twice"]


def test_what_collect_sent_is_read_as_it_was_written() -> None:
    texts = [orjson.dumps({"a": ["x"] * 200}).decode(), orjson.dumps({"a": ["[" * 200]}).decode()]
    assert read_documents(texts, is_pushed=False).unread == [None, None]
