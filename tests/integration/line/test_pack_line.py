"""The pack of a release that the whole line made: built once, provable, and broken by one byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.integration.line.line import Line, Taken


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
