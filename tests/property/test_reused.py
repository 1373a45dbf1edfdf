"""A number or key that a body gives to another case, or to another party of one name, overwrites nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import psycopg
import pytest

from tests.support.books import Delivery, Sent, contract_of, stage_deliveries
from tests.support.histories import INCREMENTAL, empty
from tests.support.reused import detention, penalty
from tests.support.warehouses import warehouse_beside
from transforms.admit.admit import Admitted, Few, admit
from transforms.connections import Connections
from transforms.ledger.books import STATES, account


@pytest.fixture(scope="module")
def books(stack: Connections) -> Iterator[Connections]:
    """Give a ledger of its own: another database of the same server."""
    with warehouse_beside(stack, "reused") as there:
        yield there


_PARTIES = {
    "a": ("甲贸易有限公司", "2026-01-05"),
    "b": ("乙商贸有限公司", "2026-03-09"),
    "c": ("乙商贸有限公司", "2026-01-05"),
}


def _detention_of(record: Sent) -> dict[str, Any]:
    return detention(record, *_PARTIES[record.image])


def test_a_key_that_is_given_to_another_case_overwrites_nothing(books: Connections) -> None:
    empty(books)
    contract = contract_of(INCREMENTAL)

    def send(day: int, image: str, *, withdrawal: bool = False) -> dict[str, int]:
        record = Sent("1", image, day, withdrawal=withdrawal)
        admit(books, stage_deliveries(books, contract, [Delivery(day, (record,))], _detention_of), {})
        found = account(books, recount=True)
        assert found["balanced"]
        return {state: found["sources"][0][state] for state in STATES if found["sources"][0][state]}

    assert send(1, "a") == {"current": 1}
    # Another party alone is a correction.
    assert send(2, "c") == {"current": 1, "superseded": 1}
    assert send(3, "a") == {"current": 1, "superseded": 2}
    assert send(4, "b") == {"current": 1, "superseded": 2, "quarantined": 1}
    with psycopg.connect(books.dsn("loader")) as connection:
        rules = connection.execute("select rule from ops.quarantine_rule").fetchall()
    assert rules == [("identifier_reused",)]
    assert send(5, "a", withdrawal=True) == {"withdrawn": 1, "superseded": 4}
    assert send(6, "b") == {"current": 1, "superseded": 5}


def test_what_is_older_than_the_newest_confirmation_is_compared_with_no_other_case(books: Connections) -> None:
    empty(books)
    contract = contract_of(INCREMENTAL)
    for day, image in ((1, "a"), (3, "a"), (2, "b"), (4, "b")):
        batch = stage_deliveries(books, contract, [Delivery(day, (Sent("1", image, day),))], _detention_of)
        admit(books, batch, {})
    (row,) = account(books, recount=True)["sources"]
    # The case of day 2 came late; that of day 4 is another case.
    assert {state: row[state] for state in STATES if row[state]} == {
        "current": 1, "duplicate": 1, "superseded": 1, "quarantined": 1
    }  # fmt: skip


_ACCUSED = {
    "a": ("甲贸易有限公司", "2026-01-05"),
    "b": ("乙商贸有限公司", "2026-01-05"),
    "c": ("丙鞋业有限公司", "2026-03-09"),
    # The first party, in a decision that was corrected.
    "d": ("甲贸易有限公司", "2026-03-09"),
}


def _penalty_of(record: Sent) -> dict[str, Any]:
    return penalty(record, *_ACCUSED[record.image])


def test_a_number_that_is_given_to_another_case_is_noticed_where_the_party_is_in_the_key(books: Connections) -> None:
    contract = contract_of("amr_sd_penalties")

    def send(day: int, *images: str, withdrawal: bool = False) -> dict[str, int]:
        records = tuple(Sent("1", image, day, withdrawal=withdrawal) for image in images)
        admit(books, stage_deliveries(books, contract, [Delivery(day, records)], _penalty_of), {})
        found = account(books, recount=True)
        assert found["balanced"]
        return {state: found["sources"][0][state] for state in STATES if found["sources"][0][state]}

    empty(books)
    assert send(1, "a") == {"current": 1}
    # Another party of the same decision.
    assert send(2, "b") == {"current": 2}
    assert send(3, "c") == {"current": 2, "quarantined": 1}
    assert send(4, "a", "b", withdrawal=True) == {"withdrawn": 2, "superseded": 2, "quarantined": 1}
    assert send(5, "c") == {"current": 1, "withdrawn": 2, "superseded": 3}
    empty(books)
    assert send(1, "a") == {"current": 1}
    # The decision is corrected, and has another party.
    assert send(2, "c", "d") == {"current": 2, "superseded": 1}


def test_a_decision_that_was_revoked_frees_its_number(books: Connections) -> None:
    empty(books)
    contract = contract_of("amr_js_penalties")

    def send(day: int, image: str, revoked_on: str | None = None) -> dict[str, int]:
        def made(record: Sent) -> dict[str, Any]:
            return {**_jiangsu_of(record), "revDecDate": revoked_on}

        admit(books, stage_deliveries(books, contract, [Delivery(day, (Sent("1", image, day),))], made), {})
        found = account(books, recount=True)
        assert found["balanced"]
        return {state: found["sources"][0][state] for state in STATES if found["sources"][0][state]}

    assert send(1, "a") == {"current": 1}
    assert send(2, "c") == {"current": 1, "quarantined": 1}
    assert send(3, "a", "2026-05-04") == {"current": 1, "superseded": 1, "quarantined": 1}
    # It is not made of two: the records of the case before end.
    assert send(4, "c") == {"current": 1, "superseded": 2, "withdrawn": 1}


def _jiangsu_of(record: Sent) -> dict[str, Any]:
    party, day = _ACCUSED[record.image]
    return {
        "penDecNo": "宁秦市监处罚〔2026〕11号",
        "penType_CN": "罚款",
        "penContent": "依据《商标法》第六十条，罚款10000元",
        "penAuth_CN": "南京市秦淮区市场监督管理局",
        "entName": party,
        "penDecIssDate": day,
        "publicDate": f"2026-05-{record.day + 1:02}",
    }


def test_a_body_that_begins_its_numbering_anew_is_held(books: Connections) -> None:
    empty(books)
    contract = contract_of(INCREMENTAL)

    def send(number: int, day: int, image: str, count: int) -> Admitted:
        records = tuple(Sent(str(key), image, day) for key in range(count))
        batch = stage_deliveries(books, contract, [Delivery(number, records)], _detention_of)
        return admit(books, batch, {}, few=Few(share=20, records=3))

    assert send(1, 1, "a", 7).held == {}
    assert send(2, 2, "b", 3).held == {}
    # Three of them stand aside already.
    assert send(3, 2, "b", 5).held == {}
    (reason,) = send(4, 3, "b", 7).held.values()
    assert reason.startswith("7 records have the number of another case")
    found = account(books, recount=True)
    assert found["balanced"]
    assert (found["sources"][0]["quarantined"], found["sources"][0]["held"]) == (5, 7)


def _person_of(record: Sent) -> dict[str, Any]:
    """Return a row of one of two people of one name in one decision."""
    number = {"token": f"token of {record.image}", "mask": "110105********", "cipher": "", "check": None}
    return {**_penalty_of(replace(record, image="a")), "CF_XDR_MC": "张三", "CF_XDR_SFZ": number}


def _of_people(books: Connections, *deliveries: Sequence[tuple[str, int]]) -> tuple[dict[str, int], Counter[str]]:
    """Return what becomes of rows, each of a person and a day: the books, and the rules that quarantined some."""
    empty(books)
    for day, rows in enumerate(deliveries):
        delivery = Delivery(day, tuple(Sent("1", image, at) for image, at in rows))
        admit(books, stage_deliveries(books, contract_of("amr_sd_penalties"), [delivery], _person_of), {})
    found = account(books, recount=True)
    assert found["balanced"]
    with psycopg.connect(books.dsn("loader")) as connection:
        rules = Counter(rule for (rule,) in connection.execute("select rule from ops.quarantine_rule"))
    return {state: found["sources"][0][state] for state in STATES if found["sources"][0][state]}, rules


def test_two_people_of_one_name_in_one_delivery_are_told_in_any_order(books: Connections) -> None:
    for order in permutations(["a", "b", "a"]):
        rows = [(image, 1) for image in order]
        expected = {"quarantined": 3}, Counter(conflicting_in_delivery=3)
        assert _of_people(books, rows) == expected
        # The same delivery again says nothing new.
        assert _of_people(books, rows, rows[::-1]) == ({"quarantined": 3, "duplicate": 3}, expected[1])


def test_a_row_that_takes_its_record_back_contradicts_none(books: Connections) -> None:
    old, void, other = Sent("1", "a", 1), Sent("1", "a", 2, withdrawal=True), Sent("1", "d", 2, withdrawal=True)
    corrected = Sent("1", "d", 2)
    told = {}
    for name, rows in {"before": (void, corrected), "behind": (corrected, void), "twice": (void, other)}.items():
        empty(books)
        for number, records in enumerate(((old,), rows)):
            contract, delivery = contract_of("amr_sd_penalties"), Delivery(number, records)
            admit(books, stage_deliveries(books, contract, [delivery], _penalty_of), {})
        (row,) = account(books, recount=True)["sources"]
        told[name] = tuple(row[state] for state in ("current", "superseded", "withdrawn", "quarantined"))
    assert told == {"before": (1, 2, 0, 0), "behind": (0, 2, 1, 0), "twice": (0, 2, 1, 0)}


def test_the_second_of_two_people_of_one_name_never_supersedes_the_first(books: Connections) -> None:
    aside = {"current": 1, "quarantined": 1}, Counter(another_of_that_name=1)
    assert _of_people(books, [("a", 1)], [("b", 2)]) == aside
    assert _of_people(books, [("a", 1), ("b", 2)]) == aside
    assert _of_people(books, [("b", 2), ("a", 1)]) == aside


_MARKS = {
    "a": ("12345678", "25", "甲服饰有限公司"),
    "b": ("12345678", "9", "乙电子有限公司"),
    # A transfer of the first mark, and its division.
    "c": ("12345678", "25、35", "乙电子有限公司"),
    "d": ("12345678A", "9", "乙电子有限公司"),
}


def _mark_of(record: Sent) -> dict[str, Any]:
    number, classes, holder = _MARKS[record.image]
    named = {"注册号": number, "商标名称": "青禾", "国际分类": classes, "注册人名称": holder}
    return {**named, "更新日期": f"2026-05-{record.day + 1:02}"}


def test_two_marks_of_one_number_never_supersede_each_other(books: Connections) -> None:
    contract = contract_of("cnipa_trademarks")
    told = {}
    for images in (("a", "b"), ("a", "c"), ("a", "d")):
        for days in ((1, 1), (1, 2)):
            empty(books)
            records = [Sent("1", image, day) for image, day in zip(images, days, strict=True)]
            deliveries = [Delivery(day, (record,)) for day, record in zip(days, records, strict=True)]
            admit(books, stage_deliveries(books, contract, deliveries, _mark_of), {})
            (row,) = account(books, recount=True)["sources"]
            told["".join(images), days] = tuple(row[state] for state in ("current", "superseded", "quarantined"))
    assert {pair: told[pair, (1, 2)] for pair in ("ab", "ac", "ad")} == {
        "ab": (1, 0, 1), "ac": (1, 1, 0), "ad": (2, 0, 0)
    }  # fmt: skip
    assert told["ab", (1, 1)] == (1, 0, 1)


def test_two_cases_of_one_number_that_come_together_are_told(books: Connections) -> None:
    for images in (("a", "c"), ("c", "a")):
        empty(books)
        records = tuple(Sent("1", image, day) for day, image in enumerate(images))
        admit(books, stage_deliveries(books, contract_of("amr_sd_penalties"), [Delivery(3, records)], _penalty_of), {})
        (row,) = account(books, recount=True)["sources"]
        assert (row["current"], row["quarantined"]) == (1, 1)
    empty(books)
    # The decision is corrected in the delivery that tells of its other party.
    records = tuple(Sent("1", image, day) for day, image in enumerate(("a", "c", "d")))
    admit(books, stage_deliveries(books, contract_of("amr_sd_penalties"), [Delivery(3, records)], _penalty_of), {})
    (row,) = account(books, recount=True)["sources"]
    assert (row["current"], row["superseded"]) == (2, 1)
