"""A number that a body gives to another case: a person decides, and marts, packs and receipts tell it."""

from __future__ import annotations

import csv
from typing import Any, Final

from schemas.contracts import source
from tests.integration.line.line import Line
from transforms.collect.deliver import deliver_file

PENALTIES: Final = "agri_ah_penalties"
NUMBER: Final = "合农(种子)罚〔2026〕{}号"
SHOWN: Final = """
select p.name_display, d.decided_on::text
from marts.fct_case c join marts.fct_decision d using (case_id) join marts.bridge_case_party b using (case_id)
join marts.dim_party p using (party_id) where c.body_id = 'agri_ah' and b.role = 'INFRINGER' and d.doc_no like '%%〕1号'
"""
OLD, NEW = ("合肥甲种业有限公司", "2026-01-05"), ("芜湖乙种业有限公司", "2026-03-09")


def row(case: tuple[str, str], said: str, number: int = 1, kinds: str = "罚款") -> dict[str, str]:
    """Return a decision on a party and a day, as the authority said it on another day."""
    party, day = case
    return {
        "行政处罚决定书文号": NUMBER.format(number),
        "当事人": party,
        "处罚依据": "《中华人民共和国植物新品种保护条例》第四十条",
        "处罚种类": kinds,
        "罚款金额（元）": "2000",
        "处罚决定日期": day,
        "处罚机关": "合肥市农业农村局",
        "行政区划代码": "340100",
        "办理状态": "处罚决定",
        "更新时间": f"{said} 09:00:00",
    }


OTHERS: Final = [row((f"安庆丙{n}种业有限公司", "2026-01-05"), "2026-01-06", n) for n in range(2, 12)]


def send(line: Line, name: str, *rows: dict[str, str]) -> str:
    """Deliver these rows and return the delivery."""
    labels = dict.fromkeys(f.label for f in source(PENALTIES).fields)
    path = line.folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(labels))
        writer.writeheader()
        writer.writerows(rows)
    receipt = deliver_file(line.stack, PENALTIES, path)
    assert receipt.state == "closed", receipt
    return str(receipt.delivery_id)


def pack(line: Line) -> dict[str, Any]:
    """Take what waits to a release, and build the pack of it."""
    released = line.integrate().release
    assert released is not None
    assert released.state == "published"
    asked = ("pack", "build", "--recipient", "cnipa", "--release", str(released.release_id), "--as-of", "2026-11-23")
    code, (made,) = line.command(*asked)
    assert (code, made["state"]) == (0, "built"), made
    return dict(made)


def told(line: Line) -> list[tuple[str, str]]:
    """Return party and day of the case of the number."""
    return [(found["name_display"], found["decided_on"]) for found in line.read(SHOWN)]


def items(line: Line) -> dict[str, int]:
    """Return the open items by their rule."""
    code, listed = line.command("quarantine", "--source", PENALTIES)
    assert code == 0, listed
    return {found["rule"]: found["item"] for found in listed}


def states(line: Line) -> dict[str, int]:
    """Return the states of the source's records that have any."""
    books = line.books(PENALTIES)
    names = ("current", "superseded", "duplicate", "quarantined", "withdrawn")
    return {name: books[name] for name in names if books[name]}


def admit(line: Line, item: int, reason: str, *options: str) -> dict[str, Any]:
    """Admit an item as a person does."""
    code, done = line.command("quarantine", "admit", str(item), "--reason", reason, "--yes", *options)
    assert code == 0, done
    return dict(done)


def check_shown(line: Line, aside: int) -> None:
    """Check that a person is shown what would end, which changes nothing, and that no other item is admitted."""
    stamps, before = line.stamps(), states(line)
    shown = admit(line, aside, "asked them", "--dry-run")
    assert shown["admission_id"] is None
    assert [gone["becomes"] for gone in shown["ended"]] == ["superseded"]
    (other,) = {item for rule, item in items(line).items() if rule != "identifier_reused"}
    code, complaint = line.command("quarantine", "admit", str(other), "--reason", "no", "--yes")
    assert code == 1
    assert "only a number that was re-used is decided on" in complaint
    assert (line.stamps(), states(line)) == (stamps, before)


def check_kept(line: Line, aside: int) -> None:
    """Check that neither the same command nor a replay changes anything, and that the same record is a duplicate."""
    stamps, decided = line.stamps(), states(line)
    again = admit(line, aside, "again")
    assert (again["is_repeated"], again["decided_reason"]) == (True, "asked them")
    code, replayed = line.command("replay", "--source", PENALTIES, "--from", "2020-01-01", "--to", "2099-01-01")
    assert (code, replayed["changes"]) == (0, 0)
    assert (line.stamps(), states(line)) == (stamps, decided)
    send(line, "third", row(NEW, "2026-03-10"), *OTHERS)
    line.integrate()
    assert states(line) == decided | {"duplicate": decided["duplicate"] + 11}


def test_a_person_gives_a_number_to_the_later_case_and_back(alone: Line) -> None:
    line = alone
    first = send(line, "first", row(OLD, "2026-01-06"), *OTHERS)
    assert (pack(line)["rows"]["cases"], told(line)) == (11, [OLD])
    second = send(line, "second", row(NEW, "2026-03-10"), row(NEW, "2026-03-10", 99, kinds=""), *OTHERS)
    line.integrate()
    aside, before = items(line)["identifier_reused"], states(line)
    assert told(line) == [OLD]
    check_shown(line, aside)

    done = admit(line, aside, "asked them")
    assert (done["is_repeated"], len(done["ended"])) == (False, 1)
    assert states(line) == before | {"superseded": 1, "quarantined": 1}
    made = pack(line)
    assert told(line) == [NEW]
    assert set(made["changes"]["decisions"]["changed"]) == {"reused_identifier"}
    assert line.one("select causes from ops.release order by release_id desc limit 1") == {"reused_identifier": 2}
    (was,) = line.command("receipt", first)[1]["later"]
    assert was["why"] == "a person decided that a later record has its key or number: asked them"
    (now,) = line.command("receipt", second)[1]["later"]
    assert now["why"] == "a person decided that its key or number is its own: asked them"
    check_kept(line, aside)

    # The case before stands aside in turn, and its item is the way back.
    send(line, "fourth", row(OLD, "2026-04-01"), *OTHERS)
    line.integrate()
    assert told(line) == [NEW]
    admit(line, items(line)["identifier_reused"], "they erred")
    assert line.integrate().release is not None
    assert told(line) == [OLD]
