"""Versions of a contract that make another record key of a record."""

from __future__ import annotations

from dataclasses import replace

from schemas.versions import key_of, other_keys, versions


def test_versions_that_agree_with_one_another_are_told_from_those_that_do_not() -> None:
    assert other_keys(versions("pro_zj_prosecutions")) == {"3": ["2", "1"], "2": ["3"], "1": ["3"]}
    assert other_keys(versions("customs_recordals")) == {}
    assert other_keys(versions("gacc_requests")) == {}


def test_another_cleaner_of_the_key_makes_another_key_and_another_label_does_not() -> None:
    newest = versions("amr_sd_penalties")[0]
    fields = [f for f in newest.fields if f.name == newest.key[0]]
    relabelled = tuple(replace(f, label="号") if f in fields else f for f in newest.fields)
    recleaned = tuple(replace(f, cleaner="text") if f in fields else f for f in newest.fields)
    assert key_of(replace(newest, fields=relabelled)) == key_of(newest)
    assert key_of(replace(newest, fields=recleaned)) != key_of(newest)
