"""Make the virtual environment from the lock file; every package is held against its recorded hash."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from transforms.errors import CasebridgeError

ROOT: Final = Path(__file__).resolve().parents[2]
PREFIX: Final = ROOT / ".venv"
LOCK: Final = ROOT / "requirements.lock"
SHARE: Final = PREFIX / "share/casebridge"
TAIL_LINES: Final = 12
VERSIONS: Final = ((3, 11), (3, 13))


def run(command: Sequence[str | Path], log: str, what: str) -> None:
    """Run a step with its output in a log; a failure shows the end of that."""
    SHARE.mkdir(parents=True, exist_ok=True)
    path = SHARE / f"{log}.log"
    with path.open("wb") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, check=False)
    if done.returncode:
        said = path.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        print("\n".join(f"  | {line}" for line in said), file=sys.stderr)
        raise CasebridgeError(what, str(path), _remedy(said))


def _remedy(said: Iterable[str]) -> str:
    text = "\n".join(said)
    if "No space left" in text:
        return "free some space (the set-up takes 2 GB), then `make setup`"
    return "look at the lines above and at the network, then `make setup` again: it goes on where it stopped"


def _python_of(prefix: Path) -> tuple[int, int] | None:
    configuration = prefix / "pyvenv.cfg"
    if not (prefix / "bin/python").exists() or not configuration.is_file():
        return None
    found = re.search(r"^version(?:_info)? *= *(\d+)\.(\d+)", configuration.read_text(encoding="utf-8"), re.MULTILINE)
    return (int(found.group(1)), int(found.group(2))) if found else None


def make_environment() -> None:
    """Create the virtual environment where there is none that works."""
    version = _python_of(PREFIX)
    if version and VERSIONS[0] <= version <= VERSIONS[1]:
        return
    shutil.rmtree(PREFIX, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", PREFIX], capture_output=True, text=True, check=False)
    if made.returncode:
        shutil.rmtree(PREFIX, ignore_errors=True)
        short = f"{sys.version_info.major}.{sys.version_info.minor}"
        said = (made.stdout + made.stderr).strip()
        if "ensurepip" in said or "No module named venv" in said:
            raise CasebridgeError(
                "this Python cannot make virtual environments: ensurepip is missing",
                sys.executable,
                f"on Debian and Ubuntu `apt-get install python{short}-venv`, or name another: make setup PYTHON=…",
            )
        raise CasebridgeError("the virtual environment could not be made", str(PREFIX), said.splitlines()[-1])


def write_part(names: Sequence[str]) -> Path:
    """Copy some packages of the lock file, with their hashes, into a file of their own."""
    blocks = re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8"))
    chosen = [block for block in blocks if re.split(r"[=\[ ]", block, maxsplit=1)[0] in names]
    if len(chosen) != len(names):
        raise CasebridgeError(f"the lock file lacks one of {', '.join(names)}", str(LOCK), "run `make lock`")
    SHARE.mkdir(parents=True, exist_ok=True)
    part = SHARE / f"{names[0]}.txt"
    part.write_text("\n".join(chosen) + "\n", encoding="utf-8")
    return part


def find_uv() -> Path:
    """Find uv on this machine, or install the locked one."""
    inside = PREFIX / "bin/uv"
    if inside.is_file():
        return inside
    on_path = shutil.which("uv")
    if on_path:
        return Path(on_path)
    command: list[str | Path] = [
        PREFIX / "bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "-r",
        write_part(["uv"]),
    ]
    run(command, "uv", "uv could not be installed")
    return inside


def install_aside(uv: Path, names: Sequence[str], prefix: Path) -> None:
    """Install what the jars wait for outside the environment, which uv locks while it installs all the rest."""
    options: list[str | Path] = ["--python", PREFIX / "bin/python", "--prefix", prefix, "--require-hashes", "--no-deps"]
    run([uv, "pip", "install", *options, "-r", write_part(names)], "aside", "PySpark could not be installed")


def install_all(uv: Path) -> None:
    """Install exactly the lock file, compiled: four Airflow processes would else compile the same modules at once."""
    options: list[str | Path] = ["--python", PREFIX / "bin/python", "--require-hashes", "--compile-bytecode"]
    run([uv, "pip", "sync", *options, LOCK], "packages", "the packages of requirements.lock could not be installed")


def install_project(uv: Path) -> None:
    """Install the project itself, editable: the checkout is what runs."""
    options: list[str | Path] = ["--python", PREFIX / "bin/python", "--no-deps", "--no-build-isolation"]
    run([uv, "pip", "install", *options, "--editable", ROOT], "project", "the project could not be installed")
