"""Files against a real broker and ledger: sent whole once, known, taken over after a crash, or refused whole."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from schemas import contracts
from schemas.contracts import SourceContract
from tests.integration.collect.sent import Make, ledger_rows, sent_messages
from tests.support.generate import generate
from transforms.collect import hand_over
from transforms.collect.deliver import collect_due, deliver_file, due_sources
from transforms.collect.pushed import ensure_topics
from transforms.connections import Connections
from transforms.errors import SourceUnavailable
from transforms.kafka import admin

PENALTIES = "amr_zj_penalties"


def table_of(folder: Path, rows: int, name: str = "penalties.csv", seed: int = 7) -> Path:
    (path,) = generate(PENALTIES, rows, seed, folder).paths
    return path.rename(folder / name)


def identity_numbers(path: Path) -> set[str]:
    import csv

    with path.open(encoding="gb18030", newline="") as file:
        cells = {row["证件号码"] for row in csv.DictReader(file)}
    return {cell for cell in cells if len(cell) == 18 and cell[:17].isdigit()}


def test_a_gb18030_table_is_sent_whole_as_cloud_events(stack: Connections, made: Make, tmp_path: Path) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 500)
    receipt = deliver_file(stack, contract.source, path)
    found = sent_messages(stack, contract)
    (row,) = ledger_rows(stack, contract.source)
    assert (receipt.state, receipt.sent_count, len(found)) == ("closed", row["sent_count"], row["sent_count"])
    assert (row["state"], row["encoding"], row["from_offset"], row["to_offset"]) == ("closed", "gb18030", 0, len(found))
    assert row["sha256"] == receipt.sha256
    headers = dict(found[2].headers)
    assert headers["ce_id"].decode() == f"{receipt.delivery_id}/3"
    assert headers["ce_rownumber"] == b"3"
    assert headers["ce_source"].decode() == f"/bodies/amr_zj/{contract.source}"
    assert set(json.loads(found[0].value)) == set(contract.labels)


def test_no_identity_number_leaves(stack: Connections, made: Make, tmp_path: Path) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 500)
    deliver_file(stack, contract.source, path)
    planted = identity_numbers(path)
    assert planted
    written = b"".join(message.value for message in sent_messages(stack, contract)).decode()
    kept = b"".join(file.read_bytes() for file in (stack.vault / contract.source).iterdir())
    assert not [number for number in planted if number in written or number.encode() in kept]


def test_the_same_delivery_again_is_known_and_an_earlier_state_is_new(
    stack: Connections, made: Make, tmp_path: Path
) -> None:
    contract = made(PENALTIES)
    first, second = table_of(tmp_path, 20, "a.csv"), table_of(tmp_path, 30, "b.csv", seed=8)
    receipts = [deliver_file(stack, contract.source, path) for path in (first, first, second, first)]
    assert [receipt.state for receipt in receipts] == ["closed", "known", "closed", "closed"]
    assert receipts[1].redelivery_of == receipts[0].delivery_id
    assert len({receipt.delivery_id for receipt in receipts}) == 4
    other_period = deliver_file(stack, contract.source, first, period="2026-10")
    assert other_period.state == "closed"
    assert [row["state"] for row in ledger_rows(stack, contract.source)].count("known") == 1


def test_a_snapshot_of_an_earlier_period_is_taken_where_it_is_dated(
    stack: Connections, made: Make, tmp_path: Path
) -> None:
    contract = made(PENALTIES)
    april, may = table_of(tmp_path, 20, "april.csv"), table_of(tmp_path, 30, "may.csv", seed=8)
    mended = table_of(tmp_path, 20, "mended.csv", seed=9)
    for path, period in ((april, "2026-04"), (may, "2026-05"), (may, "2026-Q1")):
        assert deliver_file(stack, contract.source, path, period=period).state == "closed"
    assert deliver_file(stack, contract.source, april, period="2026-04").state == "known"
    refused = deliver_file(stack, contract.source, mended, period="2026-04")
    assert (refused.state, "2026-04 is before 2026-05" in refused.reason) == ("refused", True)
    (tmp_path / "mended.csv.manifest.json").write_text('{"as_of": "2026-05-04T00:00:00+08:00"}')
    assert deliver_file(stack, contract.source, mended, period="2026-04").state == "closed"


def dated(path: Path, day: int) -> datetime:
    """Date a file in its manifest, and return the time."""
    at = datetime(2026, 5, day, tzinfo=UTC)
    path.with_name(f"{path.name}.manifest.json").write_text(json.dumps({"as_of": at.isoformat()}))
    return at


def test_a_table_that_is_dated_later_than_its_equal_is_sent_and_confirms_it(
    stack: Connections, made: Make, tmp_path: Path
) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 20)
    days, states = [], []
    for day in (1, 3, 3, 2):
        days.append(dated(path, day))
        states.append(deliver_file(stack, contract.source, path).state)
    assert states == ["closed", "closed", "known", "known"]
    assert [row["as_of"] for row in ledger_rows(stack, contract.source)] == days
    path.with_name(f"{path.name}.manifest.json").unlink()
    assert deliver_file(stack, contract.source, path).state == "known"


def test_an_interrupted_delivery_that_comes_with_another_date_is_of_that(
    stack: Connections, made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 20)
    crash_before_closing(stack, contract, path, monkeypatch)
    at = dated(path, 3)
    deliver_file(stack, contract.source, path)
    (row,) = ledger_rows(stack, contract.source)
    assert (row["as_of"], row["to_offset"] - row["from_offset"]) == (at, row["sent_count"])


def test_a_table_that_was_cut_off_is_refused_whole(stack: Connections, made: Make, tmp_path: Path) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 50)
    path.write_bytes(path.read_bytes()[:-400])
    receipt = deliver_file(stack, contract.source, path)
    (row,) = ledger_rows(stack, contract.source)
    assert (receipt.state, row["state"]) == ("refused", "refused")
    assert receipt.reason
    assert receipt.remedy
    assert row["reason"] == receipt.reason
    assert (stack.vault / contract.source / row["sha256"]).exists()
    assert row["topic"] is None


def test_of_a_file_that_says_that_it_is_secret_nothing_is_kept(stack: Connections, made: Make, tmp_path: Path) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 50)
    path.write_bytes("密级：机密★10年\n".encode("gb18030") + path.read_bytes())
    inbox = stack.inbox / contract.fetch.location
    inbox.mkdir(parents=True, exist_ok=True)
    path.rename(inbox / "secret.csv")
    (receipt,) = collect_due(stack, contract.source)
    (row,) = ledger_rows(stack, contract.source)
    assert (receipt.state, row["state"], row["topic"]) == ("refused", "refused", None)
    assert "机密" not in row["reason"]
    assert not (stack.vault / contract.source / row["sha256"]).exists()
    assert [path.name for path in inbox.rglob("secret*")] == ["secret.csv.receipt.json"]


def test_no_odd_file_of_an_inbox_keeps_the_next_from_being_taken(
    stack: Connections, made: Make, tmp_path: Path
) -> None:
    contract = made(PENALTIES)
    inbox = stack.inbox / contract.fetch.location
    inbox.mkdir(parents=True, exist_ok=True)
    names = (os.fsdecode("处罚.csv".encode("gb18030")), f"{'长' * 83}.csv", "deep.csv", "many.csv", "last.csv")
    for seed, name in enumerate(names):
        table_of(tmp_path, 5, "made.csv", seed=seed).rename(inbox / name)
        os.utime(inbox / name, (seed, seed))
    (inbox / "deep.csv.manifest.json").write_text("[" * 60_000)
    (inbox / "many.csv.manifest.json").write_text('{"rows": 99999999999999999999}')
    states = [receipt.state for receipt in collect_due(stack, contract.source)]
    assert states == ["closed", "closed", "refused", "refused", "closed"]
    assert [path.name for path in inbox.iterdir() if path.is_file()] == []
    assert collect_due(stack, contract.source) == []


def test_a_file_that_changes_meanwhile_is_refused(stack: Connections, made: Make, tmp_path: Path) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 50)

    def append(step: str, _: int) -> None:
        with path.open("ab") as file:
            file.write(step.encode())

    receipt = deliver_file(stack, contract.source, path, progress=append)
    assert (receipt.state, "changed" in receipt.reason) == ("refused", True)


class Crash(BaseException):
    """The process ends here."""


def crash_before_closing(
    stack: Connections, contract: SourceContract, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(hand_over, "close_delivery", crash)
        with pytest.raises(Crash):
            deliver_file(stack, contract.source, path)


def test_after_a_crash_between_send_and_close_the_delivery_is_taken_over(
    stack: Connections, made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 40)
    crash_before_closing(stack, contract, path, monkeypatch)
    (opened,) = ledger_rows(stack, contract.source)
    receipt = deliver_file(stack, contract.source, path)
    (row,) = ledger_rows(stack, contract.source)
    assert (opened["state"], row["state"], row["attempt"]) == ("open", "closed", 2)
    assert opened["delivery_id"] == row["delivery_id"] == receipt.delivery_id
    ids = [dict(message.headers)["ce_id"] for message in sent_messages(stack, contract)]
    assert (row["from_offset"], row["to_offset"]) == (0, len(ids))
    assert len(ids) == 2 * row["sent_count"] == 2 * len(set(ids))


def test_a_delivery_that_was_overtaken_after_its_crash_comes_after_the_other(
    stack: Connections, made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = made(PENALTIES)
    first, second = table_of(tmp_path, 20, "a.csv"), table_of(tmp_path, 30, "b.csv", seed=8)
    crash_before_closing(stack, contract, first, monkeypatch)
    between = deliver_file(stack, contract.source, second)
    again = deliver_file(stack, contract.source, first)
    rows = {row["delivery_id"]: row for row in ledger_rows(stack, contract.source)}
    one, other = rows[between.delivery_id], rows[again.delivery_id]
    assert one["to_offset"] == other["from_offset"]
    assert one["seq"] < other["seq"]
    assert one["as_of"] < other["as_of"]


def test_an_inbox_gives_its_complete_files_in_order_and_keeps_receipts(
    stack: Connections, made: Make, tmp_path: Path
) -> None:
    contract = made(PENALTIES)
    contract = replace(contract, fetch=replace(contract.fetch, location=contract.source))
    contracts.sources()[contract.source] = contract  # type: ignore[index]  # the fixture's dictionary
    inbox = stack.inbox / contract.source
    inbox.mkdir(parents=True)
    assert contract.source not in due_sources(stack, contract.cadence)
    whole = table_of(tmp_path, 20).read_bytes()
    (inbox / "writing.csv.part").write_bytes(whole)
    assert collect_due(stack, contract.source) == []
    (inbox / "good.csv").write_bytes(whole)
    (inbox / "good.csv.manifest.json").write_text(json.dumps({"rows": whole.count(b"\n") - 1}))
    (inbox / "wrong.csv").write_bytes(whole)
    (inbox / "wrong.csv.manifest.json").write_text(json.dumps({"rows": 3, "period": "2026-11"}))
    assert contract.source in due_sources(stack, contract.cadence)
    good, wrong = collect_due(stack, contract.source)
    assert (good.state, good.declared_count) == ("closed", good.sent_count)
    assert (wrong.state, "declares 3 rows" in wrong.reason) == ("refused", True)
    assert sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*") if path.is_file()) == [
        "done/good.csv",
        "done/good.csv.manifest.json",
        "done/good.csv.receipt.json",
        "refused/wrong.csv",
        "refused/wrong.csv.manifest.json",
        "refused/wrong.csv.receipt.json",
        "writing.csv.part",
    ]
    assert json.loads((inbox / "refused/wrong.csv.receipt.json").read_text())["remedy"]


def test_topics_of_pushed_sources_have_one_partition_and_an_epoch_each(stack: Connections, made: Make) -> None:
    contract = made("platform_notices")
    assert ensure_topics(stack, [contract]) == ensure_topics(stack, [contract]) == {contract.topic: 1}
    with admin(stack.kafka) as client:
        (described,) = client.describe_topics([contract.topic])
        assert len(described["partitions"]) == 1
        client.delete_topics([contract.topic])
    assert ensure_topics(stack, [contract]) == {contract.topic: 2}
    with psycopg.connect(stack.dsn("owner")) as connection:
        connection.execute("delete from ops.topic where topic = %s", [contract.topic])


def test_a_service_that_does_not_answer_can_be_tried_again(stack: Connections, made: Make, tmp_path: Path) -> None:
    contract, path = made(PENALTIES), table_of(tmp_path, 5)
    with pytest.raises(SourceUnavailable, match="ledger"):
        deliver_file(replace(stack, pg_port=1), contract.source, path)
    with pytest.raises(SourceUnavailable, match="Kafka"), admin("127.0.0.1:1", deadline_ms=500):
        pass
