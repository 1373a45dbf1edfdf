"""The pack of a release that the whole line made: built once, provable, and broken by one byte."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

from tests.integration.line.conftest import ROWS
from tests.integration.line.line import PENALTIES, Line, Taken
from tests.support.generate import generate
from transforms.collect.deliver import deliver_file

DOC_NO = "行政处罚决定书文号"
PUNISHED = """
select count(*) as n from marts.fct_case
where is_ip and (case_type like '%PENALTY' or case_type in ('CUS_DETENTION', 'PAT_COUNTERFEIT'))
"""


def test_the_pack_of_a_release_verifies_and_fails_after_one_byte_changed(line: Line, second: Taken) -> None:
    build = ("pack", "build", "--recipient", "cnipa", "--release", str(second.release), "--as-of", "2026-11-22")
    code, (made,) = line.command(*build)
    assert (code, made["state"], made["release"]) == (0, "built", second.release)
    pack = Path(made["path"])
    package = json.loads((pack / "datapackage.json").read_text("utf-8"))
    assert {resource["path"] for resource in package["resources"]} <= {path.name for path in pack.iterdir()}
    assert 0 < made["rows"]["cases"] <= line.read(PUNISHED, second.release)[0]["n"]

    key = str(line.stack.outbox / "public_keys" / "casebridge.pub")
    code, proved = line.command("pack", "verify", str(pack), "--public-key", key)
    assert (code, proved["verified"]) == (0, True)

    code, (again,) = line.command(*build)
    assert (code, again["state"], again["digest"]) == (0, "known", made["digest"])

    for name in ("cases.csv", "cases.parquet", "datapackage.json"):
        changed = line.folder / f"changed {name}" / pack.name
        shutil.copytree(pack, changed)
        content = bytearray((changed / name).read_bytes())
        content[len(content) // 2] ^= 1
        (changed / name).write_bytes(content)
        code, complaint = line.command("pack", "verify", str(changed), "--public-key", key)
        assert code == 1, name
        assert "casebridge: " in complaint


def build(line: Line) -> dict[str, Any]:
    """Take what lies in Kafka to a release, and build its pack."""
    released = line.integrate().release
    assert released is not None
    release = released.release_id
    asked = ("pack", "build", "--recipient", "cnipa", "--release", str(release), "--as-of", "2026-11-23")
    code, (made,) = line.command(*asked)
    assert (code, made["state"]) == (0, "built")
    return dict(made)


def edited(path: Path, numbers: list[str]) -> Path:
    """Write a snapshot again without the first two of these decisions, and the others with new dates."""
    with path.open(encoding="gb18030", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[DOC_NO] not in numbers[:2]]
    for row in rows:
        if row[DOC_NO] in numbers:
            row["处罚有效期"] = "2033-03-03"
    after = path.with_name("edited.csv")
    with after.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return after


def test_the_next_pack_tells_what_a_snapshot_took_back_and_corrected(alone: Line) -> None:
    line, snapshot = alone, generate(PENALTIES, ROWS, 7, alone.folder).paths[0]
    assert deliver_file(line.stack, PENALTIES, snapshot).state == "closed"
    before = build(line)
    with (Path(before["path"]) / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [row["doc_no"] for row in csv.DictReader(file) if row["doc_no"].startswith("杭西市监处罚")]
    assert deliver_file(line.stack, PENALTIES, edited(snapshot, told[:5])).state == "closed"
    after = build(line)
    assert after["since"] == before["pack_id"]
    assert after["changes"]["decisions"] == {"changed": {"correction": 3}, "removed": {"absence": 2}}
    assert after["changes"]["cases"] == {"removed": {"absence": 2}}

    key = str(line.stack.outbox / "public_keys" / "casebridge.pub")
    proof = ("pack", "verify", after["path"], "--public-key", key, "--previous")
    code, proved = line.command(*proof, before["path"])
    assert (code, proved["verified"], proved["delta_verified"]) == (0, True, True)
    code, complaint = line.command(*proof, after["path"])
    assert code == 2
    assert f"begins at {before['pack_id']}" in complaint
