"""The pack of a release that the whole line made: built once, provable, and broken by one byte."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

from tests.integration.line.conftest import ROWS
from tests.integration.line.line import PENALTIES, Line, Taken
from tests.support.generate import generate_next
from transforms.collect.deliver import deliver_file

DOC_NO = "行政处罚决定书文号"


def test_the_pack_of_a_release_verifies_and_fails_after_one_byte_changed(line: Line, second: Taken) -> None:
    build = ("pack", "build", "--recipient", "cnipa", "--release", str(second.release), "--as-of", "2026-11-22")
    code, (made,) = line.command(*build)
    assert (code, made["state"], made["release"]) == (0, "built", second.release)
    pack = Path(made["path"])
    package = json.loads((pack / "datapackage.json").read_text("utf-8"))
    assert {resource["path"] for resource in package["resources"]} <= {path.name for path in pack.iterdir()}
    cases = "select count(*) as n from marts.fct_case where is_ip and body_id in ('amr_zj', 'customs_sh')"
    assert 0 < made["rows"]["cases"] <= line.read(cases, second.release)[0]["n"]

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


def build(line: Line, release: int) -> dict[str, Any]:
    """Build a pack of a release, of a date that no other test takes."""
    asked = ("pack", "build", "--recipient", "cnipa", "--release", str(release), "--as-of", "2026-11-23")
    code, (made,) = line.command(*asked)
    assert (code, made["state"]) == (0, "built")
    return dict(made)


def edited(line: Line, numbers: list[str]) -> Path:
    """Write the snapshot of the next month without the first two of these decisions, and the others with new dates."""
    path = generate_next(ROWS, 7, line.folder).paths[0]
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


def test_the_next_pack_tells_what_a_snapshot_took_back_and_corrected(line: Line, second: Taken) -> None:
    before = build(line, second.release)
    with (Path(before["path"]) / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [row["doc_no"] for row in csv.DictReader(file) if row["doc_no"].startswith("杭西市监处罚")]
    assert deliver_file(line.stack, PENALTIES, edited(line, told[:5])).state == "closed"
    released = line.integrate().release
    assert released is not None
    after = build(line, released.release_id)
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
