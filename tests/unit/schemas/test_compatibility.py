"""What a new version of a contract may change, as an algebra: additive changes add up, breaking ones stay broken."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.compatibility import Promise, PromisedField, breaks, wrong_version
from schemas.contracts import SourceContract, sources

_names = st.sampled_from(["case_no", "doc_no", "title", "decided_on"])
_fields = st.builds(
    PromisedField,
    label=st.sampled_from(["文号", "名称"]),
    cleaner=st.sampled_from(["text", "legal_basis", "legal_basis(on=decided_on)"]),
    required=st.booleans(),
    classification=st.sampled_from(["PUBLIC", "PI_BASIC"]),
)
_promises = st.builds(
    Promise,
    version=st.just("1.0.0"),
    body_id=st.sampled_from(["amr_js", "amr_zj"]),
    mode=st.sampled_from(["snapshot", "incremental"]),
    key=st.sampled_from([("case_no",), ("case_no", "doc_no")]),
    source_time=st.none(),
    withdrawal=st.sampled_from([None, ("title", "void")]),
    fields=st.dictionaries(_names, _fields),
    claims=st.frozensets(st.sampled_from(["case", "decision", "party"])),
    numbered_by=st.sampled_from(["authority", "body"]),
)
_added = st.dictionaries(st.sampled_from(["goods", "facts"]), _fields.map(lambda f: replace(f, required=False)))


def _with(promise: Promise, fields: dict[str, PromisedField], claims: frozenset[str]) -> Promise:
    """Return the promise with more fields and claims, and with the first required field no longer required."""
    relaxed = {name: replace(field, required=False) for name, field in promise.fields.items()}
    return replace(promise, fields={**fields, **relaxed}, claims=promise.claims | claims)


@given(_promises)
def test_a_promise_breaks_nothing_of_itself(promise: Promise) -> None:
    assert breaks(promise, promise) == ()


@given(_promises, _promises, _promises)
def test_what_breaks_nothing_twice_breaks_nothing_over_both_steps(a: Promise, b: Promise, c: Promise) -> None:
    if not breaks(a, b) and not breaks(b, c):
        assert breaks(a, c) == ()


@given(_promises, _added, _added, st.frozensets(st.sampled_from(["case_event", "sanction"])))
def test_additions_break_nothing_however_many_follow_each_other(
    promise: Promise, first: dict[str, PromisedField], second: dict[str, PromisedField], claims: frozenset[str]
) -> None:
    once = _with(promise, first, claims)
    twice = _with(once, {name: f for name, f in second.items() if name not in once.fields}, frozenset({"decision"}))
    assert breaks(promise, once) == breaks(once, twice) == breaks(promise, twice) == ()


@given(_promises, _promises)
def test_what_differs_both_ways_without_breaking_is_the_same(a: Promise, b: Promise) -> None:
    if not breaks(a, b) and not breaks(b, a):
        assert a == b


@given(_promises)
def test_a_promise_survives_being_written_down(promise: Promise) -> None:
    assert Promise.from_dict(json.loads(json.dumps(promise.to_dict()))) == promise


_FIELD = PromisedField("文号", "doc_no", required=False, classification="PUBLIC")
_OLD = Promise("1.0.0", "amr_js", "snapshot", ("case_no",), None, None, {"case_no": _FIELD}, frozenset({"case"}))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (replace(_OLD, fields={}), "field case_no (文号) is gone"),
        (replace(_OLD, fields={"case_no": replace(_FIELD, label="编号")}), "label of field case_no was 文号, is 编号"),
        (replace(_OLD, fields={"case_no": replace(_FIELD, cleaner="text")}), "cleaner of field case_no was doc_no"),
        (replace(_OLD, fields={"case_no": replace(_FIELD, required=True)}), "field case_no became required"),
        (
            replace(_OLD, fields={"case_no": _FIELD, "title": replace(_FIELD, required=True)}),
            "field title is new and required",
        ),
        (replace(_OLD, key=("case_no", "title")), "key was ('case_no',), is ('case_no', 'title')"),
        (replace(_OLD, body_id="amr_zj"), "body_id was amr_js, is amr_zj"),
        (replace(_OLD, mode="incremental"), "mode was snapshot, is incremental"),
        (replace(_OLD, claims=frozenset()), "claim case is gone"),
    ],
)
def test_each_breaking_change_is_told(new: Promise, told: str) -> None:
    (found,) = breaks(_OLD, new)
    assert found.startswith(told)


@pytest.mark.parametrize(
    ("before", "after", "is_broken"),
    [
        ("legal_basis", "legal_basis(on=decided_on)", False),
        ("resident_id", "person_no(id_type=id_type)", False),
        ("person_no(id_type=id_type)", "resident_id", True),
        ("date(epoch=ms)", "day_or_period(epoch=ms)", False),
        ("date", "date_precision", True),
        ("day_or_period", "date", True),
        ("ip_case_type(body_kind=AMR)", "ip_case_type(body_kind=AMR, on=violation_on else decided_on)", False),
        ("ip_case_type(body_kind=AMR)", "ip_case_type(body_kind=CULT, on=decided_on)", True),
        ("legal_basis(on=decided_on)", "legal_basis", True),
        ("legal_basis(on=decided_on)", "legal_basis(on=violation_on)", True),
        ("legal_basis(on=decided_on)", "legal_basis(by=decided_on)", False),
        ("legal_basis(on=decided_on)", "legal_basis(on=violation_on, by=decided_on)", False),
        ("legal_basis(on=violation_on, by=decided_on)", "legal_basis(by=decided_on)", True),
        (
            "ip_case_type(body_kind=AMR, on=violation_on else decided_on)",
            "ip_case_type(body_kind=AMR, on=violation_on, by=decided_on)",
            False,
        ),
    ],
)
def test_a_cleaner_that_fills_what_was_empty_is_an_addition(before: str, after: str, is_broken: bool) -> None:
    old, new = (replace(_OLD, fields={"case_no": replace(_FIELD, cleaner=one)}) for one in (before, after))
    assert bool(breaks(old, new)) == is_broken


def _claims(**right: object) -> Promise:
    holder = {"entity": "party", "prefix": "holder_"}
    names = {"entity": "party", "prefix": "maker_", "each": {"name_raw": "makers"}}
    others = [{"entity": "case"}, {"entity": "party"}, holder, names]
    claims = [*others, {"entity": "ip_right", "prefix": "right_"} | right]
    return replace(_OLD, claims=frozenset(json.dumps(claim, sort_keys=True) for claim in claims))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"of": {"holder_party_id": "holder_"}}, None),
        ({}, {"of": {"holder_party_id": ""}}, None),
        ({}, {"of": {"holder_party_id": "maker_"}}, "holder_party_id of claim ip_right right_ is of a list"),
        ({"of": {"holder_party_id": ""}}, {"of": {"holder_party_id": "holder_"}}, "was of '', is 'holder_'"),
        ({"of": {"holder_party_id": ""}}, {}, "was of '', is None"),
        ({}, {"of": {"holder_party_id": "holder_"}, "constants": {"register": "CN_TM"}}, "is gone"),
    ],
)
def test_filling_an_id_that_was_empty_is_an_addition(before: Any, after: Any, told: str | None) -> None:
    found = breaks(_claims(**before), _claims(**after))
    assert found == () if told is None else told in found[0]


def test_an_id_that_is_filled_without_of_is_another_row_with_it() -> None:
    case, role = {"entity": "case"}, {"entity": "case_party", "prefix": "holder_"}
    old, new = ([case, claim] for claim in (role, role | {"of": {"party_id": ""}}))
    promises = [replace(_OLD, claims=frozenset(map(json.dumps, claims))) for claims in (old, new)]
    assert breaks(*promises) == (
        "party_id of claim case_party holder_ is filled without `of`, which names another row",
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"FINE": "fine"}, {"FINE": "fine", "CONF_GOODS": "gain"}, None),
        ({}, {"FINE": "fine"}, None),
        ({"FINE": "fine"}, {"FINE": "gain"}, "amount of FINE of claim sanction was fine, is gain"),
        ({"FINE": "fine"}, {}, "amount of FINE of claim sanction was fine, is None"),
    ],
)
def test_a_kind_that_had_no_amount_may_be_given_one(
    before: dict[str, str], after: dict[str, str], told: str | None
) -> None:
    claims = [frozenset([json.dumps({"entity": "sanction", "amounts": amounts})]) for amounts in (before, after)]
    found = breaks(*(replace(_OLD, claims=several) for several in claims))
    assert found == (() if told is None else (told,))


@pytest.mark.parametrize(
    ("source", "name", "entity"),
    [
        ("amr_js_penalties", "agency_uscc", "case"),
        ("amr_js_penalties", "holder_uscc", None),
        ("amr_js_penalties", "facts", None),
        ("platform_notices", "agency_name", None),
        ("platform_notices", "agency_uscc", "case"),
    ],
)
def test_a_field_that_makes_other_ids_is_no_addition(source: str, name: str, entity: str | None) -> None:
    old = Promise.of(sources()[source])
    old = replace(old, fields={known: field for known, field in old.fields.items() if known != name})
    new = replace(old, fields={**old.fields, name: _FIELD})
    assert breaks(old, new) == ((f"field {name} is new and makes another id of {entity}",) if entity else ())


def test_an_id_that_a_record_has_for_itself_may_become_that_of_a_number() -> None:
    old = replace(_OLD, claims=frozenset(json.dumps({"entity": name}) for name in ("case", "party")), fields={})
    named, numbered = (replace(old, fields=dict.fromkeys(names, _FIELD)) for names in (("uscc",), ("case_no",)))
    assert breaks(old, named) == breaks(old, numbered) == ()
    both = replace(old, fields=dict.fromkeys(("case_no", "agency_name"), _FIELD))
    assert breaks(numbered, both) == ("field agency_name is new and makes another id of case",)
    of_person = replace(old, fields={"id_token": _FIELD})
    assert breaks(of_person, replace(old, fields=dict.fromkeys(("id_token", "uscc"), _FIELD))) == (
        "field uscc is new and makes another id of party",
    )


def test_a_region_stands_for_an_authority_that_has_no_name() -> None:
    old = replace(_OLD, claims=frozenset([json.dumps({"entity": "case"})]))
    named = replace(old, fields={**old.fields, "agency_name": replace(_FIELD, required=True)})
    assert breaks(named, replace(named, fields={**named.fields, "region_code": _FIELD})) == ()
    told = ("field region_code is new and makes another id of case",)
    assert breaks(old, replace(old, fields={**old.fields, "region_code": _FIELD})) == told


def test_an_addition_needs_a_new_number_of_the_same_major_version() -> None:
    added = replace(_OLD, fields={"case_no": _FIELD, "title": _FIELD})
    assert "has the same number" in (wrong_version(_OLD, added) or "")
    assert wrong_version(_OLD, replace(added, version="1.1.0")) is None
    assert "is older" in (wrong_version(replace(_OLD, version="1.10.0"), replace(added, version="1.9.0")) or "")


def test_a_breaking_change_is_wrong_whatever_its_number_within_the_major_version() -> None:
    assert "breaks version 1.0.0" in (wrong_version(_OLD, replace(_OLD, version="1.1.0", fields={})) or "")


@pytest.mark.parametrize("contract", sources().values(), ids=lambda contract: contract.source)
def test_the_promise_of_every_contract_can_be_written_down(contract: SourceContract) -> None:
    promise = Promise.of(contract)
    assert Promise.from_dict(json.loads(json.dumps(promise.to_dict()))) == promise
