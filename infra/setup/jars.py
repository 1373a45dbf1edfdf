"""Fetch the jars that no wheel carries, by the Ivy that PySpark ships, and hold them against their recorded SHA-256."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from infra.setup.java import find_java
from infra.setup.trust import write_trust_options
from transforms.errors import CasebridgeError

HERE: Final = Path(__file__).resolve().parent
IVY: Final = HERE / "ivy.xml"
LOCK: Final = HERE / "jars.lock"
PATTERN: Final = "[conf]/[artifact]-[revision](-[classifier]).[ext]"


def read_lock(path: Path = LOCK) -> dict[str, str]:
    """Read the lock file: SHA-256 by path, as `sha256sum` writes them."""
    pairs = (line.split(maxsplit=1) for line in path.read_text(encoding="ascii").splitlines())
    return {name.strip(): digest for digest, name in pairs}


def read_digests(folder: Path) -> dict[str, str]:
    """Compute the SHA-256 of every jar of a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/*.jar"))
    }


def check_jars(folder: Path, lock: Path = LOCK) -> None:
    """Refuse jars that are not, to the byte, those that were recorded."""
    expected, found = read_lock(lock), read_digests(folder)
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise CasebridgeError(
            f"{len(wrong)} jars differ from those recorded in {lock.name}, the first is {wrong[0]}",
            str(folder),
            "`make setup` again; where ivy.xml was changed on purpose, `python -m infra.setup.jars --record`",
        )


def _find_ivy(prefix: Path) -> Path:
    found = sorted(prefix.glob("lib/python3.*/site-packages/pyspark/jars/ivy-*.jar"))
    if not found:
        raise CasebridgeError("the Ivy that PySpark ships is missing", str(prefix), "run `make setup`")
    return found[-1]


def fetch_jars(prefix: Path, share: Path) -> None:
    """Fetch what ivy.xml names into `share`, with the Ivy and the Java found beneath `prefix`."""
    part, folder, cache = share / "jars.part", share / "jars", share / "ivy"
    shutil.rmtree(part, ignore_errors=True)
    java = find_java(prefix=prefix)
    trust = write_trust_options(share / "trust.jks") if java.is_relative_to(prefix) else []
    command: list[str | Path] = [
        java / "bin/java",
        *trust,
        *("-jar", _find_ivy(prefix), "-ivy", IVY, "-confs", "kafka", "spark", "-types", "jar", "bundle"),
        *("-cache", cache, "-retrieve", part / PATTERN),
    ]
    log = share / "jars.log"
    with log.open("wb") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise CasebridgeError("the jars could not be fetched", str(log), "look at the network, then `make setup` again")
    check_jars(part)
    shutil.rmtree(folder, ignore_errors=True)
    part.replace(folder)
    shutil.rmtree(cache, ignore_errors=True)


def record(folder: Path, lock: Path = LOCK) -> None:
    """Write the lock file from a folder of jars."""
    lines = [f"{digest}  {name}\n" for name, digest in read_digests(folder).items()]
    lock.write_text("".join(lines), encoding="ascii")


if __name__ == "__main__":
    here = Path(sys.prefix) / "share/casebridge/jars"
    if "--record" in sys.argv:
        record(here)
    else:
        check_jars(here)
