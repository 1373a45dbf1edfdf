"""A pack holds exactly what its recipient may see of one release, is made once, and proves itself."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from pyarrow import parquet as pq

from infra.cli import main
from infra.runs.extract import plan
from tests.integration.packs.warehouse import AS_OF, COMPANY, add, build, case, publish, sanction, uid
from transforms.connections import Connections
from transforms.errors import CasebridgeError, GateRefused, Terminal
from transforms.extract.build import Built, PackDiffers
from transforms.extract.sign import PUBLIC_KEY
from transforms.extract.verify import PackBroken, verify


def rows(built: Built, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(built.path / f"{table}.parquet").to_pylist()
    return found


def left_aside(connections: Connections) -> list[str]:
    return [path.name for path in (connections.outbox / "cnipa/ip_enforcement").iterdir()]


def change(connections: Connections, statement: str, role: str = "owner") -> None:
    with psycopg.connect(connections.dsn(role)) as connection:
        connection.execute(statement)


def read_ledger(connections: Connections, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(connections.dsn("loader")) as connection:
        return connection.execute(query).fetchall()


def test_a_pack_holds_the_ip_penalties_and_detentions_that_are_still_published(warehouse: Connections) -> None:
    built = build(warehouse)
    assert built.state == "built"
    assert built.rows == {"cases": 5, "decisions": 3, "sanctions": 2, "parties": 7}
    assert [row["case_no"][-2] for row in rows(built, "cases")] == ["1", "2", "4", "9", "7"]
    assert [row["doc_no"][-3:-1] for row in rows(built, "decisions")] == ["11", "12", "15"]
    assert {row["case_id"] for row in rows(built, "parties")} == {row["case_id"] for row in rows(built, "cases")}
    assert verify(built.path, warehouse.outbox / PUBLIC_KEY).files == 8


def test_persons_sole_traders_and_open_investigations_are_masked(warehouse: Connections) -> None:
    found = [(row["role"], row["name"], row["uscc"]) for row in rows(build(warehouse), "parties")]
    assert sorted(found[1:3]) == [("INFRINGER", "张某乙", None), ("INFRINGER", "张某甲", None)]
    assert [found[0], *found[3:]] == [
        ("INFRINGER", "杭州某贸易有限公司", COMPANY),
        ("INFRINGER", "某店（李某）", "921*************00"),
        ("INFRINGER", "王某", None),
        ("INFRINGER", "某公司", "911*************00"),
        ("RIGHT_HOLDER", "Acme Inc", None),
    ]


def test_no_id_of_ours_and_no_formula_leaves_the_house(warehouse: Connections) -> None:
    built = build(warehouse)
    written = b"".join((built.path / f"{table}.csv").read_bytes() for table in built.rows)
    assert uid(1).encode() not in written
    assert "王五".encode() not in written
    assert b'"\'=1+1"' in written


def test_a_row_leaves_when_its_publication_ends(warehouse: Connections) -> None:
    built = build(warehouse, as_of=date(2026, 2, 1))
    assert built.rows == {"cases": 4, "decisions": 2, "sanctions": 2, "parties": 5}


def test_a_decision_leaves_when_its_body_withdraws_it(warehouse: Connections) -> None:
    change(warehouse, f"update marts_v.fct_decision set is_withdrawn = true where decision_id = '{uid(12)}'")  # noqa: S608  # made-up id
    assert build(warehouse).rows == {"cases": 4, "decisions": 2, "sanctions": 2, "parties": 5}


def test_of_a_decision_on_two_what_was_revoked_for_one_leaves(warehouse: Connections) -> None:
    of_each: dict[int, dict[str, object]] = {25: {"party_id": uid(32), "is_withdrawn": True}, 26: {"party_id": uid(33)}}
    add(warehouse, "fct_sanction", [{**sanction(number, 12, 2), **of_one} for number, of_one in of_each.items()])
    assert build(warehouse).rows == {"cases": 5, "decisions": 3, "sanctions": 3, "parties": 6}


def test_built_again_it_is_known_and_from_nothing_it_is_the_same_to_the_byte(warehouse: Connections) -> None:
    first = build(warehouse)
    files = {path.name: path.read_bytes() for path in first.path.iterdir()}
    assert len(files) == 10
    again = build(warehouse)
    assert (again.state, again.digest) == ("known", first.digest)
    shutil.rmtree(first.path)
    assert build(warehouse).state == "built"
    assert {path.name: path.read_bytes() for path in first.path.iterdir()} == files
    assert left_aside(warehouse) == [first.name.folder]
    assert read_ledger(warehouse, "select pack_id, release_id, as_of, digest, path, rows from ops.pack") == [
        ("cnipa/ip_enforcement/r1_2026-01-31", 1, AS_OF, first.digest, str(first.path), first.rows)
    ]


def test_a_release_is_read_as_it_was_when_a_newer_one_is_out(warehouse: Connections) -> None:
    first = build(warehouse)
    files = {path.name: path.read_bytes() for path in first.path.iterdir()}
    add(warehouse, "fct_case", [case(99)], released=2)
    change(warehouse, "update marts_v.fct_case set retired_in = 2 where case_no = '浙市监罚〔2025〕1号'")
    publish(warehouse, 2)
    shutil.rmtree(first.path)
    assert build(warehouse, release=1).state == "built"
    assert {path.name: path.read_bytes() for path in first.path.iterdir()} == files
    newest = build(warehouse)
    assert newest.name.release == 2
    assert [row["case_no"][-3:-1] for row in rows(newest, "cases")] == ["〕2", "〕4", "99", "〕9", "〕7"]


def test_a_release_that_is_not_published_gives_no_pack(warehouse: Connections) -> None:
    publish(warehouse, 2, "building")
    for release in (2, 3, -1):
        with pytest.raises(CasebridgeError, match="not published") as caught:
            build(warehouse, release)
        assert not isinstance(caught.value, Terminal)
    assert left_aside(warehouse) == []


def test_a_signed_pack_is_never_made_again_with_another_content(warehouse: Connections) -> None:
    built = build(warehouse)
    files = {path.name: path.read_bytes() for path in built.path.iterdir()}
    change(warehouse, "update marts_v.fct_sanction set amount_cny = 1")
    with pytest.raises(PackDiffers, match=r"sanctions\.csv, sanctions\.parquet would differ"):
        build(warehouse)
    assert {path.name: path.read_bytes() for path in built.path.iterdir()} == files
    shutil.rmtree(built.path)
    with pytest.raises(PackDiffers, match="no longer in the outbox"):
        build(warehouse)
    assert left_aside(warehouse) == []


def test_a_pack_that_was_changed_in_the_outbox_is_not_called_known(warehouse: Connections) -> None:
    built = build(warehouse)
    with (built.path / "parties.csv").open("ab") as file:
        file.write(b"x")
    with pytest.raises(PackBroken, match=r"parties\.csv"):
        build(warehouse)


def test_a_pack_that_the_gate_refuses_is_not_signed_and_leaves_nothing(warehouse: Connections) -> None:
    # The published example of GB 11643-1999.
    change(warehouse, "update marts_v.fct_case set goods = 'of 11010519491231002X' where proceeding = 'PENALTY'")
    with pytest.raises(GateRefused, match="idNumbers"):
        build(warehouse)
    assert left_aside(warehouse) == []
    assert read_ledger(warehouse, "select * from ops.pack") == []
    failed = read_ledger(warehouse, "select distinct pack_id, expectation from ops.gate_result where not passed")
    assert failed == [("cnipa/ip_enforcement/r1_2026-01-31", "idNumbers")]


def test_a_build_that_breaks_off_leaves_nothing_and_the_next_one_is_whole(warehouse: Connections) -> None:
    change(warehouse, "revoke select on marts.dim_party from analyst")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        build(warehouse)
    assert left_aside(warehouse) == []
    change(warehouse, "grant select on marts.dim_party to analyst")
    for killed in ("r1_2026-01-31", "r1_2026-01-30"):
        rest = warehouse.outbox / f"cnipa/ip_enforcement/.building-{killed}"
        rest.mkdir()
        (rest / "cases.csv").write_text("half")
    assert build(warehouse).state == "built"
    assert left_aside(warehouse) == ["r1_2026-01-31"]


@pytest.mark.parametrize("model", ["fct_case", "fct_decision", "bridge_case_party"])
def test_a_pack_with_rows_of_a_body_that_has_not_agreed_is_refused(warehouse: Connections, model: str) -> None:
    change(warehouse, f"update marts_v.{model} set body_id = 'psb_zj' where case_id = '{uid(2)}'")  # noqa: S608  # names of this test
    for make in (lambda: build(warehouse), lambda: plan(warehouse, "cnipa", None, AS_OF)):
        with pytest.raises(Terminal, match="psb_zj has no agreement by which cnipa may be given its rows"):
            make()
    assert left_aside(warehouse) == []
    # A case that is out of the scope of the pack may be of any body.
    change(warehouse, f"update marts_v.{model} set body_id = 'amr_zj'")  # noqa: S608  # names of this test
    change(warehouse, f"update marts_v.fct_case set body_id = 'psb_zj' where case_id = '{uid(5)}'")  # noqa: S608  # names of this test
    assert build(warehouse).state == "built"


def test_a_plan_counts_and_writes_nothing(warehouse: Connections) -> None:
    (planned,) = plan(warehouse, "cnipa", None, AS_OF)
    assert (planned.state, planned.rows["parties"]) == ("planned", 7)
    assert (planned.since, planned.changes) == (None, {})
    assert not warehouse.outbox.exists()
    assert not list(warehouse.secrets.glob("pack_*"))


def test_a_plan_tells_the_changes_that_the_pack_will_have(warehouse: Connections) -> None:
    build(warehouse)
    (planned,) = plan(warehouse, "cnipa", None, date(2026, 2, 1))
    assert left_aside(warehouse) == ["r1_2026-01-31"]
    built = build(warehouse, as_of=date(2026, 2, 1))
    assert planned.changes["cases"] == {"removed": {"expiry": 1}}
    assert (planned.state, planned.rows, planned.since, planned.changes) == (
        "planned",
        built.rows,
        built.since,
        built.changes,
    )


@pytest.fixture
def command(
    warehouse: Connections, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str, str]]]:
    # The command sets up logging on the stderr of this test: neither may outlive it.
    monkeypatch.setattr("infra.runs.extract.log", structlog.get_logger())
    monkeypatch.setattr("infra.settings.connections", lambda: warehouse)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["casebridge", "pack", *arguments])
        with pytest.raises(SystemExit) as ended:
            main.app()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    yield run
    structlog.reset_defaults()


def test_the_command_tells_what_changed_since_the_last_pack(
    warehouse: Connections, command: Callable[..., tuple[int, str, str]]
) -> None:
    paths = []
    for day, said in (
        ("2026-01-31", "the first pack"),
        ("2026-02-01", "changes since cnipa/ip_enforcement/r1_2026-01-31"),
    ):
        code, out, err = command("build", "--recipient", "cnipa", "--as-of", day)
        assert code == 0
        assert said in err
        paths.append(str(warehouse.outbox / f"cnipa/ip_enforcement/r1_{day}"))
    assert [line.split() for line in out.splitlines() if "expiry" in line] == [
        ["cases", "removed", "expiry", "1"],
        ["decisions", "removed", "expiry", "1"],
        ["parties", "removed", "expiry", "2"],
    ]
    key = str(warehouse.outbox / PUBLIC_KEY)
    code, out, err = command("verify", paths[1], "--public-key", key, "--previous", paths[0])
    assert code == 0
    assert "cases_delta-csv" in out
    assert "its delta makes cnipa/ip_enforcement/r1_2026-02-01 of cnipa/ip_enforcement/r1_2026-01-31" in err
    assert command("verify", paths[1], "--public-key", key, "--previous", paths[1])[0] == 2


def test_the_command_builds_proves_and_says_no(
    warehouse: Connections, command: Callable[..., tuple[int, str, str]]
) -> None:
    asked = ("build", "--recipient", "cnipa", "--as-of", "2026-01-31")
    code, out, _ = command(*asked, "--json")
    (told,) = json.loads(out)
    assert (code, told["state"], told["release"], told["rows"]["cases"]) == (0, "built", 1, 5)
    code, _, err = command(*asked)
    assert code == 0
    assert "known" in err
    key = str(warehouse.outbox / PUBLIC_KEY)
    code, out, _ = command("verify", told["path"], "--public-key", key, "--json")
    assert (code, json.loads(out)["verified"]) == (0, True)
    path = Path(told["path"]) / "cases.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
    code, _, err = command("verify", told["path"], "--public-key", key)
    assert code == 1
    assert "cases.parquet was changed" in err
    assert command("verify", told["path"], "--public-key", "none.pub")[0] == 2
    assert command("build", "--recipient", "nobody")[0] == 2
    assert command("build", "--recipient", "cnipa", "--release", "9")[0] == 2


def changed(pack: dict[str, Any]) -> int:
    return sum(rows for causes in pack["changes"].values() for by in causes.values() for rows in by.values())


def test_the_command_lists_the_packs_newest_first(
    warehouse: Connections, command: Callable[..., tuple[int, str, str]]
) -> None:
    code, out, err = command("list")
    assert (code, out) == (0, "")
    assert "no pack was built yet" in err
    for day in ("2026-01-31", "2026-02-01"):
        command("build", "--recipient", "cnipa", "--as-of", day)
    code, out, _ = command("list", "--recipient", "cnipa", "--json")
    second, first = json.loads(out)
    assert (code, first["as_of"], first["since"], first["changes"]) == (0, "2026-01-31", None, {})
    assert second["since"] == first["pack_id"]
    assert sum(second["rows"].values()) == 13
    newest = [line.split() for line in command("list", "--limit", "1")[1].splitlines() if "ip_enforcement" in line]
    assert [line[:3] for line in newest] == [[second["pack_id"], "13", str(changed(second))]]
    assert command("list", "--recipient", "nobody")[0] == 2
