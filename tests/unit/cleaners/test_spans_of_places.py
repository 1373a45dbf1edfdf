"""Spans of places in a legal basis: 第一项至第三项 is one, 第三项至第六十条 is none and told."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.normalise.cleaners.legal_basis import clean_legal_basis

Vector = tuple[str, list[str], str | None]
SPANS: list[Vector] = [
    ("《商标法》第五十九条至第六十条第二款", ["TML/2019/59", "TML/2019/60/2"], None),
    ("《商标法》第57条到第58条、第60条", ["TML/2019/57", "TML/2019/58", "TML/2019/60"], None),
    ("《商标法》第五十七条第一项至第二项", ["TML/2019/57//1", "TML/2019/57//2"], None),
    ("《商标法》第57条第1～3项", ["TML/2019/57//1", "TML/2019/57//2", "TML/2019/57//3"], None),
    ("《商标法》第六十条第一款及第二款", ["TML/2019/60/1", "TML/2019/60/2"], None),
    ("《商标法》第五十七条第三项至第六十条", ["TML/2019/57//3", "TML/2019/60"], "some_unparseable"),
    ("《商标法》第六十条第一款第一项至第二款", ["TML/2019/60/1/1", "TML/2019/60/2"], "some_unparseable"),
    ("《商标法》第五十七条至《商标法实施条例》第七十五条", ["TML/2019/57", "TMR/2014/75"], "some_unparseable"),
    ("《商标法》第一条至第六十条", ["TML/2019/1", "TML/2019/60"], "some_unparseable"),
    ("《商标法》第六十条至第五十七条", ["TML/2019/60"], "some_unparseable"),
    ("《商标法》第57条第1.3项", ["TML/2019/57"], "some_unparseable"),
    ("刑法第二百一十八条至第二百一十九条之一", ["CRL//218", "CRL//219", "CRL//219-1"], None),
    ("刑法第二百一十九条至第二百一十九条之一", ["CRL//219", "CRL//219-1"], None),
    ("刑法第二百一十九条之一至第二百二十条", ["CRL//219-1", "CRL//220"], "some_unparseable"),
]


@pytest.mark.parametrize(("raw", "value", "reason"), SPANS)
def test_a_span_is_of_one_kind_and_what_it_leaves_open_is_told(raw: str, value: list[str], reason: str | None) -> None:
    assert clean_legal_basis(raw, on=date(2026, 12, 31)) == (value, reason)
